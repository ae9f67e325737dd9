"""One raw order in, one normalised order out: every field through the rule of its subject."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ordertwin_models.normalise.address import normalise_address, normalise_region
from ordertwin_models.normalise.contact import normalise_email, normalise_phone
from ordertwin_models.normalise.note import markers, message_function, note_words
from ordertwin_models.normalise.party import normalise_party_name, normalise_person
from ordertwin_models.normalise.product import normalise_gtin, product_text
from ordertwin_models.normalise.reference import (
    UNNUMBERED,
    chained,
    normalise_reference,
    normalise_revision,
)
from ordertwin_models.normalise.text import CACHE_SIZE, clean, code, fold
from ordertwin_models.normalise.units import PACKAGE, Unit, parse_unit
from ordertwin_models.normalise.values import NormalisedLine, NormalisedOrder
from ordertwin_models.order import Order, OrderLine

_NOTE_KEPT = 200


def normalise(order: Order) -> NormalisedOrder:
    """Return what the order means, whatever way it was written.

    Total over text of any kind; numbers and times are expected to have passed validation.

    >>> from datetime import UTC, datetime
    >>> order = normalise(Order(
    ...     order_id="SO-1", ordered_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    ...     customer_reference="PO-00123 Rev. 2",
    ...     lines=(OrderLine(sku="M8-40", quantity=Decimal(2), unit="box of 100"),)))
    >>> order.reference.core, order.revision, order.lines[0].sku, order.lines[0].quantity
    ('po123', '2', 'm840', 200.0)
    """
    customer = order.customer
    reference = normalise_reference(order.customer_reference)
    lines = tuple(_line(line, position) for position, line in enumerate(order.lines, start=1))
    phone_region = normalise_region(order.ship_to.region_code or order.bill_to.region_code)
    return NormalisedOrder(
        order_id=order.order_id,
        source=order.source,
        order_number=code(order.order_number),
        reference=reference,
        revision=_revision(reference.revision, normalise_revision(order.revision)),
        blanket_reference=code(order.blanket_reference),
        release_number=code(order.release_number),
        quote_reference=code(order.quote_reference),
        company=fold(order.company),
        kind=order.kind,
        channel=order.channel,
        message_function=message_function(order.message_function),
        entered_by=fold(order.entered_by),
        ordered_at=order.ordered_at.timestamp(),
        requested_day=_day(order.requested_delivery_date),
        customer_id=code(customer.party_id),
        customer_name=normalise_party_name(customer.name),
        contact_name=normalise_person(customer.contact_name),
        phone=normalise_phone(customer.phone, phone_region),
        email=normalise_email(customer.email),
        tax_id=code(customer.tax_id),
        ship_to=normalise_address(order.ship_to),
        bill_to=normalise_address(order.bill_to),
        lines=lines,
        currency=order.currency_code.strip().upper(),
        amount=_amount(order.total_amount, lines),
        markers=markers(order.note),
        note=note_words(order.note),
        note_text=clean(order.note)[:_NOTE_KEPT],
    )


def _revision(in_reference: str, apart: str) -> str:
    """That of the reference, and the one that is kept apart where it is another one, or tells the
    number of what is only called a revision."""
    known, _, last = in_reference.rpartition(".")
    if apart and last in (apart, UNNUMBERED):
        return chained(known, apart)
    return chained(in_reference, apart)


def _line(line: OrderLine, position: int) -> NormalisedLine:
    goods = _goods(line.sku, line.gtin, line.customer_sku, line.name, line.specification, line.unit)
    quantity, price, day = line.quantity, line.unit_price, line.requested_date
    return NormalisedLine(
        line.line_id or str(position),
        goods.sku,
        goods.gtin,
        goods.customer_sku,
        goods.tokens,
        goods.dimensions,
        None if quantity is None else float(quantity) * goods.unit.factor,
        PACKAGE if goods.unit.package else goods.unit.base,
        goods.factor,
        None if price is None else float(price) / goods.unit.factor,
        None if day is None else day.toordinal(),
    )


class _Goods(NamedTuple):
    """What a line says beside its numbers."""

    sku: str
    gtin: str
    customer_sku: str
    tokens: tuple[str, ...]
    dimensions: tuple[str, ...]
    unit: Unit
    factor: float | None


@lru_cache(4 * CACHE_SIZE)
def _goods(
    sku: str, gtin: str, customer_sku: str, name: str, specification: str, unit: str
) -> _Goods:
    """One entry serves a whole line: a seller's goods come again and again."""
    product = product_text(name, specification)
    counted = parse_unit(unit)
    if counted.package and product.pack:
        counted = Unit("pcs", float(product.pack))
    is_known = bool(unit.strip()) and not counted.package
    return _Goods(
        code(sku),
        normalise_gtin(gtin),
        code(customer_sku),
        product.tokens,
        product.dimensions,
        counted,
        counted.factor if is_known else None,
    )


def _day(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def _amount(total: Decimal | None, lines: tuple[NormalisedLine, ...]) -> float | None:
    if total is not None:
        return float(total)
    amount = 0.0
    for line in lines:
        if line.quantity is None or line.unit_price is None:
            return None
        amount += line.quantity * line.unit_price
    return amount if lines else None
