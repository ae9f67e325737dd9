"""The history generator: base orders become written orders, and some of them come twice.

Streams in order of arrival. Equal settings, base and seed give equal events on every machine.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from ordertwin_models.decision import Relation
from ordertwin_models.order import Order, OrderState
from ordertwin_training.history.base import BaseOrder, BaseOrders
from ordertwin_training.history.doubt import Repeats, recognisable, told_apart, wrong_account
from ordertwin_training.history.kinds import Kind, suiting
from ordertwin_training.history.lifecycle import (
    Steps,
    cleaned_up,
    ordinary_course,
    taken_back,
    usual_course,
)
from ordertwin_training.history.scene import Scene
from ordertwin_training.history.seeds import chance, pick, spread
from ordertwin_training.history.settings import HistorySettings
from ordertwin_training.history.world import Draft, World
from ordertwin_training.stream import BACKGROUND, Event, OrderEvent, StatusEvent, Truth

Progress = Callable[[int, int], None]
_Action = Callable[[datetime], Iterable[Event]]

_CLEANED_SHARE = 0.25
_SECOND_REENTRY_SHARE = 0.25
_COPIES_IN_A_BURST = {2: 2.0, 4: 1.0, 8: 0.5, 16: 0.25}
_IN_A_BURST = frozenset(
    {
        Relation.DOUBLE_SUBMIT,
        Relation.REKEYED,
        Relation.AMENDMENT,
        Relation.EVASION,
    }
)
_WITHOUT_PREPARATION = frozenset(Relation) - {Relation.CONFIRMATION}
_TAIL = timedelta(hours=12)
_ONE_SITTING = timedelta(hours=1)


def generate(
    settings: HistorySettings, base: BaseOrders, seed: int, progress: Progress | None = None
) -> Iterator[Event]:
    """The history of a world, in order of arrival: orders with truth, and status changes.

    Every base order arrives once; by the rates of the settings a duplicate or a look-alike
    follows. `progress` is called with the base orders done and their approximate number. Memory
    holds what is still to come, not what has passed.

    >>> from ordertwin_training.history.generated import generated_base
    >>> settings = HistorySettings(duplicate_rate=0.5)
    >>> events = list(generate(settings, generated_base(settings, orders=60), seed=1))
    >>> any(isinstance(e, OrderEvent) and e.truth and e.truth.is_duplicate for e in events)
    True
    """
    return _History(settings, base, seed).events(progress)


class _History:
    def __init__(self, settings: HistorySettings, base: BaseOrders, seed: int) -> None:
        self._settings, self._base, self._seed = settings, base, seed
        self._world = World(settings, base.catalogue, seed)
        self._repeats = Repeats(base.repeats_are_known)
        self._last_of_series: dict[str, tuple[str, Draft, int]] = {}
        self._to_come: list[tuple[datetime, int, _Action]] = []
        self._planned = 0

    def events(self, progress: Progress | None) -> Iterator[Event]:
        total, base = len(self._base), None
        for number, base in enumerate(self._base):
            yield from self._due(base.at)
            yield from self._first_arrival(base, number)
            if progress is not None:
                progress(number + 1, total)
        if base is not None:
            yield from self._due(base.at + _TAIL)

    def _due(self, now: datetime) -> Iterator[Event]:
        while self._to_come and self._to_come[0][0] <= now:
            at, _, action = heapq.heappop(self._to_come)
            yield from action(at)

    def _plan(self, at: datetime, action: _Action) -> None:
        self._planned += 1
        heapq.heappush(self._to_come, (at, self._planned, action))

    def _first_arrival(self, base: BaseOrder, number: int) -> Iterator[Event]:
        world, rng = self._world, chance(self._seed, self._settings.name, "order", number)
        customer = world.customer(base.customer, base.region, base.is_company, base.guest)
        door = world.hall.usual(customer.key, rng)
        meant = world.meant(base, customer, rng)
        first = world.draft(meant, customer, door, world.clerk(door, customer, rng), rng)
        scene = Scene(world, rng, first, base)
        kind = self._chosen(scene)
        if kind is not None:
            kind.prepare(scene)
        order = self._enter(scene)
        scene.origin = order.order_id
        yield OrderEvent(order, self._truth_of_base(base, scene.first))
        self._follow(scene, kind, base.at)
        if rng.random() < self._settings.burst_rate:
            self._burst(scene, base.at)
        world.recent.append(customer)

    def _chosen(self, scene: Scene) -> Kind | None:
        """The kind of follower this order gets, if any."""
        drawn, settings = scene.rng.random(), self._settings
        if drawn < settings.duplicate_rate:
            kinds = suiting(scene, duplicate=True)
        elif drawn < settings.duplicate_rate + settings.look_alike_rate and not scene.base.series:
            kinds = suiting(scene, duplicate=False)
        else:
            return None
        return pick(scene.rng, kinds) if kinds else None

    def _enter(self, scene: Scene) -> Order:
        order = self._world.numbered(scene.first)
        scene.first = replace(scene.first, written=order)
        return order

    def _truth_of_base(self, base: BaseOrder, draft: Draft) -> Truth | None:
        doubtful = self._repeats.is_doubtful(base, draft)
        if not base.series or base.relation is None:
            return None if doubtful else BACKGROUND
        before = self._last_of_series.get(base.series)
        count = before[2] + 1 if before else 1
        self._last_of_series[base.series] = (draft.written.order_id, draft, count)
        if before is None:
            return BACKGROUND
        soon = base.at - before[1].meant.ordered_at < _ONE_SITTING
        if (count < 3 or soon) and not told_apart(before[1], draft, dates_count=True):
            return None
        return Truth(base.relation, before[0])

    def _follow(self, scene: Scene, kind: Kind | None, at: datetime) -> None:
        """Plan what happens to the order that was just entered, and what follows it."""
        rng, order = scene.rng, scene.first.written
        if kind is None:
            self._report(order, at, ordinary_course(rng, self._settings.lifecycle))
            return
        arrival = at + kind.delay(scene)
        if not kind.is_mechanical:
            arrival = _in_working_time(arrival, scene)
        if kind.relation is Relation.REPLACEMENT:
            self._report(order, at, taken_back(arrival - at, rng))
        elif rng.random() < self._settings.lifecycle:
            self._report(order, at, usual_course(rng))
        length = rng.randint(1, kind.most)
        self._plan(arrival, lambda now: self._later_arrival(scene, kind, length, now))

    def _burst(self, scene: Scene, at: datetime) -> None:
        """Plan many copies of an order that all come in within seconds."""
        rng = scene.rng
        kinds = suiting(scene, duplicate=True)
        kinds = {kind: weight for kind, weight in kinds.items() if kind.relation in _IN_A_BURST}
        within = spread(rng, 5, 1.0)
        for _ in range(pick(rng, _COPIES_IN_A_BURST) if kinds else 0):
            alone = Scene(self._world, rng, scene.first, scene.base, scene.origin)
            arrival = at + timedelta(seconds=round(rng.uniform(0, within), 3))
            kind = pick(rng, kinds)
            self._plan(arrival, partial(self._later_arrival, alone, kind, 1))

    def _later_arrival(
        self, scene: Scene, kind: Kind, length: int, at: datetime
    ) -> Iterator[Event]:
        draft = kind.write(scene, at)
        if draft is None:
            return
        order = self._world.numbered(draft)
        draft = replace(draft, written=order)
        yield OrderEvent(order, _truth(scene, kind, draft))
        scene.round += 1
        if scene.round < length:
            again = _in_working_time(at + kind.delay(scene), scene)
            self._plan(again, lambda now: self._later_arrival(scene, kind, length, now))
        self._follow_follower(scene, kind, draft, at)

    def _follow_follower(self, scene: Scene, kind: Kind, draft: Draft, at: datetime) -> None:
        """A copy may be copied, or found and cancelled; a replacement may be entered twice."""
        rng, order = scene.rng, draft.written
        is_replacement = kind.relation is Relation.REPLACEMENT
        share = _SECOND_REENTRY_SHARE if is_replacement else self._settings.chain_rate
        if rng.random() < share:
            origin = scene.origin if kind.relation.is_duplicate else order.order_id
            chained = Scene(self._world, rng, draft, scene.base, origin)
            kinds = suiting(chained, duplicate=True)
            kinds = {k: w for k, w in kinds.items() if k.relation in _WITHOUT_PREPARATION}
            if kinds:
                self._follow(chained, pick(rng, kinds), at)
                return
        if kind.relation.is_duplicate:
            steps = cleaned_up(rng) if rng.random() < _CLEANED_SHARE else []
        else:
            steps = usual_course(rng) if rng.random() < self._settings.lifecycle else []
        self._report(order, at, steps)

    def _report(self, order: Order, at: datetime, steps: Steps) -> None:
        for passed, state in steps:
            self._plan(at + passed, _status_change(order, state))


def _status_change(order: Order, state: OrderState) -> _Action:
    def act(at: datetime) -> Iterable[Event]:
        return (StatusEvent(order.source, order.order_id, state, at.replace(microsecond=0)),)

    return act


def _truth(scene: Scene, kind: Kind, draft: Draft) -> Truth | None:
    """What the later order is; None where its paper does not show it."""
    truth = Truth(kind.relation, scene.origin)
    if kind.relation.is_duplicate:
        return truth if recognisable(scene.first, draft) else None
    if kind.relation is Relation.REPLACEMENT:
        return truth
    if kind.relation is Relation.COINCIDENCE and not scene.round and wrong_account(draft):
        return None
    in_series = kind.relation in (Relation.STANDING, Relation.BLANKET_RELEASE)
    is_habit = kind.relation is Relation.STANDING and scene.round >= 1
    return truth if is_habit or told_apart(scene.first, draft, dates_count=in_series) else None


def _in_working_time(at: datetime, scene: Scene) -> datetime:
    """The next moment at which somebody is at the desk, where orders are made at desks."""
    first = scene.meant.ordered_at
    at_desks = scene.door.has_people or (7 <= first.hour < 19 and first.weekday() < 5)
    if not at_desks or at - first < timedelta(hours=1):
        return at
    if at.hour >= 19 or at.hour < 7:
        day = at if at.hour < 7 else at + timedelta(days=1)
        at = day.replace(hour=7, minute=0, second=0) + timedelta(seconds=scene.rng.randrange(36000))
    while at.weekday() >= 5:
        at += timedelta(days=1)
    return at
