"""The mapping file: how a company's own columns and notations become ours.

    encoding = "cp1252"            # of CSV files; UTF-8 when left out
    delimiter = ";"                # found out when left out
    decimal = ","                  # "1.234,50"
    date_format = "%d.%m.%Y"       # ISO 8601 when left out
    time_format = "%d.%m.%Y %H:%M"
    time_zone = "Europe/Berlin"    # of times without a zone
    ignore = ["PLANT", "ROUTE"]    # columns to leave out; ["*"] leaves out all that are unknown

    [columns]                      # our column = "their column"
    order_id = "VBELN"

    [constants]                    # the same for every order
    currency_code = "EUR"

    [values.channel]               # their value = "our value"
    FAX = "EMAIL"

The same shape in JSON is fine too.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ordertwin_models.order_fields import Kind
from ordertwin_training.company_history.columns import Column
from ordertwin_training.company_history.problems import Problems

_BLANKS = re.compile(r"[\s']")
_NUMBERS = {
    ".": re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII),
    ",": re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?", re.ASCII),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMapping:
    """How foreign columns and values become ours; the default is a file that is ours already.

    >>> german = HistoryMapping(decimal=",", date_format="%d.%m.%Y", columns={"sku": "Artikel"})
    >>> german.number("1.234,50"), german.day("01.03.2026")
    ('1234.50', '2026-03-01')
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignore: Sequence[str] = ()
    encoding: str = ""
    delimiter: str = ""
    decimal: str = "."
    date_format: str = ""
    time_format: str = ""
    time_zone: str = ""

    def written(self, column: Column, text: str) -> str:
        """The text of a cell as the order document wants it.

        Raises ValueError with what is wrong and what to do.
        """
        text = self.values.get(column.name, {}).get(text, text)
        if column.kind is Kind.NUMBER:
            return self.number(text)
        if column.kind is Kind.DATE:
            return self.day(text)
        if column.kind is Kind.TIME:
            return self.moment(text)
        return text.upper() if column.kind is Kind.CHOICE else text

    def number(self, text: str) -> str:
        """A number in the notation of the file, as "1234.50"."""
        bare = _BLANKS.sub("", text)
        if not _NUMBERS[self.decimal].fullmatch(bare):
            raise ValueError(f'{text!r} is no number here; is "decimal" in the mapping file right?')
        return bare.replace("," if self.decimal == "." else ".", "").replace(self.decimal, ".")

    def day(self, text: str) -> str:
        """A date in the format of the file, as "2026-03-01"."""
        try:
            if self.date_format:
                return _parsed(text, self.date_format).date().isoformat()
            return date.fromisoformat(text[:10]).isoformat()
        except ValueError as error:
            wanted = self.date_format or "YYYY-MM-DD"
            raise ValueError(
                f'{text!r} is no date of the form {wanted}; set "date_format" in the mapping file'
            ) from error

    def moment(self, text: str) -> str:
        """A time in the format of the file, with its zone, in ISO 8601."""
        try:
            if self.time_format:
                moment = _parsed(text, self.time_format)
            else:
                moment = datetime.fromisoformat(text)
        except ValueError as error:
            wanted = self.time_format or "YYYY-MM-DDTHH:MM:SSZ"
            raise ValueError(
                f'{text!r} is no time of the form {wanted}; set "time_format" in the mapping file'
            ) from error
        if moment.tzinfo is None:
            if not self.time_zone:
                raise ValueError(
                    f'{text!r} has no time zone; set "time_zone" in the mapping file, '
                    'for example "Europe/Berlin"'
                )
            moment = moment.replace(tzinfo=_zone(self.time_zone))
        return moment.isoformat()


def load_mapping(path: Path, columns: Sequence[Column]) -> HistoryMapping:
    """Read a mapping file, TOML or JSON by its name's ending.

    Raises HistoryInvalid with everything that is wrong in it.
    """
    problems = Problems(path)
    document = _parse(path, problems)
    known = {entry.name for entry in fields(HistoryMapping)}
    for name, value in document.items():
        if name not in known:
            problems.add(0, "", f'"{name}" is not a setting{nearest(name, known)}')
        elif not _has_shape(name, value):
            problems.add(0, "", f'"{name}" must be {_SHAPES.get(name, "text")}')
    problems.stop_if_any()
    mapping = HistoryMapping(**document)
    _check(mapping, {column.name for column in columns}, problems)
    problems.stop_if_any()
    return mapping


def nearest(name: str, known: Sequence[str] | set[str]) -> str:
    """A hint at the known name that looks most alike, or at all of them when there are few."""
    folded = {entry.casefold(): entry for entry in sorted(known)}
    close = get_close_matches(name.casefold(), folded, n=1)
    if close:
        return f'; did you mean "{folded[close[0]]}"?'
    return f"; known are {', '.join(sorted(known))}" if len(folded) <= 12 else ""


_SHAPES = {
    "columns": "a table: our column = their column",
    "constants": "a table: our column = value",
    "values": "a table of tables: their value = our value",
    "ignore": "a list of texts",
}


def _has_shape(name: str, value: object) -> bool:
    if name == "values":
        return isinstance(value, dict) and all(map(_is_text_table, value.values()))
    if name == "ignore":
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    return _is_text_table(value) if name in _SHAPES else isinstance(value, str)


def _is_text_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(entry, str) for entry in value.values())


def _parse(path: Path, problems: Problems) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        kind = "TOML" if path.suffix == ".toml" else "JSON (name the file .toml for TOML)"
        problems.add(0, "", f"is not {kind}: {error}")
        document = None
    if not isinstance(document, dict) and not problems.found:
        problems.add(0, "", "must hold an object of settings")
    problems.stop_if_any()
    return dict(document or {})


def _check(mapping: HistoryMapping, known: set[str], problems: Problems) -> None:
    for table in ("columns", "constants", "values"):
        for name in getattr(mapping, table):
            if name not in known:
                problems.add(0, "", f'[{table}] "{name}" is not ours{nearest(name, known)}')
    for name in set(mapping.columns) & set(mapping.constants):
        problems.add(0, "", f'"{name}" is both a column and a constant; keep one')
    if mapping.decimal not in (".", ","):
        problems.add(0, "", '"decimal" must be "." or ","')
    if len(mapping.delimiter) > 1:
        problems.add(0, "", '"delimiter" must be one character, such as ";" or a tab')
    try:
        "".encode(mapping.encoding or "utf-8")
    except LookupError:
        problems.add(0, "", f'"encoding": there is no {mapping.encoding}; try cp1252 or gb18030')
    try:
        _zone(mapping.time_zone or "UTC")
    except ValueError as error:
        problems.add(0, "", str(error))


def _parsed(text: str, pattern: str) -> datetime:
    return datetime.strptime(text, pattern)  # noqa: DTZ007 (the zone is added by the caller)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f'"time_zone": {name!r} is not known here; use an IANA name such as "Europe/Berlin"'
        ) from error
