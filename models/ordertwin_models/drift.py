"""Whether orders and answers are still what they were: one window of decisions against another.

Distributions are compared by their population stability index over ten bins of the reference and
one for missing values, shares by the difference in standard errors. Both are judged against what
chance does with so few, so that a quiet week is no alarm. Nothing is done about it: people are
told.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np

from ordertwin_models.decision import Decision, Outcome
from ordertwin_models.order import Order

BINS = 10
ENOUGH = 100
"""Decisions that a window needs before anything is said of it."""
STABILITY_WATCH, STABILITY_ALARM = 0.1, 0.25
"""What is usually taken for some and for much change of a stability index."""
CHANCE = 3.0
"""How many times what chance does an index must be."""
ERRORS_WATCH, ERRORS_ALARM = 3.0, 5.0
"""Standard errors between two shares."""
SHARE_LEAST = 0.02
"""Difference between two shares below which nobody cares."""

FIELDS: Mapping[str, Callable[[Order], object]] = {
    "customer_reference": lambda order: order.customer_reference,
    "customer.party_id": lambda order: order.customer.party_id,
    "customer.name": lambda order: order.customer.name,
    "customer.phone": lambda order: order.customer.phone,
    "customer.email": lambda order: order.customer.email,
    "ship_to.postal_code": lambda order: order.ship_to.postal_code,
    "ship_to.address_lines": lambda order: order.ship_to.address_lines,
    "requested_delivery_date": lambda order: order.requested_delivery_date,
    "channel": lambda order: order.channel.name != "UNKNOWN",
    "source": lambda order: order.source,
    "entered_by": lambda order: order.entered_by,
    "lines": lambda order: order.lines,
    "lines.sku": lambda order: order.lines and all(line.sku for line in order.lines),
    "lines.unit_price": lambda order: (
        order.lines and all(line.unit_price is not None for line in order.lines)
    ),
    "total_amount": lambda order: order.total_amount is not None,
}
"""Fields whose completeness is watched, and whether an order has them."""


class Level(StrEnum):
    """How much a figure changed."""

    STEADY = "STEADY"
    WATCH = "WATCH"
    ALARM = "ALARM"


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure in both windows. `measure` is its stability index, or the standard errors between
    two shares."""

    kind: str
    name: str
    reference: float
    current: float
    measure: float
    level: Level

    @property
    def sentence(self) -> str:
        """What changed, for a log.

        >>> Finding("share", "flagged orders", 0.02, 0.09, 7.1, Level.ALARM).sentence
        'share of flagged orders: 0.09, was 0.02 (7.1)'
        """
        return (
            f"{self.kind} of {self.name}: {self.current:.3g}, was {self.reference:.3g} "
            f"({self.measure:.2g})"
        )


@dataclass(slots=True)
class Observed:
    """What a window of decisions looked like."""

    decisions: int = 0
    flagged: int = 0
    asked: int = 0
    overturned: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    candidates: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    columns: dict[str, list[float]] = field(default_factory=dict)
    fields: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, pairs: Iterable[tuple[Order, Decision]]) -> Observed:
        """The window of these orders with the decisions on them."""
        made = cls()
        for order, decision in pairs:
            made.add(order, decision)
        return made

    def add(self, order: Order, decision: Decision) -> None:
        """Take one more decision into the window."""
        at = decision.decided_at
        self.decisions += 1
        self.flagged += decision.outcome is not Outcome.UNIQUE
        self.oldest = min(self.oldest or at, at)
        self.newest = max(self.newest or at, at)
        self.versions[decision.model_version] += 1
        self.candidates.append(float(decision.candidates_considered))
        self.fields.update(name for name, has in FIELDS.items() if has(order))
        if decision.matches:
            best = decision.matches[0]
            self.weights.append(best.match_weight)
            for name, value in best.vector.items():
                self.columns.setdefault(name, []).append(math.nan if value is None else value)

    def add_verdict(self, *, overturned: bool) -> None:
        """Take in what a person said of a decision: whether it was wrong."""
        self.asked += 1
        self.overturned += overturned


