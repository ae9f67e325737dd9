"""Events in SQLite. One writer gives positions, so they grow as events are committed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.events import EventSpan, StoredEvent, event_of
from ordertwin_stores.reviewing.reading import BLIND
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.tenants import Tenants
from ordertwin_stores.sqlite.writer import Writer

if TYPE_CHECKING:
    from sqlite_utils import Database

_EVENTS = (
    "SELECT outbox.number, event, outbox.at, orders.key, orders.order_id, orders.source,"
    " decisions.key, decisions.review_key, decisions.outcome, decisions.state, details,"
    f" EXISTS (SELECT 1 FROM reviews WHERE reviews.tenant = outbox.tenant"
    f" AND reviews.sequence = outbox.sequence AND {BLIND})"
    " FROM outbox LEFT JOIN orders ON orders.sequence = outbox.sequence"
    " LEFT JOIN decisions ON decisions.number = outbox.decision"
    " WHERE outbox.tenant = ? AND outbox.number > ? ORDER BY outbox.number LIMIT ?"
)


def outbox_for_watchers(db: Database) -> None:
    """Events with details, found by tenant, and how far they were dropped."""
    db.execute("ALTER TABLE outbox ADD COLUMN details TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX outbox_of_a_tenant ON outbox (tenant, number)")
    db.execute(
        "CREATE TABLE outbox_forgotten (tenant INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT"
    )


class SqliteEvents:
    """The part of a SQLite store that is about events; it borrows the store's connections."""

    def __init__(self, writer: Writer, readers: Readers, tenants: Tenants) -> None:
        self._writer, self._readers, self._tenants = writer, readers, tenants

    def span(self, tenant: str) -> EventSpan:
        """See `EventStore.span`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            forgotten, newest = connection.execute(
                "SELECT ifnull((SELECT number FROM outbox_forgotten WHERE tenant = ?1), 0),"
                " ifnull((SELECT max(number) FROM outbox WHERE tenant = ?1), 0)",
                (number,),
            ).fetchone()
        return EventSpan(forgotten, max(forgotten, newest))

    def after(self, tenant: str, position: int, size: int) -> tuple[StoredEvent, ...]:
        """See `EventStore.after`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            rows = connection.execute(_EVENTS, (number, position, size)).fetchall()
        return tuple(map(_event, rows))

    def forget(self, tenant: str, before: datetime, most: int) -> int:
        """See `EventStore.forget`."""

        def work(connection: Connection) -> int:
            number, limit = self._tenants.ensure(connection, tenant), to_micros(before)
            rows = connection.execute(
                "SELECT number, at FROM outbox WHERE tenant = ? AND number <"
                " (SELECT max(number) FROM outbox) ORDER BY number LIMIT ?",
                (number, most),
            ).fetchall()
            kept = next((position for position, at in rows if at >= limit), None)
            old = [position for position, _ in rows if kept is None or position < kept]
            if old:
                connection.execute(
                    "DELETE FROM outbox WHERE tenant = ? AND number <= ?", (number, old[-1])
                )
                connection.execute(
                    "INSERT INTO outbox_forgotten (tenant, number) VALUES (?, ?)"
                    " ON CONFLICT DO UPDATE SET number = excluded.number",
                    (number, old[-1]),
                )
            return len(old)

        return self._writer.write(work)

    def when_written(self, wake: Callable[[], None]) -> None:
        """See `EventStore.when_written`."""
        self._writer.listeners.append(wake)


def _event(row: tuple[Any, ...]) -> StoredEvent:
    number, kind, at, key, order_id, source, decision, review, outcome, state, *rest = row
    order = (key or "", order_id or "", source or "")
    decided = None if decision is None else (decision, review, outcome, state)
    return event_of(number, kind, from_micros(at), order, decided, *rest)
