"""An order message as a core order, with everything in it that could not be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from google.protobuf.message import Message
from google.type.money_pb2 import Money
from google.type.postal_address_pb2 import PostalAddress as AddressMessage

from ordertwin.v1 import order_pb2
from ordertwin_models.errors import FieldViolation
from ordertwin_models.order import Channel, Order, OrderKind, OrderLine, Party, PostalAddress
from ordertwin_server.convert.enums import CHANNEL, KIND, E, EnumPair
from ordertwin_server.convert.values import (
    EPOCH,
    Unreadable,
    amount_from_proto,
    date_from_proto,
    decimal_from_proto,
    time_from_proto,
)

MAX_VIOLATIONS = 20
M = TypeVar("M", bound=Message)
V = TypeVar("V")

_CODE = re.compile("[A-Z]{3}")


def order_from_proto(
    message: order_pb2.Order, max_lines: int = 2000
) -> tuple[Order, tuple[FieldViolation, ...]]:
    """The order, and what could not be read of it: such fields are left missing.

    Lines are counted before any is read: a message may hold half a million empty ones.

    >>> message = order_pb2.Order(order_id="SO-1", lines=[order_pb2.OrderLine(sku="A")])
    >>> message.lines[0].quantity.value = "a few"
    >>> order, unreadable = order_from_proto(message)
    >>> [violation.field for violation in unreadable]
    ['ordered_at', 'lines[0].quantity']
    """
    return _Reader(message, max_lines).read()


class _Reader:
    """Reads one order; what fails is collected, so that all of it is reported at once."""

    def __init__(self, message: order_pb2.Order, max_lines: int) -> None:
        self._message = message
        self._max_lines = max_lines
        self._violations: list[FieldViolation] = []
        self._currency = message.currency_code or message.total_amount.currency_code
        self._currency_from = "currency_code" if message.currency_code else "total_amount"

    def read(self) -> tuple[Order, tuple[FieldViolation, ...]]:
        message = self._message
        order = Order(
            ordered_at=self._ordered_at(),
            order_id=message.order_id,
            order_number=message.order_number,
            customer_reference=message.customer_reference,
            revision=message.revision,
            blanket_reference=message.blanket_reference,
            release_number=message.release_number,
            quote_reference=message.quote_reference,
            company=message.company,
            kind=self._enum("kind", message.kind, KIND) or OrderKind.SALES,
            channel=self._enum("channel", message.channel, CHANNEL) or Channel.UNKNOWN,
            source=message.source,
            message_function=message.message_function,
            entered_by=message.entered_by,
            requested_delivery_date=self._optional(
                message, "requested_delivery_date", "", date_from_proto
            ),
            customer=_party(message.customer),
            ship_to=_address(message.ship_to),
            bill_to=_address(message.bill_to),
            total_amount=self._amount(message, "total_amount", ""),
            lines=self._lines(),
            # Last: the lines may have told the currency.
            currency_code=self._currency,
            note=message.note,
            attributes=dict(message.attributes),
        )
        return order, tuple(self._violations[:MAX_VIOLATIONS])

    def _lines(self) -> tuple[OrderLine, ...]:
        lines = self._message.lines
        if len(lines) > self._max_lines:
            self._violate(
                "lines",
                f"has {len(lines)} lines, at most {self._max_lines} are allowed; "
                "split the order, or raise the server's max_lines setting",
            )
            return ()
        return tuple(self._line(index, line) for index, line in enumerate(lines))

    def _line(self, index: int, line: order_pb2.OrderLine) -> OrderLine:
        prefix = f"lines[{index}]."
        return OrderLine(
            line_id=line.line_id,
            sku=line.sku,
            gtin=line.gtin,
            customer_sku=line.customer_sku,
            name=line.name,
            specification=line.specification,
            quantity=self._optional(line, "quantity", prefix, decimal_from_proto),
            unit=line.unit,
            unit_price=self._amount(line, "unit_price", prefix),
            requested_date=self._optional(line, "requested_date", prefix, date_from_proto),
        )

    def _ordered_at(self) -> datetime:
        if not self._message.HasField("ordered_at"):
            self._violate("ordered_at", "is required: when the customer ordered")
            return EPOCH
        return self._optional(self._message, "ordered_at", "", time_from_proto) or EPOCH

    def _optional(
        self, owner: Message, name: str, prefix: str, read: Callable[[M], V | None]
    ) -> V | None:
        if not owner.HasField(name):
            return None
        try:
            return read(getattr(owner, name))
        except Unreadable as error:
            self._violate(prefix + name, str(error))
            return None

    def _amount(self, owner: Message, name: str, prefix: str) -> Decimal | None:
        amount = self._optional(owner, name, prefix, amount_from_proto)
        if amount is not None:
            self._agree_on_currency(prefix + name, getattr(owner, name))
        return amount

    def _agree_on_currency(self, path: str, money: Money) -> None:
        if not money.currency_code:
            return
        if not self._currency:
            self._currency, self._currency_from = money.currency_code, path
        elif money.currency_code != self._currency:
            codes = (money.currency_code, self._currency)
            # Only codes are quoted: any other text could be part of what the order says.
            if all(map(_CODE.fullmatch, codes)):
                clash = f"is in {codes[0]}, but {self._currency_from} says {codes[1]}"
            else:
                clash = f"is in another currency than {self._currency_from}"
            self._violate(path, f"{clash}; an order has one currency, so send one order for each")

    def _enum(self, path: str, number: int, pair: EnumPair[E]) -> E | None:
        try:
            return pair.member(number)
        except KeyError:
            self._violate(path, f"{number} is unknown; must be one of {pair.choices}")
            return None

    def _violate(self, path: str, description: str) -> None:
        if len(self._violations) < MAX_VIOLATIONS:
            self._violations.append(FieldViolation(path, description))


def _party(message: order_pb2.Party) -> Party:
    return Party(
        party_id=message.party_id,
        name=message.name,
        contact_name=message.contact_name,
        phone=message.phone,
        email=message.email,
        tax_id=message.tax_id,
    )


def _address(message: AddressMessage) -> PostalAddress:
    return PostalAddress(
        region_code=message.region_code,
        postal_code=message.postal_code,
        administrative_area=message.administrative_area,
        locality=message.locality,
        sublocality=message.sublocality,
        address_lines=tuple(message.address_lines),
        recipients=tuple(message.recipients),
        organization=message.organization,
    )
