"""The passages of a file in the order in which the orders were placed, in bounded memory.

A file that is in that order already, as most are, is read as it is. Any other is sorted outside of
memory: runs of passages, each sorted, and then merged.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ordertwin_training.company_history.columns import ORDER_COLUMNS
from ordertwin_training.company_history.mapping import HistoryMapping
from ordertwin_training.company_history.passages import Passage, passages
from ordertwin_training.company_history.table import Progress, Row

RUN = 50_000
"""Passages sorted in memory at once."""

_ORDERED_AT = next(column for column in ORDER_COLUMNS if column.name == "ordered_at")
_EARLIEST = datetime.min.replace(tzinfo=UTC)
Keyed = tuple[datetime, int, Passage]


def is_in_order(
    path: Path, mapping: HistoryMapping | None, progress: Progress | None = None
) -> bool:
    """Whether no order in the file is older than one before it."""
    newest = _EARLIEST
    for at, _, _ in _keyed(path, mapping, progress):
        if at < newest:
            return False
        newest = at
    return True


def sorted_passages(
    path: Path,
    mapping: HistoryMapping | None,
    folder: Path,
    progress: Progress | None = None,
    run: int = RUN,
) -> Iterator[Passage]:
    """The passages of a file, the oldest order first; `folder` takes files that are removed again.

    Orders of the same moment stay in the order of the file; one whose time cannot be read stays
    behind the one before it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        files = []
        for number, part in enumerate(_runs(_keyed(path, mapping, progress), run)):
            file = folder / f"run-{number:05d}.jsonl"
            stack.callback(file.unlink, missing_ok=True)
            with file.open("w", encoding="utf-8") as sink:
                sink.writelines(_line(keyed) for keyed in sorted(part, key=_place))
            files.append(file)
        yield from (keyed[2] for keyed in heapq.merge(*map(_read, files), key=_place))


def _place(keyed: Keyed) -> tuple[datetime, int]:
    return keyed[0], keyed[1]


def _runs(keyed: Iterator[Keyed], size: int) -> Iterator[list[Keyed]]:
    part: list[Keyed] = []
    for each in keyed:
        part.append(each)
        if len(part) >= size:
            yield part
            part = []
    if part:
        yield part


def _keyed(
    path: Path, mapping: HistoryMapping | None, progress: Progress | None
) -> Iterator[Keyed]:
    """Passages with the moment that each order was placed, and their place in the file."""
    moment = _moment_in_rows(mapping or HistoryMapping())
    at = _EARLIEST
    for place, passage in enumerate(passages(path, mapping, progress)):
        at = (moment(passage.rows) if passage.rows else _moment_in_text(passage.text)) or at
        yield at, place, passage


def _moment_in_text(text: str) -> datetime | None:
    try:
        document = json.loads(text)
        return _aware(document.get("order", document).get("ordered_at") or document.get("at"))
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None


def _moment_in_rows(mapping: HistoryMapping) -> Callable[[tuple[Row, ...]], datetime | None]:
    def moment(rows: tuple[Row, ...]) -> datetime | None:
        try:
            return _aware(mapping.written(_ORDERED_AT, rows[0].cells["ordered_at"]))
        except (KeyError, ValueError, TypeError):
            return None

    return moment


def _aware(text: str) -> datetime | None:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else None


def _line(keyed: Keyed) -> str:
    at, place, passage = keyed
    rows = [[row.line, dict(row.cells)] for row in passage.rows]
    kept = [at.isoformat(), place, passage.line, passage.text, rows]
    return json.dumps(kept, ensure_ascii=False) + "\n"


def _read(file: Path) -> Iterator[Keyed]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            at, place, number, text, rows = json.loads(line)
            yield datetime.fromisoformat(at), place, Passage(number, text, _rows(rows))


def _rows(rows: list[tuple[int, Mapping[str, Any]]]) -> tuple[Row, ...]:
    return tuple(Row(line, cells) for line, cells in rows)
