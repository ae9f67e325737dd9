"""The order book as it fills: base orders written down, accidents and coincidences between them."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from benchmarks.orders.second_author import copies, neighbours
from benchmarks.orders.second_author.buyers import NOBODY, Known
from benchmarks.orders.second_author.demand import SITTING
from benchmarks.orders.second_author.desk import Want, Wish
from benchmarks.orders.second_author.market import Market
from benchmarks.orders.second_author.scene import Entry, Scene
from ordertwin_models.decision import DUPLICATE_RELATIONS, LOOK_ALIKE_RELATIONS, Relation
from ordertwin_models.order import OrderState
from ordertwin_training.history.base import BaseOrder, BaseOrders
from ordertwin_training.stream import BACKGROUND, Event, OrderEvent, StatusEvent, Truth

_DUPLICATES = tuple(r for r in Relation if r in DUPLICATE_RELATIONS)
_LOOK_ALIKES = tuple(r for r in Relation if r in LOOK_ALIKE_RELATIONS)


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of base orders that a duplicate follows, and that a look-alike follows; the share of
    duplicates that are duplicated in turn."""

    duplicates: float = 0.06
    look_alikes: float = 0.07
    chains: float = 0.08


ENRICHED = Rates()
NATURAL = Rates(duplicates=0.005, look_alikes=0.02)
"""As often as in life, in most trades."""


def inject(
    market: Market,
    base: BaseOrders,
    seed: int,
    rates: Rates = ENRICHED,
    known: Mapping[str, Known] = NOBODY,
) -> list[Event]:
    """The stream of a market: every order with its truth, in order of arrival.

    Customers are invented, except those that are `known` by their key.

    >>> from benchmarks.orders.second_author.demand import invented_base
    >>> from benchmarks.orders.second_author.market import MARKETS
    >>> market = MARKETS["coffee-de"]
    >>> base = invented_base(market, orders=40, seed=3)
    >>> inject(market, base, 3) == inject(market, base, 3)
    True
    """
    scene = Scene(market, base.catalogue, seed, known)
    entries = list(_entries(scene, base, rates))
    return in_order_of_arrival(entries, scene.statuses + list(_lives(entries, scene)), market)


def _entries(scene: Scene, base: BaseOrders, rates: Rates) -> Iterator[Entry]:
    doubt = _Doubt(base.repeats_are_known)
    series: dict[str, Entry] = {}
    for place, order in enumerate(base):
        rng = random.Random(f"{scene.seed}|order|{scene.market.name}|{place}")
        doubtful = doubt.about(order)
        wish = _wish(order, scene, rng)
        if order.series:
            series[order.series] = entry = _next_of(order, wish, scene, rng, series)
            yield entry
            continue
        truth = None if doubtful else BACKGROUND
        relation = _fate(wish, scene, rates, rng)
        if relation is None:
            yield scene.write(wish, scene.desk(rng), rng, truth)
            continue
        acts = copies if relation.is_duplicate else neighbours
        first_wish, desk = acts.opening(relation, wish, scene, rng)
        first = scene.write(first_wish, desk, rng, truth)
        yield first
        if relation.is_duplicate:
            yield from _copies(relation, first, wish, scene, rates, rng)
        else:
            yield from neighbours.neighbours(relation, first, wish, scene, rng)


def _copies(
    relation: Relation, first: Entry, wish: Wish, scene: Scene, rates: Rates, rng: random.Random
) -> Iterator[Entry]:
    made = copies.copy(relation, first, wish, scene, rng)
    while made is not None:
        yield made
        if rng.random() >= rates.chains:
            if rng.random() < 0.3:
                later = made.at + timedelta(seconds=3600 * 10 ** rng.uniform(0, 2))
                dead = rng.choice((first, made)).order.order_id
                scene.statuses.append(StatusEvent("", dead, OrderState.CANCELLED, later))
            return
        again = rng.choice((Relation.RESEND, Relation.DOUBLE_SUBMIT, Relation.REKEYED))
        if not copies.possible(again, made.wish, scene):
            return
        made = copies.copy(again, made, made.wish, scene, rng)


def _fate(wish: Wish, scene: Scene, rates: Rates, rng: random.Random) -> Relation | None:
    """What happens next to this order: of what can, what has happened least so far."""
    dice = rng.random()
    if dice < rates.duplicates:
        fitting = [r for r in _DUPLICATES if copies.possible(r, wish, scene)]
    elif dice < rates.duplicates + rates.look_alikes:
        fitting = [r for r in _LOOK_ALIKES if neighbours.possible(r, wish, scene)]
    else:
        return None
    if not fitting:
        return None
    rarest = min(scene.told[relation] for relation in fitting)
    chosen = rng.choice([r for r in fitting if scene.told[r] == rarest])
    scene.told[chosen] += 1
    return chosen


