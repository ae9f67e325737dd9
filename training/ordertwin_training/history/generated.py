"""Base orders of an invented business: customers with habits, day by day.

Only what is bought and when; names and paper come later. Streams: memory grows with customers and
items, not with orders.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import accumulate

from ordertwin_models.decision import Relation
from ordertwin_training.history.base import BaseLine, BaseOrder, Catalogue, Item
from ordertwin_training.history.businesses import BUSINESSES, Business
from ordertwin_training.history.catalogue import draw_catalogue
from ordertwin_training.history.quantities import draw_quantity, other_quantity
from ordertwin_training.history.regions import region
from ordertwin_training.history.schedules import scheduled
from ordertwin_training.history.seeds import chance, fraction_of, number_of, pick, spread
from ordertwin_training.history.settings import HistorySettings

FIRST_DAY = date(2025, 1, 6)
_WEEK = (1.1, 1.1, 1.0, 1.0, 0.9, 0.15, 0.0)
_SAME_AGAIN = 0.42
_PRICE_LIST_DAYS = 60
_LEADS = ((1,), (1, 1, 2), (2, 3), (7, 14))
"""Days until goods are wanted, of businesses that deliver everything alike."""
_AGAIN_TODAY = 0.02
"""Share of orders that another one of the customer follows on the same day, some lines alike."""
_TOPPED_UP = (0.0, 0.01, 0.03, 0.08)
"""Share of orders, by world, that are added to before they are delivered."""
_NEW_AT_LEAST = 0.4
_RHYTHMS = {0: 1, 1: 3, 2: 2, 7: 10, 14: 5, 28: 4}
"""Days between fixed baskets, with weights; 0 is several times a day."""
_FILLED_UP = (0.0, 0.0, 0.06, 0.15)
"""Orders that fill up a store, for each ordinary order; some worlds have none."""
_FILLED_UP_EVERY = (1, 1, 1, 2, 3, 7)
_MISSING, _COUNTED_ANEW = 0.8, 0.7
"""Shares of the goods that have to be filled up, and of those in another quantity than usual."""


@dataclass(frozen=True, slots=True)
class _Habit:
    """What a customer buys: usual items with usual quantities, and a fixed basket every so often.

    `rhythm` is in days; 0 means several times a day, None never. Who `fills_up` has a list of goods
    counted so often and orders what is missing: the same goods, seldom in the same quantities.
    """

    key: str
    region: str
    is_company: bool
    discount: Decimal
    usual: tuple[tuple[Item, Decimal], ...]
    rhythm: int | None
    phase: int
    fixed: tuple[BaseLine, ...]
    fills_up: bool = False


class GeneratedBase:
    """See `generated_base`."""

    repeats_are_known = True

    def __init__(
        self, settings: HistorySettings, orders: int, days: int, first_day: date, seed: int
    ) -> None:
        self._settings, self._orders, self._seed = settings, orders, seed
        self._days, self._first_day = days, first_day
        rng = chance(seed, "business", settings.name)
        self._business = business = _varied(BUSINESSES[settings.business], rng)
        self.catalogue: Catalogue = draw_catalogue(business, business.items, settings.language, rng)
        self._topped_up = rng.choice(_TOPPED_UP)
        self._fame = _zipf(len(self.catalogue.items), business.fame)
        customers = max(5, round(business.customers * orders / 1000))
        self._habits = [self._draw_habit(f"C-{n}") for n in range(1, customers + 1)]
        self._grant_rhythms(rng)
        self._eagerness = _zipf(customers, business.dominance)
        main_region = max(settings.regions, key=lambda code: settings.regions[code])
        self._zone = timezone(timedelta(hours=region(main_region).hours_from_utc))

    def __len__(self) -> int:
        return self._orders

    def __iter__(self) -> Iterator[BaseOrder]:
        rng = chance(self._seed, "purchases", self._settings.name)
        planned: dict[date, list[BaseOrder]] = {}
        weights = [self._weight(day) for day in range(self._days)]
        total = sum(weights)
        for number, weight in enumerate(weights):
            day = self._first_day + timedelta(days=number)
            expected = self._orders * weight / total
            count = int(expected) + (rng.random() < expected % 1)
            today = [order for _ in range(count) for order in self._purchases(day, rng)]
            today += [order for habit in self._habits for order in self._fixed(habit, day, rng)]
            today += planned.pop(day, [])
            later = [order for order in today if order.at.date() > day]
            for order in later:
                planned.setdefault(order.at.date(), []).append(order)
            yield from sorted(
                (order for order in today if order.at.date() == day), key=lambda order: order.at
            )

    def _weight(self, day: int) -> float:
        weekday = (self._first_day + timedelta(days=day)).weekday()
        return _WEEK[weekday] if self._business.office_hours else 1.0

    def _draw_habit(self, key: str) -> _Habit:
        business, rng = self._business, chance(self._seed, "habit", self._settings.name, key)
        usual = [self._famous(rng) for _ in range(max(2, round(spread(rng, 12, 0.8))))]
        known = tuple((item, draw_quantity(business.quantities, item, rng)) for item in usual)
        size = min(len(known), max(1, round(spread(rng, business.basket * 0.8, 0.6))))
        discount = Decimal(rng.choice((100, 100, 97, 95, 90, 85))) / 100
        return _Habit(
            key=key,
            region=pick(rng, self._settings.regions),
            is_company=rng.random() < business.companies,
            discount=discount,
            usual=known,
            rhythm=None,
            phase=rng.randrange(28),
            fixed=tuple(
                BaseLine(item, quantity, (item.price * discount).quantize(Decimal("0.01")))
                for item, quantity in {i.code: (i, q) for i, q in known[:size]}.values()
            ),
        )

    def _grant_rhythms(self, rng: random.Random) -> None:
        """Let some customers repeat their basket, and others fill it up, until the business has its
        share of either."""
        wanted = self._business.standing * self._orders
        for place in rng.sample(range(len(self._habits)), len(self._habits)):
            rhythm = rng.choices(tuple(_RHYTHMS), tuple(_RHYTHMS.values()))[0]
            times = self._days * 5 / 7 * (3 if rhythm == 0 else 1 / rhythm)
            if times <= wanted:
                self._habits[place] = replace(self._habits[place], rhythm=rhythm)
                wanted -= times
        wanted = rng.choice(_FILLED_UP) * self._orders
        for place, habit in enumerate(self._habits):
            rhythm = rng.choice(_FILLED_UP_EVERY)
            times = self._days * 5 / 7 / rhythm
            if habit.rhythm is None and times <= wanted:
                self._habits[place] = replace(habit, rhythm=rhythm, fills_up=True)
                wanted -= times

    def _famous(self, rng: random.Random) -> Item:
        place = bisect(self._fame, rng.random() * self._fame[-1])
        return self.catalogue.items[min(place, len(self._fame) - 1)]

    def _purchases(self, day: date, rng: random.Random) -> Iterator[BaseOrder]:
        business = self._business
        at = self._moment(day, rng)
        if rng.random() < business.guests:
            habit = self._draw_habit(f"guest-{rng.randrange(10**9)}")
            order = self._order(habit, at, rng, guest=True)
        else:
            habit = self._habits[bisect(self._eagerness, rng.random() * self._eagerness[-1])]
            order = self._order(habit, at, rng)
        if rng.random() < business.schedules:
            yield from scheduled(order, rng)
            return
        yield order
        if not order.guest and rng.random() < _AGAIN_TODAY:
            yield from self._another_today(habit, order, rng)
        if not order.guest and rng.random() < self._topped_up:
            yield from self._before_delivery(habit, order, rng)
        if not order.guest and rng.random() < business.siblings:
            bought = {line.item.code for line in order.lines}
            soon = at + timedelta(seconds=rng.randrange(20, 900))
            sibling = self._order(habit, soon, rng, site=order.site)
            lines = tuple(line for line in sibling.lines if line.item.code not in bought)
            if lines:
                yield replace(sibling, lines=lines)

    def _another_today(
        self, habit: _Habit, order: BaseOrder, rng: random.Random
    ) -> Iterator[BaseOrder]:
        """Another order of the day with some of the same lines: other hands, another site's need.

        Each of the two has lines that the other lacks, at least as many as they share.
        """
        if len(order.lines) < 2:
            return
        shared = rng.sample(order.lines, rng.randint(1, len(order.lines) // 2))
        had = {line.item.code for line in order.lines}
        soon = order.at + timedelta(seconds=int(60 * 10 ** rng.uniform(0.3, 2.6)))
        other = self._order(habit, soon, rng, site=order.site)
        new = [line for line in other.lines if line.item.code not in had]
        if len(new) >= len(shared):
            yield replace(other, lines=tuple(rng.sample([*shared, *new], len(shared) + len(new))))

    def _before_delivery(
        self, habit: _Habit, order: BaseOrder, rng: random.Random
    ) -> Iterator[BaseOrder]:
        """What else is wanted with the same delivery, ordered before it goes out: other goods, and
        some of the usual ones again."""
        wanted = order.requested
        if wanted is None or wanted <= order.at.date():
            return
        day = order.at.date() + timedelta(days=rng.randrange((wanted - order.at.date()).days))
        at = max(self._moment(day, rng), order.at + timedelta(minutes=rng.randint(5, 300)))
        other = replace(self._order(habit, at, rng, site=order.site), requested=wanted)
        had = {line.item.code for line in order.lines}
        new = sum(line.item.code not in had for line in other.lines)
        if at.date() < wanted and new >= _NEW_AT_LEAST * len(other.lines):
            yield other

    def _order(
        self,
        habit: _Habit,
        at: datetime,
        rng: random.Random,
        *,
        guest: bool = False,
        site: int = -1,
    ) -> BaseOrder:
        business = self._business
        size = max(1, round(spread(rng, business.basket, business.basket_spread)))
        lines: dict[str, BaseLine] = {}
        for _ in range(min(size, business.longest_basket)):
            item, quantity = self._choice(habit, at.date(), rng)
            lines[item.code] = BaseLine(item, quantity, self._price(item, habit, at.date()))
        return BaseOrder(
            customer=habit.key,
            at=at,
            lines=tuple(lines.values()),
            region=habit.region,
            guest=guest,
            is_company=habit.is_company and not guest,
            kind=business.kind,
            site=site if site >= 0 else int(rng.random() ** 2 * self._settings.most_sites),
            requested=self._wanted(habit, at.date(), rng),
        )

    def _wanted(self, habit: _Habit, day: date, rng: random.Random) -> date:
        """When the goods are wanted: so many days later, or on the next tour to the customer."""
        if not self._business.tours:
            return day + timedelta(days=rng.choice(self._business.leads))
        following = (day + timedelta(days=days) for days in range(1, 8))
        days_of_tour = habit.phase % 5, (habit.phase // 5 + 2) % 5
        return next(day for day in following if day.weekday() in days_of_tour)

    def _choice(self, habit: _Habit, day: date, rng: random.Random) -> tuple[Item, Decimal]:
        law = self._business.quantities
        if rng.random() >= self._business.loyalty:
            item = self._famous(rng)
            if not self._in_season(item, day):
                item = self._famous(rng)
            return item, draw_quantity(law, item, rng)
        item, usual = rng.choice(habit.usual)
        return item, usual if rng.random() < _SAME_AGAIN else other_quantity(usual, rng)

    def _in_season(self, item: Item, day: date) -> bool:
        season = number_of(self._seed, item.code) % 28
        return season >= 4 or season == (day.month - 1) // 3

    def _price(self, item: Item, habit: _Habit, day: date) -> Decimal:
        price_list = day.toordinal() // _PRICE_LIST_DAYS
        rise = int(fraction_of(self._seed, item.code, price_list) * 6) % 6
        factor = Decimal((100, 100, 100, 100, 104, 97)[rise]) / 100 * habit.discount
        return max(Decimal("0.01"), (item.price * factor).quantize(Decimal("0.01")))

    def _fixed(self, habit: _Habit, day: date, rng: random.Random) -> Iterator[BaseOrder]:
        if habit.rhythm is None or self._weight((day - self._first_day).days) < 0.5:
            return
        if habit.rhythm and (day.toordinal() + habit.phase) % habit.rhythm:
            return
        if rng.random() < 0.06:
            return
        if habit.fills_up:
            yield from self._filling_up(habit, day, rng)
            return
        for hour in (8,) if habit.rhythm else (7, 11, 15):
            lines = habit.fixed
            if rng.random() < 0.15:
                place = rng.randrange(len(lines))
                changed = replace(lines[place], quantity=other_quantity(lines[place].quantity, rng))
                lines = (*lines[:place], changed, *lines[place + 1 :])
            yield BaseOrder(
                customer=habit.key,
                at=self._at(day, hour * 3600 + rng.randrange(5400)),
                lines=lines,
                region=habit.region,
                is_company=habit.is_company,
                kind=self._business.kind,
                requested=day + timedelta(days=1 + habit.phase % 3),
                series=f"{habit.key} fixed",
                relation=Relation.STANDING,
            )

    def _filling_up(self, habit: _Habit, day: date, rng: random.Random) -> Iterator[BaseOrder]:
        lines = [
            replace(line, quantity=other_quantity(line.quantity, rng))
            if rng.random() < _COUNTED_ANEW
            else line
            for line in habit.fixed
            if rng.random() < _MISSING
        ]
        if lines:
            at = self._at(day, rng.randrange(7 * 3600, 19 * 3600))
            yield replace(self._order(habit, at, rng, site=0), lines=tuple(lines))

    def _moment(self, day: date, rng: random.Random) -> datetime:
        if self._business.office_hours:
            return self._at(day, int(3600 * rng.triangular(7.5, 18.5, rng.choice((10.0, 14.0)))))
        return self._at(day, int(3600 * min(23.99, rng.triangular(0.0, 24.0, 20.0))))

    def _at(self, day: date, second: int) -> datetime:
        return datetime.combine(day, time(), self._zone) + timedelta(seconds=second)


def generated_base(
    settings: HistorySettings,
    *,
    orders: int = 2000,
    days: int = 180,
    first_day: date = FIRST_DAY,
    seed: int = 0,
) -> GeneratedBase:
    """About `orders` base orders over `days` days, of the business that the settings name.

    Series of deliveries and fixed baskets come on top of `orders`. Equal arguments give equal
    orders, however often they are iterated.

    >>> base = generated_base(HistorySettings(business="shop"), orders=20, days=5)
    >>> 10 < sum(1 for _ in base) < 40
    True
    """
    if settings.business not in BUSINESSES:
        known = ", ".join(BUSINESSES)
        raise ValueError(f"There is no business {settings.business!r}; known: {known}.")
    if orders < 1 or days < 1:
        raise ValueError("A generated base needs at least one order and one day.")
    return GeneratedBase(settings, orders, days, first_day, seed)


def _varied(business: Business, rng: random.Random) -> Business:
    """A neighbour of the typical business, so that no two worlds have the same laws."""
    return replace(
        business,
        items=max(40, round(spread(rng, business.items, 0.5))),
        fame=business.fame * rng.uniform(0.7, 1.3),
        customers=max(4, round(spread(rng, business.customers, 0.4))),
        dominance=business.dominance * rng.uniform(0.7, 1.3),
        basket=max(1.0, spread(rng, business.basket, 0.3)),
        price=spread(rng, business.price, 0.5),
        loyalty=business.loyalty * rng.uniform(0.6, 1.2),
        siblings=business.siblings * rng.uniform(0.3, 2.0),
        leads=rng.choice((business.leads, business.leads, *_LEADS)),
        tours=rng.random() < 0.2 * business.companies,
    )


def _zipf(count: int, exponent: float) -> Sequence[float]:
    return list(accumulate(1 / (rank + 2) ** exponent for rank in range(count)))
