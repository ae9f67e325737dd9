"""What two orders must agree about before they become one, or somebody must choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ordertwin_models.normalise import NormalisedOrder, normalise
from ordertwin_models.order import Order, PostalAddress


class FieldName(StrEnum):
    """A field that an order has once, and that decides who gets what, where and for how much."""

    COMPANY = "company"
    CUSTOMER = "customer"
    SHIP_TO = "ship_to"
    CURRENCY = "currency_code"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field in which the orders differ, with what each says."""

    field: FieldName
    first: str
    second: str


def conflicts_between(first: Order, second: Order) -> tuple[Conflict, ...]:
    """Fields that both orders fill in, and differently: spelling does not count.

    >>> from dataclasses import replace
    >>> from datetime import UTC, datetime
    >>> one = Order(order_id="1", ordered_at=datetime(2026, 3, 2, tzinfo=UTC), company="Nord",
    ...             currency_code="EUR")
    >>> [each.field.value for each in conflicts_between(one, replace(one, company="Süd"))]
    ['company']
    >>> conflicts_between(one, replace(one, currency_code="eur", company=""))
    ()
    """
    mine, theirs = normalise(first), normalise(second)
    found = []
    for field, compared in _COMPARED.items():
        if any(a and b and a != b for a, b in zip(compared(mine), compared(theirs), strict=True)):
            found.append(Conflict(field, _SHOWN[field](first), _SHOWN[field](second)))
    return tuple(found)


def _customer(order: NormalisedOrder) -> tuple[object, ...]:
    return (order.customer_id or order.tax_id or order.customer_name.core,)


def _ship_to(order: NormalisedOrder) -> tuple[object, ...]:
    place = order.ship_to
    told = (place.postal_code or place.locality, place.street, place.house_number)
    return () if place.is_empty else told, place.point


_COMPARED: Mapping[FieldName, Callable[[NormalisedOrder], tuple[object, ...]]] = {
    FieldName.COMPANY: lambda order: (order.company,),
    FieldName.CUSTOMER: _customer,
    FieldName.SHIP_TO: _ship_to,
    FieldName.CURRENCY: lambda order: (order.currency,),
}
"""What two orders state of a field; the field differs where both state something else."""


def _place(address: PostalAddress) -> str:
    parts = (
        address.organization,
        *address.address_lines,
        f"{address.postal_code} {address.locality}",
    )
    return ", ".join(part.strip() for part in parts if part.strip())


_SHOWN: Mapping[FieldName, Callable[[Order], str]] = {
    FieldName.COMPANY: lambda order: order.company,
    FieldName.CUSTOMER: lambda order: " ".join(
        filter(None, (order.customer.party_id, order.customer.name))
    ),
    FieldName.SHIP_TO: lambda order: _place(order.ship_to),
    FieldName.CURRENCY: lambda order: order.currency_code,
}
