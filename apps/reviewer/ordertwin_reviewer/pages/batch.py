"""A burst on the page: what all of its orders have in common, and a sample to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SAMPLE = 5
"""Orders of a batch that are looked at before all of it is decided."""
SHOWN = 200
"""Orders of a batch that the server tells at most."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Orders that wait together. `total` counts those that were there before anybody decided;
    `probabilities` are the lowest and the highest of their likeliest twins."""

    orders: Sequence[Any]
    sample: Sequence[Any]
    total: int
    relations: Sequence[tuple[int, int]]
    probabilities: tuple[float, float] | None
    alone: int

    @property
    def is_cut(self) -> bool:
        """Whether more orders wait than are listed."""
        return len(self.orders) >= SHOWN

    @property
    def waiting(self) -> int:
        """How many wait, as far as it is known."""
        return self.total if self.is_cut else len(self.orders)


def burst_of(review: Any) -> Burst | None:
    """The batch of a review; None when it is about one order, or nothing of it waits any more."""
    orders = list(review.batch)
    if not orders:
        return None
    twins = [each.likeliest for each in orders if each.HasField("likeliest")]
    scores = [twin.match_probability for twin in twins if twin.match_probability]
    relations = Counter(twin.relation for twin in twins if twin.relation)
    return Burst(
        orders=orders,
        sample=spread(orders, SAMPLE),
        total=review.order_count,
        relations=relations.most_common(),
        probabilities=(min(scores), max(scores)) if scores else None,
        alone=len(orders) - len(twins),
    )


def spread(orders: Sequence[Any], count: int) -> Sequence[Any]:
    """So many of them from the first to the last, at even distances.

    >>> spread(range(101), 5), spread("ab", 5)
    ([0, 25, 50, 75, 100], ['a', 'b'])
    """
    if len(orders) <= count:
        return list(orders)
    return [orders[place * (len(orders) - 1) // (count - 1)] for place in range(count)]


def in_one_breath(verdicts: Iterable[Any]) -> Sequence[tuple[Any, int]]:
    """Verdicts of one act that say the same, as one of them and the number of orders they are on.

    An order with several possible twins has a verdict on each.
    """
    found: dict[tuple[Any, ...], tuple[Any, set[str]]] = {}
    for verdict in verdicts:
        same = (verdict.act, verdict.answer, verdict.relation, verdict.HasField("end_time"))
        found.setdefault(same, (verdict, set()))[1].add(verdict.order)
    return [(first, len(orders)) for first, orders in found.values()]
