"""The raw values of one order, as a person would read them.

Values are taken from the order as it was received: what comparisons made of them is in the clause
beside them. A missing value, or one of an erased order, is the empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property

from ordertwin_models.language.catalogue import Catalogue, Count
from ordertwin_models.order import Channel, Order, OrderLine, PostalAddress

LONGEST_IN_CLAUSE = 48
_LARGEST_FIRST = frozenset({"CN", "HK", "JP", "MO", "TW"})
_MOST_DIGITS = 20


class OrderValues(dict[str, str]):
    """Values of one order by comparison, worked out when asked for."""

    def __init__(self, order: Order | None, catalogue: Catalogue) -> None:
        super().__init__()
        self.order = order
        self._catalogue = catalogue

    def __missing__(self, comparison: str) -> str:
        read, value = READERS.get(comparison), ""
        if read is not None and self.order is not None:
            value = read(self.order, self._catalogue)
            if not value.isprintable():
                value = one_line(value)
        self[comparison] = value
        return value

    @cached_property
    def lines_by_id(self) -> dict[str, OrderLine]:
        """The lines by the id that alignments name them by: their own, else their place."""
        lines = self.order.lines if self.order else ()
        return {line.line_id or str(place): line for place, line in enumerate(lines, 1)}


def one_line(text: str) -> str:
    """The text without line breaks and without characters that would disturb what surrounds it.

    >>> one_line("  Dock 4\\n ring\\u202e twice ")
    'Dock 4 ring twice'
    """
    return "".join([c for c in " ".join(text.split()) if c.isprintable()])


def shortened(text: str) -> str:
    """The text, cut to what a clause can bear.

    >>> shortened("x" * 99) == "x" * 47 + "…"
    True
    """
    if len(text) <= LONGEST_IN_CLAUSE:
        return text
    return text[: LONGEST_IN_CLAUSE - 1].rstrip() + "…"


def number_text(number: Decimal) -> str:
    """A number without exponent, unless it is beyond reading anyway.

    >>> number_text(Decimal("1E+3")), number_text(Decimal("1E+400"))
    ('1000', '1E+400')
    """
    text = str(number)
    if "E" in text and abs(number.adjusted()) < _MOST_DIGITS:
        return format(number, "f")
    return text


def quantity_text(line: OrderLine, order: Order) -> str:
    """Quantity and unit of a line, for example "200 pcs"."""
    return "" if line.quantity is None else f"{number_text(line.quantity)} {line.unit}".strip()


def price_text(line: OrderLine, order: Order) -> str:
    """Unit price of a line with the currency of the order."""
    if line.unit_price is None:
        return ""
    return f"{number_text(line.unit_price)} {order.currency_code}".strip()


def product_text(line: OrderLine, order: Order) -> str:
    """What a person would call the product: its name, else its number."""
    return line.name or line.sku or line.gtin or line.customer_sku


def address_text(address: PostalAddress) -> str:
    """An address in one line, in the order its country writes it.

    >>> address_text(PostalAddress(region_code="DE", postal_code="10115", locality="Berlin",
    ...                            address_lines=("Invalidenstr. 1",)))
    'Invalidenstr. 1, 10115 Berlin, DE'
    """
    street = ", ".join(filter(None, address.address_lines))
    area, place = address.administrative_area, address.locality
    if address.region_code.upper() in _LARGEST_FIRST:
        parts = (address.postal_code, area, place, address.sublocality, street)
        return " ".join(filter(None, parts))
    town = f"{address.postal_code} {place}".strip()
    return ", ".join(filter(None, (street, address.sublocality, town, area, address.region_code)))


def _recipient(order: Order, catalogue: Catalogue) -> str:
    return ", ".join(filter(None, order.ship_to.recipients))


def _point(order: Order, catalogue: Catalogue) -> str:
    place = order.ship_to
    return ", ".join(filter(None, (place.organization, *place.address_lines)))


def _amount(order: Order, catalogue: Catalogue) -> str:
    """The stated total, or the sum of the lines when all have quantity and price."""
    total = order.total_amount
    if total is None:
        known = [
            line.quantity * line.unit_price
            for line in order.lines
            if line.quantity is not None and line.unit_price is not None
        ]
        if not known or len(known) < len(order.lines):
            return ""
        total = sum(known, Decimal(0))
    return f"{number_text(total)} {order.currency_code}".strip()


def _delivery_date(order: Order, catalogue: Catalogue) -> str:
    day = order.requested_delivery_date or min(
        (line.requested_date for line in order.lines if line.requested_date), default=None
    )
    return day.isoformat() if day else ""


def _release(order: Order, catalogue: Catalogue) -> str:
    if not order.release_number:
        return order.blanket_reference
    return catalogue.release.format(
        blanket=order.blanket_reference, release=order.release_number
    ).strip(" ,，")


def _channel(order: Order, catalogue: Catalogue) -> str:
    return "" if order.channel is Channel.UNKNOWN else catalogue.channels[order.channel]


def _line_count(order: Order, catalogue: Catalogue) -> str:
    if not order.lines:
        return ""
    return catalogue.lines.format(lines=Count(len(order.lines), catalogue.plural))


def _customer(order: Order, catalogue: Catalogue) -> str:
    customer = order.customer
    surest = customer.party_id or customer.tax_id or customer.email or customer.phone
    return customer.name or surest or customer.contact_name


def _reference(order: Order, catalogue: Catalogue) -> str:
    return order.customer_reference


READERS: Mapping[str, Callable[[Order, Catalogue], str]] = {
    "order_number": lambda order, _: order.order_number,
    "reference": _reference,
    "reference_frequency": _reference,
    "reference_spelling": _reference,
    "reference_presence": _reference,
    "revision": lambda order, _: order.revision,
    "release": _release,
    "named_in_note": lambda order, _: order.note,
    "quote": lambda order, _: order.quote_reference,
    "customer": _customer,
    "customer_rarity": _customer,
    "customer_number": lambda order, _: order.customer.party_id,
    "customer_name": lambda order, _: order.customer.name,
    "contact_name": lambda order, _: order.customer.contact_name,
    "phone": lambda order, _: order.customer.phone,
    "email": lambda order, _: order.customer.email,
    "customer_ship_to": lambda order, _: address_text(order.ship_to),
    "foreign_ship_to": lambda order, _: address_text(order.ship_to),
    "bill_to": lambda order, _: address_text(order.bill_to),
    "delivery_point": _point,
    "recipient": _recipient,
    "foreign_recipient": _recipient,
    "amount": _amount,
    "line_count": _line_count,
    "time_gap": lambda order, _: order.ordered_at.isoformat(" ", "minutes"),
    "delivery_date": _delivery_date,
    "note": lambda order, _: order.note,
    "message_function": lambda order, _: order.message_function,
    "channel": _channel,
    "source": lambda order, _: order.source,
    "entered_by": lambda order, _: order.entered_by,
    "company": lambda order, _: order.company,
}
"""How to read the value that a comparison looked at. Comparisons of the baskets have values of the
pair (`pair_facts`); habits are no value of an order."""
