"""Leaving to pairs only what neither comparison says alone.

A boosting is free to put what one comparison says into the tables of its pairs, where nobody looks
for it. Here the weighted mean of every row and column of a pair's table moves into the tables of
its two comparisons, again and again until none is left (Lengerich et al. 2020, "Purifying
interaction effects with the functional ANOVA"). The sum of all tables stays what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.model import Table

Array = NDArray[np.float64]

_ROUNDS = 1000
_SMALLEST_MEAN = 1e-10
_NEVER_SEEN = 1e-3
"""What a cell without any row counts, so that every row of a table has a mean."""


def purified(tables: Sequence[Table], schema: Sequence[str], like: Array) -> list[Table]:
    """The same sum of tables in which pairs have no mean of their own over the rows of `like`.

    Tables of one comparison come first, in the order of the schema; then the pairs as given.

    >>> both = Table(("a", "b"), (np.array([1.0]), np.array([1.0])),
    ...              np.array([[0.0, 2.0, 0.0], [3.0, 9.0, 0.0], [0.0, 0.0, 0.0]]))
    >>> like = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0], [2.0, 2.0]])
    >>> a, b, rest = purified([both], ["a", "b"], like)
    >>> rest.values[:2, :2].round(2).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    >>> round(float(a.values[1] + b.values[1] + rest.values[1, 1]), 6)
    9.0
    """
    singles = {table.term: table for table in tables if len(table.comparisons) == 1}
    pairs = []
    for table in tables:
        if len(table.comparisons) == 2:
            columns = [schema.index(name) for name in table.comparisons]
            weight = _rows_in_cells(table, like[:, columns])
            values, *means = _without_means(table.values, weight)
            pairs.append(Table(table.comparisons, table.edges, values))
            for name, edges, mean in zip(table.comparisons, table.edges, means, strict=True):
                moved = Table((name,), (edges,), mean)
                singles[name] = added(singles[name], moved) if name in singles else moved
    return [singles[name] for name in schema if name in singles] + pairs


def _rows_in_cells(table: Table, rows: Array) -> Array:
    first, second = (
        np.append(edges, inf).searchsorted(column)
        for edges, column in zip(table.edges, rows.T, strict=True)
    )
    cells = np.bincount(first * table.values.shape[1] + second, minlength=table.values.size)
    return np.maximum(cells.reshape(table.values.shape), _NEVER_SEEN)


def _without_means(values: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Values without means over rows and columns, and what has been taken out of both."""
    left = values.copy()
    of_rows, of_columns = np.zeros(values.shape[0]), np.zeros(values.shape[1])
    row_weight, column_weight = weight.sum(axis=1), weight.sum(axis=0)
    for _ in range(_ROUNDS):
        rows = (left * weight).sum(axis=1) / row_weight
        left -= rows[:, None]
        of_rows += rows
        columns = (left * weight).sum(axis=0) / column_weight
        left -= columns
        of_columns += columns
        if max(np.abs(rows).max(), np.abs(columns).max()) < _SMALLEST_MEAN:
            break
    return left, of_rows, of_columns


def added(one: Table, other: Table) -> Table:
    """Two tables of one comparison as one, equal to their sum everywhere."""
    edges = np.union1d(one.edges[0], other.edges[0])
    values = [table.values[bins_within(table.edges[0], edges)] for table in (one, other)]
    return Table(one.comparisons, (edges,), values[0] + values[1])


def bins_within(edges: Array, finer: Array) -> NDArray[np.intp]:
    """The bin of a table for each bin of an axis that has all of its edges, and more.

    >>> bins_within(np.array([2.0]), np.array([1.0, 2.0, 3.0])).tolist()
    [0, 0, 1, 1, 2]
    """
    return np.append(edges.searchsorted(np.append(finer, inf)), len(edges) + 1)
