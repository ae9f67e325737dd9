"""The way from prior to score as a picture: one bar for each reason, each beginning where the last
one ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SHOWN = 10
COUNTER_EVIDENCE = 5
MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One step; `x`, `width`, `zero` and `end` are in percent of the picture."""

    kind: str
    text: str
    weight: float
    x: float
    width: float
    end: float
    incoming: str = ""
    existing: str = ""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The picture; `zero` is where log2 odds are even."""

    bars: tuple[Bar, ...]
    zero: float
    against: tuple[Bar, ...]


def waterfall(match: Any, *, shown: int = SHOWN) -> Waterfall:
    """The picture of one match: prior, the largest reasons, the sum of the others, the score."""
    largest: Sequence[Any] = match.contributions[:shown]
    rest = match.contributions[shown:]
    steps = [("prior", "", match.prior_weight, "", "")]
    steps += [
        ("for" if each.weight >= 0 else "against", each.text, each.weight, each.incoming_value,
         each.existing_value)
        for each in largest
    ]  # fmt: skip
    if rest:
        steps.append(("rest", str(len(rest)), sum(each.weight for each in rest), "", ""))
    ends: list[float] = []
    at = 0.0
    for _, _, weight, _, _ in steps:
        at += weight
        ends.append(at)
    low, high = min(0.0, *ends) - MARGIN, max(0.0, *ends) + MARGIN

    def place(value: float) -> float:
        return round((value - low) / (high - low) * 100, 2)

    bars, begin = [], 0.0
    for (kind, text, weight, incoming, existing), end in zip(steps, ends, strict=True):
        left, right = sorted((place(begin), place(end)))
        bars.append(
            Bar(kind, text, weight, left, max(round(right - left, 2), 0.4), place(end), incoming,
                existing)
        )  # fmt: skip
        begin = end
    left, right = sorted((place(0.0), place(begin)))
    total = match.match_weight
    bars.append(Bar("total", "", total, left, round(right - left, 2), place(begin)))
    return Waterfall(tuple(bars), place(0.0), _against(match))


def _against(match: Any) -> tuple[Bar, ...]:
    """What speaks most against it, however small."""
    lowest = sorted(match.contributions, key=lambda each: each.weight)[:COUNTER_EVIDENCE]
    return tuple(
        Bar("against", each.text, each.weight, 0.0, 0.0, 0.0) for each in lowest if each.weight < 0
    )
