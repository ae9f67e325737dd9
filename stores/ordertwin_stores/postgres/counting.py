"""Counts that many writers add to at once, each in the slot of its connection.

Terms are added to in ascending order and the tenant's own count comes after them, so that two
writers in one slot wait for each other but never in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordertwin_stores.postgres.library import Connection, run

SLOTS = 32
"""Rows that a common count is spread over. A rare term is in few of them."""


def add_terms(connection: Connection, tenant: int, changes: Mapping[int, int]) -> None:
    """Add to the counts of terms."""
    wanted = sorted((term, change) for term, change in changes.items() if change)
    if wanted:
        terms, added = map(list, zip(*wanted, strict=True))
        run(
            connection,
            "INSERT INTO terms (tenant, term, slot, count)"
            " SELECT %s, term, %s, added"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (term, added)"
            " ON CONFLICT (tenant, term, slot) DO UPDATE SET count = terms.count + excluded.count",
            tenant,
            slot_of(connection),
            terms,
            added,
        )


def add_to_tenant(connection: Connection, tenant: int, orders: int, decisions: int) -> None:
    """Add to the counts of orders and decisions of the tenant."""
    run(
        connection,
        "INSERT INTO tenant_counts (tenant, slot, orders, decisions) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (tenant, slot) DO UPDATE SET orders = tenant_counts.orders + excluded.orders,"
        " decisions = tenant_counts.decisions + excluded.decisions",
        tenant,
        slot_of(connection),
        orders,
        decisions,
    )


def count_tenant(connection: Connection, tenant: int | None) -> tuple[int, int]:
    """Orders and decisions of a tenant."""
    row = run(
        connection,
        "SELECT coalesce(sum(orders), 0)::bigint, coalesce(sum(decisions), 0)::bigint"
        " FROM tenant_counts WHERE tenant = %s",
        tenant,
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def slot_of(connection: Connection) -> int:
    """Process numbers of backends that start together follow each other, so slots differ."""
    return connection.info.backend_pid % SLOTS
