"""The case book in PostgreSQL. The contract is `CaseStore`; the statements are those of all
drivers."""

from __future__ import annotations

from collections.abc import Callable
from typing import LiteralString, TypeVar

from ordertwin_stores.casebook import writing
from ordertwin_stores.casebook.questions import CaseQuestions
from ordertwin_stores.cases import CaseChange
from ordertwin_stores.codec import to_micros
from ordertwin_stores.interface import Replayed
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.records import forget_requests, reply_of, write_request
from ordertwin_stores.postgres.reviews import PostgresSession
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.reviewing.session import Session

T = TypeVar("T")
_STATEMENTS: tuple[LiteralString, ...] = (
    "CREATE TABLE cases (tenant bigint NOT NULL, number bigint GENERATED ALWAYS AS IDENTITY,"
    ' key text COLLATE "C" NOT NULL, version bigint NOT NULL,'
    ' relation text COLLATE "C" NOT NULL, answer text COLLATE "C" NOT NULL,'
    ' texts text COLLATE "C" NOT NULL, words text COLLATE "C" NOT NULL,'
    " withdrawn bigint NOT NULL, verdict bigint NOT NULL,"
    ' order_key text COLLATE "C" NOT NULL, counterpart_key text COLLATE "C" NOT NULL,'
    ' created_at bigint NOT NULL, created_by text COLLATE "C" NOT NULL,'
    ' updated_at bigint NOT NULL, updated_by text COLLATE "C" NOT NULL,'
    " incoming bytea NOT NULL, existing bytea NOT NULL, decision bytea NOT NULL,"
    " PRIMARY KEY (tenant, number))",
    "CREATE UNIQUE INDEX cases_by_key ON cases (tenant, key)",
    "CREATE INDEX cases_in_order ON cases (tenant, withdrawn, number, relation)",
    "CREATE INDEX cases_of_an_order ON cases (tenant, order_key)",
    "CREATE INDEX cases_of_a_counterpart ON cases (tenant, counterpart_key)",
)


def table_for_cases(connection: Connection) -> None:
    """The case book."""
    for statement in _STATEMENTS:
        run(connection, statement)


class PostgresCases(CaseQuestions):
    """The part of a PostgreSQL store that is about cases."""

    def __init__(
        self, connections: Connections, tenants: Tenants, locks: Callable[[str], Locks]
    ) -> None:
        self._connections, self._tenants, self._locks = connections, tenants, locks

    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        return self._connections.read(
            lambda each: look(PostgresSession(each, self._tenants.find(each, tenant)))
        )

    def change(self, tenant: str, change: CaseChange) -> Replayed | None:
        """See `CaseStore.change`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)

        def work(transaction: Transaction) -> Replayed | None:
            connection, at = transaction.connection, to_micros(change.at)
            locks.take(connection, [locks.of_request(change.request)])
            reply = reply_of(connection, number, change.request)
            if reply is not None:
                return None if transaction.again else Replayed(reply)
            session = PostgresSession(connection, number)
            writing.change(session, change)
            write_request(connection, number, change.request, at)
            forget_requests(connection, number, at)
            session.finish()
            return None

        return self._connections.write(work)
