"""The compiled additive model: tables, missing values, sums, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.decision import Relation
from ordertwin_models.model import Calibration, DuplicateModel, Table, Thresholds
from ordertwin_models.relation_model import RelationModel, RelationTable

NAN = np.nan


def a_table(comparison: str = "gap") -> Table:
    return Table((comparison,), (np.array([1.0, 5.0]),), np.array([3.0, 1.0, -2.0, 0.5]))


def a_pair_table() -> Table:
    values = np.arange(12.0).reshape(3, 4)
    return Table(("reference", "gap"), (np.array([0.5]), np.array([2.0, 4.0])), values)


def a_model(*tables: Table, relation_model: RelationModel | None = None) -> DuplicateModel:
    return DuplicateModel(
        version="test",
        schema=("reference", "gap"),
        prior_weight=-4.0,
        tables=tables,
        calibration=Calibration(slope=0.8, intercept=-0.5),
        thresholds=Thresholds(review=0.5, duplicate=0.9, attended_review=0.3),
        relation_model=relation_model,
    )


def contributions(model: DuplicateModel, *rows: tuple[float, float]) -> list[list[float]]:
    return model.score(np.array(rows)).contributions.tolist()  # type: ignore[no-any-return]


def test_an_edge_belongs_to_the_bin_below_it() -> None:
    model = a_model(a_table())
    assert contributions(model, (0, 1.0), (0, 1.0000001), (0, 5.0), (0, 5.1)) == [
        [3.0],
        [1.0],
        [1.0],
        [-2.0],
    ]


def test_missing_has_a_value_of_its_own_and_infinity_is_merely_large() -> None:
    model = a_model(a_table())
    assert contributions(model, (0, NAN), (0, np.inf), (0, -np.inf)) == [[0.5], [-2.0], [3.0]]


def test_tables_do_not_disturb_each_other() -> None:
    other = Table(("reference",), (np.array([0.1, 0.2, 0.3]),), np.array([1.0, 2, 3, 4, 5]))
    model = a_model(a_table(), other)
    assert model.terms == ("gap", "reference")
    assert contributions(model, (0.2, 3.0), (NAN, 9.0)) == [[1.0, 2.0], [-2.0, 5.0]]


def test_a_pair_table_reads_both_axes_with_their_missing_bins() -> None:
    model = a_model(a_table(), a_pair_table())
    assert model.terms == ("gap", "reference × gap")
    pairs = [row[1] for row in contributions(model, (0.0, 3.0), (1.0, 9.0), (NAN, NAN), (0.5, 2.0))]
    assert pairs == [1.0, 6.0, 11.0, 0.0]


def test_a_table_without_edges_tells_present_from_missing() -> None:
    model = a_model(Table(("gap",), (np.empty(0),), np.array([0.25, -0.25])))
    assert contributions(model, (0, 1e9), (0, NAN)) == [[0.25], [-0.25]]


def test_a_model_without_tables_answers_its_prior() -> None:
    scores = a_model().score(np.zeros((2, 2)))
    assert scores.weights.tolist() == [-4.0, -4.0]
    assert scores.contributions.shape == (2, 0)


def test_no_candidates_give_no_scores() -> None:
    model = a_model(a_table(), a_pair_table())
    scores = model.score(np.empty((0, 2)))
    assert scores.weights.shape == (0,)
    assert scores.contributions.shape == (0, 2)


@given(st.lists(st.tuples(*[st.floats(allow_nan=True, allow_infinity=True)] * 2), max_size=20))
def test_prior_and_contributions_add_up_to_the_weight(rows: list[tuple[float, float]]) -> None:
    model = a_model(a_table(), a_table("reference"), a_pair_table())
    scores = model.score(np.array(rows).reshape(-1, 2))
    total = model.prior_weight + scores.contributions.sum(axis=1)
    assert np.abs(total - scores.weights).max(initial=0.0) <= 1e-9


@given(st.lists(st.floats(-2000, 2000), min_size=2, max_size=20))
def test_probability_grows_with_the_weight(weights: list[float]) -> None:
    probabilities = a_model().probability(np.sort(weights))
    assert (np.diff(probabilities) >= 0).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_a_matrix_of_other_width_is_refused() -> None:
    with pytest.raises(ValueError, match="compares 2 aspects"):
        a_model(a_table()).score(np.zeros((1, 3)))


@pytest.mark.parametrize(
    ("edges", "values", "message"),
    [
        ([2.0, 1.0], [0.0] * 4, "must grow"),
        ([1.0, 1.0], [0.0] * 4, "must grow"),
        ([1.0, 2.0], [0.0] * 3, "one value per bin"),
        ([1.0], [0.0, np.inf, 0.0], "finite"),
        ([np.inf], [0.0, 0.0, 0.0], "finite"),
    ],
)
def test_a_broken_table_is_refused(edges: list[float], values: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Table(("gap",), (np.array(edges),), np.array(values))


def test_a_table_outside_the_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the schema"):
        a_model(a_table("colour"))


def test_two_tables_for_one_comparison_are_refused() -> None:
    with pytest.raises(ValueError, match="same comparisons"):
        a_model(a_table(), a_table())


@pytest.mark.parametrize("numbers", [(0.0, 0.9, 0.3), (0.9, 0.5, 0.3), (0.5, 0.9, 0.6)])
def test_thresholds_out_of_order_are_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="thresholds need"):
        Thresholds(*numbers)


def test_a_falling_calibration_is_refused() -> None:
    with pytest.raises(ValueError, match="positive slope"):
        Calibration(slope=-1.0)


def a_relation_model() -> RelationModel:
    return RelationModel(
        relations=(Relation.RETRY, Relation.REKEYED, Relation.STANDING),
        columns=2,
        intercepts=np.zeros(3),
        tables=(
            RelationTable(
                1, np.array([10.0]), np.array([[2.0, 0.0, -2.0], [-2.0, 0.0, 2.0], [0.0] * 3])
            ),
        ),
    )


def test_relation_probabilities_follow_the_comparisons_and_add_up_to_one() -> None:
    model = a_model(relation_model=a_relation_model())
    probabilities = model.relation_probabilities(np.array([[0.0, 0.0], [0.0, 20.0], [NAN, NAN]]))
    assert probabilities.argmax(axis=1)[:2].tolist() == [0, 2]
    assert probabilities[2].tolist() == pytest.approx([1 / 3] * 3)
    assert probabilities.sum(axis=1).tolist() == pytest.approx([1.0] * 3)


def test_a_wild_value_counts_no_more_than_a_large_one() -> None:
    model = a_relation_model()
    large, wild = model.probabilities(np.array([[0.0, 25.0], [0.0, 1e300]]))
    assert large.tolist() == wild.tolist()


def test_what_each_table_adds_to_a_relation_can_be_read() -> None:
    model = a_relation_model()
    matrix = np.array([[0.0, 20.0], [0.0, NAN]])
    added = model.contributions(matrix)
    assert added[:, 0].tolist() == [[-2.0, 0.0, 2.0], [0.0, 0.0, 0.0]]
    shares = np.exp(model.intercepts + added.sum(axis=1))
    assert model.probabilities(matrix) == pytest.approx(shares / shares.sum(axis=1, keepdims=True))


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (RelationTable(2, np.empty(0), np.zeros((2, 1))), "no comparison"),
        (RelationTable(0, np.empty(0), np.zeros((3, 1))), "one value per bin"),
        (RelationTable(0, np.array([2.0, 1.0]), np.zeros((4, 1))), "must grow"),
    ],
)
def test_a_relation_table_that_does_not_fit_is_refused(table: RelationTable, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        RelationModel((Relation.RETRY,), 2, np.zeros(1), (table,))


def test_a_model_without_relations_names_none() -> None:
    assert a_model().relation_probabilities(np.zeros((3, 2))).shape == (3, 0)


def test_a_relation_model_of_another_width_is_refused() -> None:
    narrow = RelationModel((Relation.RETRY,), 1, np.zeros(1), ())
    with pytest.raises(ValueError, match="another number of comparisons"):
        a_model(relation_model=narrow)
