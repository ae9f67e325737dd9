"""What a store counts of a time range: orders, those that were flagged, and work of people.

Each sentence of `FigureReader` has a case in `tests/conformance/stores/test_figures.py`. Times are
half-open: from `since` on and before `until`. Nothing here grows with the store: what is counted is
grouped by the database, and what is told order by order comes in pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_models.order import Order


@dataclass(frozen=True, slots=True)
class Received:
    """How many orders of a source came in to be checked on one day, counted from 1970 in UTC."""

    day: int
    source: str
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """An order that was held, and what people said of it; `order` is its content now, without its
    lines when its total is known.

    `position` goes on behind it; `sure` says that it was held as a duplicate rather than in doubt,
    `relation` what it was taken for, or a verdict called it. `duplicate` is None while there is no
    settled verdict, `answered_at` the time of the first one that holds.
    """

    position: tuple[int, int]
    at: datetime
    order_key: str
    order: Order
    sure: bool
    relation: str
    duplicate: bool | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Audited:
    """Orders that passed and were asked about with the same probability; `duplicate` is what people
    said of them, None for those without an answer."""

    inclusion: float
    duplicate: bool | None
    reviews: int


@dataclass(frozen=True, slots=True)
class Work:
    """Reviews that ended after somebody had claimed them, and seconds from claim to end."""

    reviews: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """Reviews that wait, and since when the oldest does."""

    reviews: int
    oldest: datetime | None


class FigureReader(Protocol):
    """What reports are made of."""

    def received(self, tenant: str, since: datetime, until: datetime) -> tuple[Received, ...]:
        """Orders that came in, by day and source; a past that was loaded does not count."""

    def flagged(
        self,
        tenant: str,
        since: datetime,
        until: datetime,
        size: int,
        position: tuple[int, int] | None,
    ) -> tuple[Flagged, ...]:
        """At most `size` orders that were flagged for the first time, in the order of time, after
        the `position` of another one. Verdicts UNSURE, withdrawn ones, those that wait for another
        opinion, and outcomes do not count; one MATCH makes a duplicate."""

    def audited(self, tenant: str, since: datetime, until: datetime) -> tuple[Audited, ...]:
        """Orders of that time that were chosen by chance among those that passed."""

    def work(self, tenant: str, since: datetime, until: datetime) -> Work:
        """Work on reviews that ended in that time, counted up to a day each."""

    def backlog(self, tenant: str) -> Backlog:
        """Reviews that wait now."""
