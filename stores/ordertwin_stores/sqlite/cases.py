"""The case book in SQLite. The contract is `CaseStore`; the statements are those of all drivers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ordertwin_stores.casebook import writing
from ordertwin_stores.casebook.questions import CaseQuestions
from ordertwin_stores.cases import CaseChange
from ordertwin_stores.codec import to_micros
from ordertwin_stores.interface import Replayed
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
_TABLES = (
    "CREATE TABLE cases (number INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL,"
    " key TEXT NOT NULL, version INTEGER NOT NULL, relation TEXT NOT NULL, answer TEXT NOT NULL,"
    " texts TEXT NOT NULL, words TEXT NOT NULL, withdrawn INTEGER NOT NULL,"
    " verdict INTEGER NOT NULL, order_key TEXT NOT NULL, counterpart_key TEXT NOT NULL,"
    " created_at INTEGER NOT NULL, created_by TEXT NOT NULL, updated_at INTEGER NOT NULL,"
    " updated_by TEXT NOT NULL, incoming BLOB NOT NULL, existing BLOB NOT NULL,"
    " decision BLOB NOT NULL) STRICT",
    "CREATE UNIQUE INDEX cases_by_key ON cases (tenant, key)",
    "CREATE INDEX cases_in_order ON cases (tenant, withdrawn, number, relation)",
    "CREATE INDEX cases_of_an_order ON cases (tenant, order_key)",
    "CREATE INDEX cases_of_a_counterpart ON cases (tenant, counterpart_key)",
)


def table_for_cases(db: Database) -> None:
    """The case book."""
    for statement in _TABLES:
        db.execute(statement)


class SqliteCases(CaseQuestions):
    """The part of a SQLite store that is about cases; it borrows the store's connections."""

    def __init__(self, writer: Writer, readers: Readers, tenants: Tenants) -> None:
        self._writer, self._readers, self._tenants = writer, readers, tenants

    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        with self._readers.borrow() as connection:
            return look(SqliteSession(connection, self._tenants.find(connection, tenant)))

    def change(self, tenant: str, change: CaseChange) -> Replayed | None:
        """See `CaseStore.change`."""

        def work(connection: Connection) -> Replayed | None:
            number = self._tenants.ensure(connection, tenant)
            reply = reply_of(connection, number, change.request)
            if reply is not None:
                return Replayed(reply)
            writing.change(SqliteSession(connection, number), change)
            write_request(connection, number, change.request, to_micros(change.at))
            return None

        return self._writer.write(work)
