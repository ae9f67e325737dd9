"""What single thing would have to differ for another outcome.

The model adds up, so the question has an exact answer: replace one contribution by the lowest (or
highest) value of its own table and see whether the weight crosses the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordertwin_models.decision import Outcome
from ordertwin_models.model import DuplicateModel
from ordertwin_models.weight import weight_of_probability

THINGS_A_PERSON_CAN_CHECK = (
    "ship_to",
    "requested_date",
    "reference",
    "release",
    "quantities",
    "incoming_lines_shared",
    "existing_lines_shared",
    "customer",
    "phone",
    "email",
    "customer_name",
    "time_gap",
)
"""Comparisons worth naming, the easiest to check first."""

_SUREST = 1 - 1e-12
"""A policy may say that nothing is ever held: a threshold of 1."""


def counterfactual_of(
    model: DuplicateModel,
    weight: float,
    contributions: Mapping[str, float],
    outcome: Outcome,
    review: float,
) -> str:
    """The comparison that alone would bring another outcome for this pair; empty if none would.

    `review` is the match probability from which on such a pair is held. For a flagged pair it is
    one that would make the order unique, for any other pair one that would have it held.
    """
    threshold = (
        weight_of_probability(min(review, _SUREST)) - model.calibration.intercept
    ) / model.calibration.slope
    flagged = weight >= threshold
    if flagged != (outcome is not Outcome.UNIQUE):
        return ""
    tables = {table.term: table for table in model.tables if len(table.comparisons) == 1}
    for name in THINGS_A_PERSON_CAN_CHECK:
        if name not in tables:
            continue
        values = tables[name].values[:-1]
        changed = weight - contributions[name] + float(values.min() if flagged else values.max())
        if (changed >= threshold) != flagged:
            return name
    return ""
