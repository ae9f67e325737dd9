"""Resolutions in SQLite. Everything happens inside one write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ordertwin_models.errors import EtagMismatch, NotFound, OrderIdTaken
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import from_micros, to_micros, unpack_numbers
from ordertwin_stores.encoding import EncodedOrder, encode_history
from ordertwin_stores.events import (
    ORDER_RESOLVED,
    ORDERS_MERGED,
    ORDERS_UNMERGED,
    STATUS_CHANGED,
)
from ordertwin_stores.interface import Replayed, StoredOrder
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
from ordertwin_stores.sqlite.auditing import write_audit
from ordertwin_stores.sqlite.changes import Changes
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.reading import get_order
from ordertwin_stores.sqlite.records import (
    reply_of,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.sqlite.registering import add_terms, insert_order, unindex_order
from ordertwin_stores.sqlite.reviews import SqliteSession
from ordertwin_stores.sqlite.tenants import Tenants
from ordertwin_stores.sqlite.writer import Writer

if TYPE_CHECKING:
    from sqlite_utils import Database

_FOUND = (
    "SELECT number, resolutions.key, action, orders.key, at, undone_at, orders.sequence"
    " FROM resolutions JOIN orders ON orders.sequence = resolutions.target"
)


def tables_for_resolutions(db: Database) -> None:
    """What was settled, and which orders left for which."""
    db.execute(
        "CREATE TABLE resolutions (number INTEGER PRIMARY KEY, tenant INTEGER NOT NULL,"
        " key TEXT NOT NULL, action TEXT NOT NULL, target INTEGER NOT NULL, at INTEGER NOT NULL,"
        " undone_at INTEGER) STRICT"
    )
    db.execute("CREATE UNIQUE INDEX resolutions_by_key ON resolutions (tenant, key)")
    db.execute("CREATE INDEX resolutions_by_target ON resolutions (target)")
    db.execute(
        "CREATE TABLE resolved_orders (sequence INTEGER NOT NULL, number INTEGER NOT NULL,"
        " before TEXT NOT NULL, before_since INTEGER NOT NULL, findable INTEGER NOT NULL,"
        " attached INTEGER NOT NULL, PRIMARY KEY (sequence, number)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX resolved_orders_by_number ON resolved_orders (number)")


class SqliteResolutions:
    """The part of a SQLite store that is about resolutions."""

    def __init__(
        self, writer: Writer, readers: Readers, tenants: Tenants, changes: Changes
    ) -> None:
        self._writer, self._readers, self._tenants = writer, readers, tenants
        self._changes = changes

    def resolve(self, tenant: str, resolution: Resolution) -> StoredResolution | Replayed:
        """See `ResolutionStore.resolve`."""
        made = None if resolution.made is None else encode_history(resolution.made)

        def work(connection: Connection) -> StoredResolution | Replayed:
            number = self._tenants.ensure(connection, tenant)
            return _resolve(connection, number, resolution, made, self._changes)

        return self._writer.write(work)

    def undo(self, tenant: str, undo: Undo) -> StoredResolution | Replayed:
        """See `ResolutionStore.undo`."""

        def work(connection: Connection) -> StoredResolution | Replayed:
            number = self._tenants.ensure(connection, tenant)
            return _undo(connection, number, undo, self._changes)

        return self._writer.write(work)

    def get(self, tenant: str, key: str) -> StoredResolution:
        """See `ResolutionStore.get`."""
        with self._readers.borrow() as connection:
            return _get(connection, self._tenants.find(connection, tenant), key)[2]

    def of_order(self, tenant: str, order_key: str) -> tuple[StoredResolution, ...]:
        """See `ResolutionStore.of_order`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            rows = connection.execute(
                f"{_FOUND} WHERE resolutions.tenant = ?1 AND number IN"
                " (SELECT number FROM resolutions WHERE target ="
                " (SELECT sequence FROM orders WHERE tenant = ?1 AND key = ?2)"
                " UNION SELECT number FROM resolved_orders WHERE sequence ="
                " (SELECT sequence FROM orders WHERE tenant = ?1 AND key = ?2)) ORDER BY number",
                (number, order_key),
            ).fetchall()
            return tuple(_stored(connection, row) for row in rows)

    def standing_for(
        self, tenant: str, keys: Sequence[str]
    ) -> Mapping[str, tuple[OrderState, datetime]]:
        """See `ResolutionStore.standing_for`."""
        with self._readers.borrow() as connection:
            number = self._tenants.find(connection, tenant)
            rows = connection.execute(
                "SELECT left.key, target.state, target.state_changed_at FROM orders AS left"
                " JOIN resolved_orders ON resolved_orders.sequence = left.sequence AND attached"
                " JOIN resolutions USING (number)"
                " JOIN orders AS target ON target.sequence = resolutions.target"
                f" WHERE left.tenant = ? AND left.key IN ({', '.join('?' * len(keys))})"
                " AND undone_at IS NULL ORDER BY number",
                (number, *keys),
            ).fetchall()
        return {key: (OrderState(state), from_micros(since)) for key, state, since in rows}


