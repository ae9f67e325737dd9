"""Storing a past in bulk: orders without decisions, index entries written in key order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from ordertwin_stores.encoding import EncodedOrder
from ordertwin_stores.interface import AuditEntry
from ordertwin_stores.sqlite.auditing import write_audit
from ordertwin_stores.sqlite.changes import Changes
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.registering import add_terms


def load(
    connection: Connection, tenant: int, orders: Sequence[EncodedOrder], changes: Changes
) -> int:
    """See `OrderStore.load`."""
    stored = [
        (sequence, order)
        for order in orders
        for sequence in (_insert(connection, tenant, changes.take(), order),)
        if sequence
    ]
    connection.executemany(
        "INSERT INTO order_contents (sequence, content, numbers) VALUES (?, ?, ?)",
        [(sequence, order.content, order.numbers) for sequence, order in stored],
    )
    keys = sorted((tenant, key, sequence) for sequence, order in stored for key in order.keys)
    connection.executemany(
        "INSERT INTO blocking_keys (tenant, key, sequence) VALUES (?, ?, ?)", keys
    )
    terms = Counter(chain.from_iterable(order.terms for _, order in stored))
    add_terms(connection, tenant, dict(sorted(terms.items())))
    connection.execute("UPDATE tenants SET orders = orders + ? WHERE id = ?", (len(stored), tenant))
    at = max((order.at for order in orders), default=0)
    entry = AuditEntry("store", "LOAD", f"{len(stored)} orders", "", "OK")
    write_audit(connection, tenant, entry, at)
    changes.forget()
    return len(stored)


def _insert(connection: Connection, tenant: int, sequence: int, order: EncodedOrder) -> int:
    """The sequence of the order, 0 when its natural key is taken."""
    cursor = connection.execute(
        "INSERT INTO orders (sequence, tenant, key, source, order_id, state, state_changed_at,"
        " version, received_at, updated_at, digest, features)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)"
        " ON CONFLICT (tenant, source, order_id) DO NOTHING",
        order.columns(tenant, sequence),
    )
    return sequence if cursor.rowcount else 0
