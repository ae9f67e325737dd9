"""How many orders each source sent lately and how many were flagged; batches of flagged ones.

Counted by the minute, in the transaction that registers an order: a small row a minute and source,
and those of more than a day ago are dropped on the way.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ordertwin_models.decision import Outcome
from ordertwin_stores.codec import to_micros
from ordertwin_stores.encoding import EncodedRegistration
from ordertwin_stores.interface import Registered, SourceFlow
from ordertwin_stores.rules import FLOW_KEPT_MINUTES, minute_of
from ordertwin_stores.sqlite.library import Connection

if TYPE_CHECKING:
    from sqlite_utils import Database


def tables_for_flow(db: Database) -> None:
    """Orders of each source by the minute, and batches that wait for one review."""
    db.execute(
        "CREATE TABLE source_minutes (tenant INTEGER NOT NULL, source TEXT NOT NULL,"
        " minute INTEGER NOT NULL, orders INTEGER NOT NULL, flagged INTEGER NOT NULL,"
        " PRIMARY KEY (tenant, source, minute)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE batches (number INTEGER PRIMARY KEY, tenant INTEGER NOT NULL,"
        " source TEXT NOT NULL, review_key TEXT NOT NULL, opened_at INTEGER NOT NULL,"
        " last_at INTEGER NOT NULL, orders INTEGER NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX batches_of_a_source ON batches (tenant, source, last_at)")


def flow(connection: Connection, tenant: int | None, source: str, since: datetime) -> SourceFlow:
    """See `OrderStore.flow`."""
    orders, flagged = connection.execute(
        "SELECT ifnull(sum(orders), 0), ifnull(sum(flagged), 0) FROM source_minutes"
        " WHERE tenant = ? AND source = ? AND minute >= ?",
        (tenant, source, minute_of(to_micros(since))),
    ).fetchone()
    return SourceFlow(orders, flagged)


def count_order(connection: Connection, tenant: int, encoded: EncodedRegistration) -> None:
    """Count a new order in its minute."""
    minute = minute_of(encoded.order.at)
    flagged = encoded.entry.decision.outcome is not Outcome.UNIQUE
    connection.execute(
        "INSERT INTO source_minutes (tenant, source, minute, orders, flagged)"
        " VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE"
        " SET orders = orders + 1, flagged = flagged + excluded.flagged",
        (tenant, encoded.order.source, minute, int(flagged)),
    )
    connection.execute(
        "DELETE FROM source_minutes WHERE tenant = ? AND source = ? AND minute < ?",
        (tenant, encoded.order.source, minute - FLOW_KEPT_MINUTES),
    )


def join_batch(connection: Connection, tenant: int, encoded: EncodedRegistration) -> Registered:
    """Let the order wait with the batch of its source; it opens one when there is none."""
    entry, at = encoded.entry, encoded.order.at
    if entry.batch_since is None:
        return Registered()
    batch = connection.execute(
        "SELECT batches.number, review_key FROM batches JOIN reviews"
        " ON reviews.tenant = batches.tenant AND reviews.key = review_key AND reviews.waiting = 1"
        " WHERE batches.tenant = ? AND batches.source = ? AND last_at >= ?"
        " ORDER BY last_at DESC, batches.number DESC LIMIT 1",
        (tenant, encoded.order.source, to_micros(entry.batch_since)),
    ).fetchone()
    if batch is not None:
        connection.execute(
            "UPDATE batches SET orders = orders + 1, last_at = max(last_at, ?) WHERE number = ?",
            (at, batch[0]),
        )
        return Registered(batch_review=batch[1])
    if entry.review_key is None:
        raise ValueError("An order that waits with a batch needs a review key for a new one.")
    connection.execute(
        "INSERT INTO batches (tenant, source, review_key, opened_at, last_at, orders)"
        " VALUES (?, ?, ?, ?, ?, 1)",
        (tenant, encoded.order.source, entry.review_key, at, at),
    )
    return Registered(batch_review=entry.review_key, batch_opened=True)
