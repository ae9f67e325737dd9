"""Every order that is in a duplicate group, as Parquet and as CSV that a spreadsheet may open."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ordertwin_models.spreadsheet import neutral
from ordertwin_training.scan.findings import Chunk, OrderFacts, Pair
from ordertwin_training.scan.groups import Groups

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Mapping[str, str] = {
    "group": "int64",
    "orders_in_group": "int64",
    "role": "string",
    "order_id": "string",
    "order_number": "string",
    "source": "string",
    "channel": "string",
    "customer_id": "string",
    "customer_name": "string",
    "entered_by": "string",
    "ordered_at": "string",
    "customer_reference": "string",
    "value": "double",
    "currency": "string",
    "state": "string",
    "lines": "int64",
    "twin_order_id": "string",
    "twin_order_number": "string",
    "outcome": "string",
    "action": "string",
    "match_probability": "double",
    "relation": "string",
    "policy_rules": "string",
    "reason": "string",
}
"""Columns with their types. `group` is the place of the group, from 1; `role` FIRST or REPEAT."""

_AT_ONCE = 2_000


def write_tables(chunks: Iterable[Chunk], groups: Groups, parquet: Path, table: Path) -> int:
    """Write both files; returns how many rows. Rows are held in columns, some 300 bytes each."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, getattr(pa, kind)() if kind != "double" else pa.float64())
                        for name, kind in COLUMNS.items()])  # fmt: skip
    batches = list(_batches(chunks, groups, schema))
    rows = pa.Table.from_batches(batches, schema=schema).sort_by(
        [("group", "ascending"), ("ordered_at", "ascending"), ("order_id", "ascending")]
    )
    pq.write_table(rows, parquet, compression="zstd")
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for batch in rows.to_batches(max_chunksize=_AT_ONCE):
            writer.writerows(map(safe_cell, row.values()) for row in batch.to_pylist())
    return int(rows.num_rows)


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("PO-1"), safe_cell(-3.5), safe_cell(None)
    ("'=1+1", 'PO-1', -3.5, '')
    """
    if value is None:
        return ""
    return neutral(value) if isinstance(value, str) else value


def numbers_of(groups: Groups) -> dict[int, int]:
    """The place of each group, from 1, by its leader: in the order in which they began."""
    return {leader: place for place, leader in enumerate(sorted(groups.sizes()), start=1)}


def _batches(
    chunks: Iterable[Chunk], groups: Groups, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    for row in _rows(chunks, groups):
        rows.append(row)
        if len(rows) >= _AT_ONCE:
            yield pa.RecordBatch.from_pylist(rows, schema=schema)
            rows = []
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema=schema)


def _rows(chunks: Iterable[Chunk], groups: Groups) -> Iterator[dict[str, Any]]:
    sizes, numbers = groups.sizes(), numbers_of(groups)
    flagged: set[int] = set()
    firsts: dict[int, OrderFacts] = {}
    for chunk in chunks:
        for pair in chunk.pairs:
            leader = groups.leader(pair.order.sequence)
            flagged.add(pair.order.sequence)
            firsts.setdefault(pair.twin.sequence, pair.twin)
            yield _row(pair.order, numbers[leader], sizes[leader], pair)
    for sequence, facts in firsts.items():
        if sequence not in flagged:
            leader = groups.leader(sequence)
            yield _row(facts, numbers[leader], sizes[leader], None)


def _row(order: OrderFacts, group: int, size: int, pair: Pair | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "group": group,
        "orders_in_group": size,
        "role": "REPEAT" if pair else "FIRST",
        "order_id": order.order_id,
        "order_number": order.number,
        "source": order.source,
        "channel": order.channel,
        "customer_id": order.customer_id,
        "customer_name": order.customer,
        "entered_by": order.clerk,
        "ordered_at": order.ordered_at,
        "customer_reference": order.reference,
        "value": order.value,
        "currency": order.currency,
        "state": order.state,
        "lines": order.lines,
    }
    if pair is not None:
        row |= {
            "twin_order_id": pair.twin.order_id,
            "twin_order_number": pair.twin.number,
            "outcome": pair.outcome,
            "action": pair.action,
            "match_probability": pair.probability,
            "relation": pair.relation,
            "policy_rules": " ".join(pair.rules),
            "reason": pair.summary,
        }
    return row
