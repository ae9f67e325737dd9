"""Writing an order with everything that belongs to it, or finding out why it must not be written.

Runs inside a write, one at a time, so what it reads cannot change before it writes:
that is what makes looking first and registering afterwards safe. Nothing is written before every
check has passed.
"""

from __future__ import annotations

from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import unpack_numbers
from ordertwin_stores.encoding import EncodedOrder, EncodedRegistration, question_of
from ordertwin_stores.events import BATCH_OPENED, DECISION_TURNED, ORDER_DECIDED
from ordertwin_stores.interface import (
    AlreadyStored,
    Candidates,
    Overtaken,
    Registered,
    RegisterResult,
    Registration,
    Replayed,
)
from ordertwin_stores.reviewing.writing import leave_queue, open_review
from ordertwin_stores.sqlite.auditing import write_audit
from ordertwin_stores.sqlite.changes import Changes
from ordertwin_stores.sqlite.flow import count_order, join_batch
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.lookup import Snapshot, find_candidates
from ordertwin_stores.sqlite.records import (
    reply_of,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.sqlite.reviews import SqliteSession


def register(
    connection: Connection,
    tenant: int,
    encoded: EncodedRegistration,
    seen: Candidates,
    changes: Changes,
) -> RegisterResult:
    """See `OrderStore.register`."""
    entry = encoded.entry
    reply = reply_of(connection, tenant, entry.request)
    if reply is not None:
        return Replayed(reply)
    amended_key, seen_version = entry.amends or (None, 0)
    stored = connection.execute(
        "SELECT key, sequence, version FROM orders"
        " WHERE tenant = ? AND source = ? AND order_id = ?",
        (tenant, encoded.order.source, encoded.order.order_id),
    ).fetchone()
    if stored is not None and stored[0] != amended_key:
        return AlreadyStored(stored[0])
    if stored is None and amended_key is not None:
        raise NotFound("order", amended_key)
    fresh = _came_in_between(connection, tenant, entry, seen, changes)
    if fresh is not None:
        return Overtaken(fresh)
    number = changes.take()
    if stored is None:
        sequence = number
        insert_order(connection, tenant, sequence, encoded.order)
    else:
        _, sequence, version = stored
        if version != seen_version:
            raise EtagMismatch(stored[0])
        _replace_order(connection, tenant, sequence, number, encoded.order)
    _index_order(connection, tenant, sequence, encoded.order)
    waits = join_batch(connection, tenant, encoded)
    _insert_decision(connection, tenant, sequence, number, encoded, waits)
    if stored is None:
        count_order(connection, tenant, encoded)
    at = encoded.order.at
    write_request(connection, tenant, entry.request, at)
    write_audit(connection, tenant, entry.audit, at)
    write_event(connection, tenant, ORDER_DECIDED, sequence, number, at)
    if entry.turned_by:
        related = {"related": entry.turned_by}
        write_event(connection, tenant, DECISION_TURNED, sequence, number, at, related)
    if waits.batch_opened:
        write_event(connection, tenant, BATCH_OPENED, sequence, number, at)
    connection.execute(
        "UPDATE tenants SET orders = orders + ?, decisions = decisions + 1 WHERE id = ?",
        (int(stored is None), tenant),
    )
    changes.remember(number, tenant, encoded.order.keys)
    return waits


def _came_in_between(
    connection: Connection, tenant: int, entry: Registration, seen: Candidates, changes: Changes
) -> Candidates | None:
    """Candidates as they are now, if they hold an order that `seen` did not show as it is now."""
    snapshot = seen.snapshot
    if not isinstance(snapshot, Snapshot):
        raise TypeError("`seen` must come from this store's candidates() or from Overtaken.")
    keys = [lookup.key for lookup in entry.lookups]
    if changes.untouched_since(snapshot.number, tenant, keys):
        return None
    now = Snapshot(changes.last, snapshot.limit)
    fresh = find_candidates(connection, tenant, entry.lookups, now)
    shown = {candidate.sequence: candidate.features for candidate in seen.candidates}
    amended_key = entry.amends and entry.amends[0]
    unseen = any(
        shown.get(candidate.sequence) != candidate.features
        for candidate in fresh.candidates
        if candidate.key != amended_key
    )
    return fresh if unseen else None


def insert_order(connection: Connection, tenant: int, sequence: int, order: EncodedOrder) -> None:
    """Write the row of a new order and what it says."""
    connection.execute(
        "INSERT INTO orders (sequence, tenant, key, source, order_id, state, state_changed_at,"
        " version, received_at, updated_at, digest, features)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
        order.columns(tenant, sequence),
    )
    connection.execute(
        "INSERT INTO order_contents (sequence, content, numbers) VALUES (?, ?, ?)",
        (sequence, order.content, order.numbers),
    )


def _replace_order(
    connection: Connection, tenant: int, sequence: int, number: int, order: EncodedOrder
) -> None:
    """Put the amended order in place of the earlier one, which is kept as a version."""
    connection.execute(
        "INSERT INTO order_versions (number, tenant, sequence, version, state, digest, content,"
        " replaced_at) SELECT ?, tenant, sequence, version, state, digest, content, ?"
        " FROM orders JOIN order_contents USING (sequence) WHERE sequence = ?",
        (number, order.at, sequence),
    )
    (before, numbers) = connection.execute(
        "SELECT state, numbers FROM orders JOIN order_contents USING (sequence) WHERE sequence = ?",
        (sequence,),
    ).fetchone()
    unindex_order(connection, tenant, sequence, numbers)
    if before != order.state:
        write_state_change(connection, tenant, sequence, before, order.state, "amended", order.at)
    if before == OrderState.HELD != order.state:
        leave_queue(SqliteSession(connection, tenant), [sequence], order.at)
    connection.execute(
        "UPDATE orders SET state_changed_at = iif(state = ?1, state_changed_at, ?2), state = ?1,"
        " version = version + 1, updated_at = ?2, digest = ?3, features = ?4 WHERE sequence = ?5",
        (order.state, order.at, order.digest, order.features, sequence),
    )
    connection.execute(
        "UPDATE order_contents SET content = ?, numbers = ? WHERE sequence = ?",
        (order.content, order.numbers, sequence),
    )


def _index_order(connection: Connection, tenant: int, sequence: int, order: EncodedOrder) -> None:
    connection.executemany(
        "INSERT INTO blocking_keys (tenant, key, sequence) VALUES (?, ?, ?)",
        [(tenant, key, sequence) for key in order.keys],
    )
    add_terms(connection, tenant, dict.fromkeys(order.terms, 1))


def unindex_order(connection: Connection, tenant: int, sequence: int, numbers: bytes) -> None:
    """Take an order out of all that finds it; `numbers` are its keys and terms."""
    keys, terms = unpack_numbers(numbers)
    connection.executemany(
        "DELETE FROM blocking_keys WHERE tenant = ? AND key = ? AND sequence = ?",
        [(tenant, key, sequence) for key in keys],
    )
    connection.executemany(
        "UPDATE terms SET count = count - 1 WHERE tenant = ? AND term = ?",
        [(tenant, term) for term in terms],
    )


def add_terms(connection: Connection, tenant: int, counts: dict[int, int]) -> None:
    """Add to the counts of terms."""
    connection.executemany(
        "INSERT INTO terms (tenant, term, count) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(tenant, term, count) for term, count in counts.items()],
    )


def _insert_decision(
    connection: Connection,
    tenant: int,
    sequence: int,
    number: int,
    encoded: EncodedRegistration,
    waits: Registered,
) -> None:
    entry = encoded.entry
    connection.execute(
        "INSERT INTO decisions (number, tenant, key, sequence, outcome, state, review_key,"
        " decided_at, body, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            tenant,
            entry.decision_key,
            sequence,
            entry.decision.outcome.value,
            encoded.order.state,
            waits.batch_review or entry.review_key,
            encoded.decided_at,
            encoded.body,
            entry.audit.actor,
        ),
    )
    asks = question_of(entry, waits)
    if asks is not None:
        session = SqliteSession(connection, tenant)
        if entry.amends is not None:
            leave_queue(session, [sequence], encoded.order.at)
        open_review(session, number, sequence, asks, encoded.order.at)
