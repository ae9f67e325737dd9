"""All pairs of all histories that one training run uses, ready for fitting and judging.

Held as two frames and kept on disk as plain arrays, so that an interrupted run can go on where it
stopped. Knows nothing of how pairs are made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.comparison.circumstances import DEAD_STAGE
from ordertwin_training.evaluate import HeldOut
from ordertwin_training.fit import DECIMALS, Examples
from ordertwin_training.labels import Label
from ordertwin_training.pairs import POSSIBLE
from ordertwin_training.split import Part

Array = NDArray[np.float64]
BESIDE_A_TWIN = 0.1
"""What a pair of two purchases counts where the incoming order is a duplicate of a third order."""

_FACTS = {
    POSSIBLE: bool,
    "exact_reference": bool,
    "rules": np.int64,
    "label": np.int8,
    "relation": np.int8,
    "weight": np.float64,
}
_ORDER_FACTS = {"part": np.int8, "relation": np.int8, "earlier": np.int64}


@dataclass(frozen=True, eq=False)
class Dataset:
    """`pairs` as `labelled_pairs` makes them; `orders` with `part` (`Part`), `relation` (place in
    `RELATIONS`, -1 background) and `earlier` (orders before it), labelled by the same numbers.

    `digests` are the SHA-256 of each history that went in.
    """

    pairs: pd.DataFrame
    orders: pd.DataFrame
    digests: tuple[str, ...]

    @property
    def matrix(self) -> Array:
        """Comparison matrix of all pairs."""
        return matrix_of(self.pairs)

    @property
    def snapshot(self) -> str:
        """One SHA-256 for everything that is learned from, whatever the order of histories."""
        return hashlib.sha256("\n".join(sorted(self.digests)).encode()).hexdigest()

    def examples(self, part: Part) -> Examples:
        """Pairs of known label, of the orders in a part.

        A dead order is nobody's twin, however alike: this is how the model learns that a
        replacement is none. Orders of another kind are never scored, so they teach nothing.

        An order with several twins counts as one, lest a burst of copies outvote everything else.
        Its other pairs count little (`BESIDE_A_TWIN`): an order with a twin is flagged anyhow, what
        it resembles beside it are mostly that twin's neighbours (the same list for the next branch,
        the same basket a week before), and a history holds far more of such orders than life does.

        Through whose hands orders come names relations. The score learns only whether the channel
        is the same, lest the manners of the worlds' desks be taken for evidence.
        """
        pairs = self.pairs
        dead = pairs["stage"].to_numpy() == DEAD_STAGE
        usable = self._of_part(part) & (pairs[POSSIBLE].to_numpy() | dead)
        usable &= pairs["label"].to_numpy() != Label.UNKNOWN
        chosen = pairs[usable]
        twin = np.where(dead[usable], np.int8(Label.DISTINCT), chosen["label"].to_numpy())
        matrix = matrix_of(chosen.assign(channel=np.floor(chosen["channel"])))
        order = chosen.index.get_level_values(0).to_numpy()
        twins = np.bincount(order, twin, minlength=int(order.max(initial=0)) + 1)[order]
        is_twin = twin == Label.TWIN
        weight = chosen["weight"].to_numpy() / np.where(is_twin, twins, 1.0)
        weight = np.where(~is_twin & (twins > 0), BESIDE_A_TWIN * weight, weight)
        return Examples(matrix, twin, weight)

    def related(self, part: Part) -> tuple[Array, NDArray[np.int8]]:
        """Comparison matrix and relation of the pairs whose relation is known: of each order and
        relation the one nearest in time, lest series and bursts be learned about alone."""
        chosen = self.pairs[self._of_part(part) & (self.pairs["relation"].to_numpy() >= 0)]
        order = chosen.index.get_level_values(0).to_numpy()
        relation = chosen["relation"].to_numpy()
        nearest = np.lexsort((chosen["time_gap"].to_numpy(), relation, order))
        of_one = np.stack([order[nearest], relation[nearest]])
        first = np.append(True, (np.diff(of_one) != 0).any(axis=0))[: len(nearest)]
        rows = np.sort(nearest[first])
        return matrix_of(chosen.iloc[rows]), relation[rows]

    def held_out(self, part: Part) -> HeldOut:
        """The orders of a part with all their candidates."""
        return HeldOut(self.orders[self.orders["part"] == part], self.pairs[self._of_part(part)])

    def _of_part(self, part: Part) -> NDArray[np.bool_]:
        members = self.orders.index[self.orders["part"] == part]
        return np.asarray(self.pairs.index.get_level_values(0).isin(members), dtype=bool)

    def save(self, path: Path) -> None:
        """Write to an `.npz` file; a file that is there is there whole."""
        arrays = {f"pairs_{name}": self.pairs[name].to_numpy() for name in _FACTS}
        arrays |= {f"orders_{name}": self.orders[name].to_numpy() for name in _ORDER_FACTS}
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            np.savez(
                file,
                incoming=self.pairs.index.get_level_values(0).to_numpy(np.int64),
                existing=self.pairs.index.get_level_values(1).to_numpy(np.int64),
                matrix=self.matrix,
                orders=self.orders.index.to_numpy(np.int64),
                digests=np.array(self.digests),
                **arrays,
            )
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> Dataset:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            index = pd.MultiIndex.from_arrays(
                [file["incoming"], file["existing"]], names=["incoming", "existing"]
            )
            pairs = pd.DataFrame(file["matrix"], index=index, columns=list(COMPARISON_NAMES))
            for name in _FACTS:
                pairs[name] = file[f"pairs_{name}"]
            facts = {name: file[f"orders_{name}"] for name in _ORDER_FACTS}
            orders = pd.DataFrame(facts, index=file["orders"])
            return cls(pairs, orders, tuple(file["digests"].tolist()))


def joined(datasets: Sequence[Dataset]) -> Dataset:
    """All histories as one, orders numbered through."""
    start, pairs, orders = 0, [], []
    for dataset in datasets:
        index = dataset.pairs.index
        shifted = [index.get_level_values(level) + start for level in (0, 1)]
        moved = pd.MultiIndex.from_arrays(shifted, names=index.names)
        pairs.append(dataset.pairs.set_axis(moved))
        orders.append(dataset.orders.set_axis(dataset.orders.index + start))
        start += int(dataset.orders.index.max()) + 1
    digests = tuple(digest for dataset in datasets for digest in dataset.digests)
    return Dataset(pd.concat(pairs), pd.concat(orders), digests)


def matrix_of(pairs: pd.DataFrame) -> Array:
    """The comparison columns as a matrix."""
    matrix: Array = pairs[list(COMPARISON_NAMES)].to_numpy(np.float64)
    return matrix


def digest_of(name: str, order_ids: Sequence[str], pairs: pd.DataFrame) -> str:
    """SHA-256 of the pairs of one history as canonical records, sorted.

    A record is both order ids, label, relation, weight and the comparison vector to 9 decimals.
    """
    ordered = pairs.sort_index()
    text = json.dumps([name, list(COMPARISON_NAMES), list(order_ids)], ensure_ascii=False)
    found = hashlib.sha256(text.encode())
    # Adding zero turns -0.0 into 0.0, and one NaN stands for all.
    matrix = matrix_of(ordered).round(DECIMALS) + 0.0
    matrix[np.isnan(matrix)] = np.nan
    found.update(np.ascontiguousarray(matrix, "<f8").tobytes())
    for level in (0, 1):
        found.update(ordered.index.get_level_values(level).to_numpy("<i8").tobytes())
    for name_of_fact in ("label", "relation"):
        found.update(ordered[name_of_fact].to_numpy("<i1").tobytes())
    found.update(ordered["weight"].to_numpy("<f8").round(DECIMALS).tobytes())
    return found.hexdigest()
