"""The duplicate model as served: a prior and one table per comparison, added up.

Each term is a step function of one comparison (or of an allowed pair of comparisons), with a value
of its own for "missing". Hence prior + contributions = match weight holds by construction, and an
explanation is a reading of the model, not an approximation of it. This file knows nothing of how
tables are learned, stored or named in a language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.relation_model import RelationModel
from ordertwin_models.weight import probabilities_of_weights

Array = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A step function of one comparison, or of a pair of them.

    An axis with edges e₁ < … < eₙ has n + 2 bins: (-∞, e₁], (e₁, e₂], …, (eₙ, ∞), missing.
    `values` are log2 odds, one axis per comparison.

    >>> Table(("gap",), (np.array([1.0, 5.0]),), np.array([3.0, 1.0, -2.0, 0.0])).term
    'gap'
    """

    comparisons: tuple[str, ...]
    edges: tuple[Array, ...]
    values: Array

    def __post_init__(self) -> None:
        if not 1 <= len(self.comparisons) <= 2 or len(self.edges) != len(self.comparisons):
            raise ValueError(f"table {self.term} must cover one or two comparisons")
        if any(not (np.diff(edges) > 0).all() for edges in self.edges):
            raise ValueError(f"edges of table {self.term} must grow")
        if self.values.shape != tuple(len(edges) + 2 for edges in self.edges):
            raise ValueError(f"table {self.term} must have one value per bin")
        if not all(np.isfinite(numbers).all() for numbers in (*self.edges, self.values)):
            raise ValueError(f"table {self.term} must hold finite numbers only")

    @property
    def term(self) -> str:
        """Name of the contribution: the comparison, or "a × b" for a pair."""
        return " × ".join(self.comparisons)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a match weight w into the calibrated one, slope · w + intercept, slope > 0."""

    slope: float = 1.0
    intercept: float = 0.0

    def __post_init__(self) -> None:
        if not (self.slope > 0 and np.isfinite([self.slope, self.intercept]).all()):
            raise ValueError("calibration needs a positive slope and finite numbers")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Match probabilities from which on an order is held or called a duplicate.

    `attended_review` counts when a person at the screen can answer at once, so it may be lower.
    """

    review: float
    duplicate: float
    attended_review: float

    def __post_init__(self) -> None:
        if not 0.0 < self.attended_review <= self.review <= self.duplicate <= 1.0:
            raise ValueError(
                "thresholds need 0 < attended review <= review <= duplicate <= 1, "
                f"not {self.attended_review}, {self.review}, {self.duplicate}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class GoldenVectors:
    """Comparison vectors (G, K) with the match weight (G,) that the maker of the model got."""

    vectors: Array
    weights: Array


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Match weights (N,) and the contributions (N, T) that add up to them, in `model.terms`."""

    weights: Array
    contributions: Array


@dataclass(frozen=True, eq=False)
class DuplicateModel:
    """Compiled additive model. `schema` names the columns of the comparison matrix, in order.

    >>> model = DuplicateModel(
    ...     version="toy", schema=("reference", "gap"), prior_weight=-7.0,
    ...     tables=(Table(("reference",), (np.array([0.5]),), np.array([-2.0, 6.0, 0.0])),
    ...             Table(("gap",), (np.array([1.0, 5.0]),), np.array([3.0, 1.0, -2.0, 0.0]))),
    ...     calibration=Calibration(), thresholds=Thresholds(0.5, 0.9, 0.3))
    >>> scores = model.score(np.array([[1.0, 1.0], [0.0, np.nan]]))
    >>> scores.weights.tolist(), scores.contributions.tolist()
    ([2.0, -9.0], [[6.0, 3.0], [-2.0, 0.0]])
    >>> model.probability(scores.weights).round(3).tolist()
    [0.8, 0.002]
    """

    version: str
    schema: tuple[str, ...]
    prior_weight: float
    tables: tuple[Table, ...]
    calibration: Calibration
    thresholds: Thresholds
    relation_model: RelationModel | None = None
    golden: GoldenVectors | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    _grid: _Grid = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known = set(self.schema)
        if len(known) != len(self.schema):
            raise ValueError("a comparison is named twice in the schema")
        unknown = {name for table in self.tables for name in table.comparisons} - known
        if unknown:
            raise ValueError(f"tables use comparisons outside the schema: {sorted(unknown)}")
        if len(set(self.terms)) != len(self.terms):
            raise ValueError("two tables have the same comparisons")
        if not np.isfinite(self.prior_weight):
            raise ValueError("the prior weight must be finite")
        if self.relation_model and self.relation_model.columns != len(self.schema):
            raise ValueError("the relation model has another number of comparisons")
        object.__setattr__(self, "_grid", _Grid.of(self.schema, self.tables))

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the columns of `Scores.contributions`."""
        return tuple(table.term for table in self.tables)

    def score(self, matrix: Array) -> Scores:
        """Match weight and contributions of each row; NaN is "missing".

        `ValueError` when the matrix does not have the columns of the schema.
        """
        if matrix.ndim != 2 or matrix.shape[1] != len(self.schema):
            raise ValueError(
                f"the model compares {len(self.schema)} aspects, the matrix is {matrix.shape}"
            )
        contributions = self._grid.contributions(matrix)
        return Scores(self.prior_weight + contributions.sum(axis=1), contributions)

    def probability(self, weights: Array) -> Array:
        """Calibrated match probability; grows with the weight."""
        return probabilities_of_weights(
            self.calibration.slope * weights + self.calibration.intercept
        )

    def relation_probabilities(self, matrix: Array) -> Array:
        """Probability of each of `relation_model.relations` per row; (N, 0) without that model."""
        if self.relation_model is None:
            return np.empty((len(matrix), 0))
        return self.relation_model.probabilities(matrix)


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """All tables laid out on one common axis, so that one binary search serves every comparison.

    A search per comparison costs more in calls than in work: 40 comparisons of 20 candidates take
    about 150 µs that way, and 35 µs this way.
    """

    axis: Array
    columns: Positions
    terms: Positions
    offsets: Positions
    values: Array
    pairs: _Pairs

    @classmethod
    def of(cls, schema: Sequence[str], tables: Sequence[Table]) -> _Grid:
        # NaN sorts behind infinity, so the infinite last edge gives "missing" a bin of its own.
        axis = np.unique(np.concatenate([*(e for t in tables for e in t.edges), [np.inf]]))
        columns = [tuple(schema.index(name) for name in table.comparisons) for table in tables]
        singles = [term for term, table in enumerate(tables) if len(table.comparisons) == 1]
        values = [tables[term].values[_bins(tables[term].edges[0], axis)] for term in singles]
        return cls(
            axis=axis,
            columns=np.array([columns[term][0] for term in singles], dtype=np.intp),
            terms=np.array(singles, dtype=np.intp),
            offsets=np.arange(len(singles), dtype=np.intp) * (len(axis) + 1),
            values=np.concatenate([*values, np.empty(0)]),
            pairs=_Pairs.of(axis, columns, tables),
        )

    def contributions(self, matrix: Array) -> Array:
        positions = self.axis.searchsorted(matrix)
        result: Array = np.empty((len(matrix), len(self.terms) + len(self.pairs.terms)))
        result[:, self.terms] = self.values[positions[:, self.columns] + self.offsets]
        result[:, self.pairs.terms] = self.pairs.contributions(positions)
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """The tables of two comparisons, cell after cell in `values`.

    Where a table begins and how long its rows are is reckoned into `rows`: for each table and each
    place on the axis the cell that its row begins with; `places` tells how many cells to go on.
    """

    terms: Positions
    columns: tuple[Positions, Positions]
    starts: Positions
    rows: Positions
    places: Positions
    values: Array

    @classmethod
    def of(cls, axis: Array, columns: Sequence[tuple[int, ...]], tables: Sequence[Table]) -> _Pairs:
        terms = [term for term, table in enumerate(tables) if len(table.comparisons) == 2]
        rows, places, values, begin = [], [], [], 0
        for term in terms:
            table = tables[term]
            rows.append(begin + _bins(table.edges[0], axis) * table.values.shape[1])
            places.append(_bins(table.edges[1], axis))
            values.append(table.values.ravel())
            begin += table.values.size
        none = np.empty(0, np.intp)
        return cls(
            terms=np.array(terms, np.intp),
            columns=(
                np.array([columns[term][0] for term in terms], np.intp),
                np.array([columns[term][1] for term in terms], np.intp),
            ),
            starts=np.arange(len(terms), dtype=np.intp) * (len(axis) + 1),
            rows=np.concatenate([*rows, none]),
            places=np.concatenate([*places, none]),
            values=np.concatenate([*values, np.empty(0)]),
        )

    def contributions(self, positions: Positions) -> Array:
        first, second = self.columns
        row = self.rows[positions[:, first] + self.starts]
        found: Array = self.values[row + self.places[positions[:, second] + self.starts]]
        return found


def _bins(edges: Array, axis: Array) -> Positions:
    """Bin of a table for every position on the common axis, "missing" last."""
    return np.append(edges.searchsorted(axis), len(edges) + 1)
