"""A world at work: customers, doors, numbering, and the way from a base order to paper."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import count

from ordertwin_models.order import Order, OrderKind, OrderLine, Party
from ordertwin_training.history.base import BaseLine, BaseOrder, Catalogue, Item
from ordertwin_training.history.doors import Door, Hall
from ordertwin_training.history.identities import Customer, draw_customer
from ordertwin_training.history.sayings import (
    CONFIRMING_NOTES,
    PLAIN_NOTES,
    REPEATING_NOTES,
    REPLACING_NOTES,
    REVISED_NOTES,
)
from ordertwin_training.history.seeds import fraction_of, number_of
from ordertwin_training.history.settings import HistorySettings
from ordertwin_training.history.vocabulary import words
from ordertwin_training.history.writing import Writer

_MONEY: Mapping[str, Decimal] = {"JPY": Decimal(150), "CNY": Decimal(7), "SEK": Decimal(11)}
"""What one unit of a base price is worth where money has another size."""
_MEMORY = 300
_STOCK_ITEMS = 60
_SHARES_OF_NOTES = (0.05, 0.15, 0.3, 0.5)
"""How many orders bear a note, by world."""
_MISLEADING = 0.008
_MISLEADING_NOTES = (CONFIRMING_NOTES, REVISED_NOTES, REPEATING_NOTES, REPLACING_NOTES)
"""Said of orders that nothing went before, too: the call may never have been written down."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that is meant, and as it was written at a door by a clerk for a customer."""

    customer: Customer
    door: Door
    clerk: str
    meant: Order
    written: Order


