"""The rules an order obeys before anything else looks at it; all broken ones are named at once.

Sizes are counted before contents are read, so that an oversized order costs no more than a good
one. What an order means is not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from operator import attrgetter

from ordertwin_models.errors import FieldViolation
from ordertwin_models.order import Order, OrderLine, PostalAddress
from ordertwin_models.order_fields import (
    ADDRESS_FIELDS,
    ENTRIES,
    LINE_FIELDS,
    NAME_LENGTH,
    NOTE_LENGTH,
    ORDER_FIELDS,
    PARTY_FIELDS,
    REFERENCE_LENGTH,
    Field,
    Kind,
)

MAX_VIOLATIONS = 20
"""Most violations reported for one order."""
DEFAULT_MAX_LINES = 2_000
"""Most lines of one order, unless the operator allows more."""
DECIMAL_DIGITS = 18
"""Most digits of a number written out, before and after the decimal point together."""
EARLIEST = date(1990, 1, 1)
LATEST = timedelta(days=400)
"""No date may be before `EARLIEST` or later than now + `LATEST`."""
ATTRIBUTES, ATTRIBUTE_KEY_LENGTH, ATTRIBUTE_LENGTH = 64, 64, 1_024

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FORBIDDEN_IN_NOTE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CURRENCY = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True, slots=True)
class _Texts:
    """Text fields of one limit, read together because nearly always all of them are fine."""

    limit: int
    names: tuple[str, ...]
    values: Callable[[object], tuple[str, ...]]


def _texts_of(fields: tuple[Field, ...]) -> tuple[_Texts, ...]:
    texts = [field for field in fields if field.kind is Kind.TEXT]
    groups = []
    for limit in (REFERENCE_LENGTH, NAME_LENGTH):
        names = tuple(field.name for field in texts if field.limit == limit)
        if names:
            groups.append(_Texts(limit, names, attrgetter(*names)))
    return tuple(groups)


_ORDER_TEXTS = _texts_of(ORDER_FIELDS)
_PARTY_TEXTS = _texts_of(PARTY_FIELDS)
_ADDRESS_TEXTS = _texts_of(ADDRESS_FIELDS)
_ADDRESS_LISTS = tuple(field.name for field in ADDRESS_FIELDS if field.kind is Kind.TEXTS)
_LINE_TEXTS = _texts_of(LINE_FIELDS)
_LINE_IDENTITY = attrgetter("sku", "gtin", "customer_sku", "name", "specification")


def validate_order(
    order: Order, *, now: datetime, max_lines: int = DEFAULT_MAX_LINES
) -> list[FieldViolation]:
    """Return every broken rule, at most 20; an empty list means the order may go on.

    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 2, tzinfo=UTC)
    >>> validate_order(Order(order_id="", ordered_at=now, total_amount=Decimal(5)), now=now)
    [FieldViolation(field='order_id', description='is required')]
    """
    return list(islice(_violations(order, now, max_lines), MAX_VIOLATIONS))


def _violations(order: Order, now: datetime, max_lines: int) -> Iterator[FieldViolation]:
    if not order.order_id.strip():
        yield FieldViolation("order_id", "is required")
    yield from _texts(order, _ORDER_TEXTS, "")
    yield from _text("note", order.note, NOTE_LENGTH, _FORBIDDEN_IN_NOTE)
    yield from _moment("ordered_at", order.ordered_at, now)
    last_day = (now + LATEST).date()
    yield from _day("requested_delivery_date", order.requested_delivery_date, last_day)
    yield from _texts(order.customer, _PARTY_TEXTS, "customer.")
    yield from _address("ship_to", order.ship_to)
    yield from _address("bill_to", order.bill_to)
    if order.currency_code and not _CURRENCY.fullmatch(order.currency_code):
        yield FieldViolation("currency_code", "must be a three-letter ISO 4217 code such as EUR")
    yield from _number("total_amount", order.total_amount)
    yield from _attributes(order.attributes)
    yield from _lines(order, max_lines, last_day)


def _texts(owner: object, groups: tuple[_Texts, ...], path: str) -> Iterator[FieldViolation]:
    for group in groups:
        values = group.values(owner)
        joined = "".join(values)
        if len(joined) > group.limit or not joined.isprintable():
            for name, text in zip(group.names, values, strict=True):
                yield from _text(path + name, text, group.limit)


def _text(
    field: str, text: str, limit: int, forbidden: re.Pattern[str] = _FORBIDDEN
) -> Iterator[FieldViolation]:
    if len(text) > limit:
        yield FieldViolation(field, f"has {len(text)} characters; at most {limit} are allowed")
    elif found := forbidden.search(text):
        yield FieldViolation(
            field,
            f"contains the character U+{ord(found[0]):04X} at position {found.start() + 1};"
            " control characters are not allowed",
        )


def _moment(field: str, moment: datetime, now: datetime) -> Iterator[FieldViolation]:
    if moment.tzinfo is None or moment.utcoffset() is None:
        yield FieldViolation(field, "must have a time zone")
    else:
        yield from _day(field, moment.date(), (now + LATEST).date())


def _day(field: str, day: date | None, last_day: date) -> Iterator[FieldViolation]:
    if day is not None and not EARLIEST <= day <= last_day:
        yield FieldViolation(
            field,
            f"is {day.isoformat()}; it must be from {EARLIEST} to {last_day} (400 days ahead)",
        )


def _number(field: str, number: Decimal | None) -> Iterator[FieldViolation]:
    if number is None or _is_short(number):
        return
    _, digits, exponent = number.as_tuple()
    if isinstance(exponent, str):
        yield FieldViolation(field, "must be a finite number")
    elif max(len(digits) + exponent, 1) + max(-exponent, 0) > DECIMAL_DIGITS:
        yield FieldViolation(field, f"must have at most {DECIMAL_DIGITS} digits when written out")


def _is_short(number: Decimal) -> bool:
    """Quick test that nearly every number passes; those that fail are counted exactly."""
    written = str(number)
    return len(written) <= DECIMAL_DIGITS and "E" not in written and number.is_finite()


def _address(path: str, address: PostalAddress) -> Iterator[FieldViolation]:
    yield from _texts(address, _ADDRESS_TEXTS, f"{path}.")
    for name in _ADDRESS_LISTS:
        entries: tuple[str, ...] = getattr(address, name)
        if len(entries) > ENTRIES:
            yield FieldViolation(
                f"{path}.{name}", f"has {len(entries)} entries; at most {ENTRIES} are allowed"
            )
            continue
        for index, entry in enumerate(entries):
            yield from _text(f"{path}.{name}[{index}]", entry, NAME_LENGTH)


def _attributes(attributes: Mapping[str, str]) -> Iterator[FieldViolation]:
    if len(attributes) > ATTRIBUTES:
        yield FieldViolation(
            "attributes", f"has {len(attributes)} entries; at most {ATTRIBUTES} are allowed"
        )
        return
    for key, text in attributes.items():
        shown = repr(key[:ATTRIBUTE_KEY_LENGTH])
        if not key.strip():
            yield FieldViolation("attributes", "has an empty key; every entry needs a name")
        for violation in _text("attributes", key, ATTRIBUTE_KEY_LENGTH):
            yield FieldViolation("attributes", f"key {shown} {violation.description}")
        yield from _text(f"attributes[{shown}]", text, ATTRIBUTE_LENGTH, _FORBIDDEN_IN_NOTE)


def _lines(order: Order, max_lines: int, last_day: date) -> Iterator[FieldViolation]:
    lines = order.lines
    if not lines and order.total_amount is None:
        yield FieldViolation("lines", "at least one line or a total_amount is required")
    if len(lines) > max_lines:
        yield FieldViolation("lines", f"has {len(lines)} lines; at most {max_lines} are allowed")
        return
    first_with_id: dict[str, int] = {}
    for index, line in enumerate(lines):
        yield from _line(f"lines[{index}]", line, last_day)
        line_id = line.line_id or str(index + 1)
        first = first_with_id.setdefault(line_id, index)
        if first != index:
            # A number is quoted; any other text could be part of what the order says.
            quoted = repr(line_id) if re.fullmatch("[0-9]{1,9}", line_id) else "the same"
            yield FieldViolation(
                f"lines[{index}].line_id",
                f"is {quoted}, as in lines[{first}]; line ids must differ"
                " (a missing one is the position, counted from 1)",
            )


def _line(path: str, line: OrderLine, last_day: date) -> Iterator[FieldViolation]:
    yield from _texts(line, _LINE_TEXTS, f"{path}.")
    if not "".join(_LINE_IDENTITY(line)).strip():
        yield FieldViolation(
            path, "needs at least one of sku, gtin, customer_sku, name, specification"
        )
    yield from _number(f"{path}.quantity", line.quantity)
    if line.quantity is not None and line.quantity.is_finite() and line.quantity < 0:
        yield FieldViolation(
            f"{path}.quantity", "must not be negative; report returned goods as a status change"
        )
    yield from _number(f"{path}.unit_price", line.unit_price)
    yield from _day(f"{path}.requested_date", line.requested_date, last_day)
