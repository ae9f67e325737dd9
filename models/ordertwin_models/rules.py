"""The rules that answer when no model is loaded: a small additive model, written by hand.

It has the shape of a learned model, so that everything behind it (explanation, policy, storage)
works the same; its answers are marked degraded. Weights are log2 odds, set with care to hold an
order only for what an ERP's own check would call suspicious, and never to call it a duplicate
unless reference or basket, customer and time all agree.
"""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.model import Calibration, DuplicateModel, Table, Thresholds

VERSION = "rules"


def _table(name: str, edges: list[float], values: list[float]) -> Table:
    return Table((name,), (np.array(edges),), np.array(values))


def rules_model() -> DuplicateModel:
    """The hand-written model; values of a table are per bin, "missing" last.

    >>> rules_model().version
    'rules'
    """
    return DuplicateModel(
        version=VERSION,
        schema=COMPARISON_NAMES,
        prior_weight=-9.0,
        tables=(
            _table("customer", [0.3, 0.79], [-6.0, -2.0, 2.0, -1.0]),
            _table("reference", [0.1, 0.5, 1.5, 3.5], [-3.0, 0.0, -3.0, -0.5, 5.0, 0.0]),
            _table("incoming_lines_shared", [0.3, 0.7, 0.95], [-4.0, -1.0, 1.0, 2.5, 0.0]),
            _table("existing_lines_shared", [0.3, 0.7, 0.95], [-4.0, -1.0, 1.0, 2.5, 0.0]),
            _table("quantities", [0.5, 0.99], [-1.0, 0.5, 2.5, 0.0]),
            _table("time_gap", [3.6, 5.0, 5.8], [3.0, 1.5, 0.0, -4.0, 0.0]),
            _table("customer_ship_to", [0.5], [-3.0, 0.5, 0.0]),
            _table("foreign_ship_to", [0.5], [-1.0, 0.5, 0.0]),
            _table("delivery_point", [0.5], [-3.0, 0.0, 0.0]),
            _table("places", [0.5], [0.0, -1.0, 0.0]),
            _table("amount", [0.98], [-0.5, 1.0, 0.0]),
            _table("delivery_date", [-1e-9, 1.0], [-2.0, 0.5, 1.0, 0.0]),
            _table("other_dates", [0.5], [0.0, -4.0, 0.0]),
            _table("stage", [3.5], [0.0, -30.0, 0.0]),
        ),
        calibration=Calibration(),
        thresholds=Thresholds(review=0.5, duplicate=0.97, attended_review=0.3),
    )
