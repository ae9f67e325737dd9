"""What single thing would have to differ for another outcome.

The model is quick and exact, so the question is put to it: score the pair again with one comparison
at the end of its scale, and see whether the weight crosses the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np

from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.comparison.identifiers import COMMON
from ordertwin_models.decision import Outcome
from ordertwin_models.model import DuplicateModel
from ordertwin_models.weight import weight_of_probability

THINGS_A_PERSON_CAN_CHECK = (
    "customer_ship_to",
    "foreign_ship_to",
    "delivery_point",
    "delivery_date",
    "reference",
    "release",
    "basket_agreement",
    "quantities",
    "incoming_lines_shared",
    "existing_lines_shared",
    "customer",
    "customer_conflicts",
    "phone",
    "email",
    "customer_name",
    "time_gap",
)
"""Comparisons worth naming, the easiest to check first; what is not stated cannot differ."""

_FALLING = {comparison.name for comparison in COMPARISONS if comparison.monotone < 0} | {"time_gap"}
"""Comparisons whose lowest number is that of a twin."""
_SUREST = 1 - 1e-12
"""A policy may say that nothing is ever held: a threshold of 1."""
_DAY = 86_400.0
_ALIKE_ALREADY = {"reference": COMMON}
"""Values that are in between, and of which nothing can be imagined otherwise."""


def counterfactual_of(
    model: DuplicateModel,
    vector: Mapping[str, float | None],
    weight: float,
    outcome: Outcome,
    review: float,
) -> str:
    """The comparison that alone would bring another outcome for this pair; empty if none would.

    `vector` has the comparisons of the pair, `weight` is its match weight, `review` the match
    probability from which on such a pair is held. For a flagged pair it is one that would make the
    order unique, for any other pair one that would have it held.
    """
    threshold = (
        weight_of_probability(min(review, _SUREST)) - model.calibration.intercept
    ) / model.calibration.slope
    flagged = weight >= threshold
    if flagged != (outcome is not Outcome.UNIQUE):
        return ""
    judged = {name for table in model.tables for name in table.comparisons}
    names = [
        name
        for name in THINGS_A_PERSON_CAN_CHECK
        if name in judged and vector[name] is not None and vector[name] != _ALIKE_ALREADY.get(name)
    ]
    weights = model.score(_changed(model, vector, names, alike=not flagged)).weights
    for name, changed in zip(names, weights.tolist(), strict=True):
        if (changed >= threshold) != flagged:
            return name
    return ""


def _changed(
    model: DuplicateModel, vector: Mapping[str, float | None], names: list[str], alike: bool
) -> np.ndarray[Any, Any]:
    """The pair once for each name, with that comparison as of a twin, or as of strangers."""
    pair = [np.nan if vector[name] is None else vector[name] for name in model.schema]
    rows = np.array([pair] * len(names), float).reshape(len(names), len(model.schema))
    for row, name in enumerate(names):
        end = inf if alike != (name in _FALLING) else -inf
        if name == "delivery_date" and alike:
            end = _same_date(vector)
        rows[row, model.schema.index(name)] = end
    return rows


def _same_date(vector: Mapping[str, float | None]) -> float:
    """What the comparison of delivery dates gives for equal ones."""
    seconds = 10.0 ** (vector["time_gap"] or 0.0) - 1.0
    return float(np.log2(1.0 + seconds / _DAY))
