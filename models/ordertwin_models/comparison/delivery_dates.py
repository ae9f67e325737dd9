"""How the delivery dates that two orders ask for lie to each other, as one number.

Each range of the number is a case of its own, so that a model can learn what each means:

    0 and more   one date: log2 of one plus the days between the orders. Everything that is ordered
                 on one day may be wanted on one day, but who asks days later for the same day means
                 the same goods.
    -1 to 0      other dates in orders of one sitting, by the doublings of one plus the days between
                 them: a schedule that is written down, or a date that is put right at once. Below
                 -0.5 the later order asks for the earlier date.
    -11 to -1    an earlier date in a later order, which no standing order asks for, by the days
                 between the dates for each day between the orders.
    -22 to -12   a later date, likewise: a standing order moves along with its date (-13).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_SITTING = 0.5
"""Days between two orders up to which they may be of one sitting."""

_MOST_MOVED = 10.0
"""The number tells moves apart up to so many days for each day between the orders."""

_SITTING_EARLIER, _EARLIER, _LATER = -0.5, -1.0, -12.0
_DOUBLING, _MOST_OF_SITTING = 0.05, 0.49


def compare_dates(moved: Array, passed: Array) -> Array:
    """The number for dates that moved by so many days (later ones positive) between orders that lie
    so many days apart.

    >>> compare_dates(np.array([0, 7, -2, 3]), np.array([7.0, 7.1, 3.0, 0.0])).round(3).tolist()
    [3.0, -13.0, -1.667, -0.1]
    """
    days = np.abs(moved)
    share = np.minimum(days / np.maximum(np.round(passed), 1.0), _MOST_MOVED)
    apart = np.where(moved < 0, _EARLIER, _LATER) - share
    sitting = np.where(moved < 0, _SITTING_EARLIER, 0.0)
    sitting -= np.minimum(_DOUBLING * np.log2(1.0 + days), _MOST_OF_SITTING)
    other = np.where(passed < _SITTING, sitting, apart)
    return np.where(moved == 0, np.log2(1.0 + passed), other)


def days_moved(number: float, passed: float) -> float:
    """Days between the dates, whichever came first; at least so many where the number stops.

    >>> [round(days_moved(number, 3.0)) for number in (0.5, -0.1, -0.6, -1.667, -13.0)]
    [0, 3, 3, 2, 3]
    """
    if number >= 0:
        return 0.0
    if number >= _EARLIER:
        doublings = (-number % -_SITTING_EARLIER) / _DOUBLING
        return float(2.0**doublings - 1.0)
    share = (_EARLIER if number > _LATER else _LATER) - number
    return share * max(round(passed), 1.0)
