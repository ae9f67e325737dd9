"""When two quantities or prices of lines are the same, and how much that tells."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SAME_QUANTITY = 1e-4
SAME_PRICE = 5e-3
"""Relative differences up to which two numbers are one."""
_SMALLEST_BOX, _LARGEST_BOX = 3, 1001


def information_of_number(values: Array) -> Array:
    """Bits in meeting just this number: round ones are common, each further digit is not.

    >>> information_of_number(np.array([1.0, 12.0, 500.0, 481.0, np.nan])).tolist()
    [1.0, 4.0, 1.0, 7.0, 0.0]
    """
    digits = [len(f"{value:.6g}".replace(".", "").strip("0")) for value in values.tolist()]
    return np.where(np.isnan(values), 0.0, 3.0 * np.array(digits, float).reshape(-1) - 2.0)


def same_price(mine: Array, theirs: Array) -> Array:
    """Whether two unit prices are the same; not where one is missing."""
    same: Array = np.abs(mine - theirs) <= SAME_PRICE * np.abs(theirs)
    return same


def is_box(ratio: Array) -> Array:
    """Whether one quantity is so many times the other as a box may hold: a whole number.

    >>> is_box(np.array([12.0, 1 / 12, 2.0, 12.5])).tolist()
    [True, True, False, False]
    """
    times = np.where(ratio < 1, 1 / np.maximum(ratio, 1e-9), ratio)
    box: Array = (times > _SMALLEST_BOX * (1 - SAME_QUANTITY)) & (times < _LARGEST_BOX)
    return box & (np.abs(times - np.round(times)) <= SAME_QUANTITY * times)
