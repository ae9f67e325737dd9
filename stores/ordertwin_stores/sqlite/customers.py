"""Groups of customer numbers in SQLite. The contract is `CustomerStore`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ordertwin_stores.codec import to_micros
from ordertwin_stores.customer_groups import CustomerQuestions, write_change
from ordertwin_stores.customers import CustomerChange
from ordertwin_stores.reviewing.session import Session
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.records import reply_of, write_request
from ordertwin_stores.sqlite.reviews import SqliteSession
from ordertwin_stores.sqlite.tenants import Tenants
from ordertwin_stores.sqlite.writer import Writer

if TYPE_CHECKING:
    from sqlite_utils import Database

T = TypeVar("T")


def tables_for_customers(db: Database) -> None:
    """Which customer numbers mean the same customer, now and at every revision."""
    for statement in (
        "CREATE TABLE customer_revisions (tenant INTEGER NOT NULL, revision INTEGER NOT NULL,"
        " at INTEGER NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL,"
        " PRIMARY KEY (tenant, revision)) STRICT, WITHOUT ROWID",
        "CREATE TABLE customer_members (tenant INTEGER NOT NULL, number TEXT NOT NULL,"
        " since INTEGER NOT NULL, until INTEGER, grp INTEGER NOT NULL, written TEXT NOT NULL,"
        " name TEXT NOT NULL, leads INTEGER NOT NULL,"
        " PRIMARY KEY (tenant, number, since)) STRICT, WITHOUT ROWID",
        "CREATE INDEX customer_members_of_a_group ON customer_members (tenant, grp)",
    ):
        db.execute(statement)


class SqliteCustomerArchive(CustomerQuestions):
    """Groups of customer numbers, to read; it borrows the connections of a store or an archive."""

    def __init__(self, readers: Readers, tenants: Tenants) -> None:
        self._readers, self._tenants = readers, tenants

    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        with self._readers.borrow() as connection:
            return look(SqliteSession(connection, self._tenants.find(connection, tenant)))


class SqliteCustomers(SqliteCustomerArchive):
    """The part of a SQLite store that is about customers."""

    def __init__(self, writer: Writer, readers: Readers, tenants: Tenants) -> None:
        super().__init__(readers, tenants)
        self._writer = writer

    def change(self, tenant: str, change: CustomerChange) -> str | None:
        """See `CustomerStore.change`."""

        def work(connection: Connection) -> str | None:
            number, at = self._tenants.ensure(connection, tenant), to_micros(change.at)
            reply = reply_of(connection, number, change.request)
            if reply is not None:
                return reply
            session = SqliteSession(connection, number)
            write_change(session, change)
            write_request(connection, number, change.request, at)
            session.audit(change.audit, at)
            return None

        return self._writer.write(work)
