"""Groups of customer numbers in PostgreSQL. The contract is `CustomerStore`."""

from __future__ import annotations

from collections.abc import Callable
from typing import LiteralString, TypeVar

from ordertwin_stores.codec import to_micros
from ordertwin_stores.customer_groups import CustomerQuestions, write_change
from ordertwin_stores.customers import CustomerChange
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.records import reply_of, write_request
from ordertwin_stores.postgres.reviews import PostgresSession
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.reviewing.session import Session

T = TypeVar("T")

TABLES: tuple[LiteralString, ...] = (
    "CREATE TABLE customer_revisions (tenant bigint NOT NULL, revision bigint NOT NULL,"
    ' at bigint NOT NULL, actor text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL,'
    " PRIMARY KEY (tenant, revision))",
    'CREATE TABLE customer_members (tenant bigint NOT NULL, number text COLLATE "C" NOT NULL,'
    ' since bigint NOT NULL, until bigint, grp bigint NOT NULL, written text COLLATE "C" NOT NULL,'
    ' name text COLLATE "C" NOT NULL, leads bigint NOT NULL, PRIMARY KEY (tenant, number, since))',
    "CREATE INDEX customer_members_of_a_group ON customer_members (tenant, grp)",
)
"""Statements of the migration."""


def lock_of_customers(locks: Locks) -> int:
    """One change at a time: which numbers mean one customer is a question about all of them."""
    return locks.of_record("customers", "")


class PostgresCustomerArchive(CustomerQuestions):
    """Groups of customer numbers, to read; it borrows the connections of a store or an archive."""

    def __init__(self, connections: Connections, tenants: Tenants) -> None:
        self._connections, self._tenants = connections, tenants

    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        return self._connections.read(
            lambda each: look(PostgresSession(each, self._tenants.find(each, tenant)))
        )


class PostgresCustomers(PostgresCustomerArchive):
    """The part of a PostgreSQL store that is about customers."""

    def __init__(
        self, connections: Connections, tenants: Tenants, locks: Callable[[str], Locks]
    ) -> None:
        super().__init__(connections, tenants)
        self._locks = locks

    def change(self, tenant: str, change: CustomerChange) -> str | None:
        """See `CustomerStore.change`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)

        def work(transaction: Transaction) -> str | None:
            connection, at = transaction.connection, to_micros(change.at)
            locks.take(connection, [lock_of_customers(locks), locks.of_request(change.request)])
            reply = reply_of(connection, number, change.request)
            if reply is not None:
                return None if transaction.again else reply
            session = PostgresSession(connection, number)
            write_change(session, change)
            write_request(connection, number, change.request, at)
            session.audit(change.audit, at)
            session.finish()
            return None

        return self._connections.write(work)
