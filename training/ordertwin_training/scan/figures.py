"""What a scan found, in figures: by relation, channel, connector, customer, clerk and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ordertwin_models.decision import Outcome
from ordertwin_training.scan.findings import Chunk, OrderFacts, Pair, Quality, add_bounded
from ordertwin_training.scan.groups import Groups

NO_CURRENCY = "?"
DIMENSIONS = ("channel", "source", "customer", "clerk", "month")


@dataclass(slots=True)
class Value:
    """Money in one currency: of duplicates that can still be stopped, of those that went out, and
    of doubtful ones (weighted by their probability)."""

    stoppable: float = 0.0
    gone: float = 0.0
    doubtful: float = 0.0

    @property
    def at_risk(self) -> float:
        """All of it."""
        return self.stoppable + self.gone + self.doubtful


@dataclass(slots=True)
class Cause:
    """One value of a dimension: its flagged orders, all its orders (0 when nobody counted), and
    what the flagged ones are worth, by currency."""

    key: str
    name: str
    flagged: int = 0
    orders: int = 0
    value: dict[str, float] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Flagged orders among all; None when nobody counted."""
        return self.flagged / self.orders if self.orders else None


@dataclass(slots=True)
class Figures:
    """Everything that is counted. `causes` is by dimension, then by name."""

    orders: int = 0
    first_at: str = ""
    last_at: str = ""
    duplicates: int = 0
    reviews: int = 0
    settled: int = 0
    truncated: int = 0
    groups: int = 0
    relations: Counter[str] = field(default_factory=Counter)
    channels: Counter[tuple[str, str]] = field(default_factory=Counter)
    totals: dict[str, Counter[str]] = field(default_factory=dict)
    causes: dict[str, dict[str, Cause]] = field(default_factory=dict)
    value: dict[str, Value] = field(default_factory=dict)
    quality: Quality = field(default_factory=Quality)

    @property
    def flagged(self) -> int:
        """Orders that look like an earlier one."""
        return self.duplicates + self.reviews

    def add(self, chunk: Chunk) -> None:
        """Count in what was found in a chunk."""
        self.orders += chunk.orders
        self.settled += chunk.settled
        self.truncated += chunk.truncated
        if chunk.first_at:
            self.first_at = min(filter(None, (self.first_at, chunk.first_at)))
            self.last_at = max(self.last_at, chunk.last_at)
        for dimension, counts in chunk.totals.items():
            add_bounded(self.totals.setdefault(dimension, Counter()), counts)
        self.quality.add(chunk.quality)
        for pair in chunk.pairs:
            self._add_pair(pair)

    def _add_pair(self, pair: Pair) -> None:
        order = pair.order
        surely = pair.outcome == Outcome.DUPLICATE
        self.duplicates += surely
        self.reviews += not surely
        self.relations[pair.relation] += 1
        self.channels[pair.twin.channel, order.channel] += 1
        currency = order.currency or NO_CURRENCY
        worth = order.value or 0.0
        value = self.value.setdefault(currency, Value())
        if not surely:
            value.doubtful += pair.probability * worth
        elif order.has_left:
            value.gone += worth
        else:
            value.stoppable += worth
        for dimension, key, name in _names(order):
            causes = self.causes.setdefault(dimension, {})
            cause = causes.setdefault(key, Cause(key, name))
            cause.flagged += 1
            cause.value[currency] = cause.value.get(currency, 0.0) + worth

    def worst(self, dimension: str, most: int) -> list[Cause]:
        """The names with most flagged orders, with the totals where they were counted."""
        totals = self.totals.get(dimension, Counter())
        causes = sorted(
            self.causes.get(dimension, {}).values(), key=lambda one: (-one.flagged, one.key)
        )
        for cause in causes[:most]:
            cause.orders = totals.get(cause.key, 0)
        return causes[:most]

    @property
    def main_currency(self) -> str:
        """The currency with most at risk; empty when nothing is."""
        return max(self.value, key=lambda name: self.value[name].at_risk, default="")

    def document(self) -> dict[str, Any]:
        """The figures for machines."""
        return {
            "orders": self.orders,
            "first_at": self.first_at,
            "last_at": self.last_at,
            "groups": self.groups,
            "duplicates": self.duplicates,
            "reviews": self.reviews,
            "settled": self.settled,
            "truncated": self.truncated,
            "relations": dict(self.relations.most_common()),
            "value": {
                currency: {
                    "stoppable": round(value.stoppable, 2),
                    "gone": round(value.gone, 2),
                    "doubtful": round(value.doubtful, 2),
                }
                for currency, value in sorted(self.value.items())
            },
            "causes": {
                dimension: [
                    {"name": one.name, "flagged": one.flagged, "orders": one.orders}
                    for one in self.worst(dimension, 20)
                ]
                for dimension in DIMENSIONS
            },
            "quality": dict(self.quality.counts.most_common()),
            "shared_contacts": len(self.quality.shared),
            "customers_alike": len(self.quality.alike),
        }


def figures_of(chunks: Iterable[Chunk]) -> tuple[Figures, Groups]:
    """The figures of a scan, and its groups."""
    figures, groups = Figures(), Groups()
    for chunk in chunks:
        figures.add(chunk)
        for pair in chunk.pairs:
            groups.join(pair.order.sequence, pair.twin.sequence)
    figures.groups = len(groups)
    return figures, groups


def _names(order: OrderFacts) -> tuple[tuple[str, str, str], ...]:
    """Dimension, key and name: a customer number may come with its name written in many ways."""
    customer = " · ".join(filter(None, (order.customer_id, order.customer)))
    month = order.ordered_at[:7]
    return (
        ("channel", order.channel, order.channel),
        ("source", order.source, order.source),
        ("customer", order.customer_id or order.customer, customer),
        ("clerk", order.clerk, order.clerk),
        ("month", month, month),
    )
