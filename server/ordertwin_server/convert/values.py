"""Numbers, money, dates and times between contract and core.

Readers raise `Unreadable` with what the value must be; `order_in` turns it into a violation.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money

from ordertwin_models.errors import FieldViolation, InvalidOrder

NANOS = 10**9
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_DECIMAL_TEXT = 64
REMEMBERED = 4096
"""Numbers that are remembered: quantities and prices come again and again."""
MAX_MAGNITUDE = 30
_FIRST_SECOND = -62_135_596_800
_LAST_SECOND = 253_402_300_799
_MAX_UNITS = 2**63 - 1
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")


class Unreadable(ValueError):
    """The message holds no such value; the text says what it must be."""


def decimal_from_proto(message: DecimalMessage) -> Decimal | None:
    """The number, with its scale; an empty one is a missing one.

    >>> decimal_from_proto(DecimalMessage(value="2.50"))
    Decimal('2.50')
    >>> decimal_from_proto(DecimalMessage(value="NaN"))
    Traceback (most recent call last):
    ordertwin_server.convert.values.Unreadable: must be a decimal number such as 12 or 0.5
    """
    return _decimal(message.value)


@lru_cache(REMEMBERED)
def _decimal(text: str) -> Decimal | None:
    if not text:
        return None
    if len(text) > MAX_DECIMAL_TEXT or not _NUMBER.fullmatch(text):
        raise Unreadable("must be a decimal number such as 12 or 0.5")
    number = Decimal(text)
    if number and abs(number.adjusted()) > MAX_MAGNITUDE:
        raise Unreadable("is too large or too small a number")
    return number


def decimal_to_proto(number: Decimal) -> DecimalMessage:
    """The number in plain digits, scale kept.

    >>> decimal_to_proto(Decimal("1E+2")).value
    '100'
    """
    return DecimalMessage(value=format(number, "f"))


def amount_from_proto(message: Money) -> Decimal:
    """The amount without its currency.

    >>> amount_from_proto(Money(units=2, nanos=550_000_000))
    Decimal('2.55')
    """
    return _amount(message.units, message.nanos)


@lru_cache(REMEMBERED)
def _amount(units: int, nanos: int) -> Decimal:
    if not -NANOS < nanos < NANOS:
        raise Unreadable("must have nanos between -999,999,999 and 999,999,999")
    if units and nanos and (units < 0) != (nanos < 0):
        raise Unreadable("must have units and nanos of the same sign")
    amount = Decimal(units * NANOS + nanos).scaleb(-9).normalize()
    # Whole amounts are kept in plain digits: 1500, not 1.5E+3.
    return amount if amount % 1 else amount.quantize(Decimal(1))


def amount_to_proto(amount: Decimal, currency: str, path: str) -> Money:
    """The amount as money; `InvalidOrder` naming `path` when it does not fit.

    >>> amount_to_proto(Decimal("-0.5"), "EUR", "total_amount").nanos
    -500000000
    """
    scaled = amount.scaleb(9)
    whole = int(scaled)
    if whole != scaled or abs(whole) // NANOS > _MAX_UNITS:
        raise InvalidOrder(
            [FieldViolation(path, "must have at most 9 decimal places and 18 digits before them")]
        )
    sign = -1 if whole < 0 else 1
    units, nanos = divmod(abs(whole), NANOS)
    return Money(currency_code=currency, units=sign * units, nanos=sign * nanos)


def date_from_proto(message: Date) -> date:
    """The day.

    >>> date_from_proto(Date(year=2026, month=2))
    Traceback (most recent call last):
    ordertwin_server.convert.values.Unreadable: must be a full date with year, month and day
    """
    if not (message.year and message.month and message.day):
        raise Unreadable("must be a full date with year, month and day")
    try:
        return date(message.year, message.month, message.day)
    except (ValueError, OverflowError):
        raise Unreadable(
            f"{message.year}-{message.month}-{message.day} is no day of the calendar"
        ) from None


def date_to_proto(day: date) -> Date:
    """The day as a message."""
    return Date(year=day.year, month=day.month, day=day.day)


def time_from_proto(message: Timestamp) -> datetime:
    """The time in UTC, to the microsecond.

    >>> time_from_proto(Timestamp(seconds=86_400))
    datetime.datetime(1970, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if not (_FIRST_SECOND <= message.seconds <= _LAST_SECOND and 0 <= message.nanos < NANOS):
        raise Unreadable("must be a time between the years 1 and 9999")
    return EPOCH + timedelta(seconds=message.seconds, microseconds=message.nanos // 1000)


def time_to_proto(moment: datetime) -> Timestamp:
    """The time as a message."""
    since = moment - EPOCH
    return Timestamp(seconds=since.days * 86_400 + since.seconds, nanos=since.microseconds * 1000)
