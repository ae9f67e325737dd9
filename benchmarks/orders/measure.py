"""Figures of the walks: the detection report, and what only the inside of the engine shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.orders.walk import Told
from ordertwin_models.decision import Relation
from ordertwin_training.calibrate import Policy, reliability
from ordertwin_training.detection_report import detection_report
from ordertwin_training.evaluate import BACKGROUND, Judged
from ordertwin_training.pairs import RELATIONS


def measured(told: Sequence[Told]) -> dict[str, Any]:
    """The detection report of all cases together, and

    pairs_completeness               share of duplicates with a twin among the candidates
    candidates_p50, candidates_p99   candidates an order
    relation_accuracy                share of flagged duplicates whose relation is named rightly
    ece                              calibration error at the prevalence that training assumes
    relations                        the first and the third also per relation
    """
    known = [one for one in told if one.case is not None]
    report = detection_report([one.case for one in known if one.case is not None])
    duplicates = [one for one in known if one.twins]
    considered = [one.decision.candidates_considered for one in told] or [0]
    for name, figures in report["relations"].items():
        if Relation(name).is_duplicate:
            of_kind = [one for one in duplicates if relation_of(one) == name]
            figures["pairs_completeness"] = _share([_proposed(one) for one in of_kind])
            figures["relation_accuracy"] = _accuracy(of_kind)
    return report | {
        "pairs_completeness": _share([_proposed(one) for one in duplicates]),
        "candidates_p50": float(np.percentile(considered, 50)),
        "candidates_p99": float(np.percentile(considered, 99)),
        "relation_accuracy": _accuracy(duplicates),
        "ece": _calibration_error(known),
    }


def confusions(told: Sequence[Told]) -> dict[tuple[str, str], int]:
    """How often each true relation of a flagged duplicate was called what."""
    counts: dict[tuple[str, str], int] = {}
    for one in told:
        match = one.twin_match
        if one.case is not None and one.case.flagged and match is not None:
            key = (str(relation_of(one)), str(match.relation))
            counts[key] = counts.get(key, 0) + 1
    return counts


def relation_of(told: Told) -> Relation | None:
    """The true relation; None for background and where nobody knows."""
    return told.event.truth.relation if told.event.truth else None


def _proposed(told: Told) -> bool:
    return any(twin in told.proposed for twin in told.twins)


def _accuracy(duplicates: Sequence[Told]) -> float | None:
    flagged = [one for one in duplicates if one.case is not None and one.case.flagged]
    return _share(
        [
            match.relation == relation_of(one)
            for one in flagged
            if (match := one.twin_match) is not None
        ]
    )


def _calibration_error(known: Sequence[Told]) -> float | None:
    if not known:
        return None
    relations = [relation_of(one) for one in known]
    judged = Judged(
        relation=np.array([BACKGROUND if r is None else RELATIONS.index(r) for r in relations]),
        best=np.array([one.best.match_probability if one.best else -np.inf for one in known]),
        best_is_twin=np.array([one.best_is_twin for one in known], dtype=bool),
        twin=np.empty(0),
    )
    return reliability(judged, Policy().prevalence).expected_calibration_error


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None
