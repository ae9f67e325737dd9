"""Having an order found by its keys and counted by its terms, and taking it out again."""

from __future__ import annotations

from collections.abc import Sequence

from ordertwin_stores.codec import unpack_numbers
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.texts import to_text


def index_again(
    connection: Connection,
    tenant: int,
    sequence: int,
    numbers: bytes,
    change: int,
    counted: dict[int, int],
) -> None:
    """Have an order found by its keys from a change on, and note what its terms add."""
    keys, terms = unpack_numbers(numbers)
    run(
        connection,
        "INSERT INTO blocking_keys (tenant, key, sequence, change)"
        " SELECT %s, key, %s, %s FROM unnest(%s::bigint[]) AS wanted (key)",
        tenant,
        sequence,
        change,
        list(keys),
    )
    for term in terms:
        counted[term] = counted.get(term, 0) + 1


def unindex(connection: Connection, tenant: int, sequence: int, counted: dict[int, int]) -> None:
    """Have an order found by nothing, and note what its terms take away."""
    keys, terms = unpack_numbers(numbers_of(connection, tenant, sequence))
    run(
        connection,
        "DELETE FROM blocking_keys WHERE tenant = %s AND key = ANY(%s::bigint[]) AND sequence = %s",
        tenant,
        list(keys),
        sequence,
    )
    for term in terms:
        counted[term] = counted.get(term, 0) - 1


def numbers_of(connection: Connection, tenant: int, sequence: int) -> bytes:
    """Keys and terms of an order, packed."""
    row = run(
        connection,
        "SELECT numbers FROM order_contents WHERE tenant = %s AND sequence = %s",
        tenant,
        sequence,
    ).fetchone()
    assert row is not None
    return bytes(row[0])


def keys_of(connection: Connection, tenant: int, key: str) -> Sequence[int]:
    """The blocking keys of an order that is there."""
    row = run(
        connection,
        "SELECT numbers FROM orders JOIN order_contents USING (tenant, sequence)"
        " WHERE tenant = %s AND key = %s",
        tenant,
        to_text(key),
    ).fetchone()
    assert row is not None
    keys, _ = unpack_numbers(row[0])
    return keys


def next_change(connection: Connection) -> int:
    """The number of the next change."""
    row = run(connection, "SELECT nextval('changes')").fetchone()
    assert row is not None
    return int(row[0])
