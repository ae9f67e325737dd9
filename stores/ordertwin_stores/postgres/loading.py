"""Storing a past in bulk: orders without decisions, a whole column of a table at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from ordertwin_stores.encoding import EncodedOrder
from ordertwin_stores.interface import AuditEntry
from ordertwin_stores.postgres.auditing import write_audit
from ordertwin_stores.postgres.connections import Transaction
from ordertwin_stores.postgres.counting import add_terms, add_to_tenant
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.texts import from_text, to_text


def load(
    transaction: Transaction, locks: Locks, tenant: int, orders: Sequence[EncodedOrder]
) -> int:
    """See `OrderStore.load`. After a lost answer, orders with the keys given here count as new."""
    connection = transaction.connection
    run(connection, "SET LOCAL statement_timeout = 0")
    locks.shut_gate(connection)
    taken = _taken(connection, tenant, orders)
    mine = sum(key == order.key for order in orders if (key := taken.get(_natural_key(order))))
    fresh = list({_natural_key(order): order for order in reversed(orders)}.values())[::-1]
    fresh = [order for order in fresh if _natural_key(order) not in taken]
    if fresh:
        _insert(connection, tenant, fresh)
    if transaction.again and not fresh and mine:
        return mine
    at = max((order.at for order in orders), default=0)
    entry = AuditEntry("store", "LOAD", f"{len(fresh)} orders", "", "OK")
    write_audit(connection, tenant, entry, at)
    return len(fresh)


def _natural_key(order: EncodedOrder) -> tuple[str, str]:
    return order.source, order.order_id


def _taken(
    connection: Connection, tenant: int, orders: Sequence[EncodedOrder]
) -> dict[tuple[str, str], str]:
    """Natural keys that are there already, with the keys of their orders."""
    rows = run(
        connection,
        "SELECT orders.source, orders.order_id, key"
        " FROM unnest(%s::text[], %s::text[]) AS wanted (source, order_id)"
        " JOIN orders USING (order_id, source) WHERE tenant = %s",
        [to_text(order.source) for order in orders],
        [to_text(order.order_id) for order in orders],
        tenant,
    ).fetchall()
    return {
        (from_text(source), from_text(order_id)): from_text(key) for source, order_id, key in rows
    }


def _insert(connection: Connection, tenant: int, orders: Sequence[EncodedOrder]) -> None:
    numbers = run(
        connection, "SELECT nextval('changes') FROM generate_series(1, %s)", len(orders)
    ).fetchall()
    sequences = [number for (number,) in numbers]
    run(
        connection,
        "INSERT INTO orders (tenant, sequence, key, source, order_id, state, state_changed_at,"
        " version, received_at, updated_at, digest, features)"
        " SELECT %s, sequence, key, source, order_id, state, at, 1, at, at, digest, features"
        " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],"
        " %b::bytea[], %b::bytea[])"
        " AS given (sequence, key, source, order_id, state, at, digest, features)",
        tenant,
        sequences,
        [to_text(order.key) for order in orders],
        [to_text(order.source) for order in orders],
        [to_text(order.order_id) for order in orders],
        [order.state for order in orders],
        [order.at for order in orders],
        [order.digest for order in orders],
        [order.features for order in orders],
    )
    run(
        connection,
        "INSERT INTO order_contents (tenant, sequence, content, numbers)"
        " SELECT %s, sequence, content, numbers"
        " FROM unnest(%s::bigint[], %b::bytea[], %b::bytea[])"
        " AS given (sequence, content, numbers)",
        tenant,
        sequences,
        [order.content for order in orders],
        [order.numbers for order in orders],
    )
    keys = sorted(
        (key, sequence)
        for sequence, order in zip(sequences, orders, strict=True)
        for key in order.keys
    )
    run(
        connection,
        "INSERT INTO blocking_keys (tenant, key, sequence, change)"
        " SELECT %s, key, sequence, sequence"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS given (key, sequence)",
        tenant,
        [key for key, _ in keys],
        [sequence for _, sequence in keys],
    )
    add_terms(connection, tenant, Counter(chain.from_iterable(order.terms for order in orders)))
    add_to_tenant(connection, tenant, len(orders), 0)
