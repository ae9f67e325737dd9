"""When a customer ordered about the same: dots on a line, so that a rhythm can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH = 1000.0
EDGE = 40.0
APART = 14.0


@dataclass(frozen=True, slots=True)
class Event:
    """One order: when, what to call it, and whether it is the one in question."""

    at: datetime
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    """An event at its place, `x` in a picture that is `WIDTH` wide; `row` avoids overlaps."""

    event: Event
    x: float
    row: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Dots, the oldest first, and the length of time they span."""

    dots: tuple[Dot, ...]
    span: timedelta

    @property
    def height(self) -> int:
        """How high the picture is."""
        return 44 + 18 * max((dot.row for dot in self.dots), default=0)


def timeline(events: Iterable[Event]) -> Timeline:
    """The picture of some orders; orders close to each other are stacked.

    >>> at = datetime(2025, 1, 1)
    >>> [dot.x for dot in timeline([Event(at, "a", ""), Event(at + timedelta(1), "b", "")]).dots]
    [40.0, 960.0]
    """
    ordered = sorted(events, key=lambda event: event.at)
    if not ordered:
        return Timeline((), timedelta())
    first, span = ordered[0].at, ordered[-1].at - ordered[0].at
    dots: list[Dot] = []
    for event in ordered:
        share = (event.at - first) / span if span else 0.5
        x = round(EDGE + share * (WIDTH - 2 * EDGE), 1)
        near = {dot.row for dot in dots if x - dot.x < APART}
        dots.append(Dot(event, x, next(row for row in range(len(dots) + 1) if row not in near)))
    return Timeline(tuple(dots), span)
