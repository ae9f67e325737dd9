"""Resolutions in PostgreSQL. The orders are locked, in one order for all, and so are the keys of a
merged order, as when one is registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ordertwin_models.errors import EtagMismatch, NotFound, OrderIdTaken
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.encoding import EncodedOrder, encode_history
from ordertwin_stores.events import (
    ORDER_RESOLVED,
    ORDERS_MERGED,
    ORDERS_UNMERGED,
    STATUS_CHANGED,
)
from ordertwin_stores.interface import AuditEntry, Replayed, StoredOrder
from ordertwin_stores.postgres.auditing import write_audit
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.counting import add_terms, add_to_tenant
from ordertwin_stores.postgres.indexing import (
    index_again,
    keys_of,
    next_change,
    numbers_of,
    unindex,
)
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.reading import lock_order
from ordertwin_stores.postgres.records import (
    forget_requests,
    reply_of,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.postgres.registering import insert_order
from ordertwin_stores.postgres.reviews import PostgresSession
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.postgres.texts import from_text, to_text
from ordertwin_stores.resolutions import (
    Left,
    Resolution,
    StoredResolution,
    Undo,
    ensure_undoable,
)
from ordertwin_stores.reviewing.rejoining import rejoin_queue
from ordertwin_stores.reviewing.writing import change, leave_queue
from ordertwin_stores.rules import marked

_FOUND = (
    "SELECT number, resolutions.key, action, orders.key, at, undone_at, orders.sequence"
    " FROM resolutions JOIN orders ON orders.tenant = resolutions.tenant"
    " AND orders.sequence = resolutions.target"
)


def tables_for_resolutions(connection: Connection) -> None:
    """What was settled, and which orders left for which."""
    for statement in (
        "CREATE TABLE resolutions (tenant bigint NOT NULL, number bigint NOT NULL,"
        ' key text COLLATE "C" NOT NULL, action text COLLATE "C" NOT NULL, target bigint NOT NULL,'
        " at bigint NOT NULL, undone_at bigint, PRIMARY KEY (tenant, number),"
        " UNIQUE (tenant, key))",
        "CREATE INDEX resolutions_by_target ON resolutions (tenant, target)",
        "CREATE TABLE resolved_orders (tenant bigint NOT NULL, sequence bigint NOT NULL,"
        ' number bigint NOT NULL, before text COLLATE "C" NOT NULL, before_since bigint NOT NULL,'
        " findable boolean NOT NULL, attached boolean NOT NULL,"
        " PRIMARY KEY (tenant, sequence, number))",
        "CREATE INDEX resolved_orders_by_number ON resolved_orders (tenant, number)",
    ):
        run(connection, statement)


class PostgresResolutions:
    """The part of a PostgreSQL store that is about resolutions."""

    def __init__(self, connections: Connections, tenants: Tenants, schema: str) -> None:
        self._connections, self._tenants, self._schema = connections, tenants, schema

    def resolve(self, tenant: str, resolution: Resolution) -> StoredResolution | Replayed:
        """See `ResolutionStore.resolve`."""
        made = None if resolution.made is None else encode_history(resolution.made)
        number, locks = self._tenants.ensure(tenant), Locks.of(self._schema, tenant)
        return self._connections.write(lambda each: _resolve(each, locks, number, resolution, made))

    def undo(self, tenant: str, undo: Undo) -> StoredResolution | Replayed:
        """See `ResolutionStore.undo`."""
        number, locks = self._tenants.ensure(tenant), Locks.of(self._schema, tenant)
        return self._connections.write(lambda each: _undo(each, locks, number, undo))

    def get(self, tenant: str, key: str) -> StoredResolution:
        """See `ResolutionStore.get`."""
        return self._connections.read(
            lambda each: _get(each, self._tenants.find(each, tenant), key)[2]
        )

    def of_order(self, tenant: str, order_key: str) -> tuple[StoredResolution, ...]:
        """See `ResolutionStore.of_order`."""

        def look(connection: Connection) -> tuple[StoredResolution, ...]:
            number = self._tenants.find(connection, tenant)
            wanted = (number, to_text(order_key))
            rows = run(
                connection,
                f"{_FOUND} WHERE resolutions.tenant = %s AND number IN"
                " (SELECT number FROM resolutions AS mine JOIN orders AS one ON one.tenant ="
                " mine.tenant AND one.sequence = target WHERE one.tenant = %s AND one.key = %s"
                " UNION SELECT number FROM resolved_orders AS mine JOIN orders AS one"
                " USING (tenant, sequence) WHERE one.tenant = %s AND one.key = %s) ORDER BY number",
                number,
                *wanted,
                *wanted,
            ).fetchall()
            return tuple(_stored(connection, number, row) for row in rows)

        return self._connections.read(look)

    def standing_for(
        self, tenant: str, keys: Sequence[str]
    ) -> Mapping[str, tuple[OrderState, datetime]]:
        """See `ResolutionStore.standing_for`."""

        def look(connection: Connection) -> list[Any]:
            return run(
                connection,
                "SELECT gone.key, kept.state, kept.state_changed_at FROM orders AS gone"
                " JOIN resolved_orders USING (tenant, sequence)"
                " JOIN resolutions USING (tenant, number)"
                " JOIN orders AS kept ON kept.tenant = gone.tenant"
                " AND kept.sequence = resolutions.target"
                " WHERE gone.tenant = %s AND gone.key = ANY(%s::text[]) AND attached"
                " AND undone_at IS NULL ORDER BY resolutions.number",
                self._tenants.find(connection, tenant),
                list(map(to_text, keys)),
            ).fetchall()

        return {
            from_text(key): (OrderState(state), from_micros(since))
            for key, state, since in self._connections.read(look)
        }


def _resolve(
    transaction: Transaction,
    locks: Locks,
    tenant: int,
    resolution: Resolution,
    made: EncodedOrder | None,
) -> StoredResolution | Replayed:
    connection, at = transaction.connection, to_micros(resolution.at)
    numbers = {locks.of_request(resolution.request)}
    if made is not None:
        numbers |= {*locks.of_keys(made.keys), locks.of_order(made.source, made.order_id)}
    locks.pass_gate(connection)
    locks.take(connection, numbers)
    seen = {each.order_key: each.version for each in resolution.leaving}
    if made is None:
        seen[resolution.target_key] = resolution.target_version
    stored = {key: lock_order(connection, tenant, key) for key in sorted(seen)}
    reply = reply_of(connection, tenant, resolution.request)
    if reply is not None:
        if transaction.again:
            return _get(connection, tenant, resolution.key)[2]
        return Replayed(reply)
    for key, version in seen.items():
        if stored[key][1].version != version:
            raise EtagMismatch(key)
    if made is not None:
        _ensure_free(connection, tenant, made)
    target = stored[resolution.target_key][0] if made is None else next_change(connection)
    number = next_change(connection)
    terms: dict[int, int] = {}
    changed: list[tuple[StoredOrder, OrderState]] = []
    if made is not None:
        insert_order(connection, tenant, target, made)
        index_again(connection, tenant, target, made.numbers, target, terms)
    run(
        connection,
        "INSERT INTO resolutions (tenant, number, key, action, target, at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        tenant,
        number,
        to_text(resolution.key),
        resolution.action,
        target,
        at,
    )
    for each in resolution.leaving:
        sequence, before = stored[each.order_key]
        run(
            connection,
            "INSERT INTO resolved_orders (tenant, sequence, number, before, before_since, findable,"
            " attached) SELECT tenant, sequence, %s, state, state_changed_at, %s, %s FROM orders"
            " WHERE tenant = %s AND sequence = %s",
            number,
            each.findable,
            resolution.attached,
            tenant,
            sequence,
        )
        if not each.findable:
            unindex(connection, tenant, sequence, terms)
        _move(connection, tenant, sequence, before, each.state, resolution.reason, at, at)
        changed.append((before, each.state))
        if before.state is OrderState.HELD:
            leave_queue(PostgresSession(connection, tenant), [sequence], at)
    if resolution.target_state is not None:
        sequence, before = stored[resolution.target_key]
        if before.state is not resolution.target_state:
            state = resolution.target_state
            _move(connection, tenant, sequence, before, state, resolution.reason, at, at)
            if before.state is OrderState.HELD:
                leave_queue(PostgresSession(connection, tenant), [sequence], at)
        changed.append((before, resolution.target_state))
    if resolution.said is not None:
        change(PostgresSession(connection, tenant), resolution.said)
    write_request(connection, tenant, resolution.request, at)
    forget_requests(connection, tenant, at)
    add_terms(connection, tenant, terms)
    if made is not None:
        add_to_tenant(connection, tenant, 1, 0)
    _tell(connection, tenant, changed, stored, resolution.target_key, resolution.audit, at)
    if made is not None:
        state = OrderState(made.state)
    else:
        state = resolution.target_state or stored[resolution.target_key][1].state
    others = " ".join(key for key in seen if key != resolution.target_key)
    details = {"state": state, "related": others, "action": resolution.action}
    event = ORDER_RESOLVED if made is None else ORDERS_MERGED
    write_event(connection, tenant, event, target, None, at, details)
    write_audit(connection, tenant, resolution.audit, at)
    return _get(connection, tenant, resolution.key)[2]


def _undo(
    transaction: Transaction, locks: Locks, tenant: int, undo: Undo
) -> StoredResolution | Replayed:
    connection, at = transaction.connection, to_micros(undo.at)
    locks.pass_gate(connection)
    number, _, found = _get(connection, tenant, undo.key)
    keys = sorted({found.target_key, *(each.order_key for each in found.left)})
    blocking = [key for each in keys for key in keys_of(connection, tenant, each)]
    locks.take(connection, [*locks.of_keys(blocking), locks.of_request(undo.request)])
    stored = {key: lock_order(connection, tenant, key) for key in keys}
    number, target, found = _get(connection, tenant, undo.key)
    reply = reply_of(connection, tenant, undo.request)
    if reply is not None:
        return found if transaction.again else Replayed(reply)
    made = stored[found.target_key][1]
    ensure_undoable(found, made, undo)
    terms: dict[int, int] = {}
    run(
        connection,
        "UPDATE resolutions SET undone_at = %s WHERE tenant = %s AND number = %s",
        at,
        tenant,
        number,
    )
    unindex(connection, tenant, target, terms)
    gone = OrderState.CANCELLED
    _move(connection, tenant, target, made, gone, undo.reason, at, at)
    rows = run(
        connection,
        "SELECT key, before, before_since, findable FROM resolved_orders"
        " JOIN orders USING (tenant, sequence) WHERE tenant = %s AND number = %s ORDER BY sequence",
        tenant,
        number,
    ).fetchall()
    changed = []
    for key, state, since, findable in rows:
        sequence, before = stored[from_text(key)]
        _move(connection, tenant, sequence, before, OrderState(state), undo.reason, at, since)
        if not findable:
            held = numbers_of(connection, tenant, sequence)
            index_again(connection, tenant, sequence, held, next_change(connection), terms)
        if state == OrderState.HELD:
            rejoin_queue(PostgresSession(connection, tenant), [sequence], to_micros(found.at))
        changed.append((before, OrderState(state)))
    if undo.said is not None:
        change(PostgresSession(connection, tenant), undo.said)
    write_request(connection, tenant, undo.request, at)
    forget_requests(connection, tenant, at)
    add_terms(connection, tenant, terms)
    _tell(connection, tenant, changed, stored, made.key, undo.audit, at)
    related = " ".join(before.key for before, _ in changed)
    details = {"state": gone, "before": made.state, "related": related}
    write_event(connection, tenant, ORDERS_UNMERGED, target, None, at, details)
    after = replace(made, state=gone, version=made.version + 1)
    write_audit(connection, tenant, marked(undo.audit, made, after), at)
    return _get(connection, tenant, undo.key)[2]


def _tell(
    connection: Connection,
    tenant: int,
    changed: Iterable[tuple[StoredOrder, OrderState]],
    stored: Mapping[str, tuple[int, StoredOrder]],
    related: str,
    audit: AuditEntry,
    at: int,
) -> None:
    """An event and an entry in the operation log for each order that left or came back."""
    for before, state in changed:
        moved = state is not before.state
        states = {"state": state, "before": before.state, "related": related}
        if moved:
            place = stored[before.key][0]
            write_event(connection, tenant, STATUS_CHANGED, place, None, at, states)
        entry = replace(audit, target=f"orders/{before.key}")
        after = replace(before, state=state, version=before.version + moved)
        write_audit(connection, tenant, marked(entry, before, after), at)


def _ensure_free(connection: Connection, tenant: int, made: EncodedOrder) -> None:
    taken = run(
        connection,
        "SELECT 1 FROM orders WHERE tenant = %s AND source = %s AND order_id = %s",
        tenant,
        to_text(made.source),
        to_text(made.order_id),
    ).fetchone()
    if taken is not None:
        raise OrderIdTaken(made.source, made.order_id)


def _move(
    connection: Connection,
    tenant: int,
    sequence: int,
    before: StoredOrder,
    state: OrderState,
    reason: str,
    at: int,
    since: int,
) -> None:
    run(
        connection,
        "UPDATE orders SET state = %s, state_changed_at = %s, updated_at = %s,"
        " version = version + 1 WHERE tenant = %s AND sequence = %s",
        state.value,
        since,
        at,
        tenant,
        sequence,
    )
    write_state_change(connection, tenant, sequence, before.state.value, state.value, reason, at)


def _get(connection: Connection, tenant: int | None, key: str) -> tuple[int, int, StoredResolution]:
    row = run(
        connection,
        f"{_FOUND} WHERE resolutions.tenant = %s AND resolutions.key = %s",
        tenant,
        to_text(key),
    ).fetchone()
    if row is None:
        raise NotFound("resolution", key)
    return row[0], row[6], _stored(connection, tenant, row)


def _stored(connection: Connection, tenant: int | None, row: Any) -> StoredResolution:
    number, key, action, target, at, undone_at, _ = row
    left = run(
        connection,
        "SELECT key, before FROM resolved_orders JOIN orders USING (tenant, sequence)"
        " WHERE tenant = %s AND number = %s ORDER BY sequence",
        tenant,
        number,
    ).fetchall()
    return StoredResolution(
        key=from_text(key),
        action=action,
        target_key=from_text(target),
        left=tuple(Left(from_text(one), OrderState(before)) for one, before in left),
        at=from_micros(at),
        undone_at=None if undone_at is None else from_micros(undone_at),
    )
