"""Keeping a changed model monotone.

What a comparison does in the champion is spread over its own table and those of its pairs, and only
their sum is monotone. Where tables were changed apart from each other, the sum may dip; whatever it
dips by is added back as steps of the comparison's own table, no more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.model import Table
from ordertwin_training.purify import added

Array = NDArray[np.float64]

_NOISE = 1e-9


def repairs_of(
    tables: Sequence[Table], schema: Sequence[str], monotone: Sequence[int]
) -> list[Table]:
    """Steps that make the sum of the tables monotone where it has to be; none where it is.

    >>> dips = Table(("gap",), (np.array([1.0, 2.0]),), np.array([0.0, 2.0, 1.5, 0.0]))
    >>> [table.values.tolist() for table in repairs_of([dips], ["gap"], [1])]
    [[0.0, 0.0, 0.5, 0.0]]
    """
    found = []
    for name, sign in zip(schema, monotone, strict=True):
        own = [table for table in tables if name in table.comparisons]
        if not sign or not own:
            continue
        edges = np.unique(
            np.concatenate([table.edges[table.comparisons.index(name)] for table in own])
        )
        if not len(edges):
            continue
        least = sum(
            (sign * _least_jumps(table, name, edges, sign) for table in own), np.zeros(len(edges))
        )
        lacking = np.where(least < -_NOISE, -least, 0.0)
        if lacking.any():
            steps = sign * np.concatenate([[0.0], np.cumsum(lacking)])
            found.append(Table((name,), (edges,), np.append(steps, 0.0)))
    return found


def each_monotone(
    tables: Sequence[Table], schema: Sequence[str], monotone: Sequence[int]
) -> list[Table]:
    """The same sum of tables, in which pairs are monotone by themselves where the sum is.

    A model that is served keeps in a pair only what neither comparison says alone (`purify.py`), so
    its pairs may dip where the tables of single comparisons rise; as much as they dip goes back.

    >>> edge = np.array([1.0])
    >>> pair = Table(("a", "b"), (edge, edge), np.array([[1.0, -1, 0], [-1, 1, 0], [0, 0, 0]]))
    >>> alone = Table(("a",), (edge,), np.array([0.0, 5.0, 0.0]))
    >>> alone, pair = each_monotone([alone, pair], ["a", "b"], [1, 0])
    >>> alone.values.tolist(), pair.values.tolist()
    ([0.0, 3.0, 0.0], [[1.0, -1.0, 0.0], [1.0, 3.0, 2.0], [0.0, 0.0, 0.0]])
    """
    signs = dict(zip(schema, monotone, strict=True))
    singles = {table.term: table for table in tables if len(table.comparisons) == 1}
    pairs = []
    for table in tables:
        if len(table.comparisons) == 1:
            continue
        values = table.values.copy()
        for axis, (name, edges) in enumerate(zip(table.comparisons, table.edges, strict=True)):
            sign = signs[name]
            if not sign or not len(edges):
                continue
            along = np.moveaxis(values, axis, 0)
            dips = np.minimum((sign * np.diff(along[:-1], axis=0)).min(axis=1), 0.0)
            steps = np.concatenate([[0.0], np.cumsum(-sign * dips), [0.0]])
            along += steps[:, None]
            taken = Table((name,), (edges,), -steps)
            singles[name] = added(singles[name], taken) if name in singles else taken
        pairs.append(Table(table.comparisons, table.edges, values))
    return [singles[name] for name in schema if name in singles] + pairs


def values_at(table: Table, column: Array) -> Array:
    """What a table of one comparison says about each value of it."""
    return np.asarray(table.values[np.append(table.edges[0], np.inf).searchsorted(column)])


def _least_jumps(table: Table, name: str, edges: Array, sign: int) -> Array:
    """At each edge the jump of the table that is worst for monotony, whatever the other value."""
    axis = table.comparisons.index(name)
    result = np.zeros(len(edges))
    if not len(table.edges[axis]):
        return result
    values = np.moveaxis(table.values, axis, 0)[:-1]
    jumps = np.diff(values, axis=0).reshape(len(values) - 1, -1)
    worst = jumps.min(axis=1) if sign > 0 else jumps.max(axis=1)
    result[edges.searchsorted(table.edges[axis])] = worst
    return result
