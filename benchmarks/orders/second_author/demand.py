"""What the customers of a market want, and when: base orders before anybody wrote them down."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from benchmarks.orders.second_author.market import Market
from benchmarks.orders.second_author.shelf import stock
from ordertwin_models.decision import Relation
from ordertwin_training.history.base import BaseLine, BaseOrder, Catalogue, Item

SITTING = "sitting"
"""How the series begin whose orders differ by their date of delivery alone."""
OPENING = datetime(2024, 2, 5, tzinfo=UTC)
_RHYTHMS = (1, 2, 7, 7, 7, 14, 28)


@dataclass(frozen=True)
class InventedBase:
    """Base orders of a market, in time order. Every repeat in them is meant."""

    orders: tuple[BaseOrder, ...]
    catalogue: Catalogue
    repeats_are_known: bool = True

    def __iter__(self) -> Iterator[BaseOrder]:
        return iter(self.orders)

    def __len__(self) -> int:
        return len(self.orders)


def invented_base(market: Market, *, orders: int, seed: int) -> InventedBase:
    """About `orders` base orders, plans included.

    >>> from benchmarks.orders.second_author.market import MARKETS
    >>> base = invented_base(MARKETS["coffee-de"], orders=50, seed=3)
    >>> len(base), base.orders == invented_base(MARKETS["coffee-de"], orders=50, seed=3).orders
    (50, True)
    """
    catalogue = stock(market, seed)
    demand = _Demand(market, catalogue, orders, random.Random(f"{seed}|demand|{market.name}"))
    every = sorted(demand.all(), key=lambda order: order.at)
    return InventedBase(tuple(every[:orders]), catalogue)


class _Demand:
    def __init__(
        self, market: Market, catalogue: Catalogue, orders: int, rng: random.Random
    ) -> None:
        self.market, self.catalogue, self.orders, self.rng = market, catalogue, orders, rng
        count = max(6, round(market.buyers * max(orders, 300) / 1000))
        self.buyers = [f"{market.name}-{number}" for number in range(count)]
        self.weights = [(number + 2.0) ** -market.dominance for number in range(count)]
        self.fame = [(number + 10.0) ** -0.7 for number in range(len(catalogue.items))]
        self.usual: dict[str, list[Item]] = {}
        self.days = max(orders / market.per_day, 3.0)

    def all(self) -> Iterator[BaseOrder]:
        rng, market = self.rng, self.market
        for number in range(self.orders):
            buyer = rng.choices(self.buyers, self.weights)[0]
            order = self.single(buyer, self.moment(), number)
            dice = rng.random()
            if order.guest:
                yield order
            elif dice < market.standing:
                yield from self.standing(order, number)
            elif dice < market.standing + market.scheduled:
                yield from self.scheduled(order, number)
            elif dice < market.standing + market.scheduled + market.contracts:
                yield from self.calloffs(order, number)
            else:
                yield order
                if rng.random() < 0.03:
                    yield self.afterthought(order, number)

    def single(self, buyer: str, at: datetime, number: int) -> BaseOrder:
        rng = self.rng
        guest = rng.random() < self.market.guests
        wanted = 1 + int(rng.lognormvariate(math.log(self.market.basket), self.market.basket_sigma))
        items = self.basket(buyer, min(wanted, self.market.basket_most))
        return BaseOrder(
            customer=f"{self.market.name}-guest-{number}" if guest else buyer,
            at=at,
            lines=tuple(self.line(item) for item in items),
            guest=guest,
            kind=self.market.kind,
            site=rng.choice((0, 0, 0, 1, 2)),
            requested=(at + timedelta(days=rng.choice((1, 2, 3, 5, 7, 14, 30)))).date(),
        )

    def basket(self, buyer: str, wanted: int) -> list[Item]:
        rng = self.rng
        if buyer not in self.usual:
            size = min(len(self.catalogue.items), max(8, int(self.market.basket * 4)))
            self.usual[buyer] = rng.choices(self.catalogue.items, self.fame, k=size)
        chosen: dict[str, Item] = {}
        for _ in range(wanted * 4):
            if rng.random() < 0.6:
                item = rng.choice(self.usual[buyer])
            else:
                item = rng.choices(self.catalogue.items, self.fame)[0]
            chosen[item.code] = item
            if len(chosen) == wanted:
                break
        return list(chosen.values())

    def line(self, item: Item) -> BaseLine:
        price = item.price if self.rng.random() < 0.8 else item.price * Decimal("0.95")
        return BaseLine(item, self.quantity(item), price.quantize(Decimal("0.01")))

    def quantity(self, item: Item) -> Decimal:
        rng = self.rng
        match self.market.quantities:
            case "one":
                return Decimal(rng.choices((1, 2, 3), (0.85, 0.12, 0.03))[0])
            case "handful":
                return Decimal(rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 20)))
            case "cases":
                return Decimal(item.pack * rng.choice((1, 1, 2, 3, 4, 5, 10, 20, 50)))
            case "any":
                size = 10 ** rng.uniform(0, 5)
                digits = -int(math.log10(size)) + rng.choice((0, 0, 1))
                return Decimal(max(1, round(size, digits))).quantize(Decimal(1))

    def moment(self) -> datetime:
        """Offices work from seven to six on weekdays, people at home shop at night."""
        rng = self.rng
        day = OPENING + timedelta(days=int(rng.random() * self.days))
        if self.market.consumers >= 0.5:
            hour = rng.triangular(6, 24, 20.5)
        else:
            hour = rng.choice((rng.gauss(10, 1.3), rng.gauss(14.5, 1.5)))
            day -= timedelta(days=max(0, day.weekday() - 4))
        return day + timedelta(seconds=int(min(max(hour, 0.1), 23.9) * 3600))

    def afterthought(self, order: BaseOrder, number: int) -> BaseOrder:
        """The same customer calls again within minutes about something else."""
        later = order.at + timedelta(seconds=self.rng.uniform(40, 1500))
        had = {line.item.code for line in order.lines}
        other = self.single(order.customer, later, number)
        lines = tuple(line for line in other.lines if line.item.code not in had)
        fresh = replace(other, customer=order.customer, guest=order.guest, site=order.site)
        return replace(fresh, lines=lines or (self.line(self.catalogue.items[0]),))

    def standing(self, order: BaseOrder, number: int) -> Iterator[BaseOrder]:
        rng, rhythm = self.rng, self.rng.choice(_RHYTHMS)
        series, at = f"standing-{number}", order.at - timedelta(days=rng.uniform(0, rhythm))
        lines, first = list(order.lines), True
        for _ in range(rng.randint(4, 14)):
            yield replace(
                order,
                at=at,
                lines=tuple(lines),
                series=series,
                relation=None if first else Relation.STANDING,
                requested=(at + timedelta(days=1)).date(),
            )
            first = False
            at += timedelta(days=rhythm, minutes=rng.gauss(0, 40))
            if rhythm > 2 and rng.random() < 0.15:
                at += timedelta(days=rng.choice((-1, 1)))
            if rng.random() < 0.25:
                place = rng.randrange(len(lines))
                lines[place] = replace(lines[place], quantity=self.quantity(lines[place].item))

    def scheduled(self, order: BaseOrder, number: int) -> Iterator[BaseOrder]:
        """One sitting, one item, one order for each date of delivery."""
        rng, line = self.rng, order.lines[0]
        step = rng.choice((1, 7, 14, 30))
        requested, at = (order.at + timedelta(days=10)).date(), order.at
        same_quantity = rng.random() < 0.7
        for place in range(rng.randint(3, 9)):
            one = line if same_quantity else replace(line, quantity=self.quantity(line.item))
            yield replace(
                order,
                at=at,
                lines=(one,),
                series=f"{SITTING}-{number}",
                relation=None if place == 0 else Relation.STANDING,
                requested=requested + timedelta(days=step * place),
            )
            at += timedelta(seconds=rng.uniform(15, 240))

    def calloffs(self, order: BaseOrder, number: int) -> Iterator[BaseOrder]:
        rng, at = self.rng, order.at
        for place in range(rng.randint(3, 8)):
            lines = tuple(
                replace(line, quantity=self.quantity(line.item)) if rng.random() < 0.4 else line
                for line in order.lines
            )
            yield replace(
                order,
                at=at,
                lines=lines,
                series=f"contract-{number}",
                relation=None if place == 0 else Relation.BLANKET_RELEASE,
                blanket=f"K{4000 + number}",
                release=str(place + 1),
                requested=(at + timedelta(days=5)).date(),
            )
            at += timedelta(days=rng.choice((0.5, 2, 5, 7, 9, 16)), minutes=rng.gauss(0, 60))
