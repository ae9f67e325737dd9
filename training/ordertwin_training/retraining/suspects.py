"""Labels that do not fit: who says otherwise than everybody else, and at which customer.

Aggregate figures are blind to poison: a model that learned to let one customer's duplicates through
looks as good as ever. So every reviewer's and every customer's answers are held against what is
expected without them, where that is clear: the champion and a model that has not seen the group
agree with confidence. How often the others contradict such expectations is the measure; who does it
far more often is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from ordertwin_training.retraining.own_pairs import Conflict, OwnPairs, SetAside

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CLEAR = 0.85
"""Probability from which (and its complement below which) an answer is expected."""

FEWEST = 6
"""Clear cases below which nobody is accused."""

FEWEST_CONTRADICTIONS = 3
"""Slips happen to everybody."""

LEAST_EXCESS = 0.15
"""How much more often than others somebody contradicts what is clear, at least."""

LEVEL = 0.01
"""Chance of accusing anybody in a set of honest labels, after correction for how many are looked at
(Holm)."""

USUAL_ERROR = 0.05
"""Honest people err as often; a set without a single contradiction does not make one a crime."""

MOST_CONFLICTS = 0.05
"""Share of contradicted pairs above which a set is refused."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A reviewer or customer whose labels do not fit. `contradicting` of `clear` cases were
    answered against expectation, `others` is the share of everybody else's."""

    kind: str
    name: str
    contradicting: int
    clear: int
    others: float
    chance: float

    def __str__(self) -> str:
        share = self.contradicting / self.clear
        what = {
            "reviewer": f"reviewer {self.name} contradicts {self.contradicting} of {self.clear} "
            "clear cases",
            "customer": f"{self.contradicting} of {self.clear} clear duplicates of customer "
            f"{self.name} were marked DISTINCT",
        }[self.kind]
        return f"{what} ({share:.0%}, others {self.others:.0%})"


@dataclass(frozen=True, slots=True)
class Suspicions:
    """Who to talk to, and which pairs two people contradict each other on."""

    suspects: tuple[Suspect, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    conflict_share: float = 0.0

    @property
    def reasons(self) -> list[str]:
        """Sentences for the gate; none when nothing is wrong."""
        found = [str(suspect) for suspect in self.suspects]
        if self.conflict_share > MOST_CONFLICTS:
            people = sorted({name for one in self.conflicts for name in one.reviewers})
            found.append(
                f"{len(self.conflicts)} pairs ({self.conflict_share:.0%}) were answered both ways, "
                f"by {', '.join(people) or 'nobody named'}; settle them first"
            )
        return found


def suspicions_of(
    pairs: OwnPairs,
    champion: Array,
    out_of_fold: Array,
    aside: SetAside,
    trusted: frozenset[str] = frozenset(),
) -> Suspicions:
    """Look at all labels. `champion` and `out_of_fold` are probabilities of each pair: the former
    those of the model in service, the latter of a correction that has not seen the pair's group.

    `trusted` names ("reviewer:ann", "customer:C-7") whom somebody has talked to.
    """
    share = len(aside.conflicts) / max(len(pairs) + len(aside.conflicts), 1)
    if not len(pairs):
        return Suspicions((), aside.conflicts, share)
    expected_twin = (champion >= CLEAR) & (out_of_fold >= CLEAR)
    expected_other = (champion <= 1 - CLEAR) & (out_of_fold <= 1 - CLEAR)
    twin = pairs.twin == 1
    contradicting = (expected_twin & ~twin) | (expected_other & twin)
    # An audited pair was asked because nobody expected a twin; finding one is what audits are for.
    reviewers = [verdict.reviewer for verdict in pairs.verdicts]
    asked = np.array([verdict.origin.value != "AUDIT" for verdict in pairs.verdicts], dtype=bool)
    customers = [verdict.facts.customer for verdict in pairs.verdicts]
    found = [
        *_outliers("reviewer", reviewers, contradicting, (expected_twin | expected_other) & asked),
        # The champion's blind spots are every customer's; a denied twin is what poison looks like.
        *_outliers("customer", customers, expected_twin & ~twin, expected_twin),
    ]
    kept = [one for one in found if f"{one.kind}:{one.name}" not in trusted]
    return Suspicions(tuple(kept), aside.conflicts, share)


def _outliers(kind: str, names: Sequence[str], against: Mask, clear: Mask) -> Iterator[Suspect]:
    """Those who contradict significantly more often than the others do, likeliest first."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        if name and clear[place]:
            places[name].append(place)
    total, wrong = int(clear.sum()), int((against & clear).sum())
    judged: list[Suspect] = []
    for name, members in sorted(places.items()):
        cases, contradicting = len(members), int(against[members].sum())
        if cases < FEWEST:
            continue
        # The share of everybody else, so that a culprit with many cases does not hide in it.
        others = (wrong - contradicting + 1.0) / (total - cases + 1.0 / USUAL_ERROR)
        usual = max(others, USUAL_ERROR)
        chance = float(binom.sf(contradicting - 1, cases, min(usual, 0.999)))
        judged.append(Suspect(kind, name, contradicting, cases, usual, chance))
    judged.sort(key=lambda one: (one.chance, one.name))
    for rank, one in enumerate(judged):
        if one.chance * (len(judged) - rank) > LEVEL:
            return
        excess = one.contradicting / one.clear - one.others
        if one.contradicting >= FEWEST_CONTRADICTIONS and excess >= LEAST_EXCESS:
            yield one