class World:
    """Customers, doors and numbers of one world; the only state of a generated history."""

    def __init__(self, settings: HistorySettings, catalogue: Catalogue, seed: int) -> None:
        self.settings, self.catalogue, self.seed = settings, catalogue, seed
        self.hall = Hall(settings, seed)
        self.recent: deque[Customer] = deque(maxlen=_MEMORY)
        self._items = {item.code: item for item in catalogue.items}
        seldom = max(_STOCK_ITEMS, len(catalogue.items) // 4)
        self._seldom_bought = frozenset(item.code for item in catalogue.items[seldom:])
        self._writer = Writer(settings, self._items)
        self._purchases: dict[str, int] = {}
        self._sittings: dict[str, str] = {}
        self._numbers = count(number_of(seed, "first order", settings.name) % 90_000 + 10_000)
        self._notes = _SHARES_OF_NOTES[int(fraction_of(seed, "notes", settings.name) * 4)]
        self._id_style = int(fraction_of(seed, "order ids", settings.name) * 4)
        self._customers = lru_cache(maxsize=4096)(self._draw_customer)

    def customer(self, key: str, region: str, is_company: bool, is_guest: bool) -> Customer:
        """The customer with this key; the same one whenever it is asked for."""
        customer = self._customers(key, region, is_company)
        return replace(customer, number="") if is_guest else customer

    def meant(self, base: BaseOrder, customer: Customer, rng: random.Random) -> Order:
        """The complete, clean order behind a base order. It has no order id yet."""
        language = self.settings.language
        fate, note = rng.random(), ""
        if fate < _MISLEADING + self._notes:
            notes = _MISLEADING_NOTES if fate < _MISLEADING else (PLAIN_NOTES,)
            note = with_numbers(rng.choice(words(rng.choice(notes), language)), rng)
        currency = customer.region.currency
        return Order(
            order_id="",
            ordered_at=base.at,
            customer_reference=self.reference(customer, base, rng),
            blanket_reference=base.blanket,
            release_number=base.release,
            quote_reference=f"Q{rng.randrange(10**5)}" if rng.random() < 0.04 else "",
            company=f"{1000 * (1 + number_of(self.seed, 'company') % 4)}",
            kind=base.kind,
            requested_delivery_date=base.requested,
            customer=party_of(customer, rng),
            ship_to=customer.site(base.site),
            bill_to=customer.bill_to,
            lines=tuple(self.line(line, customer, currency) for line in base.lines),
            currency_code=currency,
            note=note,
        )

    def reference(self, customer: Customer, base: BaseOrder, rng: random.Random) -> str:
        """The customer's reference for its next purchase; ours, when we are the ones who buy.

        Orders of one sitting share it.
        """
        if not base.sitting:
            return self._next_reference(customer, base, rng)
        if base.sitting not in self._sittings:
            self._sittings[base.sitting] = self._next_reference(customer, base, rng)
        return self._sittings[base.sitting]

    def _next_reference(self, customer: Customer, base: BaseOrder, rng: random.Random) -> str:
        style = customer.numbering
        if base.kind is OrderKind.PURCHASE:
            number = self._next("our purchases")
            return f"{45 * 10**8 + number}" if style.is_running else f"PO{number:06d}"
        number = self._next(customer.key)
        contact = customer.contacts[number % len(customer.contacts)]
        return style.reference(number, base.at, contact, customer.region.language, rng)

    def line(self, line: BaseLine, customer: Customer, currency: str) -> OrderLine:
        """One position, as meant."""
        item = line.item
        own = f"{number_of(customer.key, item.code) % 10**6:06d}" if customer.has_own_codes else ""
        price = line.price * _MONEY[currency] if currency in _MONEY else line.price
        return OrderLine(
            sku=item.code,
            gtin=gtin(item.code),
            customer_sku=own,
            name=item.name,
            specification=item.specification,
            quantity=line.quantity,
            unit=item.unit,
            unit_price=price.quantize(Decimal(1) if currency == "JPY" else Decimal("0.01")),
        )

    def line_of(self, item: Item, quantity: Decimal, customer: Customer) -> OrderLine:
        """A position at list price."""
        return self.line(BaseLine(item, quantity, item.price), customer, customer.region.currency)

    def is_seldom_bought(self, line: OrderLine) -> bool:
        """Whether the goods of the line are none of those that everybody buys; catalogues begin
        with the most popular ones."""
        return line.sku in self._seldom_bought

    def item(self, code: str) -> Item | None:
        """The item with this code, or None when a slip of the pen made the code."""
        return self._items.get(code)

    def starter_set(self, rng: random.Random) -> list[tuple[Item, Decimal]]:
        """A set that many customers buy alike: an offer of this world, or one popular item."""
        offer = rng.randrange(8)
        drawn = random.Random(number_of(self.seed, "offer", self.settings.name, offer))
        size = drawn.choice((1, 1, 1, 2, 2, 3, 4, 6))
        popular = self.catalogue.items[: max(size, min(60, len(self.catalogue.items)))]
        return [(item, Decimal(drawn.choice((1, 1, 2, 6)))) for item in drawn.sample(popular, size)]

    def clerk(self, door: Door, customer: Customer, rng: random.Random) -> str:
        """Who enters an order of the customer at the door just now."""
        if not door.knows_users:
            return door.clerk(rng)
        user = rng.choice((customer.contacts[0], *customer.contacts))
        return ".".join(user.lower().split())

    def draft(
        self, meant: Order, customer: Customer, door: Door, clerk: str, rng: random.Random
    ) -> Draft:
        """`meant`, written at the door by the clerk."""
        return Draft(customer, door, clerk, meant, self._writer.write(meant, door, clerk, rng))

    def stamped(self, draft: Draft, order: Order) -> Draft:
        """The draft with another written order, its time as exact as the world knows."""
        written = replace(order, ordered_at=self._writer.stamp(order.ordered_at))
        return replace(draft, written=written)

    def numbered(self, draft: Draft) -> Order:
        """The written order with an id of its own, as it enters the books."""
        number = next(self._numbers)
        written = draft.written
        order_id = (
            f"SO-{number:06d}",
            str(number),
            f"{number_of(self.seed, 'order', number):016x}",
            f"{written.source or 'erp'}:{number}",
        )[self._id_style]
        shown = f"{number}" if self._id_style in (0, 2) else f"AB{number:08d}"
        order_number = shown if "order_number" in draft.door.carries else ""
        return replace(written, order_id=order_id, order_number=order_number)

    def _next(self, counter: str) -> int:
        number = self._purchases.get(counter, 0)
        self._purchases[counter] = number + 1
        return number

    def _draw_customer(self, key: str, region: str, is_company: bool) -> Customer:
        return draw_customer(
            key,
            seed=self.seed,
            region_code=region,
            is_company=is_company,
            numberings=self.settings.numberings,
            most_sites=self.settings.most_sites if is_company else 2,
        )


def with_numbers(text: str, rng: random.Random, **known: str) -> str:
    """A saying with numbers in the places for them: the known ones, or any.

    >>> from ordertwin_training.history.seeds import chance
    >>> with_numbers("replaces {order}", chance(1), order="4711")
    'replaces 4711'
    """
    if "{" not in text:
        return text
    number, hour = rng.randint(1, 28), rng.randint(8, 17)
    order = known.get("order") or f"{rng.randrange(10**4, 10**6)}"
    return text.format(number=number, hour=hour, **known | {"order": order})


def party_of(customer: Customer, rng: random.Random) -> Party:
    """The customer as it names itself; who of its people orders is drawn."""
    return Party(
        party_id=customer.number,
        name=customer.name,
        contact_name=rng.choice((customer.contacts[0], *customer.contacts)),
        phone=customer.phone,
        email=customer.email,
        tax_id=customer.tax_id,
    )


@lru_cache(maxsize=65536)
def gtin(code: str) -> str:
    """A GTIN-13 for an article number, with its check digit, the same every time.

    >>> gtin("85123A")
    '5044927329566'
    """
    body = f"50{number_of('gtin', code) % 10**10:010d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighted % 10}"
