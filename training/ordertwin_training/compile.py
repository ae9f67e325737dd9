"""From a fitted boosting to the tables that are served, without approximation.

A leaf of a tree is a box over the comparisons on its way from the root; an additive boosting has
boxes over one comparison, or over an allowed pair. Adding every leaf into the table of its
comparisons gives the same function. Knows trees and tables, nothing of orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf, log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from ordertwin_models.decision import Relation
from ordertwin_models.model import Calibration, DuplicateModel, Table, Thresholds
from ordertwin_models.relation_model import RelationModel, RelationTable
from ordertwin_training.purify import bins_within, purified

Array = NDArray[np.float64]
PARITY = 1e-9
DIGITS = 12
RELATION_DIGITS = 5

_UNDECIDED = Thresholds(review=0.5, duplicate=0.95, attended_review=0.5)


class NotAdditive(ValueError):
    """The estimator lets more comparisons act together than a table can hold."""


class ParityBroken(ValueError):
    """The tables do not score as the estimator does."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Values in (low, high], and whether a missing value belongs to it."""

    low: float = -inf
    high: float = inf
    missing: bool = True

    def below(self, threshold: float, missing: bool) -> Interval:
        """The part that goes left at a split."""
        return Interval(self.low, min(self.high, threshold), self.missing and missing)

    def above(self, threshold: float, missing: bool) -> Interval:
        """The part that goes right at a split."""
        return Interval(max(self.low, threshold), self.high, self.missing and missing)

    def bins(self, edges: Array) -> NDArray[np.bool_]:
        """Which bins of a table axis it covers; its ends must be among the edges.

        >>> Interval(1.0, inf, missing=False).bins(np.array([1.0, 5.0])).tolist()
        [False, True, True, False]
        """
        uppers = np.append(edges, inf)
        covered = (uppers > self.low) & (uppers <= self.high)
        return np.append(covered, self.missing)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value (in nats) over a box: one interval for each comparison that was split on."""

    value: float
    box: dict[int, Interval] = field(default_factory=dict)


def compile_tables(
    classifier: HistGradientBoostingClassifier, schema: Sequence[str], like: Array
) -> tuple[float, tuple[Table, ...]]:
    """Prior weight and tables that add up to the estimator's decision function, in log2 odds.

    Each table is shifted to a mean of zero over the rows of `like`, so that the prior is the mean
    weight of such pairs and a contribution says how far a pair differs from them; tables of pairs
    hold only what neither comparison says alone (`purify.py`). `NotAdditive` when the estimator is
    not.
    """
    boxes: dict[tuple[int, ...], list[Leaf]] = {}
    constant = float(np.ravel(classifier._baseline_prediction)[0])
    for (tree,) in classifier._predictors:
        for leaf in leaves_of(tree.nodes):
            if leaf.box:
                boxes.setdefault(tuple(sorted(leaf.box)), []).append(leaf)
            else:
                constant += leaf.value
    prior = constant / log(2)
    uneven = [_table(columns, boxes[columns], schema) for columns in sorted(boxes)]
    tables = []
    for table in purified(uneven, schema, like):
        shift = _mean(table, like[:, [schema.index(name) for name in table.comparisons]])
        prior += shift
        centred = Table(table.comparisons, table.edges, rounded(table.values - shift))
        if centred.values.any():
            tables.append(_simplified(centred))
    return float(rounded(np.array(prior))), tuple(tables)


def compile_relations(
    classifier: HistGradientBoostingClassifier, relations: Sequence[Relation], columns: int
) -> RelationModel:
    """The relation model that gives the estimator's probabilities; `NotAdditive` when it cannot."""
    intercepts = np.ravel(classifier._baseline_prediction).astype(np.float64)
    first = len(relations) - len(intercepts)  # of two classes only the second one has trees
    intercepts = np.concatenate([np.zeros(first), intercepts])
    leaves: dict[int, list[tuple[int, Leaf]]] = {}
    for trees in classifier._predictors:
        for place, tree in enumerate(trees, first):
            for leaf in leaves_of(tree.nodes):
                if len(leaf.box) > 1:
                    raise NotAdditive("two comparisons act together; a table holds one")
                if not leaf.box:
                    intercepts[place] += leaf.value
                for column in leaf.box:
                    leaves.setdefault(column, []).append((place, leaf))
    tables = []
    for column in sorted(leaves):
        edges = _edges(leaf.box[column] for _, leaf in leaves[column])
        values = np.zeros((len(edges) + 2, len(relations)))
        for place, leaf in leaves[column]:
            values[leaf.box[column].bins(edges), place] += leaf.value
        tables.append(RelationTable(column, edges, rounded(values, RELATION_DIGITS)))
    return RelationModel(
        tuple(relations), columns, rounded(intercepts, RELATION_DIGITS), tuple(tables)
    )


