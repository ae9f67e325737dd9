"""Compiled tables score as scikit-learn does, on every row, to 1e-9."""

from __future__ import annotations

from functools import cache
from math import log

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from ordertwin_models.decision import Relation
from ordertwin_models.model import DuplicateModel, Table
from ordertwin_training.compile import (
    NotAdditive,
    ParityBroken,
    check_parity,
    compile_relations,
    compile_tables,
    side_by_side,
    uncalibrated,
)
from ordertwin_training.fit import (
    Examples,
    FitSettings,
    fit_additive,
    fit_relations,
    fit_unrestricted,
)

SCHEMA = ("reference", "gap", "lines", "channel", "note")
MONOTONE = (1, 0, 1, 0, -1)


def some_pairs(rows: int = 6000, seed: int = 3) -> Examples:
    chance = np.random.default_rng(seed)
    matrix = np.column_stack(
        [
            chance.integers(0, 5, rows),
            chance.normal(4, 2, rows),
            chance.random(rows).round(2),
            chance.integers(0, 2, rows),
            chance.integers(-3, 4, rows),
        ]
    ).astype(float)
    matrix[chance.random(matrix.shape) < 0.25] = np.nan
    strength = np.nan_to_num(matrix @ np.diag([0.8, 0, 3, 0.2, -0.4])).sum(axis=1)
    strength += np.where(np.abs(np.nan_to_num(matrix[:, 1]) - 4) < 1, 2.0, 0.0)
    strength += np.where((matrix[:, 3] == 1) & (matrix[:, 4] > 0), 2.0, 0.0)
    twin = (chance.random(rows) < 1 / (1 + np.exp(5 - strength))).astype(np.int8)
    return Examples(matrix, twin, np.ones(rows))


@cache
def a_boosting(*pairs: tuple[str, str]) -> HistGradientBoostingClassifier:
    settings = FitSettings(rounds=150, pairs=pairs)
    return fit_additive(some_pairs(), some_pairs(2000, seed=4), SCHEMA, MONOTONE, settings)


def a_compiled(classifier: HistGradientBoostingClassifier) -> DuplicateModel:
    prior, tables = compile_tables(classifier, SCHEMA, some_pairs().matrix)
    return uncalibrated(prior, tables, SCHEMA)


def on_the_edges(model: DuplicateModel) -> np.ndarray:
    """Rows that lie exactly on, just below and just above every edge."""
    rows = []
    for table in model.tables:
        for name, edges in zip(table.comparisons, table.edges, strict=True):
            for edge in edges:
                for value in (edge, np.nextafter(edge, -np.inf), np.nextafter(edge, np.inf)):
                    row = np.full(len(SCHEMA), np.nan)
                    row[SCHEMA.index(name)] = value
                    rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("pairs", [(), (("channel", "note"),), (("gap", "lines"), ("gap", "note"))])
def test_tables_score_as_the_estimator_does(pairs: tuple[tuple[str, str], ...]) -> None:
    classifier = a_boosting(*pairs)
    model = a_compiled(classifier)
    assert check_parity(model, classifier, some_pairs(20_000, seed=5).matrix) <= 1e-9
    assert check_parity(model, classifier, on_the_edges(model)) <= 1e-9


def test_missing_and_infinite_values_go_where_the_estimator_sends_them() -> None:
    classifier = a_boosting()
    extremes = np.array([np.nan, np.inf, -np.inf, 0.0, 1e300])
    matrix = np.array([np.full(len(SCHEMA), value) for value in extremes])
    expected = classifier.decision_function(
        np.where(np.isinf(matrix), np.sign(matrix) * 1e308, matrix)
    )
    found = a_compiled(classifier).score(matrix).weights * log(2)
    assert found.tolist() == pytest.approx(expected.tolist(), abs=1e-9)


def test_a_comparison_that_was_never_missing_in_training_may_be_missing_later() -> None:
    whole = some_pairs()
    filled = Examples(np.nan_to_num(whole.matrix), whole.twin, whole.weight)
    classifier = fit_additive(filled, filled, SCHEMA, MONOTONE, FitSettings(rounds=60, pairs=()))
    model = a_compiled(classifier)
    assert check_parity(model, classifier, whole.matrix) <= 1e-9


