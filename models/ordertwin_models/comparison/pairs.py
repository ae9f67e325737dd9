"""One incoming order next to all its candidates: what the comparisons look at.

Everything is an array with one entry a candidate. What several comparisons need is worked out once,
when the first one asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from ordertwin_models.candidate import Candidate
from ordertwin_models.features import HASHED_AT, FeatureBatch, OrderFeatures
from ordertwin_models.line_alignment import Alignment, align

Array = np.ndarray[Any, Any]

SAME_CUSTOMER = 0.8
SIMILAR_BASKET = 0.8
_DATE_ONLY_RESOLUTION = 6 * 3600.0
_COMMON_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Comparison:
    """One aspect judged on a pair.

    `monotone` is +1 when more of it never lowers the match weight, -1 when it never raises it, 0
    when either may be. `measure` gives a number for each candidate, NaN where a value is missing.
    """

    name: str
    aspect: str
    monotone: int
    meaning: str
    measure: Callable[[Pairs], Array]


class Pairs:
    """An incoming order and its candidates."""

    def __init__(self, order: OrderFeatures, candidates: Sequence[Candidate]) -> None:
        self.order = order
        self.candidates = candidates
        self.batch = FeatureBatch.of([candidate.features for candidate in candidates])

    def __len__(self) -> int:
        return len(self.candidates)

    @cached_property
    def _equal(self) -> Array:
        """Of all hashed fields at once, one row a field."""
        mine, theirs = self.order.header["hashed"], self.batch.headers["hashed"]
        return np.where((theirs != 0) & (mine != 0), theirs == mine, np.nan).T

    def equal(self, field: str) -> Array:
        """1.0 where both have the same value in a hashed header field, 0.0 where they differ."""
        equal: Array = self._equal[HASHED_AT[field]]
        return equal

    def hashed(self, field: str) -> tuple[int, Array]:
        """The incoming order's value of a hashed header field, and that of each candidate."""
        column = HASHED_AT[field]
        return int(self.order.header["hashed"][column]), self.batch.headers["hashed"][:, column]

    def texts(self, field: str) -> tuple[str, list[str]]:
        """The incoming order's text, and that of each candidate."""
        return self.order.texts[_TEXT_AT[field]], self.batch.texts[field]

    def judged(self, field: str, judge: Callable[[str, list[str]], Sequence[float]]) -> Array:
        """What `judge` says of the incoming order's text and each candidate's, NaN where one is
        missing. It is asked once for each different text, because candidates often share it."""
        mine, theirs = self.texts(field)
        if not mine:
            return self.missing
        different = dict.fromkeys(theirs)
        different.pop("", None)
        known = dict(zip(different, judge(mine, list(different)), strict=True)) if different else {}
        known[""] = np.nan
        return np.array([known[text] for text in theirs], float)

    def similar(self, field: str) -> Array:
        """Similarity 0 to 1 of two names: the better of letter order and word order."""
        return self.judged(field, _similarities)

    @cached_property
    def missing(self) -> Array:
        """NaN for each candidate; not to be written to."""
        return np.full(len(self), np.nan)

    @cached_property
    def alive(self) -> Array:
        """Whether each existing order may still be somebody's twin."""
        return np.array([not candidate.state.is_dead for candidate in self.candidates], bool)

    @cached_property
    def gap(self) -> Array:
        """Seconds between the two orders; dates without a time count as six hours at least."""
        gap = np.abs(self.order.header["ordered_at"] - self.batch.headers["ordered_at"])
        vague = (self.batch.headers["date_only"] | self.order.header["date_only"]) != 0
        return np.where(vague, np.maximum(gap, _DATE_ONLY_RESOLUTION), gap)

    @cached_property
    def customer_name(self) -> Array:
        """Similarity of the customers' names."""
        return self.similar("customer_name")

    @cached_property
    def contact_name(self) -> Array:
        """Similarity of the contact persons' names."""
        return self.similar("contact_name")

    @cached_property
    def same_customer(self) -> Array:
        """How surely both are one customer, by the surest thing they share; 0 to 1.

        Another customer number leaves a doubt, whatever else agrees: accounts are merged, and
        orders are entered under the wrong one.
        """
        number = self.equal("customer_id")
        best = np.fmax(number, self.equal("tax_id"))
        best = np.fmax(best, 0.95 * np.fmax(self.equal("email"), self.equal("phone")))
        best = np.fmax(best, 0.9 * _within_unit((self.customer_name - 0.7) / 0.25))
        best = np.fmax(best, 0.7 * _within_unit((self.contact_name - 0.8) / 0.2))
        return np.where(number == 0, np.minimum(best, 0.85), best)

    @cached_property
    def of_customer(self) -> Array:
        """Whether the existing order is surely enough of the same customer."""
        return self.same_customer >= SAME_CUSTOMER

    @cached_property
    def ship_to(self) -> Array:
        """Similarity 0 to 1 of the places of delivery, over the parts that both state."""
        parts = np.empty((len(_PLACE) + 1, len(self)))
        for row, field in enumerate(_PLACE):
            parts[row] = self.equal(field)
        parts[-1] = _within_unit((self.similar("street") - 0.5) / 0.4)
        known = ~np.isnan(parts)
        weight = _PLACE_WEIGHTS @ known
        agreed = _PLACE_WEIGHTS @ np.where(known, parts, 0.0)
        return np.where(weight > 0, agreed / np.maximum(weight, 1e-9), np.nan)

    @cached_property
    def alignment(self) -> Alignment:
        """The lines paired one to one."""
        return align(self.order, self.batch)

    @cached_property
    def pair_owner(self) -> Array:
        """Whose each pair of lines is."""
        return self.batch.owner[self.alignment.existing]

    def sum_pairs(self, values: Array) -> Array:
        """Sum over the pairs of lines of each candidate."""
        return np.bincount(self.pair_owner, weights=values, minlength=len(self))

    @cached_property
    def _line_weight(self) -> Array:
        return line_weight(self.order.lines["rarity"])

    @cached_property
    def pair_weight(self) -> Array:
        """Weight of each pair of lines: rare products weigh more."""
        weight: Array = self._line_weight[self.alignment.incoming]
        return weight

    @cached_property
    def _shared_weight(self) -> Array:
        return self.sum_pairs(self.alignment.agreement * self.pair_weight)

    @cached_property
    def shared_incoming(self) -> Array:
        """Share of the incoming basket, by rarity, that the existing order has."""
        total = float(self._line_weight.sum())
        return np.where(self._comparable, self._shared_weight / max(total, 1e-9), np.nan)

    @cached_property
    def shared_existing(self) -> Array:
        """Share of the existing basket, by rarity, that the incoming order has."""
        weight = line_weight(self.batch.lines["rarity"])
        weight[self.alignment.existing] = self.pair_weight
        total = np.bincount(self.batch.owner, weights=weight, minlength=len(self))
        return np.where(self._comparable, self._shared_weight / np.maximum(total, 1e-9), np.nan)

    @cached_property
    def overlap(self) -> Array:
        """The smaller of the two shares; 0 where baskets cannot be compared."""
        return np.fmax(np.minimum(self.shared_incoming, self.shared_existing), 0.0)

    @cached_property
    def quantity_ratio(self) -> Array:
        """Incoming ÷ existing quantity of each pair of lines, NaN where one is missing or zero."""
        return self._pair_ratio("quantity")

    @cached_property
    def known_quantities(self) -> tuple[Array, Array]:
        """Weight of each pair of lines with both quantities, 0 for others; and sums of it."""
        known = np.where(np.isnan(self.quantity_ratio), 0.0, self.pair_weight)
        return known, self.sum_pairs(known)

    @cached_property
    def price_ratio(self) -> Array:
        """Incoming ÷ existing unit price of each pair of lines."""
        return self._pair_ratio("unit_price")

    @cached_property
    def _comparable(self) -> Array:
        return (self.batch.headers["lines"] > 0) & bool(len(self.order.lines))

    def _pair_ratio(self, field: str) -> Array:
        mine = self.order.lines[field][self.alignment.incoming].astype(float)
        theirs = self.batch.lines[field][self.alignment.existing].astype(float)
        known = (mine > 0) & (theirs > 0)
        return np.divide(mine, theirs, out=np.full(len(mine), np.nan), where=known)