def side_by_side(models: Sequence[RelationModel]) -> RelationModel:
    """One relation model that weighs each relation as the one of `models` does that knows it.

    Relations of different models are not to be weighed against each other.
    """
    starts = np.cumsum([0, *(len(model.relations) for model in models)])
    tables = []
    for column in sorted({table.column for model in models for table in model.tables}):
        parts = [
            (start, table)
            for start, model in zip(starts, models, strict=False)
            for table in model.tables
            if table.column == column
        ]
        edges = np.unique(np.concatenate([table.edges for _, table in parts]))
        values = np.zeros((len(edges) + 2, starts[-1]))
        for start, table in parts:
            spread = table.values[bins_within(table.edges, edges)]
            values[:, start : start + table.values.shape[1]] = spread
        tables.append(RelationTable(column, edges, values))
    return RelationModel(
        tuple(relation for model in models for relation in model.relations),
        models[0].columns,
        np.concatenate([model.intercepts for model in models]),
        tuple(tables),
    )


def leaves_of(nodes: NDArray[Any]) -> Iterator[Leaf]:
    """The leaves of one tree of scikit-learn's histogram boosting, from left to right."""
    waiting: list[tuple[int, dict[int, Interval]]] = [(0, {})]
    while waiting:
        number, box = waiting.pop()
        node = nodes[number]
        if node["is_leaf"]:
            yield Leaf(float(node["value"]), box)
            continue
        if node["is_categorical"]:
            raise NotAdditive("categorical splits cannot be compiled")
        column, threshold = int(node["feature_idx"]), float(node["num_threshold"])
        missing_left = bool(node["missing_go_to_left"])
        interval = box.get(column, Interval())
        right = {**box, column: interval.above(threshold, not missing_left)}
        left = {**box, column: interval.below(threshold, missing_left)}
        waiting.extend([(int(node["right"]), right), (int(node["left"]), left)])


def check_parity(
    model: DuplicateModel, classifier: HistGradientBoostingClassifier, matrix: Array
) -> float:
    """Largest difference in log2 odds over all rows; `ParityBroken` above 1e-9."""
    expected = classifier.decision_function(matrix) / log(2)
    worst = float(np.abs(model.score(matrix).weights - expected).max(initial=0.0))
    if not worst <= PARITY:
        raise ParityBroken(
            f"tables and estimator differ by {worst:.3g} in the match weight, allowed is {PARITY}"
        )
    return worst


def uncalibrated(prior: float, tables: tuple[Table, ...], schema: Sequence[str]) -> DuplicateModel:
    """A model that can score, before calibration and thresholds are known."""
    return DuplicateModel("", tuple(schema), prior, tables, Calibration(), _UNDECIDED)


def rounded(values: Array, digits: int = DIGITS) -> Array:
    """Values with so many significant digits, so that no machine's last bit gets into a file.

    >>> rounded(np.array([1 / 3, 2e-20]), digits=3).tolist()
    [0.333, 2e-20]
    """
    flat = [float(f"{value:.{digits}g}") for value in np.ravel(values)]
    return np.array(flat).reshape(np.shape(values))


def _table(columns: tuple[int, ...], leaves: list[Leaf], schema: Sequence[str]) -> Table:
    if len(columns) > 2:
        names = [schema[column] for column in columns]
        raise NotAdditive(f"the comparisons {names} act together; a table holds two at most")
    edges = tuple(_edges(leaf.box[column] for leaf in leaves) for column in columns)
    values = np.zeros([len(axis) + 2 for axis in edges])
    for leaf in leaves:
        covered = [leaf.box[column].bins(axis) for column, axis in zip(columns, edges, strict=True)]
        values[np.ix_(*covered)] += leaf.value
    return Table(tuple(schema[column] for column in columns), edges, values / log(2))


def _edges(intervals: Iterator[Interval]) -> Array:
    ends = {end for interval in intervals for end in (interval.low, interval.high)}
    return np.array(sorted(ends - {-inf, inf}))


def _mean(table: Table, rows: Array) -> float:
    axes = zip(table.edges, rows.T, strict=True)
    bins = [np.append(edges, inf).searchsorted(column) for edges, column in axes]
    return float(table.values[tuple(bins)].mean())


def _simplified(table: Table) -> Table:
    """The same step function without edges at which nothing changes."""
    if len(table.edges) > 1:
        return table
    (edges,), steps = table.edges, table.values[:-1]
    kept = np.flatnonzero(np.diff(steps))
    values = np.concatenate([steps[kept], steps[-1:], table.values[-1:]])
    return Table(table.comparisons, (edges[kept],), values)
