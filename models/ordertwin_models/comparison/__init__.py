"""Comparisons: each judges one aspect of a pair, for all candidates of an order at once.

One file an aspect. `COMPARISONS` is the schema of every comparison vector, of the model's tables
and of the training data alike: training calls `compare` too, so nothing can drift apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison.address import ADDRESS
from ordertwin_models.comparison.circumstances import CIRCUMSTANCES
from ordertwin_models.comparison.copying import COPYING
from ordertwin_models.comparison.customer import CUSTOMER
from ordertwin_models.comparison.habit import HABIT
from ordertwin_models.comparison.identifiers import IDENTIFIERS
from ordertwin_models.comparison.lines import LINES
from ordertwin_models.comparison.pairs import Comparison, Pairs
from ordertwin_models.features import OrderFeatures

__all__ = ["COMPARISONS", "COMPARISON_NAMES", "Comparison", "Pairs", "compare", "vectors"]

COMPARISONS: tuple[Comparison, ...] = (
    *IDENTIFIERS, *CUSTOMER, *ADDRESS, *LINES, *CIRCUMSTANCES, *HABIT, *COPYING,
)  # fmt: skip
"""Every comparison, in the order of the columns of a comparison matrix."""

COMPARISON_NAMES: tuple[str, ...] = tuple(comparison.name for comparison in COMPARISONS)


def vectors(pairs: Pairs) -> np.ndarray[Any, Any]:
    """The comparison matrix (candidates × comparisons) of prepared pairs; NaN means missing."""
    columns = np.empty((len(COMPARISONS), len(pairs)))
    for place, comparison in enumerate(COMPARISONS):
        columns[place] = comparison.measure(pairs)
    return np.ascontiguousarray(columns.T)


def compare(order: OrderFeatures, candidates: Sequence[Candidate]) -> np.ndarray[Any, Any]:
    """The comparison matrix of an order and its candidates, one row a candidate."""
    return vectors(Pairs(order, candidates))
