"""Rows of Parquet files, as text like those of other files. pyarrow is loaded only for these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from ordertwin_training.company_history.mapping import HistoryMapping
from ordertwin_training.company_history.problems import Problems

ROWS_AT_ONCE = 5_000


def is_parquet(path: Path) -> bool:
    """Whether the name says Parquet.

    >>> is_parquet(Path("orders.parquet")), is_parquet(Path("orders.csv"))
    (True, False)
    """
    return path.suffix.lower() in (".parquet", ".pq")


def parquet_columns(path: Path, problems: Problems) -> list[str]:
    """The columns of the file; what is no Parquet file stops the reading."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except pa.ArrowInvalid as error:
        problems.add(0, "", f"is no Parquet file ({str(error).splitlines()[0]})")
        problems.stop_if_any()
        return []


def parquet_rows(
    path: Path,
    mapping: HistoryMapping,
    problems: Problems,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their numbers, from 1, and their cells as text; nested cells are a problem."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    size, number = path.stat().st_size, 0
    with pq.ParquetFile(path) as file:
        total = file.metadata.num_rows or 1
        nested = [field.name for field in file.schema_arrow if pa.types.is_nested(field.type)]
        for name in nested:
            problems.add(0, name, "is nested; rows must be flat, one for each line of an order")
        problems.stop_if_any()
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                yield number, {name: _as_text(value, mapping) for name, value in row.items()}
            if progress is not None:
                progress(size * number // total, size)


def _as_text(value: Any, mapping: HistoryMapping) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime(mapping.time_format) if mapping.time_format else value.isoformat()
    if isinstance(value, date):
        return value.strftime(mapping.date_format) if mapping.date_format else value.isoformat()
    if isinstance(value, int | float | Decimal):
        return _number(value).replace(".", mapping.decimal)
    return str(value).strip()


def _number(value: float | Decimal) -> str:
    """A number written out; NaN is missing.

    >>> _number(2.0), _number(1e-7), _number(Decimal("1.50")), _number(float("nan"))
    ('2', '0.0000001', '1.50', '')
    """
    if value != value:
        return ""
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < 1e15 else Decimal(repr(value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