def _resolve(
    connection: Connection,
    tenant: int,
    resolution: Resolution,
    made: EncodedOrder | None,
    changes: Changes,
) -> StoredResolution | Replayed:
    seen = {each.order_key: each.version for each in resolution.leaving}
    if made is None:
        seen[resolution.target_key] = resolution.target_version
    stored = {key: get_order(connection, tenant, key) for key in seen}
    reply = reply_of(connection, tenant, resolution.request)
    if reply is not None:
        return Replayed(reply)
    for key, version in seen.items():
        if stored[key].version != version:
            raise EtagMismatch(key)
    at = to_micros(resolution.at)
    target = (
        _sequence(connection, tenant, resolution.target_key)
        if made is None
        else _make(connection, tenant, made, changes)
    )
    (number,) = connection.execute(
        "INSERT INTO resolutions (tenant, key, action, target, at) VALUES (?, ?, ?, ?, ?)"
        " RETURNING number",
        (tenant, resolution.key, resolution.action, target, at),
    ).fetchone()
    for each in resolution.leaving:
        sequence = _sequence(connection, tenant, each.order_key)
        connection.execute(
            "INSERT INTO resolved_orders (sequence, number, before, before_since, findable,"
            " attached) SELECT sequence, ?, state, state_changed_at, ?, ? FROM orders"
            " WHERE sequence = ?",
            (number, each.findable, resolution.attached, sequence),
        )
        if not each.findable:
            unindex_order(connection, tenant, sequence, _numbers(connection, sequence))
        _settle(connection, tenant, stored[each.order_key], each.state, resolution)
    if resolution.target_state is not None:
        kept = stored[resolution.target_key]
        _settle(connection, tenant, kept, resolution.target_state, resolution)
    if resolution.said is not None:
        change(SqliteSession(connection, tenant), resolution.said)
    event = ORDER_RESOLVED if made is None else ORDERS_MERGED
    details = _about(get_order(connection, tenant, resolution.target_key), seen, resolution)
    write_event(connection, tenant, event, target, None, at, details)
    write_request(connection, tenant, resolution.request, at)
    write_audit(connection, tenant, resolution.audit, at)
    changes.forget()
    return _get(connection, tenant, resolution.key)[2]


def _settle(
    connection: Connection,
    tenant: int,
    before: StoredOrder,
    state: OrderState,
    resolution: Resolution,
) -> None:
    """Move an order to its state, with an event and an entry in the operation log."""
    at, sequence = to_micros(resolution.at), _sequence(connection, tenant, before.key)
    if state is not before.state:
        _move(connection, tenant, sequence, before, state, resolution.reason, at, at)
        if before.state is OrderState.HELD:
            leave_queue(SqliteSession(connection, tenant), [sequence], at)
        states = {"state": state, "before": before.state, "related": resolution.target_key}
        write_event(connection, tenant, STATUS_CHANGED, sequence, None, at, states)
    after = get_order(connection, tenant, before.key)
    entry = replace(resolution.audit, target=f"orders/{before.key}")
    write_audit(connection, tenant, marked(entry, before, after), at)


def _about(target: StoredOrder, keys: Iterable[str], resolution: Resolution) -> dict[str, object]:
    others = " ".join(key for key in keys if key != target.key)
    return {"state": target.state, "related": others, "action": resolution.action}


