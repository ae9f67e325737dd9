"""The stage: one market's desks, people and goods, and the orders written so far."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from benchmarks.orders.second_author.buyers import Known, People
from benchmarks.orders.second_author.desk import Desk, Wish, furnish, pick_desk
from benchmarks.orders.second_author.market import Market
from ordertwin_models.decision import Relation
from ordertwin_models.order import Order
from ordertwin_training.history.base import Catalogue
from ordertwin_training.stream import StatusEvent, Truth


@dataclass(frozen=True, slots=True)
class Entry:
    """An order in the book: what was wanted, where it came in, what was written, what it is.

    `at` is when it arrived; the order itself may carry the date of the document.
    """

    wish: Wish
    desk: Desk
    order: Order
    at: datetime
    truth: Truth | None


@dataclass(slots=True)
class Scene:
    """Everything that duplicates and look-alikes are made with. The numbers are provisional: the
    ledger numbers orders anew in the order in which they arrived."""

    market: Market
    catalogue: Catalogue
    seed: int
    known: Mapping[str, Known] = field(default_factory=dict)
    people: People = field(init=False)
    statuses: list[StatusEvent] = field(default_factory=list)
    told: Counter[Relation] = field(default_factory=Counter)
    _desks: dict[str, Desk] = field(init=False)
    _keys: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.people = People(self.market, self.seed, self.known)
        self._desks = dict(furnish(self.market, self.seed))

    def desk(
        self, rng: random.Random, among: Iterable[str] = (), besides: Iterable[str] = ()
    ) -> Desk:
        """A desk, of `among` where the market has one of them, none of `besides` if it can be."""
        wanted = set(among)
        others = [name for name in self._desks if wanted and name not in wanted]
        excluded = {*others, *besides}
        if excluded >= set(self._desks):
            excluded = set(besides)
        return pick_desk(self._desks, self.market, rng, sorted(excluded))

    def has_desk(self, *names: str) -> bool:
        """Whether the market has one of these desks."""
        return any(name in self._desks for name in names)

    def write(
        self, wish: Wish, desk: Desk, rng: random.Random, truth: Truth | None = None
    ) -> Entry:
        """Enter a wish at a desk."""
        key = f"~{next(self._keys)}"
        return Entry(wish, desk, desk.write(wish, key, self.market, rng), wish.at, truth)

    def again(self, entry: Entry, at: datetime, relation: Relation, **changed: object) -> Entry:
        """The written order once more, letter for letter but for number, time and `changed`."""
        key = f"~{next(self._keys)}"
        number = key if entry.order.order_number else ""
        facts: dict[str, object] = {"order_id": key, "order_number": number, "ordered_at": at}
        order = replace(entry.order, **(facts | changed))  # type: ignore[arg-type]
        wish = replace(entry.wish, at=at)
        return Entry(wish, entry.desk, order, at, Truth(relation, entry.order.order_id))
