"""The order as a value: what an ERP handed in, unchanged.

Missing text is the empty string, a missing number or date is None. Values are frozen; whether an
order obeys the rules is decided once, at the door, by `ordertwin_models.validation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class OrderKind(StrEnum):
    """Direction of an order; an order that does not say is a sales order."""

    SALES = "SALES"
    PURCHASE = "PURCHASE"


class Channel(StrEnum):
    """How an order came in."""

    UNKNOWN = "UNKNOWN"
    EDI = "EDI"
    WEB = "WEB"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    REP = "REP"
    MARKETPLACE = "MARKETPLACE"
    POS = "POS"
    OTHER = "OTHER"


class OrderState(StrEnum):
    """Where an order stands.

    >>> OrderState.RECEIVED.may_become(OrderState.ACCEPTED)
    True
    >>> OrderState.CANCELLED.may_become(OrderState.SHIPPED)
    False
    """

    RECEIVED = "RECEIVED"
    HELD = "HELD"
    ACCEPTED = "ACCEPTED"
    IN_FULFILMENT = "IN_FULFILMENT"
    SHIPPED = "SHIPPED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    RETURNED = "RETURNED"
    MERGED = "MERGED"
    REJECTED_DUPLICATE = "REJECTED_DUPLICATE"

    def may_become(self, wanted: OrderState) -> bool:
        """Whether a status update may lead from this state to `wanted`."""
        return wanted in STATE_TRANSITIONS[self]

    @property
    def is_dead(self) -> bool:
        """Whether an order in this state no longer stands for goods that will go out.

        >>> OrderState.CANCELLED.is_dead, OrderState.SHIPPED.is_dead
        (True, False)
        """
        return self in DEAD_STATES


_S = OrderState
_FORWARD = (_S.ACCEPTED, _S.IN_FULFILMENT, _S.SHIPPED, _S.COMPLETED)
STATE_TRANSITIONS: Mapping[OrderState, frozenset[OrderState]] = {
    _S.RECEIVED: frozenset({_S.HELD, *_FORWARD, _S.CANCELLED, _S.RETURNED}),
    _S.HELD: frozenset({_S.RECEIVED, *_FORWARD, _S.CANCELLED, _S.RETURNED, _S.REJECTED_DUPLICATE}),
    _S.ACCEPTED: frozenset({_S.HELD, *_FORWARD[1:], _S.CANCELLED, _S.RETURNED}),
    _S.IN_FULFILMENT: frozenset({*_FORWARD[2:], _S.CANCELLED, _S.RETURNED}),
    _S.SHIPPED: frozenset({_S.COMPLETED, _S.RETURNED}),
    _S.COMPLETED: frozenset({_S.RETURNED}),
    _S.CANCELLED: frozenset(),
    _S.RETURNED: frozenset(),
    _S.MERGED: frozenset(),
    _S.REJECTED_DUPLICATE: frozenset({_S.ACCEPTED, _S.CANCELLED}),
}
"""What a status update may do: steps forward may be skipped, because not every ERP reports every
step. Merging and unmerging have transitions of their own."""

DEAD_STATES = frozenset({_S.CANCELLED, _S.RETURNED, _S.MERGED, _S.REJECTED_DUPLICATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """A place, as `google.type.PostalAddress` cuts it.

    >>> PostalAddress(postal_code="10115", locality="Berlin").locality
    'Berlin'
    """

    region_code: str = ""
    postal_code: str = ""
    administrative_area: str = ""
    locality: str = ""
    sublocality: str = ""
    address_lines: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    organization: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or company in an order."""

    party_id: str = ""
    name: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One position. `unit_price` is in the currency of the order, per `unit`."""

    line_id: str = ""
    sku: str = ""
    gtin: str = ""
    customer_sku: str = ""
    name: str = ""
    specification: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    requested_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order as the ERP knows it. `ordered_at` carries a time zone.

    >>> from datetime import UTC
    >>> order = Order(order_id="SO-1", ordered_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    ...               lines=(OrderLine(sku="M8-40", quantity=Decimal(200)),))
    >>> order.lines[0].sku, order.customer_reference
    ('M8-40', '')
    """

    order_id: str
    ordered_at: datetime
    order_number: str = ""
    customer_reference: str = ""
    revision: str = ""
    blanket_reference: str = ""
    release_number: str = ""
    quote_reference: str = ""
    company: str = ""
    kind: OrderKind = OrderKind.SALES
    channel: Channel = Channel.UNKNOWN
    source: str = ""
    message_function: str = ""
    entered_by: str = ""
    requested_delivery_date: date | None = None
    customer: Party = field(default_factory=Party)
    ship_to: PostalAddress = field(default_factory=PostalAddress)
    bill_to: PostalAddress = field(default_factory=PostalAddress)
    lines: tuple[OrderLine, ...] = ()
    currency_code: str = ""
    total_amount: Decimal | None = None
    note: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def value(self) -> float | None:
        """What it is worth in its currency: its total, else what its lines come to; None when
        nobody knows.

        >>> from datetime import UTC
        >>> line = OrderLine(quantity=Decimal(3), unit_price=Decimal("2.50"))
        >>> Order(order_id="1", ordered_at=datetime(2026, 3, 2, tzinfo=UTC), lines=(line,)).value
        7.5
        """
        if self.total_amount is not None:
            return float(self.total_amount)
        amounts = [
            line.quantity * line.unit_price
            for line in self.lines
            if line.quantity is not None and line.unit_price is not None
        ]
        return float(sum(amounts)) if amounts and len(amounts) == len(self.lines) else None