def test_contributions_average_to_nothing_so_that_the_prior_is_the_mean_weight() -> None:
    scores = a_compiled(a_boosting()).score(some_pairs().matrix)
    assert np.abs(scores.contributions.mean(axis=0)).max() < 1e-9


def test_more_alike_never_scores_lower() -> None:
    for table in a_compiled(a_boosting()).tables:
        sign = MONOTONE[SCHEMA.index(table.comparisons[0])]
        if sign:
            assert (np.diff(table.values[:-1]) * sign >= 0).all(), table.term


def test_edges_at_which_nothing_changes_are_left_out() -> None:
    for table in a_compiled(a_boosting()).tables:
        assert (np.diff(table.values[:-1]) != 0).all(), table.term


def test_two_fits_on_the_same_pairs_give_the_same_tables() -> None:
    first, second = a_compiled(a_boosting()), a_compiled(a_boosting.__wrapped__())
    assert first.prior_weight == second.prior_weight
    for one, other in zip(first.tables, second.tables, strict=True):
        assert one.values.tolist() == other.values.tolist()
        assert one.edges[0].tolist() == other.edges[0].tolist()


def test_an_estimator_with_free_interactions_is_refused() -> None:
    settings = FitSettings(rounds=20, pairs=())
    classifier = fit_unrestricted(some_pairs(), some_pairs(2000, seed=4), settings)
    with pytest.raises(NotAdditive, match="act together"):
        compile_tables(classifier, SCHEMA, some_pairs().matrix)


def test_tables_that_score_otherwise_are_refused() -> None:
    classifier = a_boosting()
    model = a_compiled(classifier)
    first = model.tables[0]
    bent = Table(first.comparisons, first.edges, first.values + 1e-6)
    crooked = uncalibrated(model.prior_weight, (bent, *model.tables[1:]), SCHEMA)
    with pytest.raises(ParityBroken, match="differ by 1e-06"):
        check_parity(crooked, classifier, some_pairs().matrix)


@pytest.mark.parametrize("count", [2, 4])
def test_compiled_relations_are_as_probable_as_scikit_learn_says(count: int) -> None:
    matrix = some_pairs().matrix
    relation = np.nan_to_num(matrix[:, 0]).astype(np.int8) % count
    estimator = fit_relations(matrix, relation, seed=1)
    model = compile_relations(estimator, list(Relation)[:count], len(SCHEMA))
    assert model.probabilities(matrix) == pytest.approx(estimator.predict_proba(matrix), abs=1e-3)


def test_relations_of_an_estimator_with_free_interactions_are_refused() -> None:
    matrix = some_pairs().matrix
    relation = (np.nan_to_num(matrix[:, 0]) * np.nan_to_num(matrix[:, 3]) > 1).astype(np.int8)
    free = HistGradientBoostingClassifier(max_iter=5).fit(matrix, relation)
    with pytest.raises(NotAdditive, match="holds one"):
        compile_relations(free, [Relation.RETRY, Relation.STANDING], len(SCHEMA))


def test_relation_models_side_by_side_say_what_each_said() -> None:
    matrix = some_pairs().matrix
    values = np.nan_to_num(matrix)
    names = (Relation.RESEND, Relation.RETRY), (Relation.SPLIT, Relation.STANDING)
    models = [
        compile_relations(fit_relations(matrix, found.astype(np.int8), seed=1), pair, len(SCHEMA))
        for found, pair in zip((values[:, 0] > 0.5, values[:, 1] > 0.5), names, strict=True)
    ]
    joint = side_by_side(models)
    assert joint.relations == (*names[0], *names[1])
    shares = joint.probabilities(matrix)
    for place, model in enumerate(models):
        own = shares[:, 2 * place : 2 * place + 2]
        assert own / own.sum(axis=1, keepdims=True) == pytest.approx(model.probabilities(matrix))
