"""Names the relation of a pair: a multinomial logistic model over the comparison vector.

Each comparison enters as three numbers: its standardised value z, cut off at ±`CLIP` so that one
wild value cannot outvote the rest; z², because many relations live in the middle of a scale (a
gap of days, not of seconds or months); and whether it was missing (then z and z² are 0). This file
knows numbers only; what the relations mean is said in `decision.Relation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.decision import Relation

CLIP = 3.0
Array = NDArray[np.float64]


def relation_features(matrix: Array, centre: Array, scale: Array) -> Array:
    """What the relation model sees of a comparison matrix: (N, K) in, (N, 3 K) out.

    >>> relation_features(np.array([[4.0, np.nan]]), np.array([2.0, 0.0]), np.array([4.0, 1.0]))
    array([[0.5 , 0.  , 0.25, 0.  , 0.  , 1.  ]])
    """
    missing = np.isnan(matrix)
    z = np.where(missing, 0.0, np.clip((matrix - centre) / scale, -CLIP, CLIP))
    return np.concatenate([z, z * z, missing], axis=1, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class RelationModel:
    """Centre and scale per comparison (K,), coefficients (R, 3 K) and intercepts (R,).

    >>> model = RelationModel((Relation.RETRY, Relation.STANDING), centre=np.zeros(1),
    ...     scale=np.ones(1), coefficients=np.array([[-2.0, 0, 0], [2.0, 0, 0]]),
    ...     intercepts=np.zeros(2))
    >>> model.probabilities(np.array([[-3.0], [0.0]])).round(3).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """

    relations: tuple[Relation, ...]
    centre: Array
    scale: Array
    coefficients: Array
    intercepts: Array

    def __post_init__(self) -> None:
        relations, columns = len(self.relations), len(self.centre)
        if not relations or len(set(self.relations)) != relations:
            raise ValueError("the relation model needs relations, each of them once")
        if self.centre.shape != (columns,) or self.scale.shape != (columns,):
            raise ValueError("the relation model needs one centre and one scale per comparison")
        if not (self.scale > 0).all():
            raise ValueError("scales of the relation model must be positive")
        if self.coefficients.shape != (relations, 3 * columns):
            raise ValueError("the relation model needs three coefficients per comparison")
        if self.intercepts.shape != (relations,):
            raise ValueError("the relation model needs one intercept per relation")

    def probabilities(self, matrix: Array) -> Array:
        """Probability of each relation, given the comparison vectors: (N, K) in, (N, R) out."""
        seen = relation_features(matrix, self.centre, self.scale)
        logits = seen @ self.coefficients.T + self.intercepts
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        result: Array = shares / shares.sum(axis=1, keepdims=True)
        return result
