"""Which relations a pair can have at all, whatever the relation model finds likeliest.

A name says something that a person can check: nobody rewrote a reference that was never there, and
what came once, an hour ago, is no standing order. Probabilities and outcomes do not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log2, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.decision import Relation

Array = np.ndarray[Any, Any]
Flags = NDArray[np.bool_]

_COMPARED = ("reference_presence", "time_gap", "basket_repeats")
_EARLIER_OCCASIONS = 2
_SHORTEST_RHYTHM = 12 * 3600.0
_BOTH_HAVE_A_REFERENCE = 0.0


def possible_relations(
    relations: Sequence[Relation],
    schema: Sequence[str],
    matrix: Array,
    under_contract: Flags | None = None,
) -> Flags:
    """Whether each of R relations is possible for each of N pairs: (N, K) in, (N, R) out.

    `schema` names the columns of `matrix`; what a model does not compare rules nothing out.
    `under_contract` says of each pair whether one of the orders names a blanket order; None when
    that is not known.

    >>> names, seen = (Relation.EVASION, Relation.REKEYED), ("reference_presence",)
    >>> possible_relations(names, seen, np.array([[0.0], [3.0]])).tolist()
    [[True, True], [False, True]]
    """
    columns = {name: matrix[:, schema.index(name)] for name in _COMPARED if name in schema}
    possible = np.ones((len(matrix), len(relations)), bool)
    for place, relation in enumerate(relations):
        if relation in _CONDITIONS:
            possible[:, place] = _CONDITIONS[relation](columns, possible[:, place])
        elif relation is Relation.BLANKET_RELEASE and under_contract is not None:
            possible[:, place] = under_contract
    return possible


def _has_references(columns: Mapping[str, Array], unknown: Flags) -> Flags:
    if "reference_presence" not in columns:
        return unknown
    both: Flags = columns["reference_presence"] == _BOTH_HAVE_A_REFERENCE
    return both


def _may_be_a_habit(columns: Mapping[str, Array], unknown: Flags) -> Flags:
    if "time_gap" not in columns or "basket_repeats" not in columns:
        return unknown
    known: Flags = columns["basket_repeats"] >= log2(1 + _EARLIER_OCCASIONS) - 1e-9
    apart: Flags = columns["time_gap"] >= log10(1 + _SHORTEST_RHYTHM) - 1e-9
    return known | apart


_CONDITIONS: Mapping[Relation, Callable[[Mapping[str, Array], Flags], Flags]] = {
    Relation.EVASION: _has_references,
    Relation.STANDING: _may_be_a_habit,
}
"""What a relation needs; each is given the comparisons by name, and what holds without them."""
