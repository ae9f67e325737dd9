"""What the classifiers learn, and what they refuse to learn from."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from ordertwin_training.fit import (
    Examples,
    FitSettings,
    fit_additive,
    fit_ecm,
    fit_logistic,
    fit_relations,
    fit_unrestricted,
)

SCHEMA, MONOTONE = ("shared", "gap", "never"), (1, -1, 0)
QUICK = FitSettings(rounds=60, pairs=())


def some_pairs(rows: int = 3000, seed: int = 1, twins: float = 0.2) -> Examples:
    chance = np.random.default_rng(seed)
    twin = (chance.random(rows) < twins).astype(np.int8)
    shared = np.clip(chance.normal(0.3 + 0.5 * twin, 0.2), 0, 1)
    gap = chance.normal(5 - 2 * twin, 1.0)
    matrix = np.column_stack([shared, gap, np.full(rows, np.nan)])
    matrix[chance.random(rows) < 0.1, 0] = np.nan
    return Examples(matrix, twin, np.ones(rows))


def test_every_way_of_learning_tells_twins_from_others() -> None:
    examples, validation, later = some_pairs(), some_pairs(seed=2), some_pairs(seed=3)
    scorers = {
        "additive": fit_additive(examples, validation, SCHEMA, MONOTONE, QUICK).decision_function,
        "unrestricted": fit_unrestricted(examples, validation, QUICK).decision_function,
        "logistic": fit_logistic(examples),
        "ecm": fit_ecm(examples, MONOTONE),
    }
    for name, scorer in scorers.items():
        least = 0.65 if name == "ecm" else 0.9  # the former sees agreements only, and no labels
        assert roc_auc_score(later.twin, scorer(later.matrix)) > least, name


def test_expectation_maximisation_that_lost_a_class_scores_nothing() -> None:
    matrix = (np.random.default_rng(0).random((4, 3)) < 0.5).astype(float)
    short = Examples(matrix, np.zeros(4, np.int8), np.ones(4))
    assert fit_ecm(short, (1, 1, 1))(matrix).tolist() == [0.0] * 4


def test_the_additive_boosting_keeps_its_direction() -> None:
    classifier = fit_additive(some_pairs(), some_pairs(seed=2), SCHEMA, MONOTONE, QUICK)
    closer = np.column_stack([np.full(50, 0.5), np.linspace(8, 0, 50), np.full(50, np.nan)])
    assert (np.diff(classifier.decision_function(closer)) >= 0).all()


def test_two_fits_agree_to_the_last_bit() -> None:
    first, second = (
        fit_additive(some_pairs(), some_pairs(seed=2), SCHEMA, MONOTONE, QUICK) for _ in range(2)
    )
    matrix = some_pairs(seed=4).matrix
    assert first.decision_function(matrix).tolist() == second.decision_function(matrix).tolist()


def test_boosting_stops_when_the_validation_part_gains_nothing() -> None:
    settings = FitSettings(rounds=2000, patience=10, learning_rate=0.3, pairs=())
    classifier = fit_additive(some_pairs(), some_pairs(seed=2), SCHEMA, MONOTONE, settings)
    assert classifier.n_iter_ < 500


def test_weights_stand_for_repeated_pairs() -> None:
    pairs = some_pairs(800)
    twice = Examples(
        np.repeat(pairs.matrix, 2, axis=0), np.repeat(pairs.twin, 2), np.full(1600, 0.5)
    )
    heavy = Examples(twice.matrix, twice.twin, np.where(twice.twin == 1, 5.0, 1.0))
    plain = fit_additive(twice, twice, SCHEMA, MONOTONE, QUICK)
    leaning = fit_additive(heavy, twice, SCHEMA, MONOTONE, QUICK)
    matrix = some_pairs(seed=3).matrix
    assert leaning.decision_function(matrix).mean() > plain.decision_function(matrix).mean() + 0.5


@pytest.mark.parametrize("twins", [0.0, 1.0])
def test_one_kind_of_pairs_alone_is_refused_with_what_to_do(twins: float) -> None:
    with pytest.raises(ValueError, match="take a longer history"):
        fit_additive(some_pairs(twins=twins), some_pairs(), SCHEMA, MONOTONE, QUICK)


def test_an_allowed_pair_of_unknown_comparisons_is_refused() -> None:
    settings = FitSettings(pairs=(("shared", "colour"),))
    with pytest.raises(ValueError, match=r"unknown comparisons: \['colour'\]"):
        fit_additive(some_pairs(), some_pairs(), SCHEMA, MONOTONE, settings)


def test_relations_are_learned_from_the_middle_of_a_scale_too() -> None:
    chance = np.random.default_rng(1)
    gap = chance.uniform(0, 6, 1500)
    relation = np.digitize(gap, [2.0, 4.0]).astype(np.int8)
    matrix = gap[:, None]
    estimator = fit_relations(matrix, relation, seed=1)
    assert estimator.classes_.tolist() == [0, 1, 2]
    assert (estimator.predict(matrix) == relation).mean() > 0.95


def test_a_sample_keeps_every_twin_and_the_weight_of_the_others() -> None:
    pairs = some_pairs()
    drawn = pairs.sample(500, seed=1)
    assert drawn.twin.sum() == pairs.twin.sum()
    assert (drawn.twin == 0).sum() == 500
    weight = pairs.weight[pairs.twin == 0].sum()
    assert drawn.weight[drawn.twin == 0].sum() == pytest.approx(weight)
    assert pairs.sample(len(pairs), seed=1) is pairs
