"""Probabilities that mean what they say, and thresholds that follow from costs."""

from __future__ import annotations

import numpy as np
import pytest

from ordertwin_models.decision import Relation
from ordertwin_models.weight import probabilities_of_weights
from ordertwin_training.calibrate import (
    Policy,
    calibrate,
    operating_curve,
    order_weights,
    reliability,
    thresholds,
)
from ordertwin_training.evaluate import BACKGROUND, Judged
from ordertwin_training.pairs import RELATIONS

REKEYED = RELATIONS.index(Relation.REKEYED)


def judged(duplicates: list[float], others: list[float]) -> Judged:
    """Duplicates with these scores of their twins, background orders with those."""
    twin, best = np.array(duplicates, dtype=float), np.array(others, dtype=float)
    return Judged(
        relation=np.array([REKEYED] * len(twin) + [BACKGROUND] * len(best)),
        best=np.concatenate([twin, best]),
        best_is_twin=np.arange(len(twin) + len(best)) < len(twin),
        twin=np.concatenate([twin, np.full(len(best), -np.inf)]),
    )


def simulated(orders: int = 40_000, seed: int = 1) -> Judged:
    """Weights that are true log2 odds where half of the orders are duplicates."""
    chance = np.random.default_rng(seed)
    twin = chance.random(orders) < 0.5
    weight = chance.normal(np.where(twin, 2.0, -2.0), 1.6986, orders)
    return judged(weight[twin].tolist(), weight[~twin].tolist())


def test_duplicates_weigh_what_they_do_in_life() -> None:
    weights = order_weights(judged([1.0] * 10, [0.0] * 30), prevalence=0.01)
    assert weights[:10].sum() == pytest.approx(0.01)
    assert weights[10:].sum() == pytest.approx(0.99)


def test_calibration_finds_slope_and_shift() -> None:
    # Normal weights with means ±2 and variance 2.885 have log odds of 4 w / 2.885 nats, which is
    # 2 bits a unit; going from one half to one in a hundred takes log2(99) bits.
    found = calibrate(simulated(), prevalence=0.01)
    assert found.slope == pytest.approx(2.0, abs=0.1)
    assert found.intercept == pytest.approx(-np.log2(99), abs=0.2)


def test_calibrated_probabilities_are_reliable() -> None:
    data = simulated()
    calibration = calibrate(data, prevalence=0.05)
    said = probabilities_of_weights(calibration.slope * data.best + calibration.intercept)
    again = judged(said[data.best_is_twin].tolist(), said[~data.best_is_twin].tolist())
    found = reliability(again, prevalence=0.05)
    assert found.expected_calibration_error < 0.01
    assert np.abs(found.said - found.seen).max() < 0.12


def test_perfect_separation_gives_a_finite_slope() -> None:
    found = calibrate(judged([5.0] * 20, [-5.0] * 200), prevalence=0.01)
    assert 0 < found.slope < 10


def test_calibration_without_twins_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="take a longer history"):
        calibrate(judged([], [0.1, 0.2]), prevalence=0.01)


def test_recall_and_false_rate_follow_the_threshold() -> None:
    curve = operating_curve(judged([0.9, 0.6, 0.2], [0.7, 0.1, 0.05, 0.01]))
    at = curve.probability.tolist().index(0.6)
    assert curve.recall[at] == pytest.approx(2 / 3)
    assert curve.false_rate[at] == pytest.approx(1 / 4)


def test_a_duplicate_without_a_candidate_is_never_found() -> None:
    curve = operating_curve(judged([0.9, -np.inf], [0.1]))
    assert curve.recall.max() == 0.5


def test_the_review_threshold_lies_in_the_gap_between_twins_and_others() -> None:
    found = thresholds(judged([0.8, 0.9, 0.95], [0.01] * 500), Policy())
    assert 0.01 < found.review < 0.8


def test_a_costlier_review_raises_the_threshold() -> None:
    chance = np.random.default_rng(2)
    data = judged(chance.beta(6, 2, 400).tolist(), chance.beta(1, 8, 4000).tolist())
    cheap = thresholds(data, Policy(review=1.0, review_precision=0.0))
    dear = thresholds(data, Policy(review=30.0, review_precision=0.0))
    assert cheap.review < dear.review


def test_a_precision_floor_raises_the_threshold() -> None:
    chance = np.random.default_rng(2)
    data = judged(chance.beta(6, 2, 400).tolist(), chance.beta(1, 8, 4000).tolist())
    lax = thresholds(data, Policy(prevalence=0.05, review_precision=0.1, false_flags=1.0))
    strict = thresholds(data, Policy(prevalence=0.05, review_precision=0.9, false_flags=1.0))
    assert lax.review < strict.review
    curve = operating_curve(data)
    kept = curve.precision(0.05)[curve.probability >= strict.review]
    assert kept[-1] >= 0.9


def test_blocking_needs_more_certainty_than_review() -> None:
    chance = np.random.default_rng(3)
    data = judged(chance.beta(6, 2, 400).tolist(), chance.beta(1, 8, 4000).tolist())
    found = thresholds(data, Policy())
    assert found.attended_review <= found.review <= found.duplicate


def test_a_floor_out_of_reach_leaves_thresholds_that_flag_next_to_nothing() -> None:
    data = judged([0.5] * 10, [0.5] * 100)
    found = thresholds(data, Policy(review_precision=0.99))
    assert found.review == 0.9
    assert found.duplicate == 0.999
