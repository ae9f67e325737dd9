"""Which fields of an order tell who and where, and how text is cut into words to be replaced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from itertools import groupby
from typing import Any, Protocol

from ordertwin_models.normalise.text import HAN, fold, vocabulary
from ordertwin_models.order import Order, OrderLine, Party, PostalAddress

CODES = (
    "order_number",
    "customer_reference",
    "blanket_reference",
    "quote_reference",
)
NAMES = ("company", "entered_by")
PROSE = ("note", "revision", "release_number")
"""Fields of an order that are replaced, like the ones before; so are its id, the customer, both
addresses, attributes, and what a line says in the customer's words. A region stays: it decides how
addresses are read."""

_ADDRESSED = vocabulary("herr herrn frau mr mrs madam madame mme mlle monsieur prof senor senora")
"""What people are called by; not "Ms", which is brass too, and the like."""
_ADDRESSED_IN_CHINESE = re.compile(rf"([{HAN}]{{2,3}})(?:先生|女士|小姐|太太)")
_MOST_NAMES = 2


class Replacer(Protocol):
    """Replaces text; whatever it does, equal text becomes equal text."""

    def text(self, text: str) -> str:
        """Names of people, companies and places."""

    def prose(self, text: str) -> str:
        """Sentences."""

    def specification(self, text: str) -> str:
        """What is said of goods beside their name."""

    def code(self, text: str) -> str:
        """References and numbers."""

    def order_id(self, text: str) -> str:
        """Ids of orders."""

    def email(self, text: str) -> str:
        """Addresses for e-mail."""

    def phone(self, text: str, region: str) -> str:
        """Phone numbers; `region` is the lower-case country of the order, or empty."""


def replaced_order(order: Order, by: Replacer) -> Order:
    """The order with everything replaced that tells who and where; products, quantities, amounts
    and times stay."""
    region = (order.ship_to.region_code or order.bill_to.region_code).casefold()
    new: dict[str, Any] = {name: by.code(getattr(order, name)) for name in CODES}
    new |= {name: by.text(getattr(order, name)) for name in NAMES}
    new |= {name: by.prose(getattr(order, name)) for name in PROSE}
    return replace(
        order,
        customer=_party(order.customer, region, by),
        ship_to=_address(order.ship_to, by),
        bill_to=_address(order.bill_to, by),
        lines=tuple(_line(line, by) for line in order.lines),
        order_id=by.order_id(order.order_id),
        attributes={by.text(name): by.text(value) for name, value in order.attributes.items()},
        **new,
    )


def runs(text: str) -> Iterator[tuple[str, str]]:
    """Words with their accents and vowel signs, numbers, and what is between them, by kind.

    >>> [run for _, run in runs("Zoe\\u0301 4-a")]
    ['Zoé', ' ', '4', '-', 'a']
    """
    for kind, signs in groupby(unicodedata.normalize("NFKC", text), _kind_of):
        yield kind, "".join(signs)


def addressed(text: str) -> Iterator[str]:
    """Words that are somebody's name, because a title goes with them.

    >>> list(addressed("Mug, print Frau Dana Weber, blue")), list(addressed("铭牌 王小明先生"))
    (['dana', 'weber'], ['王小明'])
    """
    left = 0
    for kind, run in runs(text):
        if kind != "word":
            continue
        if left and run[0].isupper():
            yield fold(run)
            left -= 1
        else:
            left = _MOST_NAMES if fold(run) in _ADDRESSED else 0
    yield from _ADDRESSED_IN_CHINESE.findall(text)


def _kind_of(sign: str) -> str:
    return {"L": "word", "M": "word", "N": "number"}.get(unicodedata.category(sign)[0], "other")


def _party(party: Party, region: str, by: Replacer) -> Party:
    return Party(
        party_id=by.code(party.party_id),
        name=by.text(party.name),
        contact_name=by.text(party.contact_name),
        phone=by.phone(party.phone, region),
        email=by.email(party.email),
        tax_id=by.code(party.tax_id),
    )


def _address(address: PostalAddress, by: Replacer) -> PostalAddress:
    names = [field.name for field in fields(address) if field.name != "region_code"]
    new: dict[str, Any] = {name: _each(getattr(address, name), by.text) for name in names}
    return replace(address, **new)


def _each(value: str | tuple[str, ...], new: Callable[[str], str]) -> str | tuple[str, ...]:
    return tuple(map(new, value)) if isinstance(value, tuple) else new(value)


def _line(line: OrderLine, by: Replacer) -> OrderLine:
    return replace(
        line,
        customer_sku=by.code(line.customer_sku),
        specification=by.specification(line.specification),
    )
