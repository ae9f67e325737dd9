"""What is counted of orders, and the shares that follow from it, with their intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import sqrt

from ordertwin_models.questions import value_at_stake
from ordertwin_stores.figures import Audited, Flagged

_Z = 1.959964
KEPT = 20_000
"""Customers, clerks or connectors that are told apart; more of one kind are counted together."""
BEYOND = "…"


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

    def add(self, other: Tally) -> None:
        """Count what was counted of other orders."""
        if other.received is not None:
            self.receive(other.received)
        self.flagged += other.flagged
        self.confirmed += other.confirmed
        self.refuted += other.refuted
        self.caught += other.caught
        for code, value in other.value.items():
            self.value[code] = self.value.get(code, Decimal(0)) + value


def tally_of(group: dict[str, Tally], value: str) -> Tally:
    """The tally of a value, which is that of all the further ones when there are too many.

    >>> group: dict[str, Tally] = {}
    >>> tally_of(group, "EDI").receive(3)
    >>> group["EDI"].received
    3
    """
    key = value if value in group or len(group) < KEPT else BEYOND
    if key not in group:
        group[key] = Tally()
    return group[key]
