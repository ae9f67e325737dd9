"""A scene: one order that was just written, and the means to write what follows from it."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ordertwin_models.order import Order
from ordertwin_training.history.base import BaseOrder
from ordertwin_training.history.doors import Door
from ordertwin_training.history.identities import Customer
from ordertwin_training.history.vocabulary import words
from ordertwin_training.history.world import Draft, World, with_numbers

_NUMBER = re.compile(r"\\\{\w+\\\}")
"""A place for a number in a saying, after its signs were escaped."""


@dataclass(slots=True)
class Scene:
    """What a relation may look at and draw from.

    first: the order that everything refers to; its written form has an order id once it is out.
    base: the base order behind it.
    origin: id of the order that truth names; differs from the first when that is a copy itself.
    round: how many followers there were already, 0 for the first.
    rhythm: the gap of a series.
    """

    world: World
    rng: random.Random
    first: Draft
    base: BaseOrder
    origin: str = ""
    round: int = 0
    rhythm: timedelta = timedelta(0)

    @property
    def meant(self) -> Order:
        """The first order as it was meant."""
        return self.first.meant

    @property
    def door(self) -> Door:
        """The door of the first order."""
        return self.first.door

    @property
    def customer(self) -> Customer:
        """The customer of the first order."""
        return self.first.customer

    def maybe(self, share: float) -> bool:
        """A coin that shows heads in `share` of cases."""
        return self.rng.random() < share

    def slip(self, share: float) -> bool:
        """A coin for mistakes: in a careless world it shows heads more often."""
        return self.rng.random() < share * self.world.settings.noise

    def saying(self, table: dict[str, tuple[str, ...]], share: float) -> str:
        """A note in the language of the world, in `share` of cases; else what was noted before."""
        return self.any_of(table) if self.maybe(share) else self.meant.note

    def any_of(self, table: dict[str, tuple[str, ...]]) -> str:
        """One of a table of sayings, in the language of the world. It may name the first order and
        its customer, where these have a number, or any number."""
        first = self.first.written
        numbers = {
            "order": first.order_number or first.customer_reference,
            "customer": self.customer.number,
            "name": self.customer.name,
        }
        unknown = [f"{{{name}}}" for name, number in numbers.items() if not number]
        texts = words(table, self.world.settings.language)
        text = self.rng.choice(
            [text for text in texts if not any(name in text for name in unknown)] or [""]
        )
        return with_numbers(text, self.rng, **numbers)

    def numbered(self, table: dict[str, tuple[str, ...]], number: int) -> str:
        """A saying with a number: of the first order's kind, where that has one."""
        known = [text for text in words(table, self.world.settings.language) if self._says(text)]
        every = words(table, self.world.settings.language)
        text = known[0] if known else self.rng.choice(every)
        return text.format(number=number, hour=6 + 2 * number)

    def is_numbered(self, table: dict[str, tuple[str, ...]]) -> bool:
        """Whether the note of the first order is one of these sayings."""
        return any(map(self._says, words(table, self.world.settings.language)))

    def _says(self, text: str) -> bool:
        pattern = _NUMBER.sub(r"\\d+", re.escape(text))
        return re.fullmatch(pattern, self.meant.note) is not None

    def carries(self, *fields: str) -> bool:
        """Whether the door of the first order knows one of the fields."""
        return not self.door.carries.isdisjoint(fields)

    def fresh_reference(self, at: datetime) -> str:
        """The reference of the customer's next purchase, made at `at`."""
        return self.world.reference(self.customer, replace(self.base, at=at), self.rng)

    def rewritten(
        self,
        at: datetime,
        meant: Order,
        *,
        door: Door | None = None,
        clerk: str = "",
        customer: Customer | None = None,
    ) -> Draft:
        """`meant` at the moment `at`, written anew; at the same door by anybody, unless said."""
        door = door or self.door
        return self.world.draft(
            replace(meant, order_id="", ordered_at=at),
            customer or self.customer,
            door,
            clerk or self.world.clerk(door, customer or self.customer, self.rng),
            self.rng,
        )

    def copied(self, at: datetime, **changes: Any) -> Draft:
        """The first order as it was written, letter by letter, with a few fields changed."""
        return self.world.stamped(self.first, replace(self.first.written, ordered_at=at, **changes))
