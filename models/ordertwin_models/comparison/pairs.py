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
from ordertwin_models.comparison.baskets import Baskets, compare_baskets
from ordertwin_models.comparison.one_customer import take_for_one
from ordertwin_models.comparison.people import MAY_BE_THE_SAME, contact_similarities
from ordertwin_models.comparison.scales import within_unit
from ordertwin_models.comparison.text import name_similarities
from ordertwin_models.customers import ALONE, SameCustomer
from ordertwin_models.features import HASHED_AT, TEXTS, FeatureBatch, OrderFeatures
from ordertwin_models.line_alignment import Alignment, align
from ordertwin_models.once import once

Array = np.ndarray[Any, Any]

SAME_CUSTOMER = 0.8
SIMILAR_BASKET = 0.6
SAME_NAME = 0.8
"""Similarity from which on two names may be those of one customer, or of its branches."""

_UNLIKE_NAMES = 0.6
_CROSSED = (
    ("customer_name", "contact_name"),
    ("contact_name", "customer_name"),
    ("customer_name", "recipient"),
    ("recipient", "customer_name"),
    ("contact_name", "recipient"),
    ("recipient", "contact_name"),
    ("customer_name", "organization"),
    ("organization", "customer_name"),
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
        """Similarity of the contact persons' names, which a surname or an initial may stand for."""
        return self.judged("contact_name", contact_similarities)

    @once
    def recipient(self) -> Array:
        """Similarity of those who receive the goods; who receives them in one order and is the
        contact person of the other is nobody else."""
        stated = alike = self.similarity("recipient")
        if stated is self.missing:
            return stated
        for mine, theirs in (("recipient", "contact_name"), ("contact_name", "recipient")):
            person = np.nan_to_num(self.judged_across(mine, theirs, contact_similarities))
            alike = np.where(person >= MAY_BE_THE_SAME, np.fmax(alike, MAY_BE_THE_SAME), alike)
        return np.where(np.isnan(stated), np.nan, alike)

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
            alike = self.customer_name >= SAME_NAME
            same, differing = same + alike, differing + (self.customer_name < SAME_NAME)
        known = same + differing
        return np.divide(differing, known, out=np.full(len(self), np.nan), where=known > 0)

    @once
    def of_customer(self) -> Array:
        """Whether the existing order is surely enough of the same customer."""
        return self.same_customer >= SAME_CUSTOMER

    @once
    def surely_one_customer(self) -> Array:
        """Whether both are of one customer, and nothing, or little, says that there are two: no
        other number but that of a branch, and without an equal one neither more contradictions than
        agreements nor a name that has nothing in common."""
        number = self.equal("customer_id")
        known = (number == 1) | (self.equal("tax_id") == 1)
        contradicted = (number == 0) | ((self.customer_conflicts >= 0.5) & ~(number == 1))
        contradicted |= self._unrelated & ~known
        one: Array = (self.of_customer & ~contradicted) | self._branch
        return one

    @once
    def _unrelated(self) -> Array:
        """Whether the names of what may be one customer have nothing in common: a buying office
        orders for both by one telephone, or an order came under a wrong account."""
        unlike: Array = self.of_customer & (self.customer_name < _UNLIKE_NAMES)
        if unlike.any():
            unlike &= ~(self.judged("customer_name", _have_a_common_word) > 0)
        return unlike

    @once
    def _branch(self) -> Array:
        """Whether one customer's name is that of the other and more, and telephone, e-mail address
        or contact person are common: a branch with an account of its own."""
        two = self.equal("customer_id") == 0
        if not two.any() or self.customer_name is self.missing:
            return np.zeros(len(self), bool)
        two &= (self.equal("email") == 1) | (self.equal("phone") == 1) | (self.contact_name >= 1)
        return two & (self.judged("customer_name", _is_part_of_name) > 0) if two.any() else two

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
    def baskets(self) -> Baskets:
        """What the baskets share."""
        return compare_baskets(self.order, self.batch, self.alignment)

    @once
    def similar(self) -> Array:
        """Whether each existing order is of this customer, alive, and of about the same basket."""
        alike = self.baskets.overlap >= SIMILAR_BASKET
        similar: Array = self.of_customer & self.alive & alike
        return similar


def _have_a_common_word(mine: str, theirs: list[str]) -> list[float]:
    """Whether two names share a word, or one stands in the other, as Chinese short names do.

    >>> _have_a_common_word("lincoln school", ["public schools lincoln", "big cheese"])
    [1.0, 0.0]
    """
    words = set(mine.split())
    return [
        float(not words.isdisjoint(other.split()) or mine in other or other in mine)
        for other in theirs
    ]


def _is_part_of_name(mine: str, theirs: list[str]) -> list[float]:
    """Whether one name has all words of the other, and more.

    >>> _is_part_of_name("simpson", ["simpson east rosie", "simpsons", "simpson"])
    [1.0, 0.0, 0.0]
    """
    words = set(mine.split())
    return [float(words < set(other.split()) or words > set(other.split())) for other in theirs]


_PLACE = [HASHED_AT[field] for field in ("ship_house", "ship_postal", "ship_locality")]
_PLACE_WEIGHTS = np.array([0.3, 0.25, 0.1, 0.35])
"""How much house number, postal code, locality and street say about a place."""

_TEXT_AT = {name: place for place, name in enumerate(TEXTS)}
