"""GetDuplicateReport: what was caught in a time range, and how often it was wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil

from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.report_days import WAIT_STEP, CountedDays
from ordertwin_server.commands.report_tallies import (
    KEPT,
    Dimension,
    Estimate,
    Tally,
    missed,
    tally_of,
)
from ordertwin_stores.figures import Backlog, Work
from ordertwin_stores.reviews import ReviewStore

LONGEST = timedelta(days=800)
MOST_ROWS = 100


class Bucket(StrEnum):
    """How long the periods are."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


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
    """Adds up what was counted day by day."""

    def __init__(self, reviews: ReviewStore, days: CountedDays) -> None:
        self._reviews, self._days = reviews, days

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
        groups: dict[Dimension, dict[str, Tally]] = {each: {} for each in Dimension}
        names: dict[str, str] = {}
        pairs: Counter[tuple[str, str]] = Counter()
        waits: Counter[int] = Counter()
        for at, day in self._days(call, since, until):
            total.add(day.total)
            tallies[max(_start(at, bucket), since)].add(day.total)
            for dimension, group in day.groups.items():
                for value, tally in group.items():
                    tally_of(groups[dimension], value).add(tally)
            if len(names) < KEPT:
                names.update(day.names)
            pairs.update(day.pairs)
            waits.update(day.waits)
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
            return timedelta(seconds=WAIT_STEP ** (step + 0.5))
    return None
