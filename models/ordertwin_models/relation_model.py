"""Names the relation of a pair: for each relation a sum of step functions of the comparisons.

As in the duplicate model, every comparison has a table of its own with a value for "missing", so
that a name can be explained: what speaks for a relation is added up, and the largest sum wins. This
file knows numbers only; what the relations mean is said in `decision.Relation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.decision import Relation

Array = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class RelationTable:
    """What the comparison in column `column` says about each of R relations.

    Edges e₁ < … < eₙ make n + 2 bins: (-∞, e₁], …, (eₙ, ∞), missing; `values` (n + 2, R) are nats.
    """

    column: int
    edges: Array
    values: Array


@dataclass(frozen=True, eq=False)
class RelationModel:
    """Intercepts (R,) in nats and tables over `columns` comparisons.

    >>> table = RelationTable(0, np.array([0.0]), np.array([[2.0, -2.0], [-2.0, 2.0], [0.0, 0.0]]))
    >>> model = RelationModel((Relation.RETRY, Relation.STANDING), 1, np.zeros(2), (table,))
    >>> model.probabilities(np.array([[-3.0], [np.nan]])).round(2).tolist()
    [[0.98, 0.02], [0.5, 0.5]]
    """

    relations: tuple[Relation, ...]
    columns: int
    intercepts: Array
    tables: tuple[RelationTable, ...]
    _grid: _Grid = field(init=False, repr=False)

    def __post_init__(self) -> None:
        relations = len(self.relations)
        if not relations or len(set(self.relations)) != relations:
            raise ValueError("the relation model needs relations, each of them once")
        if self.intercepts.shape != (relations,):
            raise ValueError("the relation model needs one intercept per relation")
        for table in self.tables:
            if not 0 <= table.column < self.columns:
                raise ValueError("a table of the relation model has no comparison")
            if table.values.shape != (len(table.edges) + 2, relations):
                raise ValueError("a table of the relation model needs one value per bin, relation")
            if not (np.diff(table.edges) > 0).all():
                raise ValueError("edges of the relation model must grow")
        object.__setattr__(self, "_grid", _Grid.of(self.tables))

    def contributions(self, matrix: Array) -> Array:
        """What each table adds to each relation: (N, K) in, (N, tables, R) out, in nats."""
        return self._grid.values_at(matrix)

    def probabilities(self, matrix: Array) -> Array:
        """Probability of each relation, given the comparison vectors: (N, K) in, (N, R) out."""
        logits = self.intercepts + self.contributions(matrix).sum(axis=1)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        result: Array = shares / shares.sum(axis=1, keepdims=True)
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """All tables on one common axis, so that one binary search serves every comparison."""

    axis: Array
    columns: Positions
    bins: Positions
    values: Array

    @classmethod
    def of(cls, tables: Sequence[RelationTable]) -> _Grid:
        # NaN sorts behind infinity, so the infinite last edge gives "missing" a bin of its own.
        axis = np.unique(np.concatenate([*(table.edges for table in tables), [np.inf]]))
        starts = np.cumsum([0, *(len(table.values) for table in tables)])
        places = [
            np.append(table.edges.searchsorted(axis), len(table.edges) + 1) + start
            for table, start in zip(tables, starts[:-1], strict=True)
        ]
        return cls(
            axis=axis,
            columns=np.array([table.column for table in tables], np.intp),
            bins=np.array(places, np.intp).reshape(len(tables), len(axis) + 1),
            values=np.concatenate([table.values for table in tables])
            if tables
            else np.zeros((0, 1)),
        )

    def values_at(self, matrix: Array) -> Array:
        positions = self.axis.searchsorted(matrix[:, self.columns])
        found: Array = self.values[self.bins[np.arange(len(self.columns)), positions]]
        return found
