"""Match weights: log2 odds, the scale on which evidence adds up.

One unit doubles the odds, minus one halves them. This file knows numbers only.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_LIMIT = 1000.0
"""Beyond 2**±1000 a double has no room; a weight further out is taken as this far out."""


def odds_of_weight(weight: float) -> float:
    """Odds that a match weight stands for.

    >>> odds_of_weight(3), odds_of_weight(-1)
    (8.0, 0.5)
    """
    return float(2.0 ** min(max(weight, -_LIMIT), _LIMIT))


def weight_of_odds(odds: float) -> float:
    """Match weight of positive odds; `ValueError` for others.

    >>> weight_of_odds(8)
    3.0
    """
    return math.log2(odds)


def probability_of_weight(weight: float) -> float:
    """Probability that a match weight stands for.

    >>> probability_of_weight(0), round(probability_of_weight(-10), 6)
    (0.5, 0.000976)
    """
    return 1.0 / (1.0 + odds_of_weight(-weight))


def weight_of_probability(probability: float) -> float:
    """Match weight of a probability strictly between 0 and 1; `ValueError` for others.

    >>> round(weight_of_probability(0.8), 6), weight_of_probability(0.5)
    (2.0, 0.0)
    """
    if not 0.0 < probability < 1.0:
        raise ValueError(f"a probability between 0 and 1 is needed, not {probability}")
    return math.log2(probability) - math.log2(1.0 - probability)


def probabilities_of_weights(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """`probability_of_weight` of a whole array.

    >>> probabilities_of_weights(np.array([-5000.0, 0.0, 1.0])).round(3).tolist()
    [0.0, 0.5, 0.667]
    """
    return 1.0 / (1.0 + np.exp2(-np.clip(weights, -_LIMIT, _LIMIT)))
