"""Blocking: which existing orders are worth comparing with an incoming one.

A union of rules. Each gives an order a few keys to be found by and a few to look up; a key is a
64-bit number, and of the orders behind it only the newest `cap` are read, so that a house customer
or a stock item costs no more than any other. No rule is needed for a twin to be found: the customer
number, the reference or every code may be missing or wrong.

| rule | what two orders share |
|---|---|
| `same_order` | source and order id: the same order again |
| `order_number` | the number shown to people |
| `reference` | the customer's reference, unless it says nothing |
| `quote` | the quote they came from |
| `customer_recent` | the customer, within about a week |
| `phone`, `email`, `tax_id` | contact data |
| `ship_to` | the place of delivery |
| `name`, `contact` | the name of the company, of the person |
| `rare_product` | one of the rarest products of each, and of those that came before |
| `rare_pair` | two of the rarest products of each |
| `basket` | all products and quantities |
| `customer_basket` | the customer and all products: the customer's habit |
| `amount` | the exact amount, within a few days |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations

from ordertwin_models.basket import Position
from ordertwin_models.candidate import Lookup
from ordertwin_models.fingerprint import fingerprint64
from ordertwin_models.normalise import NormalisedOrder
from ordertwin_models.normalise.contact import subscriber_number

CAPS = {
    "same_order": 4,
    "order_number": 20,
    "reference": 30,
    "quote": 10,
    "customer_recent": 40,
    "phone": 25,
    "email": 25,
    "tax_id": 25,
    "ship_to": 25,
    "name": 25,
    "contact": 15,
    "rare_product": 12,
    "rare_pair": 20,
    "basket": 20,
    "customer_basket": 15,
    "amount": 15,
}
"""How many of the newest orders of one key are read."""

CANDIDATE_LIMIT = 300
"""How many candidates an order has at most."""

EVIDENCE = {
    "order_number": "number",
    "reference": "number",
    "phone": "party",
    "email": "party",
    "tax_id": "party",
    "ship_to": "party",
    "name": "party",
    "contact": "party",
    "rare_product": "goods",
}
"""What a rule is evidence of, where that says little alone: a customer has earlier orders, a
product other buyers. Any other rule is worth a comparison whatever it finds."""

TELLING = frozenset({"same_order", "quote", "customer_recent", "customer_basket"})
"""Rules that name one document, or what one customer orders: an order that only the cap of such a
key left out may be a twin, and an answer says so. Behind any other key that is full are goods that
many buy, what they cost, or contact data and references that many orders share: the newest of them
are enough, and a store of stock items has little else."""

NEWEST_OF = {"number": 6, "party": 10, "goods": 5}
"""How many orders that share nothing but that are compared. In the held-out parts of the histories
that model 3 learned from this left out 38 % of the pairs and eight of 13,530 twins."""

_DAY = 86_400
_RECENT_DAYS = 7
_AMOUNT_DAYS = 3
_RARE_PRODUCTS = 3
_NEVER_SEEN = -1.0
_SMALLEST_AMOUNT = 1.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What blocking looks at. `rarity` is parallel to `positions`; 0 in a number means unknown.
    `same_customers` are the keys of other customer numbers that mean the same customer."""

    order: NormalisedOrder
    positions: tuple[Position, ...]
    rarity: tuple[float, ...]
    customer_key: str
    basket: int
    products: int
    same_customers: tuple[str, ...] = ()


_Ranked = list[tuple[float, tuple[int, ...]]]
"""Products by rarity, the rarest first: minus the rarity, and the numbers that identify each."""


def keys_of(identity: Identity) -> tuple[tuple[Lookup, ...], tuple[int, ...]]:
    """The keys to look up for an order, and the keys it is to be found by, without repeats."""
    ranked = _by_rarity(identity)
    own = [*_own_keys(identity), *_product_keys(ranked)]
    more = (_neighbouring_keys(identity), _seen_product_keys(ranked), _keys_of_the_same(identity))
    lookups = dict.fromkeys(chain(own, *more))
    return (
        tuple([Lookup(key, rule, CAPS[rule]) for rule, key in lookups]),
        tuple(dict.fromkeys([key for _, key in own])),
    )


def worth_comparing(found: Mapping[int, tuple[str, ...]]) -> list[int]:
    """The first pass over what keys brought up: sequence and rules of each order; newest first.

    Orders that one kind of `EVIDENCE` alone speaks for are left out, but for the newest few.

    >>> found = {place: ("rare_product",) for place in range(8)} | {0: ("rare_product", "name")}
    >>> worth_comparing(found)
    [7, 6, 5, 4, 3, 0]
    """
    left = dict(NEWEST_OF)
    kept = []
    for sequence in sorted(found, reverse=True):
        kind = evidence_alone(found[sequence])
        if kind is not None:
            if not left[kind]:
                continue
            left[kind] -= 1
        kept.append(sequence)
    return kept