def _undo(
    connection: Connection, tenant: int, undo: Undo, changes: Changes
) -> StoredResolution | Replayed:
    number, target, found = _get(connection, tenant, undo.key)
    reply = reply_of(connection, tenant, undo.request)
    if reply is not None:
        return Replayed(reply)
    made = get_order(connection, tenant, found.target_key)
    ensure_undoable(found, made, undo)
    at = to_micros(undo.at)
    connection.execute("UPDATE resolutions SET undone_at = ? WHERE number = ?", (at, number))
    unindex_order(connection, tenant, target, _numbers(connection, target))
    gone = OrderState.CANCELLED
    _move(connection, tenant, target, made, gone, undo.reason, at, at)
    rows = connection.execute(
        "SELECT sequence, key, before, before_since, findable FROM resolved_orders"
        " JOIN orders USING (sequence) WHERE number = ?",
        (number,),
    ).fetchall()
    for sequence, key, state, since, findable in rows:
        before = get_order(connection, tenant, key)
        _move(connection, tenant, sequence, before, OrderState(state), undo.reason, at, since)
        if not findable:
            _index(connection, tenant, sequence)
        if state == OrderState.HELD:
            rejoin_queue(SqliteSession(connection, tenant), [sequence], to_micros(found.at))
        states = {"state": state, "before": before.state, "related": made.key}
        write_event(connection, tenant, STATUS_CHANGED, sequence, None, at, states)
        entry = replace(undo.audit, target=f"orders/{key}")
        after = get_order(connection, tenant, key)
        write_audit(connection, tenant, marked(entry, before, after), at)
    if undo.said is not None:
        change(SqliteSession(connection, tenant), undo.said)
    related = " ".join(row[1] for row in rows)
    details = {"state": gone, "before": made.state, "related": related}
    write_event(connection, tenant, ORDERS_UNMERGED, target, None, at, details)
    write_request(connection, tenant, undo.request, at)
    after = get_order(connection, tenant, made.key)
    write_audit(connection, tenant, marked(undo.audit, made, after), at)
    changes.forget()
    return _get(connection, tenant, undo.key)[2]


def _make(connection: Connection, tenant: int, made: EncodedOrder, changes: Changes) -> int:
    taken = connection.execute(
        "SELECT 1 FROM orders WHERE tenant = ? AND source = ? AND order_id = ?",
        (tenant, made.source, made.order_id),
    ).fetchone()
    if taken is not None:
        raise OrderIdTaken(made.source, made.order_id)
    sequence = changes.take()
    insert_order(connection, tenant, sequence, made)
    _index(connection, tenant, sequence)
    connection.execute("UPDATE tenants SET orders = orders + 1 WHERE id = ?", (tenant,))
    return sequence


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
    connection.execute(
        "UPDATE orders SET state = ?, state_changed_at = ?, updated_at = ?, version = version + 1"
        " WHERE sequence = ?",
        (state.value, since, at, sequence),
    )
    write_state_change(connection, tenant, sequence, before.state.value, state.value, reason, at)


def _index(connection: Connection, tenant: int, sequence: int) -> None:
    """Have an order found by the keys and counted by the terms that it has."""
    keys, terms = unpack_numbers(_numbers(connection, sequence))
    connection.executemany(
        "INSERT INTO blocking_keys (tenant, key, sequence) VALUES (?, ?, ?)",
        [(tenant, key, sequence) for key in keys],
    )
    add_terms(connection, tenant, dict.fromkeys(terms, 1))


def _numbers(connection: Connection, sequence: int) -> bytes:
    (numbers,) = connection.execute(
        "SELECT numbers FROM order_contents WHERE sequence = ?", (sequence,)
    ).fetchone()
    return bytes(numbers)


def _sequence(connection: Connection, tenant: int, key: str) -> int:
    (sequence,) = connection.execute(
        "SELECT sequence FROM orders WHERE tenant = ? AND key = ?", (tenant, key)
    ).fetchone()
    return int(sequence)


def _get(connection: Connection, tenant: int | None, key: str) -> tuple[int, int, StoredResolution]:
    row = connection.execute(
        f"{_FOUND} WHERE resolutions.tenant = ? AND resolutions.key = ?", (tenant, key)
    ).fetchone()
    if row is None:
        raise NotFound("resolution", key)
    return row[0], row[6], _stored(connection, row)


def _stored(connection: Connection, row: Any) -> StoredResolution:
    number, key, action, target, at, undone_at, _ = row
    left = connection.execute(
        "SELECT key, before FROM resolved_orders JOIN orders USING (sequence) WHERE number = ?"
        " ORDER BY sequence",
        (number,),
    ).fetchall()
    return StoredResolution(
        key=key,
        action=action,
        target_key=target,
        left=tuple(Left(one, OrderState(before)) for one, before in left),
        at=from_micros(at),
        undone_at=None if undone_at is None else from_micros(undone_at),
    )
