"""What was counted of each day, kept in memory until something about it changes.

A report of a month reads every order that was flagged in it, and most of them say what they said an
hour ago. Events tell which days to count again, also what other servers wrote. Little happens
without an event (old orders are forgotten, a review of many orders is taken back when they have
gone on); so a day is counted again after an hour in any case.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import floor, log
from threading import Lock

from ordertwin_server.commands.call import Call
from ordertwin_server.commands.report_tallies import Dimension, Tally, tally_of
from ordertwin_stores.events import ACCESS_CHANGED, CLAIM_RELEASED, REVIEW_CLAIMED, EventStore
from ordertwin_stores.figures import FigureReader, Flagged

PAGE = 500
WAIT_STEP = 1.01
"""Waiting times are counted in steps of one percent."""
KEPT_SECONDS = 3600.0
KEPT_PARTS = 200_000
"""Days, flagged orders and groups that are kept, of all tenants; 220 to 380 bytes each, a day on
which nothing happened 700."""
MOST_EVENTS = 10_000
"""Events that are looked at; after more of them everything is counted again."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_CHANGE_NO_FIGURE = frozenset({ACCESS_CHANGED, REVIEW_CLAIMED, CLAIM_RELEASED})


@dataclass(slots=True)
class CountedDay:
    """What was counted of the orders that came in, or were flagged first, on one day.

    `names` are those of customers by number, `pairs` duplicates by connector and relation, `waits`
    times to the first verdict by steps, `orders` keys of the flagged ones.
    """

    counted_at: float
    total: Tally = field(default_factory=lambda: Tally(0))
    groups: dict[Dimension, dict[str, Tally]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    waits: Counter[int] = field(default_factory=Counter)
    orders: list[str] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """How much of the memory for `KEPT_PARTS` it takes."""
        return 1 + len(self.orders) + sum(map(len, self.groups.values()))

    def receive(self, source: str, orders: int) -> None:
        """Count orders that came in."""
        self.total.receive(orders)
        self._of(Dimension.SOURCE, source).receive(orders)

    def flag(self, seen: Flagged) -> None:
        """Count a flagged order."""
        order = seen.order
        self.orders.append(seen.order_key)
        self.total.flag(seen)
        for dimension, value in (
            (Dimension.CHANNEL, order.channel.value),
            (Dimension.SOURCE, order.source),
            (Dimension.CUSTOMER, order.customer.party_id),
            (Dimension.CLERK, order.entered_by),
            (Dimension.RELATION, seen.relation),
        ):
            self._of(dimension, value).flag(seen)
        if order.customer.party_id in self.groups[Dimension.CUSTOMER]:
            self.names[order.customer.party_id] = order.customer.name
        if seen.duplicate or (seen.sure and seen.duplicate is None):
            self.pairs[order.source, seen.relation] += 1
        if seen.answered_at is not None:
            waited = max((seen.answered_at - seen.at).total_seconds(), 1e-3)
            self.waits[floor(log(waited) / log(WAIT_STEP))] += 1

    def _of(self, dimension: Dimension, value: str) -> Tally:
        return tally_of(self.groups.setdefault(dimension, {}), value)


class _Kept:
    """The days of a tenant by number, and how far its events were heeded."""

    def __init__(self, heeded: int) -> None:
        self.heeded = heeded
        self.days: OrderedDict[int, CountedDay] = OrderedDict()
        self.day_of: dict[str, int] = {}
        self.weight = 0

    def keep(self, number: int, day: CountedDay) -> None:
        self.drop(number)
        self.days[number] = day
        self.day_of.update(dict.fromkeys(day.orders, number))
        self.weight += day.weight

    def drop(self, number: int) -> None:
        day = self.days.pop(number, None)
        if day is None:
            return
        self.weight -= day.weight
        for key in day.orders:
            self.day_of.pop(key, None)


class CountedDays:
    """Counts days, and remembers them. Safe to use from many threads."""

    def __init__(
        self,
        figures: FigureReader,
        events: EventStore,
        clock: Callable[[], float],
        most: int = KEPT_PARTS,
    ) -> None:
        """`clock` tells seconds; `most` is how many days, flagged orders and groups of days are
        remembered together."""
        self._figures, self._events, self._clock, self._most = figures, events, clock, most
        self._lock = Lock()
        self._tenants: OrderedDict[str, _Kept] = OrderedDict()

    def __call__(
        self, call: Call, since: datetime, until: datetime
    ) -> list[tuple[datetime, CountedDay]]:
        """Every day of a range of whole days in UTC; `DeadlineExceeded` when nobody waits."""
        numbers = range((since - _EPOCH).days, (until - _EPOCH).days)
        heeded = self._heed(call.tenant)
        known = self._known(call.tenant, numbers)
        for first, last in _runs([each for each in numbers if each not in known]):
            counted = self._count(call, first, last)
            self._keep(call.tenant, counted, heeded)
            known |= counted
        return [(_EPOCH + number * _DAY, known[number]) for number in numbers]

    def _count(self, call: Call, first: int, last: int) -> dict[int, CountedDay]:
        since, until = _EPOCH + first * _DAY, _EPOCH + (last + 1) * _DAY
        now = self._clock()
        days = {number: CountedDay(now) for number in range(first, last + 1)}
        for each in self._figures.received(call.tenant, since, until):
            days[each.day].receive(each.source, each.orders)
        position = None
        while True:
            call.ensure_waiting()
            page = self._figures.flagged(call.tenant, since, until, PAGE, position)
            for seen in page:
                days[(seen.at - _EPOCH).days].flag(seen)
            if len(page) < PAGE:
                return days
            position = page[-1].position

    def _heed(self, tenant: str) -> int:
        """Forget the days that events since the last look are about; how far these go."""
        with self._lock:
            kept = self._tenants.get(tenant)
            start = None if kept is None else kept.heeded
        if start is None or self._events.span(tenant).forgotten > start:
            return self._begin(tenant)
        position, days, orders = start, set[int](), set[str]()
        while events := self._events.after(tenant, position, PAGE):
            position = events[-1].position
            told = [each for each in events if each.kind not in _CHANGE_NO_FIGURE]
            if position - start > MOST_EVENTS or not all(each.order_key for each in told):
                return self._begin(tenant)
            for each in told:
                days.add((each.at - _EPOCH).days)
                orders |= {each.order_key, *" ".join(each.details.values()).split()}
        with self._lock:
            kept = self._tenants.get(tenant)
            if kept is not None:
                for number in days | {kept.day_of[key] for key in orders & kept.day_of.keys()}:
                    kept.drop(number)
                kept.heeded = max(kept.heeded, position)
        return position

    def _begin(self, tenant: str) -> int:
        newest = self._events.span(tenant).newest
        with self._lock:
            self._tenants[tenant] = _Kept(newest)
        return newest

    def _known(self, tenant: str, numbers: range) -> dict[int, CountedDay]:
        oldest = self._clock() - KEPT_SECONDS
        with self._lock:
            kept = self._tenants.get(tenant)
            if kept is None:
                return {}
            self._tenants.move_to_end(tenant)
            for number in [each for each, day in kept.days.items() if day.counted_at < oldest]:
                kept.drop(number)
            found = {each: kept.days[each] for each in numbers if each in kept.days}
            for number in found:
                kept.days.move_to_end(number)
            return found

    def _keep(self, tenant: str, counted: dict[int, CountedDay], heeded: int) -> None:
        """Remember, unless somebody heeded later events meanwhile, which may be about these."""
        with self._lock:
            kept = self._tenants.get(tenant)
            if kept is None or kept.heeded != heeded:
                return
            for number, day in counted.items():
                kept.keep(number, day)
            while sum(each.weight for each in self._tenants.values()) > self._most:
                oldest = next(each for each in self._tenants.values() if each.days)
                oldest.drop(next(iter(oldest.days)))


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of numbers that follow each other.

    >>> list(_runs([1, 2, 3, 7, 9, 10]))
    [(1, 3), (7, 7), (9, 10)]
    """
    runs: defaultdict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(numbers):
        runs[number - place].append(number)
    for run in runs.values():
        yield run[0], run[-1]