def _similarities(mine: str, theirs: list[str]) -> list[float]:
    letters = process.cdist([mine], theirs, scorer=JaroWinkler.similarity)[0]
    words = process.cdist([mine], theirs, scorer=fuzz.token_sort_ratio)[0] / 100.0
    similarities: list[float] = np.maximum(letters, words).tolist()
    return similarities


def edits(mine: str, theirs: list[str]) -> list[int]:
    """How many slips of the pen lie between two texts: 0, 1, or 2 for more.

    >>> edits("4711", ["4711", "4171", "471", "4812"])
    [0, 1, 1, 2]
    """
    counted: list[int] = process.cdist([mine], theirs, scorer=OSA.distance, score_cutoff=1)[
        0
    ].tolist()
    return counted


def _within_unit(values: Array) -> Array:
    """Cut off below 0 and above 1; NaN stays."""
    return np.minimum(np.maximum(values, 0.0), 1.0)


def line_weight(rarity: Array) -> Array:
    """Weight of a line: even the commonest product counts a little."""
    return np.asarray(_COMMON_WEIGHT + (1 - _COMMON_WEIGHT) * rarity, float)


_PLACE = ("ship_house", "ship_postal", "ship_locality")
_PLACE_WEIGHTS = np.array([0.3, 0.25, 0.1, 0.35])
"""How much house number, postal code, locality and street say about a place."""

_TEXT_AT = {
    "reference": 0,
    "customer_name": 1,
    "contact_name": 2,
    "recipient": 3,
    "street": 4,
    "phone": 5,
    "email": 6,
}
