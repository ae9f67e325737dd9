"""Reviews in PostgreSQL. The contract is `ReviewStore`; the statements are those of all drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, LiteralString, TypeVar

from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.codec import to_micros
from ordertwin_stores.interface import Replayed
from ordertwin_stores.postgres.auditing import write_audit
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.records import (
    forget_requests,
    reply_of,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.postgres.texts import from_text, to_text
from ordertwin_stores.reviewing import writing
from ordertwin_stores.reviewing.questions import ReviewQuestions, VerdictQuestions
from ordertwin_stores.reviewing.session import Session
from ordertwin_stores.reviews import ReviewChange

T = TypeVar("T")


class PostgresSession:
    """A connection and a tenant, as reviews use them. Events and entries of the operation log are
    kept back until `finish`, because they come last in a transaction."""

    locking: LiteralString = " FOR UPDATE"
    contents: LiteralString = "JOIN order_contents USING (tenant, sequence)"

    def __init__(self, connection: Connection, tenant: int | None) -> None:
        self._connection = connection
        self._events: list[tuple[str, int, int, Mapping[str, object]]] = []
        self._entries: list[tuple[AuditEntry, int]] = []
        self.tenant = tenant

    def rows(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """See `Session.rows`."""
        found = run(self._connection, statement, *map(_stored, values)).fetchall()
        return [tuple(map(_given, row)) for row in found]

    def run(self, statement: LiteralString, *values: object) -> None:
        """See `Session.run`."""
        run(self._connection, statement, *map(_stored, values))

    def event(self, name: str, sequence: int, at: int, details: Mapping[str, object]) -> None:
        """See `Session.event`."""
        self._events.append((name, sequence, at, details))

    def state_change(self, sequence: int, before: str, after: str, reason: str, at: int) -> None:
        """See `Session.state_change`."""
        write_state_change(self._connection, self._written, sequence, before, after, reason, at)

    def audit(self, entry: AuditEntry, at: int) -> None:
        """See `Session.audit`."""
        self._entries.append((entry, at))

    def finish(self) -> None:
        """Write what was kept back."""
        for name, sequence, at, details in self._events:
            write_event(self._connection, self._written, name, sequence, None, at, details)
        for entry, at in self._entries:
            write_audit(self._connection, self._written, entry, at)

    @property
    def _written(self) -> int:
        assert self.tenant is not None
        return self.tenant


class PostgresVerdicts(VerdictQuestions):
    """What can be read of verdicts; it borrows the connections of a store or an archive."""

    def __init__(self, connections: Connections, tenants: Tenants) -> None:
        self._connections, self._tenants = connections, tenants

    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        return self._connections.read(
            lambda each: look(PostgresSession(each, self._tenants.find(each, tenant)))
        )


class PostgresReviews(PostgresVerdicts, ReviewQuestions):
    """The part of a PostgreSQL store that is about reviews."""

    def __init__(
        self, connections: Connections, tenants: Tenants, locks: Callable[[str], Locks]
    ) -> None:
        super().__init__(connections, tenants)
        self._locks = locks

    def change(self, tenant: str, change: ReviewChange) -> Replayed | None:
        """See `ReviewStore.change`."""
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


def _stored(value: object) -> object:
    return to_text(value) if isinstance(value, str) else value


def _given(value: object) -> object:
    return from_text(value) if isinstance(value, str) else value
