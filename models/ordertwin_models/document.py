"""The order document: an order as plain JSON values, for files, stores and people.

Reading is strict, because a misspelled field would otherwise be a missing one: unknown fields,
wrong types and unreadable values are all named, at most 20 at once. Writing leaves missing fields
out; what was written reads back equal. Whether the order obeys the rules is
`ordertwin_models.validation`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from operator import attrgetter
from typing import Any

from ordertwin_models.errors import FieldViolation, InvalidOrder
from ordertwin_models.order import Order, OrderLine, Party, PostalAddress
from ordertwin_models.order_fields import ORDER_FIELDS, Field, Kind
from ordertwin_models.validation import MAX_VIOLATIONS

_BUILD: Mapping[str, Callable[..., Any]] = {
    "customer": Party,
    "ship_to": PostalAddress,
    "bill_to": PostalAddress,
    "lines": OrderLine,
}
_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,6})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?"
    r"(?:[Zz]|[+-]\d\d:\d\d(?::\d\d)?)",
    re.ASCII,
)


def order_from_document(document: Mapping[str, Any]) -> Order:
    """Return the order that a document describes; null means the same as leaving a field out.

    Raises `InvalidOrder` with every violation, at most 20.

    >>> order = order_from_document({"order_id": "SO-1", "ordered_at": "2026-03-01T09:30:00Z",
    ...                              "lines": [{"sku": "M8", "quantity": "6"}]})
    >>> order.lines[0].quantity
    Decimal('6')
    >>> order_from_document({"order_id": "SO-1", "orderd_at": "2026-03-01T09:30:00Z"})
    Traceback (most recent call last):
    ordertwin_models.errors.InvalidOrder: orderd_at: is not a field of an order document; \
