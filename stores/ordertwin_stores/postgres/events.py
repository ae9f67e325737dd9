"""Events in PostgreSQL. Positions are given under the head of the tenant's operation log, which a
transaction holds until it has committed: they grow as events are committed, and none comes late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.events import EventSpan, StoredEvent, event_of
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.postgres.texts import from_text
from ordertwin_stores.reviewing.reading import BLIND

_EVENTS = (
    "SELECT outbox.number, event, outbox.at, orders.key, orders.order_id, orders.source,"
    " decisions.key, decisions.review_key, decisions.outcome, decisions.state, details,"
    f" EXISTS (SELECT 1 FROM reviews WHERE reviews.tenant = outbox.tenant"
    f" AND reviews.sequence = outbox.sequence AND {BLIND})"
    " FROM outbox"
    " LEFT JOIN orders ON orders.tenant = outbox.tenant AND orders.sequence = outbox.sequence"
    " LEFT JOIN decisions ON decisions.tenant = outbox.tenant"
    " AND decisions.number = outbox.decision"
    " WHERE outbox.tenant = %s AND outbox.number > %s ORDER BY outbox.number LIMIT %s"
)


def outbox_for_watchers(connection: Connection) -> None:
    """Events with details, and how far they were dropped."""
    run(
        connection,
        """ALTER TABLE outbox ADD COLUMN details text COLLATE "C" NOT NULL DEFAULT ''""",
    )
    run(
        connection,
        "CREATE TABLE outbox_forgotten (tenant bigint PRIMARY KEY, number bigint NOT NULL)",
    )


class PostgresEvents:
    """The part of a PostgreSQL store that is about events."""

    def __init__(self, connections: Connections, tenants: Tenants) -> None:
        self._connections, self._tenants = connections, tenants

    def span(self, tenant: str) -> EventSpan:
        """See `EventStore.span`."""

        def look(connection: Connection) -> EventSpan:
            number = self._tenants.find(connection, tenant)
            row = run(
                connection,
                "SELECT coalesce((SELECT number FROM outbox_forgotten WHERE tenant = %s), 0),"
                " coalesce((SELECT max(number) FROM outbox WHERE tenant = %s), 0)",
                number,
                number,
            ).fetchone()
            forgotten, newest = row or (0, 0)
            return EventSpan(forgotten, max(forgotten, newest))

        return self._connections.read(look)

    def after(self, tenant: str, position: int, size: int) -> tuple[StoredEvent, ...]:
        """See `EventStore.after`."""

        def look(connection: Connection) -> list[Any]:
            number = self._tenants.find(connection, tenant)
            return run(connection, _EVENTS, number, position, size).fetchall()

        return tuple(map(_event, self._connections.read(look)))

    def forget(self, tenant: str, before: datetime, most: int) -> int:
        """See `EventStore.forget`."""
        number, limit = self._tenants.ensure(tenant), to_micros(before)

        def work(transaction: Transaction) -> int:
            connection = transaction.connection
            # Servers of one store drop events one after the other.
            run(
                connection,
                "INSERT INTO outbox_forgotten (tenant, number) VALUES (%s, 0)"
                " ON CONFLICT (tenant) DO UPDATE SET number = outbox_forgotten.number",
                number,
            )
            rows = run(
                connection,
                "SELECT number, at FROM outbox WHERE tenant = %s AND number <"
                " (SELECT max(number) FROM outbox WHERE tenant = %s) ORDER BY number LIMIT %s",
                number,
                number,
                most,
            ).fetchall()
            kept = next((position for position, at in rows if at >= limit), None)
            old = [position for position, _ in rows if kept is None or position < kept]
            if old:
                run(
                    connection,
                    "DELETE FROM outbox WHERE tenant = %s AND number <= %s",
                    number,
                    old[-1],
                )
                run(
                    connection,
                    "UPDATE outbox_forgotten SET number = %s WHERE tenant = %s",
                    old[-1],
                    number,
                )
            return len(old)

        return self._connections.write(work)

    def when_written(self, wake: Callable[[], None]) -> None:
        """See `EventStore.when_written`."""
        self._connections.listeners.append(wake)


def _event(row: tuple[Any, ...]) -> StoredEvent:
    number, kind, at, key, order_id, source, decision, review, outcome, state, *rest = row
    order = (from_text(key or ""), from_text(order_id or ""), from_text(source or ""))
    decided = None
    if decision is not None:
        decided = (from_text(decision), review and from_text(review), outcome, state)
    details, blind = rest
    return event_of(number, kind, from_micros(at), order, decided, from_text(details), blind)
