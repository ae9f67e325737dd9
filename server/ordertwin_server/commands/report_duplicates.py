"""GetDuplicateReport: what was caught in a time range, and how often it was wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil, floor, log, sqrt

from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_models.questions import value_at_stake
from ordertwin_server.commands.call import Call
from ordertwin_stores.figures import Audited, Backlog, Flagged, Work
from ordertwin_stores.reviews import ReviewStore

LONGEST = timedelta(days=800)
MOST_ROWS = 100
PAGE = 500
KEPT = 20_000
"""Customers, clerks or connectors that are told apart; more of one kind are counted together."""
BEYOND = "…"
_Z = 1.959964
_STEP = log(1.01)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bucket(StrEnum):
    """How long the periods are."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class Dimension(StrEnum):
    """What a report is split by."""

    CHANNEL = "CHANNEL"
    SOURCE = "SOURCE"
    CUSTOMER = "CUSTOMER"
    CLERK = "CLERK"
    RELATION = "RELATION"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share or number with its 95 % interval, and the answers that it rests on."""

    value: float
    low: float
    high: float
    answers: int


def wilson(hits: float, of: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share.

    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.278]
    """
    share, squared = hits / of, _Z * _Z
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    half = _Z * sqrt(share * (1 - share) / of + squared / (4 * of * of)) / (1 + squared / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def missed(asked: Iterable[Audited]) -> Estimate | None:
    """Duplicates among the orders that passed: each sampled order stands for as many as the inverse
    of its probability. The interval is Wilson's at the effective size of the sample.

    >>> estimate = missed([Audited(0.01, True, 1), Audited(0.01, False, 99)])
    >>> round(estimate.value), round(estimate.low), round(estimate.high)
    (100, 18, 545)
    """
    everything = answered = squares = hits = 0.0
    answers = 0
    for each in asked:
        weight = each.reviews / each.inclusion
        everything += weight
        if each.duplicate is not None:
            answers += each.reviews
            answered += weight
            squares += each.reviews / each.inclusion**2
            hits += weight * each.duplicate
    if not answers:
        return None
    share, size = hits / answered, answered * answered / squares
    low, high = wilson(share * size, size)
    return Estimate(share * everything, low * everything, high * everything, answers)


@dataclass(slots=True)
class Tally:
    """What was counted of some orders; `received` is None where nobody counts them."""

    received: int | None = None
    flagged: int = 0
    confirmed: int = 0
    refuted: int = 0
    caught: int = 0
    value: dict[str, Decimal] = field(default_factory=dict)

    @property
    def incidence(self) -> float | None:
        """Duplicates caught per 1,000 orders."""
        return 1000 * self.caught / self.received if self.received else None

    @property
    def false_alarms(self) -> Estimate | None:
        """Share of false alarms among the flagged orders with a verdict."""
        answers = self.confirmed + self.refuted
        if not answers:
            return None
        return Estimate(self.refuted / answers, *wilson(self.refuted, answers), answers)

    def receive(self, orders: int) -> None:
        """Count orders that came in."""
        self.received = (self.received or 0) + orders

    def flag(self, seen: Flagged) -> None:
        """Count a flagged order."""
        self.flagged += 1
        self.confirmed += seen.duplicate is True
        self.refuted += seen.duplicate is False
        self.caught += seen.duplicate is True or (seen.sure and seen.duplicate is None)
        value = value_at_stake(seen.order) if seen.duplicate else None
        if value:
            code = seen.order.currency_code
            self.value[code] = self.value.get(code, Decimal(0)) + Decimal(f"{value:.2f}")


@dataclass(frozen=True, slots=True)
class Cause:
    """A connector with its share of the duplicates of one relation; `whole` are all there are."""

    source: str
    relation: str
    orders: int
    of: int
    whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report; `names` are those of customers by number."""

    since: datetime
    until: datetime
    total: Tally
    periods: tuple[tuple[datetime, datetime, Tally], ...]
    rows: Mapping[Dimension, tuple[tuple[str, Tally], ...]]
    further: Mapping[Dimension, int]
    names: Mapping[str, str]
    causes: tuple[Cause, ...]
    missed: Estimate | None
    median: timedelta | None
    ninth: timedelta | None
    work: Work
    backlog: Backlog


class ReportDuplicates:
    """Counts; reads in pages and keeps nothing of an order."""

    def __init__(self, reviews: ReviewStore) -> None:
        self._reviews = reviews

    def __call__(
        self, call: Call, since: datetime, until: datetime, bucket: Bucket, top: int
    ) -> Report:
        """The report; `InvalidRequest` when the range is empty or too long."""
        if not 0 <= top <= MOST_ROWS:
            raise InvalidRequest([FieldViolation("top", f"must be 0 to {MOST_ROWS}")])
        if not since < until <= since + LONGEST:
            what = f"must be after start_time, by at most {LONGEST.days} days"
            raise InvalidRequest([FieldViolation("end_time", what)])
        since, until = _day(since), _day(until + timedelta(days=1, microseconds=-1))
        starts = _starts(since, until, bucket)
        total, tallies = Tally(0), {start: Tally(0) for start in starts}
        groups: dict[Dimension, defaultdict[str, Tally]] = {
            each: defaultdict(Tally) for each in Dimension
        }
        for each in self._reviews.received(call.tenant, since, until):
            day = _EPOCH + timedelta(days=each.day)
            for tally in (
                total,
                tallies[max(_start(day, bucket), since)],
                _of(groups[Dimension.SOURCE], each.source),
            ):
                tally.receive(each.orders)
        names: dict[str, str] = {}
        pairs: Counter[tuple[str, str]] = Counter()
        waits: Counter[int] = Counter()
        position = None
        while True:
            call.ensure_waiting()
            page = self._reviews.flagged(call.tenant, since, until, PAGE, position)
            for seen in page:
                values = _values(seen)
                total.flag(seen)
                tallies[max(_start(seen.at, bucket), since)].flag(seen)
                for dimension, value in values.items():
                    _of(groups[dimension], value).flag(seen)
                if len(names) < KEPT:
                    names[seen.order.customer.party_id] = seen.order.customer.name
                if seen.duplicate or (seen.sure and seen.duplicate is None):
                    pairs[values[Dimension.SOURCE], seen.relation] += 1
                if seen.answered_at is not None:
                    waited = max((seen.answered_at - seen.at).total_seconds(), 1e-3)
                    waits[floor(log(waited) / _STEP)] += 1
            if len(page) < PAGE:
                break
            position = page[-1].position
        chosen = {each: _sorted(group) for each, group in groups.items()}
        return Report(
            since=since,
            until=until,
            total=total,
            periods=tuple(
                (start, end, tallies[start])
                for start, end in zip(starts, [*starts[1:], until], strict=True)
            ),
            rows={each: rows[: top or 10] for each, rows in chosen.items()},
            further={each: max(0, len(rows) - (top or 10)) for each, rows in chosen.items()},
            names=names,
            causes=_causes(pairs),
            missed=missed(self._reviews.audited(call.tenant, since, until)),
            median=_quantile(waits, 0.5),
            ninth=_quantile(waits, 0.9),
            work=self._reviews.work(call.tenant, since, until),
            backlog=self._reviews.backlog(call.tenant),
        )


def _day(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _start(at: datetime, bucket: Bucket) -> datetime:
    day = _day(at)
    if bucket is Bucket.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if bucket is Bucket.MONTH else day


def _starts(since: datetime, until: datetime, bucket: Bucket) -> list[datetime]:
    days = (since + timedelta(days=number) for number in range((until - since).days))
    return list(dict.fromkeys(max(_start(day, bucket), since) for day in days))


def _values(seen: Flagged) -> dict[Dimension, str]:
    order = seen.order
    return {
        Dimension.CHANNEL: order.channel.value,
        Dimension.SOURCE: order.source,
        Dimension.CUSTOMER: order.customer.party_id,
        Dimension.CLERK: order.entered_by,
        Dimension.RELATION: seen.relation,
    }


def _of(group: defaultdict[str, Tally], value: str) -> Tally:
    return group[value if value in group or len(group) < KEPT else BEYOND]


def _sorted(group: Mapping[str, Tally]) -> tuple[tuple[str, Tally], ...]:
    return tuple(sorted(group.items(), key=lambda row: (-row[1].caught, -row[1].flagged, row[0])))


def _causes(pairs: Counter[tuple[str, str]]) -> tuple[Cause, ...]:
    whole: Counter[str] = Counter()
    for (_, relation), count in pairs.items():
        whole[relation] += count
    first = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
    return tuple(
        Cause(source, kind, count, whole[kind], whole.total()) for (source, kind), count in first
    )


def _quantile(waits: Counter[int], share: float) -> timedelta | None:
    """Within one percent, because times are counted in steps of that."""
    left = ceil(share * waits.total())
    for step in sorted(waits):
        left -= waits[step]
        if left <= 0:
            return timedelta(seconds=1.01 ** (step + 0.5))
    return None
