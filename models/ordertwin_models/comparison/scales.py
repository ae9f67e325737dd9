"""Numbers on the scales that comparisons use."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_COMMON_WEIGHT = 0.1


def within_unit(values: Array) -> Array:
    """Cut off below 0 and above 1; NaN stays."""
    return np.minimum(np.maximum(values, 0.0), 1.0)


def information_of_number(values: Array) -> Array:
    """Bits in meeting just this number: round ones are common, each further digit is not.

    >>> information_of_number(np.array([1.0, 12.0, 500.0, 481.0, np.nan])).tolist()
    [1.0, 4.0, 1.0, 7.0, 0.0]
    """
    digits = [len(f"{value:.6g}".replace(".", "").strip("0")) for value in values.tolist()]
    return np.where(np.isnan(values), 0.0, 3.0 * np.array(digits, float).reshape(-1) - 2.0)


def line_weight(rarity: Array) -> Array:
    """Weight of a line: even the commonest product counts a little."""
    return np.asarray(_COMMON_WEIGHT + (1 - _COMMON_WEIGHT) * rarity, float)
