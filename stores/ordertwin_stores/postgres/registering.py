"""Writing an order with everything that belongs to it, or finding out why it must not be written.

First the locks, then all questions at once, then all writing at once with the commit: two or three
journeys to the database, however many statements. What is read under the locks cannot change before
it is written. See `locks` for what is locked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

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
from ordertwin_stores.postgres.auditing import write_audit
from ordertwin_stores.postgres.connections import Transaction
from ordertwin_stores.postgres.counting import add_terms, add_to_tenant
from ordertwin_stores.postgres.flow import count_order, join_batch
from ordertwin_stores.postgres.library import Connection, Cursor, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.lookup import Snapshot, ask_for_changes, find_candidates
from ordertwin_stores.postgres.records import (
    ask_for_reply,
    forget_requests,
    reply_in,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.postgres.reviews import PostgresSession
from ordertwin_stores.postgres.texts import from_text, to_text
from ordertwin_stores.reviewing.writing import leave_queue, open_review

_NAMESAKE = (
    "SELECT key, sequence, version, state FROM orders"
    " WHERE tenant = %s AND source = %s AND order_id = %s"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Questions on their way to the database."""

    reply: Cursor
    namesake: Cursor
    changes: Cursor
    number: Cursor


def register(
    transaction: Transaction,
    locks: Locks,
    tenant: int,
    encoded: EncodedRegistration,
    seen: Candidates,
) -> RegisterResult:
    """See `OrderStore.register`."""
    connection, entry = transaction.connection, encoded.entry
    snapshot = seen.snapshot
    if not isinstance(snapshot, Snapshot):
        raise TypeError("`seen` must come from this store's candidates() or from Overtaken.")
    _lock(connection, locks, encoded)
    asked = _ask(connection, tenant, encoded, snapshot)
    reply = reply_in(asked.reply, entry.request.request_id, entry.request.fingerprint)
    if reply is not None:
        ours = _registered_before(connection, tenant, entry) if transaction.again else None
        return ours or Replayed(reply)
    stored = asked.namesake.fetchone()
    amended_key, seen_version = entry.amends or (None, 0)
    if stored is not None and from_text(stored[0]) != amended_key:
        return AlreadyStored(from_text(stored[0]))
    if stored is None and amended_key is not None:
        raise NotFound("order", amended_key)
    if _came_in_between(asked.changes, seen, snapshot, stored):
        return Overtaken(find_candidates(connection, tenant, entry.lookups, snapshot.limit))
    if stored is not None and stored[2] != seen_version:
        raise EtagMismatch(from_text(stored[0]))
    return _write(connection, tenant, encoded, stored, _number_in(asked.number))


def _lock(connection: Connection, locks: Locks, encoded: EncodedRegistration) -> None:
    """Everything that another writer could take from us: keys, natural key, request id."""
    entry, order = encoded.entry, encoded.order
    keys = {lookup.key for lookup in entry.lookups} | set(order.keys)
    numbers = {
        *locks.of_keys(keys),
        locks.of_request(entry.request),
        locks.of_order(order.source, order.order_id),
    }
    if entry.batch_since is not None:
        numbers.add(locks.of_batches(order.source))
    locks.pass_gate(connection)
    locks.take(connection, numbers)


def _ask(
    connection: Connection, tenant: int, encoded: EncodedRegistration, snapshot: Snapshot
) -> _Asked:
    """Numbers are taken under the locks, so among orders that share a key they grow as they are
    committed."""
    entry, order = encoded.entry, encoded.order
    return _Asked(
        reply=ask_for_reply(connection, tenant, entry.request.method, entry.request.request_id),
        namesake=run(
            connection,
            f"{_NAMESAKE} FOR UPDATE" if entry.amends else _NAMESAKE,
            tenant,
            to_text(order.source),
            to_text(order.order_id),
        ),
        changes=ask_for_changes(connection, tenant, entry.lookups, snapshot.limit),
        number=run(connection, "SELECT nextval('changes')"),
    )


def _came_in_between(
    changes: Cursor, seen: Candidates, snapshot: Snapshot, amended: Any | None
) -> bool:
    """Whether candidates hold an order now that `seen` did not show as it is now."""
    shown = {candidate.sequence for candidate in seen.candidates}
    own = amended and amended[1]
    newest = changes.fetchall()[: snapshot.limit]
    return any(
        sequence not in shown or snapshot.changes[sequence] != change
        for sequence, change in newest
        if sequence != own
    )


def _registered_before(
    connection: Connection, tenant: int, entry: Registration
) -> Registered | None:
    """What was done by an earlier try whose answer was lost, if it was this very entry."""
    row = run(
        connection,
        "SELECT review_key FROM decisions WHERE tenant = %s AND key = %s",
        tenant,
        to_text(entry.decision_key),
    ).fetchone()
    if row is None:
        return None
    if entry.batch_since is None:
        return Registered()
    review = from_text(row[0])
    return Registered(batch_review=review, batch_opened=review == entry.review_key)


def _number_in(asked: Cursor) -> int:
    row = asked.fetchone()
    assert row is not None
    return int(row[0])


