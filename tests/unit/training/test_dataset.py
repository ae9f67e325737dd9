"""Pairs of many histories as one dataset, kept on disk and named by their content."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_training.dataset import BESIDE_A_TWIN, Dataset, digest_of, joined
from ordertwin_training.split import Part


def a_dataset(digest: str = "d", rows: int = 6) -> Dataset:
    chance = np.random.default_rng(1)
    index = pd.MultiIndex.from_arrays(
        [np.arange(1, rows + 1), np.zeros(rows, int)], names=["incoming", "existing"]
    )
    matrix = chance.normal(size=(rows, len(COMPARISON_NAMES)))
    matrix[0, 0] = np.nan
    pairs = pd.DataFrame(matrix, index=index, columns=list(COMPARISON_NAMES)).assign(
        possible=[True] * (rows - 1) + [False],
        exact_reference=False,
        rules=1,
        label=np.array([1, 0, -1, 0, 1, 0][:rows], np.int8),
        relation=np.array([3, -1, -1, 11, 3, 11][:rows], np.int8),
        weight=1.0,
    )
    parts = np.array([0, 1, 1, 1, 1, 4, 1][: rows + 1], np.int8)
    orders = pd.DataFrame(
        {"part": parts, "relation": np.int8(-1), "earlier": np.arange(rows + 1, dtype=np.int64)}
    )
    return Dataset(pairs, orders, (digest,))


def test_a_dataset_survives_the_disk(tmp_path: Path) -> None:
    dataset = a_dataset()
    dataset.save(tmp_path / "pairs.npz")
    again = Dataset.load(tmp_path / "pairs.npz")
    pd.testing.assert_frame_equal(again.pairs, dataset.pairs, check_dtype=False)
    pd.testing.assert_frame_equal(again.orders, dataset.orders)
    assert again.snapshot == dataset.snapshot
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.npz"]


def test_examples_are_possible_pairs_of_known_label_of_the_part() -> None:
    examples = a_dataset().examples(Part.FIT)
    assert examples.twin.tolist() == [1, 0, 0]


def test_the_score_learns_of_channels_only_whether_they_are_one() -> None:
    dataset = a_dataset()
    pairs = dataset.pairs.assign(channel=[1.3, 0.275, np.nan, 1.0, 0.1, 0.0])
    dataset = Dataset(pairs, dataset.orders, dataset.digests)
    column = COMPARISON_NAMES.index("channel")
    assert set(dataset.examples(Part.FIT).matrix[:, column]) <= {0.0, 1.0}
    assert not set(dataset.related(Part.FIT)[0][:, column]) <= {0.0, 1.0}


def test_held_out_orders_come_with_all_their_pairs() -> None:
    held_out = a_dataset().held_out(Part.TEST)
    assert held_out.orders.index.tolist() == [5]
    assert held_out.pairs.index.tolist() == [(5, 0)]


def test_related_pairs_are_those_whose_relation_is_known() -> None:
    matrix, relation = a_dataset().related(Part.FIT)
    assert relation.tolist() == [3, 11, 11]
    assert matrix.shape == (3, len(COMPARISON_NAMES))


def test_joined_histories_keep_their_orders_apart() -> None:
    both = joined([a_dataset("a"), a_dataset("b")])
    assert both.pairs.index.tolist()[6:8] == [(8, 7), (9, 7)]
    assert both.orders.index.tolist() == list(range(14))
    assert both.orders["earlier"].tolist()[7:9] == [0, 1]


def test_the_snapshot_does_not_depend_on_the_order_of_histories() -> None:
    first, second = (
        joined([a_dataset("a"), a_dataset("b")]),
        joined([a_dataset("b"), a_dataset("a")]),
    )
    assert first.snapshot == second.snapshot
    assert first.snapshot != a_dataset("a").snapshot


def digest(pairs: pd.DataFrame) -> str:
    return digest_of("world", ["O-1", "O-2"], pairs)


def test_the_digest_is_of_the_pairs_not_of_their_order_in_the_frame() -> None:
    pairs = a_dataset().pairs
    assert digest(pairs) == digest(pairs.iloc[::-1])


@pytest.mark.parametrize("column", ["label", "relation", "weight", COMPARISON_NAMES[5]])
def test_one_changed_value_changes_the_digest(column: str) -> None:
    pairs = a_dataset().pairs
    changed = pairs.copy()
    changed.loc[(2, 0), column] = 2
    assert digest(pairs) != digest(changed)


def test_machine_noise_does_not_change_the_digest() -> None:
    pairs = a_dataset().pairs
    noisy = pairs.copy()
    noisy[COMPARISON_NAMES[5]] += 1e-13
    assert digest(pairs) == digest(noisy)


def test_an_order_with_several_twins_counts_as_one() -> None:
    dataset = a_dataset()
    index = pd.MultiIndex.from_arrays([[2, 2, 2, 3, 4, 4], [0, 1, 2, 0, 0, 1]])
    pairs = dataset.pairs.assign(label=np.array([1, 1, 0, 1, 0, 0], np.int8), possible=True)
    pairs = pairs.set_axis(index.set_names(["incoming", "existing"]))
    examples = Dataset(pairs, dataset.orders, dataset.digests).examples(Part.FIT)
    assert examples.weight.tolist() == [0.5, 0.5, BESIDE_A_TWIN, 1.0, 1.0, 1.0]


def test_what_a_duplicate_resembles_beside_its_twin_counts_little() -> None:
    dataset = a_dataset()
    index = pd.MultiIndex.from_arrays([[2, 2, 3, 3, 4, 4], [0, 1, 0, 1, 0, 1]])
    pairs = dataset.pairs.assign(
        label=np.array([1, 0, 0, 0, -1, 0], np.int8), possible=True, weight=[1.0, 3, 1, 3, 1, 3]
    ).set_axis(index.set_names(["incoming", "existing"]))
    examples = Dataset(pairs, dataset.orders, dataset.digests).examples(Part.FIT)
    assert examples.weight.tolist() == pytest.approx([1.0, 3 * BESIDE_A_TWIN, 1.0, 3.0, 3.0])


def test_relations_are_learned_from_the_nearest_pair_of_an_order() -> None:
    dataset = a_dataset()
    index = pd.MultiIndex.from_arrays([[2, 2, 2, 3, 3, 4], [0, 1, 2, 0, 1, 0]])
    pairs = dataset.pairs.assign(
        relation=np.array([3, 3, 11, 3, 3, -1], np.int8), time_gap=[2.0, 1.0, 5.0, np.nan, 4.0, 1.0]
    ).set_axis(index.set_names(["incoming", "existing"]))
    matrix, relation = Dataset(pairs, dataset.orders, dataset.digests).related(Part.FIT)
    assert relation.tolist() == [3, 11, 3]
    assert matrix[:, COMPARISON_NAMES.index("time_gap")].tolist() == [1.0, 5.0, 4.0]