def _wish(order: BaseOrder, scene: Scene, rng: random.Random) -> Wish:
    buyer = scene.people.of(order)
    return Wish(
        buyer=buyer,
        at=order.at,
        wants=tuple(Want(line.item, line.quantity, line.price) for line in order.lines),
        site=buyer.sites[order.site % len(buyer.sites)],
        contact=rng.choice((0, 0, 0, 1)),
        reference=buyer.reference(order.at, rng) if not order.series else "",
        requested=order.requested,
        blanket=order.blanket,
        release=order.release,
        kind=order.kind,
    )


def _next_of(
    order: BaseOrder, wish: Wish, scene: Scene, rng: random.Random, series: dict[str, Entry]
) -> Entry:
    """Orders of a plan come from one place by one door; a contract's share its number."""
    if order.series.startswith(SITTING):
        wants = tuple(replace(want, due=order.requested) for want in wish.wants)
        wish = replace(wish, wants=wants)
    before = series.get(order.series)
    if before is None:
        first = replace(wish, reference=wish.buyer.reference(order.at, rng))
        return scene.write(first, scene.desk(rng), rng, BACKGROUND)
    together = order.at - before.at < timedelta(hours=1) or bool(order.blanket)
    reference = before.wish.reference if together else wish.buyer.reference(order.at, rng)
    wish = replace(wish, site=before.wish.site, contact=before.wish.contact, reference=reference)
    if order.relation is Relation.STANDING and not order.series.startswith(SITTING):
        is_first = before.truth == BACKGROUND
        return neighbours.standing(wish, before, scene, rng, first=is_first)
    truth = Truth(order.relation or Relation.STANDING, before.order.order_id)
    return scene.write(wish, before.desk, rng, truth)


class _Doubt:
    """Orders that may be natural duplicates nobody marked; their truth is left open.

    In an invented base only the same basket within two days is doubtful, in a real one also half
    the basket within ten days, and three equal lines of whomever within a day.
    """

    def __init__(self, repeats_are_known: bool) -> None:
        self._known = repeats_are_known
        self._own: defaultdict[str, deque[tuple[datetime, frozenset[object]]]] = defaultdict(
            lambda: deque(maxlen=12)
        )
        self._all: deque[tuple[datetime, frozenset[object]]] = deque()

    def about(self, order: BaseOrder) -> bool:
        basket = frozenset((line.item.code, line.quantity) for line in order.lines)
        doubtful = False
        days, share = (2, 1.0) if self._known else (10, 0.5)
        for at, other in self._own[order.customer]:
            near = order.at - at < timedelta(days=days)
            if near and len(basket & other) >= share * max(len(basket), len(other)):
                doubtful = True
        self._own[order.customer].append((order.at, basket))
        if not self._known:
            while self._all and order.at - self._all[0][0] > timedelta(days=1):
                self._all.popleft()
            shared = (len(basket & other) for _, other in self._all)
            doubtful |= any(count >= max(3, len(basket) / 2) for count in shared)
            self._all.append((order.at, basket))
        return doubtful and not order.series


def _lives(entries: list[Entry], scene: Scene) -> Iterator[StatusEvent]:
    """What becomes of ordinary orders, for those that have no other end."""
    ended = {status.order_id for status in scene.statuses}
    related = {e.truth.counterpart for e in entries if e.truth and e.truth.counterpart}
    related |= {e.order.order_id for e in entries if e.truth and e.truth.relation}
    rng = random.Random(f"{scene.seed}|lives|{scene.market.name}")
    for entry in entries:
        if entry.order.order_id in ended or rng.random() > 0.3:
            continue
        at = entry.at + timedelta(hours=rng.uniform(1, 30))
        if rng.random() < 0.04 and entry.order.order_id not in related:
            yield StatusEvent("", entry.order.order_id, OrderState.CANCELLED, at)
            continue
        yield StatusEvent("", entry.order.order_id, OrderState.ACCEPTED, at)
        if rng.random() < 0.7:
            at += timedelta(hours=rng.uniform(2, 90))
            yield StatusEvent("", entry.order.order_id, OrderState.SHIPPED, at)


def in_order_of_arrival(
    entries: list[Entry], statuses: list[StatusEvent], market: Market
) -> list[Event]:
    """Everything in order of arrival, with the numbers the order book gives."""
    rng = random.Random(f"numbers|{market.name}")
    start, style = rng.randrange(1000, 90_000), rng.choice(("{}", "SO{}", "A{:08d}", "{}-24"))
    entries = sorted(entries, key=lambda entry: entry.at)
    names = {e.order.order_id: style.format(start + place) for place, e in enumerate(entries)}
    sources = {e.order.order_id: e.order.source for e in entries}
    timed: list[tuple[datetime, int, Event]] = []
    for entry in entries:
        key, truth = names[entry.order.order_id], entry.truth
        if truth is not None and truth.counterpart is not None:
            truth = Truth(truth.relation, names[truth.counterpart])
        number = key if entry.order.order_number else ""
        order = replace(entry.order, order_id=key, order_number=number)
        timed.append((entry.at, 0, OrderEvent(order, truth)))
    for status in statuses:
        named = replace(status, order_id=names[status.order_id], source=sources[status.order_id])
        timed.append((status.at, 1, named))
    timed.sort(key=lambda one: one[:2])
    return [event for _, _, event in timed]