did you mean ordered_at?; ordered_at: is required
    """
    violations = _Violations()
    values = _read_fields(document, _FIELDS[""], "", violations)
    violations.stop_if_any()
    return Order(**values)


def order_to_document(order: Order) -> dict[str, Any]:
    """Return the order as JSON values, without the fields it does not have.

    >>> from datetime import UTC
    >>> order_to_document(Order(order_id="SO-1", ordered_at=datetime(2026, 3, 1, tzinfo=UTC),
    ...                         total_amount=Decimal("15.30")))
    {'order_id': 'SO-1', 'ordered_at': '2026-03-01T00:00:00Z', 'total_amount': '15.30'}
    """
    return _ORDER_WRITER.write(order)


class _Violations(list[FieldViolation]):
    """What is wrong so far; reading ends when the list is full."""

    def refuse(self, path: str, description: str) -> None:
        self.append(FieldViolation(path, description))
        if len(self) == MAX_VIOLATIONS:
            self.stop_if_any()

    def stop_if_any(self) -> None:
        if self:
            raise InvalidOrder(self)


_Read = Callable[[Any, Field, str, _Violations], Any]


def _read_fields(
    document: Any, fields: Mapping[str, Field], path: str, violations: _Violations
) -> dict[str, Any]:
    if not isinstance(document, Mapping):
        violations.refuse(path or "order", f"must be an object, not {_shown(document)}")
        return {}
    prefix = f"{path}." if path else ""
    values: dict[str, Any] = {}
    for name, value in document.items():
        field = fields.get(name)
        if field is None:
            violations.refuse(f"{prefix}{name}", _unknown(name, fields))
        elif field.kind is _TEXT and isinstance(value, str):
            values[name] = value
        elif value is not None:
            values[name] = _READ[field.kind](value, field, prefix + name, violations)
    if not path:
        for name in _REQUIRED:
            if name not in values:
                violations.refuse(name, "is required")
    return values


def _unknown(name: object, fields: Iterable[str]) -> str:
    close = get_close_matches(str(name), fields, n=1)
    hint = f"; did you mean {close[0]}?" if close else f"; known are {', '.join(fields)}"
    return f"is not a field of an order document{hint}"


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."


def _read_text(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    if not isinstance(value, str):
        violations.refuse(path, f"must be text in quotes, not {_shown(value)}")
    return value


def _read_number(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float) and isfinite(value):
        return Decimal(repr(value))
    if isinstance(value, Decimal) and value.is_finite():
        return value
    violations.refuse(path, f'must be a number such as "12.50" or 12.5, not {_shown(value)}')
    return None


def _read_date(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    violations.refuse(path, f'must be a date such as "2026-03-01", not {_shown(value)}')
    return None


def _read_time(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    try:
        if isinstance(value, str) and _TIME.fullmatch(value):
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    violations.refuse(
        path, f'must be a time with zone such as "2026-03-01T09:30:00Z", not {_shown(value)}'
    )
    return None


def _read_choice(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    choices = field.choices or StrEnum
    try:
        return choices(value)
    except ValueError:
        violations.refuse(path, f"must be one of {', '.join(choices)}, not {_shown(value)}")
        return None


def _read_texts(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    if not isinstance(value, list | tuple):
        violations.refuse(path, f"must be a list of texts, not {_shown(value)}")
        return ()
    return tuple(
        _read_text(entry, field, f"{path}[{index}]", violations)
        for index, entry in enumerate(value)
    )


def _read_object(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    return _BUILD[field.name](**_read_fields(value, _FIELDS[field.name], path, violations))


def _read_objects(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    if not isinstance(value, list | tuple):
        violations.refuse(path, f"must be a list of objects, not {_shown(value)}")
        return ()
    return tuple(
        _read_object(entry, field, f"{path}[{index}]", violations)
        for index, entry in enumerate(value)
    )


def _read_map(value: Any, field: Field, path: str, violations: _Violations) -> Any:
    if not isinstance(value, Mapping):
        violations.refuse(path, f"must be an object of texts, not {_shown(value)}")
        return {}
    for key, text in value.items():
        if not (isinstance(key, str) and isinstance(text, str)):
            violations.refuse(f"{path}[{_shown(key)}]", "must be text in quotes")
    return dict(value)


_FIELDS: Mapping[str, Mapping[str, Field]] = {
    "": {field.name: field for field in ORDER_FIELDS},
    **{parent.name: {f.name: f for f in parent.parts} for parent in ORDER_FIELDS if parent.parts},
}
_REQUIRED = tuple(field.name for field in ORDER_FIELDS if field.required)
_TEXT = Kind.TEXT
_READ: Mapping[Kind, _Read] = {
    Kind.TEXT: _read_text,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.TIME: _read_time,
    Kind.CHOICE: _read_choice,
    Kind.TEXTS: _read_texts,
    Kind.OBJECT: _read_object,
    Kind.OBJECTS: _read_objects,
    Kind.MAP: _read_map,
}


@dataclass(frozen=True, slots=True)
class _Writer:
    """How one class of object is written: its values, and for each the name and the way."""

    values: Callable[[object], tuple[Any, ...]]
    fields: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def write(self, owner: object) -> dict[str, Any]:
        document = {}
        for (name, write), value in zip(self.fields, self.values(owner), strict=True):
            if write is None or value is None:
                written = value
            else:
                written = write(value)
            if written:
                document[name] = written
        return document


def _writer(fields: tuple[Field, ...]) -> _Writer:
    values = attrgetter(*(field.name for field in fields))
    return _Writer(values, tuple((field.name, _way_to_write(field)) for field in fields))


def _way_to_write(field: Field) -> Callable[[Any], Any] | None:
    if field.kind is Kind.OBJECT:
        return _writer(field.parts).write
    if field.kind is Kind.OBJECTS:
        write = _writer(field.parts).write
        return lambda entries: [write(entry) for entry in entries]
    if field.choices:
        default = next(iter(field.choices))
        return lambda choice: "" if choice is default else choice.value
    return _WRITE.get(field.kind)


def _written_time(moment: datetime) -> str:
    written = moment.isoformat()
    return f"{written[:-6]}Z" if written.endswith("+00:00") else written


_WRITE: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.NUMBER: str,
    Kind.DATE: date.isoformat,
    Kind.TIME: _written_time,
    Kind.TEXTS: list,
    Kind.MAP: dict,
}
_ORDER_WRITER = _writer(ORDER_FIELDS)
