"""The fields of an order as a table: name, kind, size, meaning.

One source for the checks at the door, the order document and the reference pages. It describes
`ordertwin_models.order` and decides nothing; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ordertwin_models.order import Channel, OrderKind

NAME_LENGTH = 256
"""Longest name, address line, specification or e-mail address, in characters."""
REFERENCE_LENGTH = 64
"""Longest reference, number or code, in characters."""
NOTE_LENGTH = 1_024
"""Longest note, in characters."""
ENTRIES = 16
"""Most address lines and most recipients."""


class Kind(StrEnum):
    """What a field holds in the order document."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    CHOICE = "choice"
    TEXTS = "list of texts"
    OBJECT = "object"
    OBJECTS = "list of objects"
    MAP = "map of text to text"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `limit` in characters, `choices` with the default first, `parts` nested."""

    name: str
    kind: Kind
    meaning: str
    limit: int = 0
    required: bool = False
    choices: type[StrEnum] | None = None
    parts: tuple[Field, ...] = ()


def _reference(name: str, meaning: str) -> Field:
    return Field(name, Kind.TEXT, meaning, REFERENCE_LENGTH)


def _name(name: str, meaning: str) -> Field:
    return Field(name, Kind.TEXT, meaning, NAME_LENGTH)


def _names(name: str, meaning: str) -> Field:
    return Field(name, Kind.TEXTS, meaning, NAME_LENGTH)


PARTY_FIELDS = (
    _reference("party_id", "Customer number."),
    _name("name", "Company or person."),
    _name("contact_name", "Person who ordered."),
    _reference("phone", "Phone number, as received."),
    _name("email", "E-mail address."),
    _reference("tax_id", "Tax or VAT number."),
)

ADDRESS_FIELDS = (
    _reference("region_code", "Country, ISO 3166 two-letter code."),
    _reference("postal_code", "Postal code."),
    _name("administrative_area", "State, province or canton."),
    _name("locality", "Town."),
    _name("sublocality", "District."),
    _names("address_lines", "Street, house number, unit."),
    _names("recipients", "People at the address."),
    _name("organization", "Company at the address."),
)

LINE_FIELDS = (
    _reference("line_id", "Line number; the position when missing."),
    _reference("sku", "Own article code."),
    _reference("gtin", "GTIN, EAN or UPC."),
    _reference("customer_sku", "Article code of the customer."),
    _name("name", "Product name or free text."),
    _name("specification", "Size, colour, quality, pack."),
    Field("quantity", Kind.NUMBER, "How many of `unit`; zero or more."),
    _reference("unit", "Unit of measure or package."),
    Field("unit_price", Kind.NUMBER, "Price of one `unit` in the currency of the order."),
    Field("requested_date", Kind.DATE, "Delivery date asked for."),
)

ORDER_FIELDS = (
    Field("order_id", Kind.TEXT, "The ERP's own unique id.", REFERENCE_LENGTH, required=True),
    _reference("order_number", "Number shown to people."),
    _reference("customer_reference", "The customer's purchase-order number."),
    _reference("revision", "Revision of the customer's purchase order."),
    _reference("blanket_reference", "Contract or blanket order called off."),
    _reference("release_number", "Number of the call-off."),
    _reference("quote_reference", "Quote the order came from."),
    _reference("company", "Selling legal entity."),
    Field("kind", Kind.CHOICE, "Sales or purchase order.", choices=OrderKind),
    Field("channel", Kind.CHOICE, "How the order came in.", choices=Channel),
    _reference("source", "Connector or system that delivered it."),
    _reference("message_function", "EDI message function code."),
    _reference("entered_by", "Person or interface user."),
    Field("ordered_at", Kind.TIME, "When the customer ordered, with time zone.", required=True),
    Field("requested_delivery_date", Kind.DATE, "Delivery date asked for."),
    Field("customer", Kind.OBJECT, "The buyer.", parts=PARTY_FIELDS),
    Field("ship_to", Kind.OBJECT, "Where the goods go.", parts=ADDRESS_FIELDS),
    Field("bill_to", Kind.OBJECT, "Where the invoice goes.", parts=ADDRESS_FIELDS),
    Field("lines", Kind.OBJECTS, "The positions.", parts=LINE_FIELDS),
    Field("currency_code", Kind.TEXT, "ISO 4217 code, three letters."),
    Field("total_amount", Kind.NUMBER, "Total in `currency_code`."),
    Field("note", Kind.TEXT, "Free text.", NOTE_LENGTH),
    Field("attributes", Kind.MAP, "Anything else worth keeping."),
)
