"""What a normalised order is made of: frozen values, equal when the originals mean the same.

Empty text means "missing" throughout, so that a comparison can tell missing from different.
This file knows no rule of normalisation; those live beside it, one file a subject.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ordertwin_models.order import Channel, OrderKind


class MessageFunction(StrEnum):
    """What an EDI message says it is (EDIFACT BGM 1225, X12 BEG01)."""

    NONE = "NONE"
    ORIGINAL = "ORIGINAL"
    DUPLICATE = "DUPLICATE"
    COPY = "COPY"
    CONFIRMATION = "CONFIRMATION"
    CHANGE = "CHANGE"
    CANCEL = "CANCEL"


class Marker(StrEnum):
    """What a note says about the order's relation to others."""

    CONFIRMING = "CONFIRMING"
    COPY = "COPY"
    REVISED = "REVISED"
    REPEAT = "REPEAT"
    REPLACEMENT = "REPLACEMENT"
    ADDITION = "ADDITION"
    PARTIAL = "PARTIAL"
    GIFT = "GIFT"


@dataclass(frozen=True, slots=True)
class Reference:
    """A customer's reference: what identifies it, its revision, and whether it says nothing.

    `core` is kept for junk too, so that it can be shown; `whole` is the same with the zeros that
    fill up its number, by which a running number is known.
    """

    core: str = ""
    revision: str = ""
    junk: bool = False
    whole: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PartyName:
    """A name without its legal form, and the legal form."""

    core: str = ""
    legal_form: str = ""


@dataclass(frozen=True, slots=True)
class NormalisedAddress:
    """A place. `region` is a lower-case ISO 3166 code, `point` where exactly in a building or on a
    site the goods go, `recipient` a person or a department there."""

    region: str = ""
    postal_code: str = ""
    locality: str = ""
    street: str = ""
    house_number: str = ""
    point: str = ""
    organization: str = ""
    recipient: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known that could tell two places apart (a country cannot).

        >>> NormalisedAddress(region="de").is_empty, NormalisedAddress(locality="berlin").is_empty
        (True, False)
        """
        told = self.postal_code, self.locality, self.street, self.house_number, self.point
        return not any((*told, self.organization, self.recipient))


class NormalisedLine(NamedTuple):
    """One position; a tuple, because an order has many.

    `quantity` is in `unit`, the base unit: "pcs", "g", "ml", "mm", "package" or "" when unknown;
    `unit_price` is per base unit, `requested_day` a proleptic ordinal. `factor` is how many
    base units one unit of the order holds, None where that is not known: no unit, or a package of
    unknown content. `tokens` name the product, `dimensions` are the parts of its name and
    specification that tell variants apart.
    """

    line_id: str
    sku: str
    gtin: str
    customer_sku: str
    tokens: tuple[str, ...]
    dimensions: tuple[str, ...]
    quantity: float | None
    unit: str
    factor: float | None
    unit_price: float | None
    requested_day: int | None


@dataclass(frozen=True, slots=True)
class NormalisedOrder:
    """An order, ready to be blocked and compared.

    `order_id`, `source` and each `line_id` are raw; `ordered_at` is in seconds since 1970 UTC,
    `requested_day` a proleptic ordinal, `note` its words, `note_text` how it begins, `lines`
    parallel to the lines of the raw order, `amount` in `currency`: the stated total, or the sum of
    the lines when all have quantity and price.
    """

    order_id: str
    source: str
    order_number: str
    reference: Reference
    revision: str
    blanket_reference: str
    release_number: str
    quote_reference: str
    company: str
    kind: OrderKind
    channel: Channel
    message_function: MessageFunction
    entered_by: str
    ordered_at: float
    requested_day: int | None
    customer_id: str
    customer_name: PartyName
    contact_name: str
    phone: str
    email: str
    tax_id: str
    ship_to: NormalisedAddress
    bill_to: NormalisedAddress
    lines: tuple[NormalisedLine, ...]
    currency: str
    amount: float | None
    markers: frozenset[Marker]
    note: str
    note_text: str
