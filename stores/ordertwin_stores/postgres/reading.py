"""Orders and decisions, read back as values. Each function runs one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, LiteralString

from ordertwin_models.errors import NotFound
from ordertwin_models.order import Order, OrderState
from ordertwin_stores.archive import PastOrder
from ordertwin_stores.codec import from_micros, to_micros, unpack_decision, unpack_order
from ordertwin_stores.interface import OrderFilter, OrderPage, StoredDecision, StoredOrder
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.texts import from_text, to_text

_ORDER = (
    "SELECT sequence, key, content, state, version, received_at, updated_at"
    " FROM orders JOIN order_contents USING (tenant, sequence)"
)
_PAST = (
    "SELECT sequence, key, content, state, version, received_at, updated_at, features"
    " FROM orders JOIN order_contents USING (tenant, sequence)"
    " WHERE tenant = %s AND sequence > %s AND sequence <= %s ORDER BY sequence"
)
_DECISION = (
    "SELECT decisions.key, orders.key, review_key, decisions.state, body"
    " FROM decisions JOIN orders USING (tenant, sequence)"
)
_LARGEST = 2**63 - 1


def get_order(connection: Connection, tenant: int | None, key: str) -> StoredOrder:
    """See `OrderStore.get_order`."""
    row = run(
        connection, f"{_ORDER} WHERE tenant = %s AND key = %s", tenant, to_text(key)
    ).fetchone()
    if row is None:
        raise NotFound("order", key)
    return _stored(row)


def lock_order(connection: Connection, tenant: int, key: str) -> tuple[int, StoredOrder]:
    """An order and its sequence, which nobody else changes until the transaction ends."""
    row = run(
        connection,
        f"{_ORDER} WHERE tenant = %s AND key = %s FOR UPDATE OF orders",
        tenant,
        to_text(key),
    ).fetchone()
    if row is None:
        raise NotFound("order", key)
    return row[0], _stored(row)


def get_orders(
    connection: Connection, tenant: int | None, keys: Sequence[str]
) -> dict[str, StoredOrder]:
    """See `OrderStore.get_orders`."""
    rows = run(
        connection,
        f"{_ORDER} WHERE tenant = %s AND key = ANY(%s::text[])",
        tenant,
        list(map(to_text, keys)),
    ).fetchall()
    return {order.key: order for order in map(_stored, rows)}


def contents_before(
    connection: Connection, tenant: int | None, keys: Sequence[str], at: datetime
) -> dict[str, Order]:
    """See `OrderStore.contents_before`."""
    rows = run(
        connection,
        "SELECT key, coalesce((SELECT content FROM order_versions AS earlier"
        " WHERE earlier.tenant = orders.tenant AND earlier.sequence = orders.sequence"
        " AND replaced_at >= %s ORDER BY number LIMIT 1), content)"
        " FROM orders JOIN order_contents USING (tenant, sequence)"
        " WHERE tenant = %s AND key = ANY(%s::text[])",
        to_micros(at),
        tenant,
        list(map(to_text, keys)),
    ).fetchall()
    return {from_text(key): unpack_order(content) for key, content in rows}


def find_order(
    connection: Connection, tenant: int | None, source: str, order_id: str
) -> tuple[str, bytes] | None:
    """See `OrderStore.find_order`."""
    row = run(
        connection,
        "SELECT key, digest FROM orders WHERE tenant = %s AND source = %s AND order_id = %s",
        tenant,
        to_text(source),
        to_text(order_id),
    ).fetchone()
    return None if row is None else (from_text(row[0]), row[1])


def list_orders(
    connection: Connection,
    tenant: int | None,
    where: OrderFilter,
    size: int,
    position: int | None,
) -> OrderPage:
    """See `OrderStore.list_orders`."""
    conditions: list[tuple[LiteralString, object]] = list(_conditions(tenant, where, position))
    rows = run(
        connection,
        f"{_ORDER} WHERE {' AND '.join(text for text, _ in conditions)}"
        " ORDER BY sequence DESC LIMIT %s",
        *(value for _, value in conditions),
        size + 1,
    ).fetchall()
    page = rows[:size]
    return OrderPage(tuple(map(_stored, page)), page[-1][0] if len(rows) > size else None)


def _conditions(
    tenant: int | None, where: OrderFilter, position: int | None
) -> Iterator[tuple[LiteralString, object]]:
    yield "tenant = %s", tenant
    if position is not None:
        yield "sequence < %s", min(position, _LARGEST)
    if where.state is not None:
        yield "state = %s", where.state.value
    if where.source is not None:
        yield "source = %s", to_text(where.source)
    if where.order_id is not None:
        yield "order_id = %s", to_text(where.order_id)
    if where.received_after is not None:
        yield "received_at > %s", to_micros(where.received_after)


def next_orders(
    connection: Connection, tenant: int | None, after: int, size: int
) -> list[tuple[int, StoredOrder]]:
    """The oldest orders registered after a sequence, with theirs."""
    rows = run(
        connection,
        f"{_ORDER} WHERE tenant = %s AND sequence > %s ORDER BY sequence LIMIT %s",
        tenant,
        after,
        size,
    ).fetchall()
    return [(row[0], _stored(row)) for row in rows]


def next_versions(
    connection: Connection, tenant: int | None, after: tuple[int, int], size: int
) -> list[tuple[tuple[int, int], str, Order]]:
    """Earlier versions of orders after a place, with theirs and the key of the order."""
    rows = run(
        connection,
        "SELECT sequence, number, key, order_versions.content FROM order_versions"
        " JOIN orders USING (tenant, sequence)"
        " WHERE tenant = %s AND (sequence, number) > (%s, %s) ORDER BY sequence, number LIMIT %s",
        tenant,
        *after,
        size,
    ).fetchall()
    return [
        ((sequence, number), from_text(key), unpack_order(content))
        for sequence, number, key, content in rows
    ]


def newest_sequence(connection: Connection, tenant: int | None) -> int:
    """See `OrderArchive.newest_sequence`."""
    row = run(
        connection, "SELECT coalesce(max(sequence), 0) FROM orders WHERE tenant = %s", tenant
    ).fetchone()
    return int(row[0]) if row else 0


def past_orders(
    connection: Connection, tenant: int | None, after: int, until: int
) -> list[PastOrder]:
    """See `OrderArchive.past_orders`."""
    rows = run(connection, _PAST, tenant, after, until).fetchall()
    return [PastOrder(row[0], _stored(row[:-1]), row[-1]) for row in rows]


def get_decision(connection: Connection, tenant: int | None, key: str) -> StoredDecision:
    """See `OrderStore.get_decision`."""
    row = run(
        connection,
        f"{_DECISION} WHERE tenant = %s AND decisions.key = %s",
        tenant,
        to_text(key),
    ).fetchone()
    if row is None:
        raise NotFound("decision", key)
    return _decided(row)


def entered_by(connection: Connection, tenant: int | None, order_key: str) -> frozenset[str]:
    """See `OrderStore.entered_by`."""
    rows = run(
        connection,
        "SELECT DISTINCT actor FROM decisions JOIN orders USING (tenant, sequence)"
        " WHERE tenant = %s AND orders.key = %s AND actor <> ''",
        tenant,
        to_text(order_key),
    ).fetchall()
    return frozenset(from_text(actor) for (actor,) in rows)


def latest_decision(
    connection: Connection, tenant: int | None, order_key: str
) -> StoredDecision | None:
    """See `OrderStore.latest_decision`."""
    row = run(
        connection,
        f"{_DECISION} WHERE tenant = %s AND orders.key = %s ORDER BY number DESC LIMIT 1",
        tenant,
        to_text(order_key),
    ).fetchone()
    return None if row is None else _decided(row)


def _stored(row: Any) -> StoredOrder:
    _, key, content, state, version, received_at, updated_at = row
    return StoredOrder(
        key=from_text(key),
        order=unpack_order(content),
        state=OrderState(state),
        version=version,
        received_at=from_micros(received_at),
        updated_at=from_micros(updated_at),
    )


def _decided(row: Any) -> StoredDecision:
    key, order_key, review_key, state, body = row
    return StoredDecision(
        from_text(key),
        from_text(order_key),
        review_key and from_text(review_key),
        OrderState(state),
        unpack_decision(body),
    )
