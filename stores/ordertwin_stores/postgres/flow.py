"""How many orders each source sent lately and how many were flagged; batches of flagged ones.

Counted by the minute, in the transaction that registers an order and in the slot of its connection;
rows of more than a day ago are dropped on the way, unless another writer is at it.
"""

from __future__ import annotations

from datetime import datetime

from ordertwin_models.decision import Outcome
from ordertwin_stores.codec import to_micros
from ordertwin_stores.encoding import EncodedRegistration
from ordertwin_stores.interface import Registered, SourceFlow
from ordertwin_stores.postgres.counting import slot_of
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.texts import from_text, to_text
from ordertwin_stores.rules import FLOW_KEPT_MINUTES, minute_of

_DROPPED_AT_ONCE = 8


def flow(connection: Connection, tenant: int | None, source: str, since: datetime) -> SourceFlow:
    """See `OrderStore.flow`."""
    row = run(
        connection,
        "SELECT coalesce(sum(orders), 0)::bigint, coalesce(sum(flagged), 0)::bigint"
        " FROM source_minutes WHERE tenant = %s AND source = %s AND minute >= %s",
        tenant,
        to_text(source),
        minute_of(to_micros(since)),
    ).fetchone()
    assert row is not None
    return SourceFlow(*row)


def count_order(connection: Connection, tenant: int, encoded: EncodedRegistration) -> None:
    """Count a new order in its minute."""
    minute, source = minute_of(encoded.order.at), to_text(encoded.order.source)
    run(
        connection,
        "DELETE FROM source_minutes WHERE tenant = %s AND source = %s AND (minute, slot) IN"
        " (SELECT minute, slot FROM source_minutes WHERE tenant = %s AND source = %s"
        " AND minute < %s ORDER BY minute LIMIT %s FOR UPDATE SKIP LOCKED)",
        tenant,
        source,
        tenant,
        source,
        minute - FLOW_KEPT_MINUTES,
        _DROPPED_AT_ONCE,
    )
    run(
        connection,
        "INSERT INTO source_minutes (tenant, source, minute, slot, orders, flagged)"
        " VALUES (%s, %s, %s, %s, 1, %s) ON CONFLICT (tenant, source, minute, slot) DO UPDATE"
        " SET orders = source_minutes.orders + 1,"
        " flagged = source_minutes.flagged + excluded.flagged",
        tenant,
        source,
        minute,
        slot_of(connection),
        int(encoded.entry.decision.outcome is not Outcome.UNIQUE),
    )


def join_batch(connection: Connection, tenant: int, encoded: EncodedRegistration) -> Registered:
    """Let the order wait with the batch of its source; it opens one when there is none.

    The batches of the source are locked, so that two orders do not open one each.
    """
    entry, at, source = encoded.entry, encoded.order.at, to_text(encoded.order.source)
    if entry.batch_since is None:
        return Registered()
    batch = run(
        connection,
        "SELECT batches.number, review_key FROM batches JOIN reviews"
        " ON reviews.tenant = batches.tenant AND reviews.key = review_key AND reviews.waiting = 1"
        " WHERE batches.tenant = %s AND batches.source = %s AND last_at >= %s"
        # Held, so that nobody takes the batch for answered while an order joins it.
        " ORDER BY last_at DESC, batches.number DESC LIMIT 1 FOR UPDATE OF reviews",
        tenant,
        source,
        to_micros(entry.batch_since),
    ).fetchone()
    if batch is not None:
        run(
            connection,
            "UPDATE batches SET orders = orders + 1, last_at = greatest(last_at, %s)"
            " WHERE tenant = %s AND number = %s",
            at,
            tenant,
            batch[0],
        )
        return Registered(batch_review=from_text(batch[1]))
    if entry.review_key is None:
        raise ValueError("An order that waits with a batch needs a review key for a new one.")
    run(
        connection,
        "INSERT INTO batches (tenant, source, review_key, opened_at, last_at, orders)"
        " VALUES (%s, %s, %s, %s, %s, 1)",
        tenant,
        source,
        to_text(entry.review_key),
        at,
        at,
    )
    return Registered(batch_review=entry.review_key, batch_opened=True)
