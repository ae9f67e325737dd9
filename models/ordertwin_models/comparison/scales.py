"""Numbers on the scales that comparisons use."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_COMMON_WEIGHT = 0.1


def within_unit(values: Array) -> Array:
    """Cut off below 0 and above 1; NaN stays."""
    return np.minimum(np.maximum(values, 0.0), 1.0)


def line_weight(rarity: Array) -> Array:
    """Weight of a line: even the commonest product counts a little."""
    return np.asarray(_COMMON_WEIGHT + (1 - _COMMON_WEIGHT) * rarity, float)
