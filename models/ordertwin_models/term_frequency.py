"""How often things occur, and so how much it means to share one.

Terms are products, baskets, references and customers; a store counts them per tenant, and an order
takes the counts of its own terms with it when it is compared (Spärck Jones' inverse document
frequency, smoothed so that an empty store works too).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2

ORDERS_ASSUMED = 64


@dataclass(frozen=True, slots=True)
class TermFrequencies:
    """Counts of terms among the `orders` registered so far; a term without a count is new.

    >>> frequencies = TermFrequencies(orders=960, counts={7: 3})
    >>> frequencies.count(7), frequencies.bits(7), frequencies.bits(8)
    (3, 8.0, 10.0)
    """

    orders: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)

    def count(self, term: int) -> int:
        """How many registered orders have the term."""
        return self.counts.get(term, 0)

    def bits(self, term: int) -> float:
        """Information in meeting the term: log2((orders + 64) / (count + 1))."""
        return log2((self.orders + ORDERS_ASSUMED) / (self.count(term) + 1))

    def rarity(self, term: int) -> float:
        """`bits` on a scale that does not grow with the store: 0 everywhere, 1 never seen.

        >>> TermFrequencies(orders=960, counts={7: 31}).rarity(7)
        0.5
        """
        return self.bits(term) / self.most_bits

    @property
    def most_bits(self) -> float:
        """`bits` of a term that was never seen."""
        return log2(self.orders + ORDERS_ASSUMED)
