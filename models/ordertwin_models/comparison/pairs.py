"""One incoming order next to all its candidates: what the comparisons look at.

Everything is an array with one entry a candidate. What several comparisons need is worked out once,
when the first one asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison.one_customer import take_for_one
from ordertwin_models.comparison.scales import information_of_number, line_weight, within_unit
from ordertwin_models.comparison.text import name_similarities
from ordertwin_models.customers import ALONE, SameCustomer
from ordertwin_models.features import HASHED_AT, FeatureBatch, OrderFeatures
from ordertwin_models.line_alignment import Alignment, align
from ordertwin_models.once import once
from ordertwin_models.term_frequency import ORDERS_ASSUMED

Array = np.ndarray[Any, Any]

SAME_CUSTOMER = 0.8
SIMILAR_BASKET = 0.6
SAME_QUANTITY = 1e-4
_OTHER_QUANTITY = 0.4
_SAME_NAME = 0.8
_CROSSED = (
    ("customer_name", "contact_name"),
    ("contact_name", "customer_name"),
    ("customer_name", "recipient"),
    ("recipient", "customer_name"),
)
_CUSTOMER_FACTS = [HASHED_AT[field] for field in ("customer_id", "tax_id", "phone", "email")]
_DATE_ONLY_RESOLUTION = 6 * 3600.0


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
    """An incoming order and its candidates, those of the `same` customer as if under one number."""

    def __init__(
        self, order: OrderFeatures, candidates: Sequence[Candidate], same: SameCustomer = ALONE
    ) -> None:
        self.order, self.candidates = order, candidates
        self.batch = FeatureBatch.of([candidate.features for candidate in candidates])
        take_for_one(same, order, self.batch)

    def __len__(self) -> int:
        return len(self.candidates)

    @once
    def _equal(self) -> Array:
        """Of all hashed fields at once, one row a field."""
        mine, theirs = self.order.header["hashed"][:, None], self.batch.headers["hashed"].T.copy()
        return np.where((theirs != 0) & (mine != 0), theirs == mine, np.nan)

    def equal(self, field: str) -> Array:
        """1.0 where both have the same value in a hashed header field, 0.0 where they differ."""
        equal: Array = self._equal[HASHED_AT[field]]
        return equal

    def states(self, field: str) -> bool:
        """Whether the incoming order has a value in a hashed header field."""
        return bool(self.order.header["hashed"][HASHED_AT[field]])

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
        return self.judged_across(field, field, judge)

    def judged_across(
        self, mine: str, theirs: str, judge: Callable[[str, list[str]], Sequence[float]]
    ) -> Array:
        """What `judge` says of one text of the incoming order and another of each candidate."""
        text, others = self.order.texts[_TEXT_AT[mine]], self.batch.texts[theirs]
        if not text:
            return self.missing
        different = dict.fromkeys(others)
        different.pop("", None)
        if not different:
            return self.missing
        known = dict(zip(different, judge(text, list(different)), strict=True))
        known[""] = np.nan
        return np.array([known[other] for other in others], float)

    def similarity(self, field: str) -> Array:
        """Similarity 0 to 1 of two names: the better of letter order and word order."""
        return self.judged(field, name_similarities)

    @once
    def missing(self) -> Array:
        """NaN for each candidate; not to be written to."""
        return np.full(len(self), np.nan)

    @once
    def alive(self) -> Array:
        """Whether each existing order may still be somebody's twin."""
        return np.array([not candidate.state.is_dead for candidate in self.candidates], bool)

    @once
    def gap(self) -> Array:
        """Seconds between the two orders; dates without a time count as six hours at least."""
        gap = np.abs(self.order.header["ordered_at"] - self.batch.headers["ordered_at"])
        vague = (self.batch.headers["date_only"] | self.order.header["date_only"]) != 0
        return np.where(vague, np.maximum(gap, _DATE_ONLY_RESOLUTION), gap)

    @once
    def customer_name(self) -> Array:
        """Similarity of the customers' names."""
        return self.similarity("customer_name")

    @once
    def contact_name(self) -> Array:
        """Similarity of the contact persons' names."""
        return self.similarity("contact_name")

    @once
    def recipient(self) -> Array:
        """Similarity of those who receive the goods."""
        return self.similarity("recipient")

    @once
    def crossed_names(self) -> Array:
        """Best similarity of a name of one order with a name of another kind in the other.

        A web shop knows the person where the ERP knows the company, and a company that an order
        does not name may stand on the parcel.
        """
        best = self.missing
        for mine, theirs in _CROSSED:
            best = self._better(best, self.judged_across(mine, theirs, name_similarities))
        return best

    def _better(self, first: Array, second: Array) -> Array:
        """The larger of two, that which is not missing if one is."""
        if first is self.missing:
            return second
        return first if second is self.missing else np.fmax(first, second)

    @once
    def same_customer(self) -> Array:
        """How surely both are one customer, by the surest thing they share; 0 to 1.

        Another customer number leaves a doubt, whatever else agrees: accounts are merged, and
        orders are entered under the wrong one. Another contact person, or another place of
        delivery, is no evidence of another customer.
        """
        number = self.equal("customer_id")
        best = number
        if self.states("tax_id"):
            best = np.fmax(best, self.equal("tax_id"))
        if self.states("email") or self.states("phone"):
            best = np.fmax(best, 0.95 * np.fmax(self.equal("email"), self.equal("phone")))
        if self.customer_name is not self.missing:
            best = np.fmax(best, 0.9 * within_unit((self.customer_name - 0.7) / 0.25))
        agreed = np.nan_to_num(self.customer_conflicts) == 0
        weak = np.where(agreed, 0.6 * within_unit((self.ship_to - 0.6) / 0.3), 0.0)
        if self.crossed_names is not self.missing:
            weak = np.fmax(weak, 0.85 * within_unit((self.crossed_names - 0.8) / 0.2))
        person = self._better(self.contact_name, self.recipient)
        if person is not self.missing:
            weak = np.fmax(weak, 0.7 * within_unit((person - 0.8) / 0.2))
        best = np.fmax(best, np.where(weak > 0, weak, np.nan))
        return np.where(number == 0, np.minimum(best, 0.85), best)

    @once
    def customer_conflicts(self) -> Array:
        """Share of what both state about the customer that differs: number, tax number, name,
        phone and e-mail."""
        facts = self._equal[_CUSTOMER_FACTS]
        same, differing = (facts == 1).sum(axis=0), (facts == 0).sum(axis=0)
        if self.customer_name is not self.missing:
            alike = self.customer_name >= _SAME_NAME
            same, differing = same + alike, differing + (self.customer_name < _SAME_NAME)
        known = same + differing
        return np.divide(differing, known, out=np.full(len(self), np.nan), where=known > 0)

    @once
    def of_customer(self) -> Array:
        """Whether the existing order is surely enough of the same customer."""
        return self.same_customer >= SAME_CUSTOMER

    @once
    def ship_to(self) -> Array:
        """Similarity 0 to 1 of the places of delivery, over the parts that both state."""
        parts = np.empty((len(_PLACE) + 1, len(self)))
        parts[:-1] = self._equal[_PLACE]
        parts[-1] = within_unit((self.similarity("street") - 0.75) / 0.2)
        known = ~np.isnan(parts)
        weight = _PLACE_WEIGHTS @ known
        agreed = _PLACE_WEIGHTS @ np.where(known, parts, 0.0)
        return np.where(weight > 0, agreed / np.maximum(weight, 1e-9), np.nan)

    @once
    def alignment(self) -> Alignment:
        """The lines paired one to one."""
        return align(self.order, self.batch)

    @once
    def pair_owner(self) -> Array:
        """Whose each pair of lines is."""
        return self.batch.owner[self.alignment.existing]

    def sum_pairs(self, values: Array) -> Array:
        """Sum over the pairs of lines of each candidate."""
        return np.bincount(self.pair_owner, weights=values, minlength=len(self))

    @once
    def _line_weight(self) -> Array:
        return line_weight(self.order.lines["rarity"])

    @once
    def _total_weight(self) -> float:
        return float(self._line_weight.sum())

    @once
    def pair_weight(self) -> Array:
        """Weight of each pair of lines: rare products weigh more."""
        weight: Array = self._line_weight[self.alignment.incoming]
        return weight

    @once
    def _shared_weight(self) -> Array:
        return self.sum_pairs(self.alignment.agreement * self.pair_weight)

    @once
    def shared_incoming(self) -> Array:
        """Share of the incoming basket, by rarity, that the existing order has."""
        total = max(self._total_weight, 1e-9)
        return np.where(self._comparable, self._shared_weight / total, np.nan)

    @once
    def shared_existing(self) -> Array:
        """Share of the existing basket, by rarity, that the incoming order has."""
        total = np.maximum(self._weight_of_existing, 1e-9)
        return np.where(self._comparable, self._shared_weight / total, np.nan)

    @once
    def _weight_of_existing(self) -> Array:
        weight = line_weight(self.batch.lines["rarity"])
        weight[self.alignment.existing] = self.pair_weight
        return np.bincount(self.batch.owner, weights=weight, minlength=len(self))

    @once
    def overlap(self) -> Array:
        """The smaller of the two shares; 0 where baskets cannot be compared."""
        return np.fmax(np.minimum(self.shared_incoming, self.shared_existing), 0.0)

    @once
    def similar(self) -> Array:
        """Whether each existing order is of this customer, alive, and of about the same basket."""
        similar: Array = self.of_customer & self.alive & (self.overlap >= SIMILAR_BASKET)
        return similar

    @once
    def basket_agreement(self) -> Array:
        """Share of all lines of both, by rarity, that are the same line, quantity included."""
        united = self._total_weight + self._weight_of_existing - self._agreed_weight
        united = np.maximum(united, 1e-9)
        return np.where(self._comparable, self._agreed_weight / united, np.nan)

    @once
    def containment(self) -> Array:
        """The larger of the two shares of a basket, by rarity, that the other one has, quantity
        included: 1 where one order is the other with lines added."""
        fewer = np.minimum(self._total_weight, self._weight_of_existing)
        return np.where(self._comparable, self._agreed_weight / np.maximum(fewer, 1e-9), np.nan)

    @once
    def equal_quantities(self) -> Array:
        """Whether each pair of lines has equal quantities; NaN where one is missing."""
        ratio = self.quantity_ratio
        return np.where(np.isnan(ratio), np.nan, np.abs(ratio - 1) <= SAME_QUANTITY)

    @once
    def _agreed_weight(self) -> Array:
        credit = np.where(self.equal_quantities == 0, _OTHER_QUANTITY, 1.0)
        return self.sum_pairs(self.alignment.agreement * self.pair_weight * credit)

    @once
    def surprise(self) -> Array:
        """Bits by which what agrees exceeds what chance would bring about among so many orders.

        The products that both have, and their quantities, tell more the rarer they are; among a
        million orders something agrees by chance that would be a wonder among a hundred.
        """
        lines = self.order.lines
        told = information_of_number(lines["quantity"] / np.maximum(lines["factor"], 1.0))
        at = self.alignment.incoming
        bits = np.where(self.equal_quantities == 0, 0.0, lines["bits"][at])
        bits = bits + np.where(self.equal_quantities == 1, told[at], 0.0)
        chance = np.log2(float(self.order.header["orders"]) + ORDERS_ASSUMED)
        agreed = self.sum_pairs(self.alignment.agreement * bits)
        return np.where(self._comparable, agreed - chance, np.nan)

    @once
    def quantity_ratio(self) -> Array:
        """Incoming ÷ existing quantity of each pair of lines, NaN where one is missing or zero.

        In base units; as written where one order does not state its unit and that is nearer.
        """
        ratio = self._stated_ratio
        if self._as_written is None:
            return ratio
        return np.where(self._as_written, ratio / self._factor_ratio, ratio)

    @once
    def _stated_ratio(self) -> Array:
        return self._pair_ratio("quantity")

    @once
    def _as_written(self) -> Array | None:
        """Which pairs of lines are nearer as written; None when surely none is."""
        mine, theirs = self._pair_factors
        one_stated = (mine == 0) != (theirs == 0)
        if not one_stated.any():
            return None
        ratio = self._stated_ratio
        with np.errstate(divide="ignore", invalid="ignore"):
            nearer = np.abs(np.log(ratio / self._factor_ratio)) < np.abs(np.log(ratio))
        as_written: Array = one_stated & nearer
        return as_written

    @once
    def _pair_factors(self) -> tuple[Array, Array]:
        mine = self.order.lines["factor"][self.alignment.incoming].astype(float)
        return mine, self.batch.lines["factor"][self.alignment.existing].astype(float)

    @once
    def _factor_ratio(self) -> Array:
        mine, theirs = self._pair_factors
        ratio: Array = np.where(mine > 0, mine, 1.0) / np.where(theirs > 0, theirs, 1.0)
        return ratio

    @once
    def known_quantities(self) -> tuple[Array, Array]:
        """Weight of each pair of lines with both quantities, 0 for others; and sums of it."""
        known = np.where(np.isnan(self.quantity_ratio), 0.0, self.pair_weight)
        return known, self.sum_pairs(known)

    @once
    def price_ratio(self) -> Array:
        """Incoming ÷ existing unit price of each pair of lines."""
        ratio = self._pair_ratio("unit_price")
        if self._as_written is None:
            return ratio
        return np.where(self._as_written, ratio * self._factor_ratio, ratio)

    @once
    def _comparable(self) -> Array:
        return (self.batch.headers["lines"] > 0) & bool(len(self.order.lines))

    def _pair_ratio(self, field: str) -> Array:
        mine = self.order.lines[field][self.alignment.incoming].astype(float)
        theirs = self.batch.lines[field][self.alignment.existing].astype(float)
        known = (mine > 0) & (theirs > 0)
        return np.divide(mine, theirs, out=np.full(len(mine), np.nan), where=known)


_PLACE = [HASHED_AT[field] for field in ("ship_house", "ship_postal", "ship_locality")]
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
