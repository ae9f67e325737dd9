"""Ranges of days that are reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from ordertwin.v1.report_service_pb2 import ReportBucket

LONGEST = timedelta(days=800)
USUAL = timedelta(days=30)
BUCKETS = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Range:
    """Days that are reported, half-open, and how long the periods are."""

    since: datetime
    until: datetime
    bucket: str

    @classmethod
    def asked(cls, since: str, until: str, bucket: str, now: datetime) -> Range:
        """From what an address says, `until` being the last day; what makes no sense is left out.

        >>> made = Range.asked("2026-10-01", "2026-10-31", "", datetime(2026, 11, 5, tzinfo=UTC))
        >>> made.until, made.bucket, made.is_month
        (datetime.datetime(2026, 11, 1, 0, 0, tzinfo=datetime.timezone.utc), 'day', True)
        """
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        last = day_of(until) or today
        end = last + timedelta(days=1)
        start = day_of(since) or end - USUAL
        start = max(min(start, last), end - LONGEST)
        if bucket not in BUCKETS:
            days = (end - start).days
            bucket = "day" if days <= 62 else "week" if days <= 183 else "month"
        return cls(start, end, bucket)

    @property
    def is_month(self) -> bool:
        """Whether it is one month of the calendar."""
        return self.since.day == 1 and self.until == following_month(self.since)

    @property
    def before(self) -> Range:
        """As much time before it, to compare with; of a month the one before."""
        if self.is_month:
            return Range((self.since - timedelta(days=1)).replace(day=1), self.since, "month")
        return Range(self.since - (self.until - self.since), self.since, "month")

    @property
    def coarser(self) -> Range:
        """The same days in longer periods, for figures that say little of a single day."""
        longer = {"day": "week", "week": "month", "month": "month"}
        return Range(self.since, self.until, longer[self.bucket])

    @property
    def last(self) -> datetime:
        """Its last day."""
        return self.until - timedelta(days=1)

    @property
    def query(self) -> str:
        """What an address says of it."""
        since, last = f"{self.since:%Y-%m-%d}", f"{self.last:%Y-%m-%d}"
        return urlencode({"since": since, "until": last, "every": self.bucket})

    def fields(self) -> dict[str, Any]:
        """What the server is asked with."""
        return {
            "start_time": self.since,
            "end_time": self.until,
            "bucket": ReportBucket.Value(f"REPORT_BUCKET_{self.bucket.upper()}"),
        }


def following_month(month: datetime) -> datetime:
    """The first day of the month after the one that begins on this day."""
    return (month + timedelta(days=31)).replace(day=1)


def day_of(text: str) -> datetime | None:
    """A day from 1990 on; None for text that is none."""
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
    if day is None or not 1990 <= day.year < 9000:
        return None
    return day.replace(hour=0, minute=0, second=0, microsecond=0)