def drift(reference: Observed, current: Observed) -> tuple[Finding, ...]:
    """Every figure in both windows, what changed most first; empty when a window is too small.

    >>> drift(Observed(), Observed())
    ()
    """
    if min(reference.decisions, current.decisions) < ENOUGH:
        return ()
    found = [
        *_rates(reference, current),
        _distribution("candidates per order", reference.candidates, current.candidates),
        _distribution("match weight of the likeliest twin", reference.weights, current.weights),
    ]
    found += [
        _distribution(name, reference.columns[name], current.columns[name], "feature")
        for name in sorted(set(reference.columns) & set(current.columns))
    ]
    order = {Level.ALARM: 0, Level.WATCH: 1, Level.STEADY: 2}
    return tuple(sorted((each for each in found if each), key=lambda one: order[one.level]))


def _rates(reference: Observed, current: Observed) -> Iterator[Finding]:
    windows = (reference, current)
    everything = [window.decisions for window in windows]
    yield _share("share", "flagged orders", [window.flagged for window in windows], everything)
    matched = [len(window.weights) for window in windows]
    yield _share("share", "orders with anything alike", matched, everything)
    for name in FIELDS:
        counts = [window.fields[name] for window in windows]
        yield _share("completeness", name, counts, everything)
    if min(window.asked for window in windows) >= ENOUGH // 5:
        counts, asked = [w.overturned for w in windows], [w.asked for w in windows]
        yield _share("share", "overturned decisions", counts, asked)


def _share(kind: str, name: str, counts: Sequence[int], totals: Sequence[int]) -> Finding:
    first, second = (count / total for count, total in zip(counts, totals, strict=True))
    pooled = sum(counts) / sum(totals)
    error = math.sqrt(pooled * (1 - pooled) * sum(1 / total for total in totals))
    errors = abs(second - first) / error if error else 0.0
    level = Level.STEADY
    if abs(second - first) >= SHARE_LEAST and errors >= ERRORS_WATCH:
        level = Level.ALARM if errors >= ERRORS_ALARM else Level.WATCH
    return Finding(kind, name, first, second, errors, level)


def _distribution(
    name: str, reference: Sequence[float], current: Sequence[float], kind: str = "distribution"
) -> Finding | None:
    """The stability index of a figure; None when too few orders have it."""
    if min(len(reference), len(current)) < ENOUGH:
        return None
    before, after = np.asarray(reference, float), np.asarray(current, float)
    index, bins = stability(before, after)
    chance = (bins - 1) * (1 / len(before) + 1 / len(after))
    level = Level.STEADY
    if index >= max(STABILITY_ALARM, CHANCE * chance):
        level = Level.ALARM
    elif index >= max(STABILITY_WATCH, CHANCE * chance):
        level = Level.WATCH
    return Finding(kind, name, _middle(before), _middle(after), index, level)


def stability(before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]) -> tuple[float, int]:
    """The population stability index and the number of bins that it was taken over.

    >>> same = np.arange(1000.0)
    >>> stability(same, same)[0], stability(same, same + 1000.0)[0] > 2
    (0.0, True)
    """
    present = before[~np.isnan(before)]
    inner = np.linspace(0, 1, BINS + 1)[1:-1]
    edges = np.unique(np.quantile(present, inner)) if len(present) else np.empty(0)
    first, second = _counts(before, edges), _counts(after, edges)
    # Half an order in each bin, so that an empty one counts and does not weigh without end.
    shares = [(counts + 0.5) / (counts.sum() + 0.5 * len(counts)) for counts in (first, second)]
    index = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    return index, len(first)


def _counts(values: np.ndarray[Any, Any], edges: Any) -> np.ndarray[Any, Any]:
    missing = np.isnan(values)
    places = np.searchsorted(edges, values[~missing], side="left")
    counts = np.bincount(places, minlength=len(edges) + 1)
    return np.append(counts, missing.sum()).astype(float)


def _middle(values: np.ndarray[Any, Any]) -> float:
    present = values[~np.isnan(values)]
    return float(np.mean(present)) if len(present) else 0.0
