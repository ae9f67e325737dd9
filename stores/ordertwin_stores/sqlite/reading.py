"""Orders and decisions, read back as values. Each function runs one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ordertwin_models.errors import NotFound
from ordertwin_models.order import Order, OrderState
from ordertwin_stores.archive import PastOrder
from ordertwin_stores.codec import from_micros, to_micros, unpack_decision, unpack_order
from ordertwin_stores.interface import OrderFilter, OrderPage, StoredDecision, StoredOrder
from ordertwin_stores.sqlite.library import Connection

_ORDER = (
    "SELECT sequence, key, content, state, version, received_at, updated_at"
    " FROM orders JOIN order_contents USING (sequence)"
)
_DECISION = (
    "SELECT decisions.key, orders.key, review_key, decisions.state, body"
    " FROM decisions JOIN orders USING (sequence)"
)
_KEYS_AT_ONCE = 500


def get_order(connection: Connection, tenant: int | None, key: str) -> StoredOrder:
    """See `OrderStore.get_order`."""
    row = connection.execute(f"{_ORDER} WHERE tenant = ? AND key = ?", (tenant, key)).fetchone()
    if row is None:
        raise NotFound("order", key)
    return _stored(row)


def get_orders(
    connection: Connection, tenant: int | None, keys: Sequence[str]
) -> dict[str, StoredOrder]:
    """See `OrderStore.get_orders`; one statement for every 500 keys."""
    found: dict[str, StoredOrder] = {}
    for part, marks in _parts(keys):
        rows = connection.execute(
            f"{_ORDER} WHERE tenant = ? AND key IN ({marks})", (tenant, *part)
        ).fetchall()
        found.update((row[1], _stored(row)) for row in rows)
    return found


def contents_before(
    connection: Connection, tenant: int | None, keys: Sequence[str], at: datetime
) -> dict[str, Order]:
    """See `OrderStore.contents_before`; one statement for every 500 keys."""
    found: dict[str, Order] = {}
    for part, marks in _parts(keys):
        rows = connection.execute(
            "SELECT key, ifnull((SELECT content FROM order_versions"
            " WHERE sequence = orders.sequence AND replaced_at >= ? ORDER BY number LIMIT 1),"
            " content) FROM orders JOIN order_contents USING (sequence)"
            f" WHERE tenant = ? AND key IN ({marks})",
            (to_micros(at), tenant, *part),
        ).fetchall()
        found.update((key, unpack_order(content)) for key, content in rows)
    return found


def find_order(
    connection: Connection, tenant: int | None, source: str, order_id: str
) -> tuple[str, bytes] | None:
    """See `OrderStore.find_order`."""
    row = connection.execute(
        "SELECT key, digest FROM orders WHERE tenant = ? AND source = ? AND order_id = ?",
        (tenant, source, order_id),
    ).fetchone()
    return None if row is None else (row[0], row[1])


def list_orders(
    connection: Connection,
    tenant: int | None,
    where: OrderFilter,
    size: int,
    position: int | None,
) -> OrderPage:
    """See `OrderStore.list_orders`."""
    conditions = dict(_conditions(tenant, where, position))
    rows = connection.execute(
        f"{_ORDER} WHERE {' AND '.join(conditions)} ORDER BY sequence DESC LIMIT ?",
        (*conditions.values(), size + 1),
    ).fetchall()
    page = rows[:size]
    return OrderPage(tuple(map(_stored, page)), page[-1][0] if len(rows) > size else None)


def _conditions(
    tenant: int | None, where: OrderFilter, position: int | None
) -> Iterator[tuple[str, int | str | None]]:
    yield "tenant = ?", tenant
    if position is not None:
        yield "sequence < ?", position
    if where.state is not None:
        yield "state = ?", where.state.value
    if where.source is not None:
        yield "source = ?", where.source
    if where.order_id is not None:
        yield "order_id = ?", where.order_id
    if where.received_after is not None:
        # The sign keeps SQLite from reading by arrival, which it would have to sort.
        yield "+received_at > ?", to_micros(where.received_after)


def next_orders(
    connection: Connection, tenant: int | None, after: int, size: int
) -> list[tuple[int, StoredOrder]]:
    """The oldest orders registered after a sequence, with theirs."""
    rows = connection.execute(
        f"{_ORDER} WHERE tenant = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        (tenant, after, size),
    ).fetchall()
    return [(row[0], _stored(row)) for row in rows]


def next_versions(
    connection: Connection, tenant: int | None, after: int, size: int
) -> list[tuple[int, str, Order]]:
    """Earlier versions of orders after a number, with theirs and the key of the order."""
    rows = connection.execute(
        "SELECT number, key, content FROM order_versions JOIN orders USING (sequence)"
        " WHERE order_versions.tenant = ? AND number > ? ORDER BY number LIMIT ?",
        (tenant, after, size),
    ).fetchall()
    return [(number, key, unpack_order(content)) for number, key, content in rows]


def newest_sequence(connection: Connection, tenant: int | None) -> int:
    """See `OrderArchive.newest_sequence`."""
    (newest,) = connection.execute(
        "SELECT ifnull(max(sequence), 0) FROM orders WHERE tenant = ?", (tenant,)
    ).fetchone()
    return int(newest)


def past_orders(
    connection: Connection, tenant: int | None, after: int, until: int
) -> list[PastOrder]:
    """See `OrderArchive.past_orders`."""
    rows = connection.execute(
        f"{_ORDER.replace('updated_at', 'updated_at, features')}"
        " WHERE tenant = ? AND sequence > ? AND sequence <= ? ORDER BY sequence",
        (tenant, after, until),
    ).fetchall()
    return [PastOrder(row[0], _stored(row[:-1]), row[-1]) for row in rows]


def get_decision(connection: Connection, tenant: int | None, key: str) -> StoredDecision:
    """See `OrderStore.get_decision`."""
    row = connection.execute(
        f"{_DECISION} WHERE decisions.tenant = ? AND decisions.key = ?", (tenant, key)
    ).fetchone()
    if row is None:
        raise NotFound("decision", key)
    return _decided(row)


def entered_by(connection: Connection, tenant: int | None, order_key: str) -> frozenset[str]:
    """See `OrderStore.entered_by`."""
    rows = connection.execute(
        "SELECT DISTINCT actor FROM decisions JOIN orders USING (sequence)"
        " WHERE orders.tenant = ? AND orders.key = ? AND actor <> ''",
        (tenant, order_key),
    ).fetchall()
    return frozenset(actor for (actor,) in rows)


def latest_decision(
    connection: Connection, tenant: int | None, order_key: str
) -> StoredDecision | None:
    """See `OrderStore.latest_decision`."""
    row = connection.execute(
        f"{_DECISION} WHERE orders.tenant = ? AND orders.key = ? ORDER BY number DESC LIMIT 1",
        (tenant, order_key),
    ).fetchone()
    return None if row is None else _decided(row)


def _parts(keys: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """The keys a few hundred at a time, with as many question marks."""
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        part = keys[start : start + _KEYS_AT_ONCE]
        yield part, ", ".join("?" * len(part))


def _stored(row: Any) -> StoredOrder:
    _, key, content, state, version, received_at, updated_at = row
    return StoredOrder(
        key=key,
        order=unpack_order(content),
        state=OrderState(state),
        version=version,
        received_at=from_micros(received_at),
        updated_at=from_micros(updated_at),
    )


def _decided(row: Any) -> StoredDecision:
    key, order_key, review_key, state, body = row
    return StoredDecision(key, order_key, review_key, OrderState(state), unpack_decision(body))
