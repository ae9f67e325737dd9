"""Figures of a detection report, each worked out by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from ordertwin_models.decision import Outcome, Relation
from ordertwin_training.detection_report import (
    DetectionCase,
    average_precision,
    detection_report,
    precision_at,
)

UNIQUE, REVIEW, DUPLICATE = Outcome.UNIQUE, Outcome.REVIEW, Outcome.DUPLICATE


def a_case(
    relation: Relation | None, outcome: Outcome, probability: float = 0.5, *, named: bool = True
) -> DetectionCase:
    return DetectionCase(relation, outcome, probability, named)


def test_a_flag_without_the_right_counterpart_finds_no_duplicate() -> None:
    report = detection_report(
        [a_case(Relation.REKEYED, DUPLICATE, named=False), a_case(Relation.REKEYED, REVIEW)]
    )
    assert report["recall_flagged"] == 0.5
    assert report["recall_blocked"] == 0.0


def test_a_look_alike_is_flagged_falsely_whatever_counterpart_was_named() -> None:
    report = detection_report(
        [a_case(Relation.STANDING, REVIEW, named=False), a_case(Relation.STANDING, UNIQUE)]
    )
    assert report["look_alike_false_flags"] == 0.5
    assert report["relations"]["STANDING"]["flagged"] == 0.5


def test_background_alone_counts_for_false_flags_per_thousand() -> None:
    background = [a_case(None, UNIQUE)] * 998 + [a_case(None, REVIEW), a_case(None, DUPLICATE)]
    report = detection_report([*background, a_case(Relation.SPLIT, DUPLICATE)])
    assert report["false_flags_per_1000"] == 2.0
    assert report["false_blocks_per_1000"] == 1.0


def test_blocked_exact_looks_at_machine_repeats_only() -> None:
    report = detection_report(
        [
            a_case(Relation.RESEND, DUPLICATE),
            a_case(Relation.RETRY, REVIEW),
            a_case(Relation.REKEYED, UNIQUE),
        ]
    )
    assert report["recall_blocked_exact"] == 0.5


def test_the_worst_relation_needs_five_cases() -> None:
    often = [a_case(Relation.RESEND, REVIEW)] * 4 + [a_case(Relation.RESEND, UNIQUE)]
    report = detection_report([*often, a_case(Relation.EVASION, UNIQUE)])
    assert report["worst_relation"] == "RESEND"
    assert report["worst_relation_recall"] == 0.8


def test_precision_at_a_prevalence_follows_from_recall_and_false_flags() -> None:
    # 10 of 1,000 are duplicates, 9 found; 1 % of the other 990 flagged: 9 / (9 + 9.9)
    assert precision_at(0.01, 0.9, 0.01) == pytest.approx(9 / 18.9)
    assert precision_at(0.01, 0.9, 0.0) == 1.0
    assert precision_at(0.01, 0.0, 0.0) is None


def test_exact_reference_rule_is_measured_on_the_same_orders() -> None:
    def case(relation: Relation | None, told: Outcome, named: bool) -> DetectionCase:
        return DetectionCase(relation, UNIQUE, 0.0, False, told, named)

    report = detection_report(
        [
            case(Relation.RESEND, REVIEW, True),
            case(Relation.REKEYED, REVIEW, False),
            case(None, REVIEW, False),
            case(None, UNIQUE, False),
        ]
    )
    assert report["exact_reference_recall"] == 0.5
    assert report["exact_reference_false_flags_per_1000"] == 500.0


def test_a_report_on_nothing_says_so_and_is_json() -> None:
    report = json.loads(json.dumps(detection_report([])))
    assert report["recall_flagged"] is None
    assert report["false_flags_per_1000"] is None
    assert report["worst_relation_recall"] is None
    assert report["precision_at_0.1%"] is None


def test_report_keys_are_those_that_benchmarks_print() -> None:
    keys = set(detection_report([]))
    assert {
        "recall_flagged",
        "worst_relation_recall",
        "recall_blocked_exact",
        "false_flags_per_1000",
        "false_blocks_per_1000",
        "average_precision",
        "precision_at_0.1%",
        "precision_at_0.5%",
        "precision_at_1%",
        "exact_reference_recall",
        "exact_reference_false_flags_per_1000",
    } <= keys


def test_a_duplicate_that_no_threshold_finds_costs_average_precision() -> None:
    assert average_precision(np.array([True, True]), np.array([0.9, -1.0])) == 0.5


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.2, 0.5, 0.9])), min_size=1))
def test_average_precision_agrees_with_scikit_learn(cases: list[tuple[bool, float]]) -> None:
    duplicate = np.array([case[0] for case in cases])
    score = np.array([case[1] for case in cases])
    if not duplicate.any():
        assert average_precision(duplicate, score) is None
    else:
        expected = average_precision_score(duplicate, score)
        assert average_precision(duplicate, score) == pytest.approx(expected)
