"""From an order to what can be looked up and compared.

In two steps, because rarity is known to the store alone: `prepare` says which terms to count, and
`featurise` takes the counts and gives features and keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct

import numpy as np

from ordertwin_models.basket import Position, positions
from ordertwin_models.blocking import Identity, keys_of
from ordertwin_models.candidate import Lookup
from ordertwin_models.customers import ALONE, SameCustomer, key_of_number
from ordertwin_models.features import (
    CHANNELS,
    HASHED,
    HEADER,
    KINDS,
    LINE,
    MARKERS,
    MESSAGE_FUNCTIONS,
    PACKED_HEADER,
    OrderFeatures,
    join_line_ids,
)
from ordertwin_models.fingerprint import chain32, fingerprint32, fingerprint64
from ordertwin_models.normalise import NormalisedAddress, NormalisedOrder, normalise
from ordertwin_models.normalise.contact import subscriber_number
from ordertwin_models.order import Order
from ordertwin_models.term_frequency import TermFrequencies

_MOST_LINES = 65_535
_NUMBERS_IN_NOTE = re.compile(r"\d+")
_NUMBERS = Struct("<5f")
"""The numbers that a `LINE` ends with, behind what its product brings along."""


@dataclass(frozen=True, slots=True)
class PreparedOrder:
    """A normalised order with its basket, its customer and the terms to count.

    `terms` are all terms of the order, without repeats; the named ones are 0 when unknown. `same`
    are other numbers of its customer, and `shared` says for each term of theirs which of the
    order's own it counts with.
    """

    normalised: NormalisedOrder
    positions: tuple[Position, ...]
    raw_reference: str
    date_only: bool
    customer_key: str
    customer: int
    reference: int
    customer_reference: int
    basket: int
    products: int
    habit: int
    terms: tuple[int, ...]
    same: SameCustomer
    shared: Mapping[int, int]

    @property
    def counted(self) -> tuple[int, ...]:
        """The terms whose counts `frequencies` asks for."""
        return (*self.terms, *self.shared)

    def frequencies(self, orders: int, counts: Mapping[int, int]) -> TermFrequencies:
        """How common the terms are among so many orders, given the counts of `counted`: what came
        under another number of the customer came from this customer."""
        if self.shared:
            counts = dict(counts)
            for theirs, own in self.shared.items():
                counts[own] = counts.get(own, 0) + counts.get(theirs, 0)
        return TermFrequencies(orders, counts)


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """An order that can be looked up, compared and registered.

    `same` are other numbers of its customer: orders under them are compared as this customer's.
    """

    features: OrderFeatures
    lookups: tuple[Lookup, ...]
    blocking_keys: tuple[int, ...]
    terms: tuple[int, ...]
    same: SameCustomer = ALONE


def prepare(order: Order, same: SameCustomer = ALONE) -> PreparedOrder:
    """Normalise an order and name its terms. `same` are other numbers of its customer.

    >>> from datetime import UTC, datetime
    >>> from ordertwin_models.order import OrderLine
    >>> order = Order(order_id="1", ordered_at=datetime(2026, 3, 2, tzinfo=UTC),
    ...               lines=(OrderLine(sku="A-1"), OrderLine(sku="B-2"), OrderLine(sku="a1")))
    >>> prepared = prepare(order)
    >>> len(prepared.positions), prepared.date_only
    (2, True)
    """
    normalised = normalise(order)
    basket = positions(normalised.lines)[:_MOST_LINES]
    customer_key = _customer_key(normalised)
    core = "" if normalised.reference.junk else normalised.reference.core
    products_named = [position.term for position in basket]
    goods = " ".join(sorted(map(str, products_named)))
    amounts = " ".join(
        sorted([f"{term}×{p.quantity}" for term, p in zip(products_named, basket, strict=True)])
    )
    customer, customer_reference, habit = _customer_terms(customer_key, core, goods)
    reference = _term("reference", core)
    products, exact = _term("products", goods), _term("basket", amounts)
    shared = {
        theirs: own
        for key in same.keys
        for theirs, own in zip(
            _customer_terms(key, core, goods), (customer, customer_reference, habit), strict=True
        )
        if own
    }
    named = (customer, reference, customer_reference, exact, habit)
    terms = dict.fromkeys((*products_named, *filter(None, named)))
    clock = order.ordered_at
    return PreparedOrder(
        normalised=normalised,
        positions=basket,
        raw_reference=order.customer_reference.strip(),
        date_only=not (clock.hour or clock.minute or clock.second or clock.microsecond),
        customer_key=customer_key,
        customer=customer,
        reference=reference,
        customer_reference=customer_reference,
        basket=exact,
        products=products,
        habit=habit,
        terms=tuple(terms),
        same=same,
        shared=shared,
    )


def featurise(prepared: PreparedOrder, frequencies: TermFrequencies) -> IncomingOrder:
    """Features and blocking keys of a prepared order, given how common its terms are."""
    bits = [frequencies.bits(position.term) for position in prepared.positions]
    most = frequencies.most_bits
    rarity = tuple(np.array([each / most for each in bits], np.float32).tolist())
    lookups, blocking_keys = keys_of(_identity(prepared, rarity))
    features = OrderFeatures(
        _header(prepared, frequencies),
        _lines(prepared, rarity, bits),
        _texts(prepared),
    )
    return IncomingOrder(features, lookups, blocking_keys, prepared.terms, prepared.same)


def lookups_of(prepared: PreparedOrder, features: OrderFeatures) -> tuple[Lookup, ...]:
    """The keys that an order looked up when it arrived, from the features it got then.

    >>> from datetime import UTC, datetime
    >>> from ordertwin_models.order import OrderLine
    >>> order = Order(order_id="1", ordered_at=datetime(2026, 3, 2, tzinfo=UTC),
    ...               lines=(OrderLine(sku="A-1"), OrderLine(sku="B-2")))
    >>> prepared = prepare(order)
    >>> incoming = featurise(prepared, TermFrequencies(9, dict.fromkeys(prepared.terms, 2)))
    >>> lookups_of(prepared, incoming.features) == incoming.lookups
    True
    """
    rarity = tuple(features.lines["rarity"].tolist())
    return keys_of(_identity(prepared, rarity))[0]


def _identity(prepared: PreparedOrder, rarity: tuple[float, ...]) -> Identity:
    return Identity(
        order=prepared.normalised,
        positions=prepared.positions,
        rarity=rarity,
        customer_key=prepared.customer_key,
        basket=prepared.basket,
        products=prepared.products,
        same_customers=prepared.same.keys,
    )


def _customer_terms(customer_key: str, reference: str, goods: str) -> tuple[int, int, int]:
    """The customer, the customer with the reference, the customer with all products."""
    return (
        _term("customer", customer_key),
        _term("customer_reference", customer_key and reference and f"{customer_key}|{reference}"),
        _term("habit", customer_key and goods and f"{customer_key}|{goods}"),
    )


def _term(kind: str, text: str) -> int:
    return fingerprint64(kind, text) if text else 0


def _customer_key(order: NormalisedOrder) -> str:
    """The surest name for the customer that the order has."""
    if order.customer_id:
        return key_of_number(order.customer_id)
    for kind, value in (
        ("tax", order.tax_id),
        ("email", order.email),
        ("phone", subscriber_number(order.phone)),
    ):
        if value:
            return f"{kind}:{value}"
    name, place = order.customer_name.core, order.ship_to.postal_code or order.ship_to.locality
    return f"name:{name}|{place}" if name else ""


def _place(address: NormalisedAddress) -> str:
    return "|".join((address.postal_code, address.house_number, address.street))


def _header(prepared: PreparedOrder, frequencies: TermFrequencies) -> np.ndarray:
    order = prepared.normalised
    junk = order.reference.junk
    hashed = {
        "order_number": order.order_number,
        "reference": "" if junk else order.reference.core,
        "reference_raw": prepared.raw_reference,
        "revision": order.revision,
        "blanket": order.blanket_reference,
        "release": order.release_number,
        "quote": order.quote_reference,
        "company": order.company,
        "source": order.source,
        "entered_by": order.entered_by,
        "customer_id": order.customer_id,
        "customer_key": prepared.customer_key,
        "tax_id": order.tax_id,
        "phone": subscriber_number(order.phone),
        "email": order.email,
        "ship_postal": order.ship_to.postal_code,
        "ship_locality": order.ship_to.locality,
        "ship_house": order.ship_to.house_number,
        "bill_to": "" if order.bill_to.is_empty else _place(order.bill_to),
        "currency": order.currency,
        "products": str(prepared.products) if prepared.products else "",
        "basket": str(prepared.basket) if prepared.basket else "",
        "note": order.note,
        "note_but_numbers": _NUMBERS_IN_NOTE.sub("", order.note),
    }
    packed = PACKED_HEADER.pack(
        order.ordered_at,
        np.nan if order.amount is None else order.amount,
        order.requested_day
        or min(filter(None, [p.requested_day for p in prepared.positions]), default=0),
        frequencies.bits(prepared.customer) if prepared.customer else np.nan,
        frequencies.count(prepared.reference),
        frequencies.count(prepared.customer_reference),
        frequencies.orders,
        frequencies.count(prepared.basket),
        frequencies.count(prepared.habit),
        *[
            chain32(hashed[name]) if name == "revision" else fingerprint32(hashed[name])
            for name in HASHED
        ],
        sum(1 << MARKERS.index(marker) for marker in order.markers),
        len(prepared.positions),
        CHANNELS.index(order.channel),
        KINDS.index(order.kind),
        MESSAGE_FUNCTIONS.index(order.message_function),
        prepared.date_only,
    )
    return np.frombuffer(bytearray(packed), HEADER).reshape(())


def _lines(prepared: PreparedOrder, rarity: Sequence[float], bits: Sequence[float]) -> np.ndarray:
    packed = bytearray()
    for position, rare, known_bits in zip(prepared.positions, rarity, bits, strict=True):
        quantity, price = position.quantity, position.unit_price
        packed += position.product.packed
        packed += _packed_numbers(
            np.nan if quantity is None else quantity,
            position.factor,
            np.nan if price is None else price,
            rare,
            known_bits,
        )
    return np.frombuffer(packed, LINE) if packed else np.empty(0, LINE)


def _packed_numbers(*numbers: float) -> bytes:
    """As single-precision numbers; what is too large for one becomes infinite."""
    try:
        return _NUMBERS.pack(*numbers)
    except OverflowError:
        with np.errstate(over="ignore"):
            return np.array(numbers).astype("<f4").tobytes()


def _but_the_buyer(order: NormalisedOrder, name: str) -> str:
    """Somebody at the place of delivery, where that is not just the customer or who orders."""
    return "" if name in (order.customer_name.core, order.contact_name) else name


def _texts(prepared: PreparedOrder) -> tuple[str, ...]:
    order = prepared.normalised
    texts = (
        "" if order.reference.junk else order.reference.whole,
        order.customer_name.core,
        order.contact_name,
        _but_the_buyer(order, order.ship_to.recipient),
        _but_the_buyer(order, order.ship_to.organization),
        order.ship_to.street,
        order.ship_to.point,
        subscriber_number(order.phone),
        order.email,
        order.note_text,
    )
    cleaned = tuple(text.replace("\x1f", " ") for text in texts)
    return (*cleaned, join_line_ids([p.line_ids for p in prepared.positions]))