def _write(
    connection: Connection,
    tenant: int,
    encoded: EncodedRegistration,
    stored: Any | None,
    number: int,
) -> Registered:
    entry, order, at = encoded.entry, encoded.order, encoded.order.at
    terms: Counter[int] = Counter(order.terms)
    if stored is None:
        sequence = number
        insert_order(connection, tenant, sequence, order)
    else:
        sequence = stored[1]
        terms.subtract(_replace_order(connection, tenant, sequence, stored[3], number, order))
    run(
        connection,
        "INSERT INTO blocking_keys (tenant, key, sequence, change)"
        " SELECT %s, key, %s, %s FROM unnest(%s::bigint[]) AS wanted (key)",
        tenant,
        sequence,
        number,
        list(order.keys),
    )
    waits = join_batch(connection, tenant, encoded)
    _insert_decision(connection, tenant, sequence, number, encoded, waits)
    write_request(connection, tenant, entry.request, at)
    forget_requests(connection, tenant, at)
    # Rows that many share come last, so that nobody waits longer than a commit takes.
    if stored is None:
        count_order(connection, tenant, encoded)
    add_terms(connection, tenant, terms)
    add_to_tenant(connection, tenant, int(stored is None), 1)
    write_event(connection, tenant, ORDER_DECIDED, sequence, number, at)
    if entry.turned_by:
        related = {"related": entry.turned_by}
        write_event(connection, tenant, DECISION_TURNED, sequence, number, at, related)
    if waits.batch_opened:
        write_event(connection, tenant, BATCH_OPENED, sequence, number, at)
    write_audit(connection, tenant, entry.audit, at)
    return waits


def insert_order(connection: Connection, tenant: int, sequence: int, order: EncodedOrder) -> None:
    """Write the row of a new order and what it says."""
    run(
        connection,
        "INSERT INTO orders (tenant, sequence, key, source, order_id, state, state_changed_at,"
        " version, received_at, updated_at, digest, features)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s, %s)",
        tenant,
        sequence,
        to_text(order.key),
        to_text(order.source),
        to_text(order.order_id),
        order.state,
        order.at,
        order.at,
        order.at,
        order.digest,
        order.features,
    )
    run(
        connection,
        "INSERT INTO order_contents (tenant, sequence, content, numbers) VALUES (%s, %s, %s, %s)",
        tenant,
        sequence,
        order.content,
        order.numbers,
    )


def _replace_order(
    connection: Connection,
    tenant: int,
    sequence: int,
    before: str,
    number: int,
    order: EncodedOrder,
) -> tuple[int, ...]:
    """Put the amended order in place of the earlier one, which is kept; returns its terms."""
    row = run(
        connection,
        "SELECT numbers FROM order_contents WHERE tenant = %s AND sequence = %s",
        tenant,
        sequence,
    ).fetchone()
    assert row is not None
    keys, terms = unpack_numbers(row[0])
    run(
        connection,
        "INSERT INTO order_versions (tenant, sequence, number, version, state, digest, content,"
        " replaced_at) SELECT tenant, sequence, %s, version, state, digest, content, %s"
        " FROM orders JOIN order_contents USING (tenant, sequence)"
        " WHERE tenant = %s AND sequence = %s",
        number,
        order.at,
        tenant,
        sequence,
    )
    run(
        connection,
        "DELETE FROM blocking_keys WHERE tenant = %s AND key = ANY(%s::bigint[]) AND sequence = %s",
        tenant,
        list(keys),
        sequence,
    )
    if before != order.state:
        write_state_change(connection, tenant, sequence, before, order.state, "amended", order.at)
    if before == OrderState.HELD != order.state:
        leave_queue(PostgresSession(connection, tenant), [sequence], order.at)
    run(
        connection,
        "UPDATE orders SET state = %s, state_changed_at = CASE WHEN state = %s"
        " THEN state_changed_at ELSE %s END, version = version + 1, updated_at = %s, digest = %s,"
        " features = %s WHERE tenant = %s AND sequence = %s",
        order.state,
        order.state,
        order.at,
        order.at,
        order.digest,
        order.features,
        tenant,
        sequence,
    )
    run(
        connection,
        "UPDATE order_contents SET content = %s, numbers = %s WHERE tenant = %s AND sequence = %s",
        order.content,
        order.numbers,
        tenant,
        sequence,
    )
    return terms


def _insert_decision(
    connection: Connection,
    tenant: int,
    sequence: int,
    number: int,
    encoded: EncodedRegistration,
    waits: Registered,
) -> None:
    entry = encoded.entry
    review_key = waits.batch_review or entry.review_key
    run(
        connection,
        "INSERT INTO decisions (tenant, number, key, sequence, outcome, state, review_key,"
        " decided_at, body, actor) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        tenant,
        number,
        to_text(entry.decision_key),
        sequence,
        entry.decision.outcome.value,
        encoded.order.state,
        review_key and to_text(review_key),
        encoded.decided_at,
        encoded.body,
        to_text(entry.audit.actor),
    )
    asks = question_of(entry, waits)
    if asks is not None:
        session = PostgresSession(connection, tenant)
        if entry.amends is not None:
            leave_queue(session, [sequence], encoded.order.at)
        open_review(session, number, sequence, asks, encoded.order.at)