@lru_cache(maxsize=4096)
def evidence_alone(rules: tuple[str, ...]) -> str | None:
    """The one kind of `EVIDENCE` that these rules are, None if they are more than that.

    >>> evidence_alone(("phone", "name")), evidence_alone(("phone", "rare_product"))
    ('party', None)
    """
    kinds = {EVIDENCE.get(rule) for rule in rules}
    return kinds.pop() if len(kinds) == 1 else None


def _own_keys(identity: Identity) -> Iterator[tuple[str, int]]:
    order, customer = identity.order, identity.customer_key
    values = {
        "same_order": f"{order.source}\x1e{order.order_id}",
        "order_number": order.order_number,
        "reference": "" if order.reference.junk else order.reference.core,
        "quote": order.quote_reference,
        "customer_recent": customer and _recent(identity, customer, 0),
        "phone": subscriber_number(order.phone),
        "email": order.email,
        "tax_id": order.tax_id,
        "ship_to": _ship_to(order),
        "name": " ".join(sorted(order.customer_name.core.split())),
        "contact": order.contact_name,
        "basket": str(identity.basket or ""),
        "customer_basket": customer and _habit(identity, customer),
        "amount": _amount(identity, 0),
    }
    for rule, value in values.items():
        if value:
            yield rule, fingerprint64(rule, str(value))


def _neighbouring_keys(identity: Identity) -> Iterator[tuple[str, int]]:
    """Time does not stop at the edge of a bucket, and orders arrive late."""
    customer = identity.customer_key
    for step in (-1, 1):
        if customer:
            yield (
                "customer_recent",
                fingerprint64("customer_recent", _recent(identity, customer, step)),
            )
        amount = _amount(identity, step)
        if amount:
            yield "amount", fingerprint64("amount", amount)


def _keys_of_the_same(identity: Identity) -> Iterator[tuple[str, int]]:
    """What an order under another number of the same customer is found by."""
    for customer in identity.same_customers:
        for step in (0, -1, 1):
            yield (
                "customer_recent",
                fingerprint64("customer_recent", _recent(identity, customer, step)),
            )
        if habit := _habit(identity, customer):
            yield "customer_basket", fingerprint64("customer_basket", habit)


def _recent(identity: Identity, customer: str, step: int) -> str:
    return f"{customer}|{_bucket(identity, _RECENT_DAYS) + step}"


def _habit(identity: Identity, customer: str) -> str:
    return f"{customer}|{identity.products}" if identity.products else ""


def _product_keys(ranked: _Ranked) -> Iterator[tuple[str, int]]:
    """The rarest products: each by everything that identifies it, and in pairs."""
    rarest = [identities for _, identities in ranked[:_RARE_PRODUCTS]]
    yield from _keys_of_products(rarest)
    for first, second in combinations(sorted([identities[0] for identities in rarest]), 2):
        yield "rare_pair", fingerprint64("rare_pair", f"{first} {second}")


def _seen_product_keys(ranked: _Ranked) -> Iterator[tuple[str, int]]:
    """The rarest products that came before, where others are the rarest: a mistyped one never came,
    and no twin may have it."""
    if ranked and ranked[0][0] <= _NEVER_SEEN:
        seen = [identities for rarity, identities in ranked if rarity > _NEVER_SEEN]
        yield from _keys_of_products(seen[:_RARE_PRODUCTS])


def _keys_of_products(products: list[tuple[int, ...]]) -> Iterator[tuple[str, int]]:
    for identities in products:
        for number in identities:
            yield "rare_product", fingerprint64("rare_product", str(number))


def _by_rarity(identity: Identity) -> _Ranked:
    return sorted(
        [
            (-round(rarity, 6), position.product.identities)
            for rarity, position in zip(identity.rarity, identity.positions, strict=True)
        ],
        key=_rarity_then_term,
    )


def _rarity_then_term(pair: tuple[float, tuple[int, ...]]) -> tuple[float, int]:
    return pair[0], pair[1][0]


def _bucket(identity: Identity, days: int) -> int:
    return int(identity.order.ordered_at // (days * _DAY))


def _ship_to(order: NormalisedOrder) -> str:
    place = order.ship_to
    if not (place.street or place.house_number) or not (place.postal_code or place.locality):
        return ""
    street = place.street[:6] if not place.house_number else place.street[:3]
    return f"{place.postal_code or place.locality}|{place.house_number}|{street}"


def _amount(identity: Identity, step: int) -> str:
    amount = identity.order.amount
    if amount is None or amount < _SMALLEST_AMOUNT:
        return ""
    bucket = _bucket(identity, _AMOUNT_DAYS) + step
    return f"{amount:.2f}|{identity.order.currency}|{bucket}"
