"""Orders are judged by their likeliest candidate, duplicates by their twin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ordertwin_models.decision import Outcome, Relation
from ordertwin_models.model import Thresholds
from ordertwin_training.evaluate import (
    BACKGROUND,
    HeldOut,
    detection_cases,
    figures,
    judge,
    pairs_completeness,
    ranking_figures,
    recall_within,
    reduction_ratio,
    relation_accuracy,
    rule_recall,
)
from ordertwin_training.labels import Label
from ordertwin_training.pairs import RELATIONS, RULES

REKEYED, STANDING = RELATIONS.index(Relation.REKEYED), RELATIONS.index(Relation.STANDING)
LIMITS = Thresholds(review=0.5, duplicate=0.9, attended_review=0.3)
Pair = tuple[int, int, Label, bool, bool]


def held_out(relations: dict[int, int], pairs: list[Pair]) -> HeldOut:
    """Orders with relations; pairs as (incoming, existing, label, possible, exact reference)."""
    orders = pd.DataFrame({"relation": relations, "earlier": {n: n for n in relations}})
    columns = ["incoming", "existing", "label", "possible", "exact_reference"]
    frame = pd.DataFrame(pairs, columns=columns).set_index(["incoming", "existing"])
    return HeldOut(orders, frame.assign(rules=1))


def three_orders() -> HeldOut:
    """10 repeats 3, 11 is a standing order, 12 is background and has no candidate."""
    return held_out(
        {10: REKEYED, 11: STANDING, 12: BACKGROUND},
        [
            (10, 3, Label.TWIN, True, False),
            (10, 4, Label.DISTINCT, True, True),
            (11, 3, Label.DISTINCT, True, True),
            (11, 5, Label.DISTINCT, False, False),
        ],
    )


def test_a_duplicate_counts_by_its_twin_and_others_by_their_likeliest_candidate() -> None:
    found = judge(three_orders(), np.array([0.7, 0.95, 0.2, 0.99]))
    assert found.best.tolist() == [0.95, 0.2, -np.inf]
    assert found.twin.tolist() == [0.7, -np.inf, -np.inf]
    assert found.deciding.tolist() == [0.7, 0.2, -np.inf]
    assert found.best_is_twin.tolist() == [False, False, False]


def test_a_dead_candidate_flags_nobody() -> None:
    cases = detection_cases(three_orders(), np.array([0.7, 0.1, 0.2, 0.99]), LIMITS)
    assert [case.outcome for case in cases] == [Outcome.REVIEW, Outcome.UNIQUE, Outcome.UNIQUE]


def test_the_exact_reference_rule_must_name_the_twin_of_a_duplicate() -> None:
    cases = detection_cases(three_orders(), np.zeros(4), LIMITS)
    assert [case.flagged_by_exact_reference for case in cases] == [False, True, False]


def test_figures_tell_detection_and_blocking() -> None:
    report = figures(three_orders(), np.array([0.95, 0.1, 0.2, 0.0]), LIMITS)
    assert report["recall_blocked"] == 1.0
    assert report["pairs_completeness"] == 1.0
    assert report["relations"]["REKEYED"]["pairs_completeness"] == 1.0
    assert report["reduction_ratio"] == pytest.approx(1 - 4 / 33)


def test_a_duplicate_that_blocking_missed_is_missed() -> None:
    data = held_out({1: REKEYED, 2: REKEYED}, [(1, 0, Label.TWIN, True, False)])
    assert pairs_completeness(data) == {"all": 0.5, "REKEYED": 0.5}
    assert ranking_figures(data, np.array([3.0]))["average_precision"] == 0.5


def test_recall_is_compared_at_a_budget_of_false_flags() -> None:
    relations = dict.fromkeys(range(1000), BACKGROUND) | {1000: REKEYED, 1001: REKEYED}
    pairs: list[Pair] = [(n, 9999, Label.DISTINCT, True, False) for n in range(1000)]
    pairs += [(n, 0, Label.TWIN, True, False) for n in (1000, 1001)]
    scores = np.array([*np.linspace(1.0, 0.0, 1000), 0.9975, 0.5])
    data = held_out(relations, pairs)
    # Three background orders may be flagged: the limit is the fourth, 1 - 3/999 = 0.997.
    assert recall_within(judge(data, scores), 3.0) == 0.5


def test_rules_are_credited_with_the_twins_they_find() -> None:
    data = three_orders()
    data.pairs["rules"] = [0b11, 0b1, 0b1, 0b1]
    found = rule_recall(data, RULES)
    assert found[RULES[0]] == found[RULES[1]] == 1.0
    assert found[f"{RULES[0]} alone"] == 0.0


def test_reduction_ratio_needs_earlier_orders() -> None:
    assert reduction_ratio(held_out({0: BACKGROUND}, [])) is None


def test_relations_are_compared_within_their_kind() -> None:
    names = (Relation.REKEYED, Relation.RESEND, Relation.STANDING)
    probabilities = np.array([[0.2, 0.1, 0.7], [0.1, 0.3, 0.6]])
    found = relation_accuracy(probabilities, names, np.array([REKEYED, REKEYED], np.int8))
    assert found == {"all": 0.5, "REKEYED": 0.5}
