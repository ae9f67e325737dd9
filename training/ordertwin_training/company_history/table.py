"""Rows of CSV and flat JSON Lines files, in whatever encoding, with their line numbers.

Knows columns and the mapping, but not what an order is.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from ordertwin_training.company_history.columns import Column
from ordertwin_training.company_history.mapping import HistoryMapping, nearest
from ordertwin_training.company_history.parquet import (
    is_parquet,
    parquet_columns,
    parquet_rows,
)
from ordertwin_training.company_history.problems import Problems

Progress = Callable[[int, int], None]
"""Called with the bytes read so far and the size of the file, packed if it is."""

_DELIMITERS = ",;\t|"
_REPORT_EVERY = 1000
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_CELL = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by our column names; empty cells are left out."""

    line: int
    cells: Mapping[str, str]


def is_json_lines(path: Path) -> bool:
    """Whether the name says JSON Lines rather than CSV.

    >>> is_json_lines(Path("orders.jsonl.gz")), is_json_lines(Path("orders.csv"))
    (True, False)
    """
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    return bool(suffixes) and suffixes[-1] in (".jsonl", ".ndjson", ".json")


def read_rows(
    path: Path,
    columns: Sequence[Column],
    mapping: HistoryMapping,
    problems: Problems,
    progress: Progress | None = None,
) -> Iterator[Row]:
    """The rows of a file. What is wrong goes into `problems`; such rows are left out."""
    if is_parquet(path):
        check_header(parquet_columns(path, problems), columns, mapping, problems)
        rows = parquet_rows(path, mapping, problems, progress)
    else:
        lines = read_lines(path, mapping.encoding, problems, progress)
        if is_json_lines(path):
            rows = _json_rows(lines, problems)
        else:
            rows = _csv_rows(lines, columns, mapping, problems)
    names = _Names(columns, mapping)
    for line, cells in rows:
        if not names.cover(cells):
            names.learn(cells, 1 if not is_json_lines(path) else line, problems)
            problems.stop_if_any()
        yield Row(line, names.ours(cells))


def read_lines(
    path: Path, encoding: str, problems: Problems, progress: Progress | None = None
) -> Iterator[str]:
    """The lines of a text file, decoded; `.gz` is unpacked, byte order marks are understood."""
    size = path.stat().st_size
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        file = cast(IO[bytes], raw)
        if path.suffix == ".gz":
            file = cast(IO[bytes], stack.enter_context(gzip.GzipFile(fileobj=raw)))
        number = 0
        try:
            for number, text in enumerate(_decoded(file, encoding or "utf-8"), start=1):
                if progress is not None and number % _REPORT_EVERY == 0:
                    progress(raw.tell(), size)
                yield text
        except UnicodeDecodeError as error:
            hint = 'set "encoding" in the mapping file, for example "cp1252" or "gb18030"'
            problems.add(number + 1, "", f"is not {error.encoding}; {hint}")
            problems.stop_if_any()
        except (EOFError, gzip.BadGzipFile) as error:
            problems.add(number + 1, "", f"the gzip data end or break here ({error})")
            problems.stop_if_any()
    if progress is not None:
        progress(size, size)


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    first = file.readline()
    if first.startswith(_WIDE_MARKS):
        rest = first + file.read()
        yield from io.StringIO(rest.decode("utf-16"))
        return
    yield first.removeprefix(codecs.BOM_UTF8).decode(encoding)
    for line in file:
        yield line.decode(encoding)


def _csv_rows(
    lines: Iterator[str], columns: Sequence[Column], mapping: HistoryMapping, problems: Problems
) -> Iterator[tuple[int, dict[str, str]]]:
    first = next(lines, "")
    delimiter = mapping.delimiter or max(_DELIMITERS, key=first.count)
    csv.field_size_limit(_LONGEST_CELL)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if not any(header):
        problems.add(1, "", "must name the columns")
        problems.stop_if_any()
    check_header(header, columns, mapping, problems)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 2
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            hint = "look for a quotation mark that is not closed or not doubled"
            problems.add(start, "", f"is not CSV ({error}); {hint}")
            problems.stop_if_any()
            return
        if cells is None:
            return
        if len(cells) == len(header):
            yield start, {n: c.strip() for n, c in zip(header, cells, strict=True) if n}
        elif any(cell.strip() for cell in cells):
            problems.add(
                start,
                "",
                f"has {len(cells)} cells, but there are {len(header)} columns; put cells with "
                f"{delimiter!r} or line breaks in quotation marks",
            )
        start = reader.line_num + 2


def check_header(
    header: list[str], columns: Sequence[Column], mapping: HistoryMapping, problems: Problems
) -> None:
    """Stop when the names of the columns are not what the mapping and the columns need."""
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        problems.add(1, name, "occurs twice; rename one")
    for ours, name in mapping.columns.items():
        if name not in header:
            hint = nearest(name, set(header))
            problems.add(1, "", f'the mapping wants a column "{name}" for {ours}{hint}')
    present = {_folded(name) for name in header} | set(mapping.constants) | set(mapping.columns)
    for column in columns:
        if column.required and column.name not in present:
            problems.add(1, "", f'there is no column "{column.name}": {column.meaning}')
    problems.stop_if_any()


def _json_rows(lines: Iterator[str], problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    for line, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            document = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
        except (json.JSONDecodeError, RecursionError) as error:
            problems.add(line, "", f"is not JSON ({error}); each line holds one object")
            continue
        if not isinstance(document, dict):
            problems.add(line, "", "is not a JSON object; each line holds one row")
            continue
        nested = [name for name, value in document.items() if isinstance(value, dict | list)]
        if nested:
            problems.add(line, nested[0], "is nested; with a mapping file, rows must be flat")
            continue
        yield line, {name: _as_text(value) for name, value in document.items()}


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return "true" if value is True else "false" if value is False else str(value).strip()


class _Names:
    """Which of our columns each of theirs is, learnt as they turn up."""

    def __init__(self, columns: Sequence[Column], mapping: HistoryMapping) -> None:
        self._mapping = mapping
        self._mapped = {theirs: ours for ours, theirs in mapping.columns.items()}
        self._free = {column.name for column in columns}
        self._free -= set(mapping.columns) | set(mapping.constants)
        self._ours: dict[str, str | None] = {}

    def cover(self, theirs: Iterable[str]) -> bool:
        """Whether all these names are known already."""
        return self._ours.keys() >= set(theirs)

    def learn(self, theirs: Iterable[str], line: int, problems: Problems) -> None:
        """Find our name for each of theirs; one that is unknown and not left out is a problem."""
        ignored = self._mapping.ignore
        for name in theirs:
            folded = _folded(name)
            ours = self._mapped.get(name) or (folded if folded in self._free else None)
            self._ours[name] = None if name in ignored else ours
            if ours is None and name not in ignored and "*" not in ignored:
                problems.add(line, name, _unknown(name, self._free))

    def ours(self, theirs: Mapping[str, str]) -> dict[str, str]:
        """The filled cells under our names; a constant fills what is empty."""
        cells = dict(self._mapping.constants)
        for name, text in theirs.items():
            ours = self._ours[name]
            if ours is not None and text:
                cells[ours] = text
        return cells


def _folded(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.casefold())


def _unknown(name: str, known: set[str]) -> str:
    return (
        f"is not one of our columns{nearest(name, known)} "
        'Name it under "columns" or "ignore" in the mapping file.'
    )
