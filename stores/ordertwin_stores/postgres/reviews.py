"""Reviews in PostgreSQL. The contract is `ReviewStore`; the statements are those of all drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, TypeVar

from ordertwin_models.decision import Decision
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.codec import to_micros
from ordertwin_stores.figures import Audited, Backlog, Flagged, Received, Work
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
from ordertwin_stores.reviewing import figures, reading, verdicts, writing
from ordertwin_stores.reviews import (
    Agreed,
    Member,
    ReviewChange,
    ReviewFilter,
    ReviewPage,
    SeenOrder,
    StoredReview,
    StoredVerdict,
    Suppression,
)

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


class PostgresVerdicts:
    """What can be read of verdicts; it borrows the connections of a store or an archive."""

    def __init__(self, connections: Connections, tenants: Tenants) -> None:
        self._connections, self._tenants = connections, tenants

    def verdicts(self, tenant: str, after: int, size: int) -> tuple[StoredVerdict, ...]:
        """See `VerdictReader.verdicts`."""
        return self._read(tenant, lambda each: verdicts.verdicts(each, after, size))

    def seen_orders(
        self, tenant: str, wanted: Sequence[tuple[str, datetime]]
    ) -> tuple[SeenOrder | None, ...]:
        """See `VerdictReader.seen_orders`."""
        return self._read(tenant, lambda each: verdicts.seen_orders(each, wanted))

    def decisions(self, tenant: str, keys: Sequence[str]) -> Mapping[str, Decision]:
        """See `VerdictReader.decisions`."""
        return self._read(tenant, lambda each: verdicts.decisions(each, keys))

    def _read(self, tenant: str, look: Callable[[PostgresSession], T]) -> T:
        return self._connections.read(
            lambda each: look(PostgresSession(each, self._tenants.find(each, tenant)))
        )


class PostgresReviews(PostgresVerdicts):
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

    def list(self, tenant: str, where: ReviewFilter, size: int, position: int | None) -> ReviewPage:
        """See `ReviewStore.list`."""
        return self._read(tenant, lambda each: reading.list_reviews(each, where, size, position))

    def get(self, tenant: str, key: str) -> StoredReview:
        """See `ReviewStore.get`."""
        return self._read(tenant, lambda each: reading.get_review(each, key))

    def members(
        self, tenant: str, key: str, orders: Sequence[str], size: int
    ) -> tuple[Member, ...]:
        """See `ReviewStore.members`."""
        return self._read(tenant, lambda each: reading.members(each, key, orders, size))

    def verdicts_of(self, tenant: str, review_key: str) -> tuple[StoredVerdict, ...]:
        """See `ReviewStore.verdicts_of`."""
        return self._read(tenant, lambda each: verdicts.verdicts_of(each, review_key))

    def verdicts_on(self, tenant: str, order_key: str) -> tuple[StoredVerdict, ...]:
        """See `ReviewStore.verdicts_on`."""
        return self._read(tenant, lambda each: verdicts.verdicts_on(each, order_key))

    def verdict(self, tenant: str, position: int) -> StoredVerdict:
        """See `ReviewStore.verdict`."""
        return self._read(tenant, lambda each: verdicts.verdict(each, position))

    def act(self, tenant: str, position: int) -> tuple[StoredVerdict, ...]:
        """See `ReviewStore.act`."""
        return self._read(tenant, lambda each: verdicts.act(each, position))

    def agreement(self, tenant: str) -> tuple[Agreed, ...]:
        """See `ReviewStore.agreement`."""
        return self._read(tenant, verdicts.agreement)

    def conflicts(self, tenant: str) -> int:
        """See `ReviewStore.conflicts`."""
        return self._read(tenant, reading.conflicts)

    def apart(self, tenant: str, order_key: str, at: datetime) -> frozenset[str]:
        """See `ReviewStore.apart`."""
        return self._read(tenant, lambda each: verdicts.apart(each, order_key, at))

    def suppressions(
        self, tenant: str, order_key: str | None, at: datetime, size: int, position: int | None
    ) -> tuple[tuple[Suppression, ...], int | None]:
        """See `ReviewStore.suppressions`."""
        return self._read(
            tenant, lambda each: verdicts.suppressions(each, order_key, at, size, position)
        )

    def suppression(self, tenant: str, key: str) -> Suppression:
        """See `ReviewStore.suppression`."""
        return self._read(tenant, lambda each: verdicts.suppression(each, key))

    def received(self, tenant: str, since: datetime, until: datetime) -> tuple[Received, ...]:
        """See `FigureReader.received`."""
        return self._read(tenant, lambda each: figures.received(each, since, until))

    def flagged(
        self,
        tenant: str,
        since: datetime,
        until: datetime,
        size: int,
        position: tuple[int, int] | None,
    ) -> tuple[Flagged, ...]:
        """See `FigureReader.flagged`."""
        return self._read(tenant, lambda each: figures.flagged(each, since, until, size, position))

    def audited(self, tenant: str, since: datetime, until: datetime) -> tuple[Audited, ...]:
        """See `FigureReader.audited`."""
        return self._read(tenant, lambda each: figures.audited(each, since, until))

    def work(self, tenant: str, since: datetime, until: datetime) -> Work:
        """See `FigureReader.work`."""
        return self._read(tenant, lambda each: figures.work(each, since, until))

    def backlog(self, tenant: str) -> Backlog:
        """See `FigureReader.backlog`."""
        return self._read(tenant, figures.backlog)


def _stored(value: object) -> object:
    return to_text(value) if isinstance(value, str) else value


def _given(value: object) -> object:
    return from_text(value) if isinstance(value, str) else value
