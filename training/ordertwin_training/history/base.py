"""Base orders: what customers bought and when, before anybody wrote it down as an order.

The rest of the generator works from these alone; it never sees where they came from.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from ordertwin_models.decision import Relation
from ordertwin_models.order import OrderKind


@dataclass(frozen=True, slots=True)
class Item:
    """Something on sale. `price` is per `unit`; items of one `family` are variants of each other.

    `pack` is how many units the usual box holds, 1 when the item is sold singly.
    """

    code: str
    name: str
    specification: str = ""
    unit: str = "pcs"
    pack: int = 1
    price: Decimal = Decimal(1)
    family: str = ""


@dataclass(frozen=True, slots=True)
class BaseLine:
    """So much of an item, at a price per unit."""

    item: Item
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseOrder:
    """One purchase. `customer` is a key, not a name; `site` says which of its places is served.

    A `guest` buys once and has no customer number. Orders of one `series` repeat by plan: each but
    the first has the `relation` to the one before. Orders of one `sitting` share a reference.
    """

    customer: str
    at: datetime
    lines: tuple[BaseLine, ...]
    region: str = ""
    guest: bool = False
    is_company: bool = True
    kind: OrderKind = OrderKind.SALES
    site: int = 0
    requested: date | None = None
    series: str = ""
    sitting: str = ""
    relation: Relation | None = None
    blanket: str = ""
    release: str = ""


@dataclass(frozen=True)
class Catalogue:
    """Everything on sale, with the variants of each item."""

    items: Sequence[Item]
    _families: dict[str, list[Item]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.items:
            if item.family:
                self._families.setdefault(item.family, []).append(item)

    def variant(self, item: Item, rng: random.Random) -> Item | None:
        """Another size or colour of the item, or None."""
        others = [other for other in self._families.get(item.family, ()) if other != item]
        return rng.choice(others) if others else None


class BaseOrders(Protocol):
    """A source of base orders, in time order; iterating twice gives the same orders.

    `repeats_are_known` tells whether a repeated basket is known to be a legitimate one, as it is in
    a generated base; in a real one it may be a duplicate that nobody marked.
    """

    @property
    def catalogue(self) -> Catalogue:
        """Everything that occurs in the orders, and its variants."""

    @property
    def repeats_are_known(self) -> bool:
        """False when unmarked duplicates may be among the orders."""

    def __iter__(self) -> Iterator[BaseOrder]: ...

    def __len__(self) -> int: ...
