"""How well orders were judged, from what was true and what was answered. Knows numpy only.

One case is one incoming order. It counts
- as a duplicate when its true relation is one (`Relation.is_duplicate`),
- as a look-alike when it has another relation,
- as background when it is known to be related to nothing. Orders of unknown truth are no cases.

A duplicate is *flagged* when it was answered REVIEW or DUPLICATE **and** the right counterpart was
named; *blocked* when that answer was DUPLICATE. A look-alike or background order is falsely flagged
or blocked whatever counterpart was named.

`detection_report` gives, ready for JSON (rates are 0 to 1, None when there is no such case):

    duplicates, look_alikes, background   numbers of cases
    recall_flagged, recall_blocked        over all duplicates
    recall_blocked_exact                  blocked, over RESEND, DOUBLE_SUBMIT and RETRY
    worst_relation_recall, worst_relation lowest recall flagged of relations with 5 or more cases
    false_flags_per_1000                  over background; likewise false_blocks_per_1000
    look_alike_false_flags                share of all look-alikes flagged
    average_precision                     over all cases, ranked by probability; a duplicate without
                                          its counterpart is never found, at no threshold
    recall_at_1_per_1000                  best recall with at most one false flag per 1,000 orders
                                          that are no duplicates, look-alikes included
    precision_at_0.1%, …_0.5%, …_1%       of flags, if this share of orders were duplicates and all
                                          others background, at the recall and false-flag rate seen
    exact_reference_recall,               the same for the rule that ERPs ship: same customer and
    exact_reference_false_flags_per_1000  same raw reference
    relations                             per relation: cases, flagged, blocked, exact_reference
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.decision import Outcome, Relation

EXACT_RELATIONS = frozenset({Relation.RESEND, Relation.DOUBLE_SUBMIT, Relation.RETRY})
PREVALENCES = (0.001, 0.005, 0.01)
FEWEST_CASES = 5
"""A relation with fewer cases says too little to be called the worst."""


@dataclass(frozen=True, slots=True)
class DetectionCase:
    """One incoming order: the truth, and what it was told.

    `relation` None means background. `probability` is the best match probability, 0.0 without a
    match. `exact_reference` says what the exact-reference rule answers on the same order.
    """

    relation: Relation | None
    outcome: Outcome
    probability: float
    counterpart_named: bool
    exact_reference: Outcome = Outcome.UNIQUE
    exact_reference_counterpart_named: bool = False

    @property
    def is_duplicate(self) -> bool:
        """Whether the order should have been flagged."""
        return self.relation is not None and self.relation.is_duplicate

    @property
    def flagged(self) -> bool:
        """Flagged rightly (with the counterpart) if a duplicate, flagged at all if not."""
        return self._counts(self.outcome != Outcome.UNIQUE, self.counterpart_named)

    @property
    def blocked(self) -> bool:
        """As `flagged`, for the outcome DUPLICATE."""
        return self._counts(self.outcome == Outcome.DUPLICATE, self.counterpart_named)

    @property
    def flagged_by_exact_reference(self) -> bool:
        """As `flagged`, for the exact-reference rule."""
        told = self.exact_reference != Outcome.UNIQUE
        return self._counts(told, self.exact_reference_counterpart_named)

    def _counts(self, told: bool, counterpart_named: bool) -> bool:
        return told and (counterpart_named or not self.is_duplicate)


def detection_report(cases: Iterable[DetectionCase]) -> dict[str, Any]:
    """The figures listed at the top of this file.

    >>> report = detection_report([
    ...     DetectionCase(Relation.RETRY, Outcome.DUPLICATE, 0.99, True),
    ...     DetectionCase(Relation.REKEYED, Outcome.UNIQUE, 0.2, True),
    ...     DetectionCase(Relation.STANDING, Outcome.REVIEW, 0.6, False),
    ...     DetectionCase(None, Outcome.UNIQUE, 0.01, False)])
    >>> report["recall_flagged"], report["recall_blocked_exact"], report["look_alike_false_flags"]
    (0.5, 1.0, 1.0)
    >>> report["false_flags_per_1000"], report["relations"]["REKEYED"]["flagged"]
    (0.0, 0.0)
    """
    known = list(cases)
    duplicates = [case for case in known if case.is_duplicate]
    background = [case for case in known if case.relation is None]
    look_alikes = [case for case in known if case.relation and not case.is_duplicate]
    exact = [case for case in duplicates if case.relation in EXACT_RELATIONS]
    relations = _by_relation(known)
    worst = _worst(relations)
    recall, false_flags = _flagged(duplicates), _flagged(background)
    return {
        "duplicates": len(duplicates),
        "look_alikes": len(look_alikes),
        "background": len(background),
        "recall_flagged": recall,
        "recall_blocked": _blocked(duplicates),
        "recall_blocked_exact": _blocked(exact),
        "worst_relation": worst,
        "worst_relation_recall": relations[worst]["flagged"] if worst else None,
        "false_flags_per_1000": _per_1000(false_flags),
        "false_blocks_per_1000": _per_1000(_blocked(background)),
        "look_alike_false_flags": _flagged(look_alikes),
        "average_precision": average_precision(
            np.array([case.is_duplicate for case in known], dtype=bool),
            np.array([reachable_probability(case) for case in known]),
        ),
        "recall_at_1_per_1000": recall_at(1.0, known),
        **{
            f"precision_at_{prevalence:.1%}".replace(".0%", "%"): precision_at(
                prevalence, recall, false_flags
            )
            for prevalence in PREVALENCES
        },
        "exact_reference_recall": _share([c.flagged_by_exact_reference for c in duplicates]),
        "exact_reference_false_flags_per_1000": _per_1000(
            _share([case.flagged_by_exact_reference for case in background])
        ),
        "relations": relations,
    }


def reachable_probability(case: DetectionCase) -> float:
    """Probability to rank by: -1 for a duplicate whose counterpart was not named."""
    return -1.0 if case.is_duplicate and not case.counterpart_named else case.probability


def average_precision(duplicate: NDArray[np.bool_], ranked_by: NDArray[np.float64]) -> float | None:
    """Mean precision over the duplicates, by falling `ranked_by`; ties stand or fall together.

    A negative rank is never retrieved. None when there is no duplicate.

    >>> average_precision(np.array([True, False, True]), np.array([0.9, 0.8, 0.7]))
    0.8333333333333333
    """
    if not duplicate.any():
        return None
    order = np.argsort(-ranked_by, kind="stable")
    order = order[ranked_by[order] >= 0.0]
    scores, found = ranked_by[order], np.cumsum(duplicate[order])
    last_of_tie = np.flatnonzero(np.diff(scores, append=-np.inf))
    precision = found[last_of_tie] / (last_of_tie + 1)
    gained = np.diff(found[last_of_tie], prepend=0)
    return float((precision * gained).sum() / duplicate.sum())


def recall_at(false_flags_per_1000: float, cases: Sequence[DetectionCase]) -> float | None:
    """Best share of duplicates found at no more than so many false flags per 1,000 others.

    >>> cases = [DetectionCase(Relation.RETRY, Outcome.REVIEW, 0.9, True),
    ...          DetectionCase(Relation.RETRY, Outcome.UNIQUE, 0.3, True),
    ...          DetectionCase(None, Outcome.UNIQUE, 0.4, False)]
    >>> recall_at(1.0, cases), recall_at(1000.0, cases)
    (0.5, 1.0)
    """
    others = sorted((c.probability for c in cases if not c.is_duplicate), reverse=True)
    allowed = int(len(others) * false_flags_per_1000 / 1000.0)
    limit = others[allowed] if allowed < len(others) else -0.5
    return _share([reachable_probability(c) > limit for c in cases if c.is_duplicate])


def precision_at(
    prevalence: float, recall: float | None, false_flag_rate: float | None
) -> float | None:
    """Share of flags that are right if `prevalence` of all orders were duplicates.

    >>> round(precision_at(0.001, recall=0.95, false_flag_rate=0.001), 3)
    0.487
    """
    if recall is None or false_flag_rate is None:
        return None
    right = prevalence * recall
    flagged = right + (1.0 - prevalence) * false_flag_rate
    return right / flagged if flagged else None


def _by_relation(cases: Sequence[DetectionCase]) -> dict[str, dict[str, Any]]:
    present = {case.relation for case in cases}
    return {
        str(relation): _figures([case for case in cases if case.relation == relation])
        for relation in Relation
        if relation in present
    }


def _figures(cases: Sequence[DetectionCase]) -> dict[str, Any]:
    return {
        "cases": len(cases),
        "flagged": _flagged(cases),
        "blocked": _blocked(cases),
        "exact_reference": _share([case.flagged_by_exact_reference for case in cases]),
    }


def _worst(relations: dict[str, dict[str, Any]]) -> str | None:
    judged = {
        name: figures["flagged"]
        for name, figures in relations.items()
        if Relation(name).is_duplicate and figures["cases"] >= FEWEST_CASES
    }
    return min(judged, key=judged.__getitem__, default=None)


def _flagged(cases: Sequence[DetectionCase]) -> float | None:
    return _share([case.flagged for case in cases])


def _blocked(cases: Sequence[DetectionCase]) -> float | None:
    return _share([case.blocked for case in cases])


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _per_1000(rate: float | None) -> float | None:
    return None if rate is None else 1000.0 * rate
