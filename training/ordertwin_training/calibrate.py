"""From match weights to probabilities that mean something, and to thresholds that pay.

Both are worked out per order on held-out data, with duplicates weighted to the share that is
stated and look-alikes to `LOOK_ALIKES`, because a training history holds far more of both than life
does.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ordertwin_models.model import Calibration, Thresholds
from ordertwin_training.compile import rounded
from ordertwin_training.evaluate import Judged

Array = NDArray[np.float64]
DIGITS = 6
BINS = 10
LOOK_ALIKES = 0.02
"""Share of orders in life that look like an earlier one and are none (repeats at a customer's usual
rhythm, releases, splits); a history with fewer is taken as it is."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What mistakes cost (any unit), and how sure flags must be.

    `prevalence` is the share of orders that are duplicates in life. `missed` is a duplicate that
    went through, `review` a minute of a person's time for a held order, `warning` the same for
    somebody who is at the screen anyway, `block` an order called a duplicate wrongly: it is stored
    and held, and a person releases it. The precisions are the shares of flags (of blocks) that must
    be right at that prevalence, the false flags and false blocks the shares of ordinary orders that
    may be flagged (blocked) at most.
    """

    prevalence: float = 0.005
    missed: float = 100.0
    review: float = 4.0
    warning: float = 1.0
    block: float = 20.0
    review_precision: float = 0.3
    warning_precision: float = 0.2
    block_precision: float = 0.95
    false_flags: float = 0.0015
    false_blocks: float = 0.0002


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Said and seen share of twins per bin, with the weight of each bin, and what follows."""

    said: Array
    seen: Array
    share: Array
    expected_calibration_error: float
    brier: float


def order_weights(judged: Judged, prevalence: float) -> Array:
    """Weight of each order so that duplicates make up `prevalence` of the total, which is 1."""
    duplicate, background = judged.duplicate, judged.background
    look_alike = ~duplicate & ~background
    others = max(int((~duplicate).sum()), 1)
    share = int(look_alike.sum()) / others
    if background.any():
        share = min(share, LOOK_ALIKES)
    weight = np.zeros(len(duplicate))
    weight[duplicate] = prevalence / max(int(duplicate.sum()), 1)
    weight[look_alike] = (1.0 - prevalence) * share / max(int(look_alike.sum()), 1)
    weight[background] = (1.0 - prevalence) * (1.0 - share) / max(int(background.sum()), 1)
    return weight


def calibrate(judged: Judged, prevalence: float) -> Calibration:
    """Platt's logistic image of the match weights of the likeliest candidates.

    `judged` holds match weights. Targets are smoothed as Platt advises, so that perfectly separated
    data give no infinite slope. `ValueError` when there are no twins, or nothing but twins.
    """
    has_candidate = np.isfinite(judged.best)
    weight = order_weights(judged, prevalence)[has_candidate]
    twin, best = judged.best_is_twin[has_candidate], judged.best[has_candidate]
    twins, others = int(twin.sum()), int((~twin).sum())
    if not twins or not others:
        raise ValueError(
            f"calibration needs orders with and without twins, not {twins} and {others}; "
            "take a longer history or more worlds"
        )
    target = np.where(twin, (twins + 1) / (twins + 2), 1 / (others + 2))
    classifier = LogisticRegression(C=1e9, max_iter=1000)
    scale = len(best) / weight.sum()
    classifier.fit(
        np.concatenate([best, best])[:, None],
        np.concatenate([np.ones(len(best)), np.zeros(len(best))]),
        sample_weight=np.concatenate([weight * target, weight * (1 - target)]) * scale,
    )
    slope, intercept = classifier.coef_[0, 0] / log(2), classifier.intercept_[0] / log(2)
    return Calibration(*rounded(np.array([slope, intercept]), DIGITS).tolist())


def reliability(judged: Judged, prevalence: float) -> Reliability:
    """How true the probabilities of the likeliest candidates are; `judged` holds probabilities.

    Bins hold the same number of orders of the enriched sample, so that the rare high ones are seen
    in detail; shares and errors are at the stated prevalence.
    """
    said = np.maximum(judged.best, 0.0)
    twin, weight = judged.best_is_twin, order_weights(judged, prevalence)
    edges = np.linspace(0.0, 1.0, BINS + 1)[1:-1]
    bins = np.searchsorted(edges, said)
    share = np.bincount(bins, weight, BINS)
    filled = share > 0
    mean_said = np.bincount(bins, weight * said, BINS)[filled] / share[filled]
    mean_seen = np.bincount(bins, weight * twin, BINS)[filled] / share[filled]
    share = share[filled] / share.sum()
    return Reliability(
        said=mean_said,
        seen=mean_seen,
        share=share,
        expected_calibration_error=float((share * np.abs(mean_said - mean_seen)).sum()),
        brier=float((weight * (said - twin) ** 2).sum() / weight.sum()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What happens when orders are flagged from each probability on, highest first.

    `recall` is the share of duplicates with their twin flagged, `false_rate` the share of other
    orders flagged, `background_rate` that of orders related to nothing.
    """

    probability: Array
    recall: Array
    false_rate: Array
    background_rate: Array

    def precision(self, prevalence: float) -> Array:
        """Share of flags that are right at a prevalence."""
        right = prevalence * self.recall
        return right / np.maximum(right + (1 - prevalence) * self.false_rate, 1e-300)


def operating_curve(judged: Judged) -> Curve:
    """One point for every distinct probability of a held-out order; `judged` holds those."""
    points = np.unique(judged.deciding[np.isfinite(judged.deciding)])[::-1]
    weight = order_weights(judged, prevalence=0.5)

    def share_from(members: NDArray[np.bool_]) -> Array:
        return _share_from(judged.deciding[members], weight[members], points)

    return Curve(
        points,
        recall=share_from(judged.duplicate),
        false_rate=share_from(~judged.duplicate),
        background_rate=share_from(judged.background),
    )


def thresholds(judged: Judged, policy: Policy) -> Thresholds:
    """The cheapest thresholds that keep the floors; `judged` holds probabilities.

    A threshold is put halfway (in odds) to the next lower probability seen, because it is the gap
    that was found to be free of mistakes, not its upper end.
    """
    curve = operating_curve(judged)

    def cheapest(wrong: float, lost: float, precision: float, most: float) -> float:
        allowed = curve.precision(policy.prevalence) >= precision
        return _cheapest(curve, policy, wrong, lost, allowed & (curve.background_rate <= most))

    review = cheapest(policy.review, policy.missed, policy.review_precision, policy.false_flags)
    warning = cheapest(
        policy.warning, policy.missed, policy.warning_precision, 2 * policy.false_flags
    )
    block = cheapest(policy.block, policy.review, policy.block_precision, policy.false_blocks)
    review = min(review, 0.9)
    duplicate = max(block, review, 0.5)
    numbers = rounded(np.array([review, duplicate, min(warning, review)]), DIGITS).tolist()
    return Thresholds(*numbers)


def _cheapest(
    curve: Curve, policy: Policy, wrong: float, lost: float, allowed: NDArray[np.bool_]
) -> float:
    """Threshold of least cost among those allowed, where each flag that is wrong costs `wrong`, and
    each duplicate that is not flagged `lost`."""
    rare, common = policy.prevalence, 1.0 - policy.prevalence
    cost = rare * (1.0 - curve.recall) * lost + common * curve.false_rate * wrong
    cost[~allowed] = np.inf
    best = int(np.argmin(cost)) if len(cost) else 0
    if not len(cost) or not np.isfinite(cost[best]):
        return 0.999
    lower = curve.probability[min(best + 1, len(curve.probability) - 1)]
    return _between(float(lower), float(curve.probability[best]))


def _between(lower: float, upper: float) -> float:
    """Halfway in log odds, within what a threshold may be."""
    low, high = np.clip([lower, upper], 1e-6, 0.999)
    middle = (np.log(low / (1 - low)) + np.log(high / (1 - high))) / 2
    return float(1.0 / (1.0 + np.exp(-middle)))


def _share_from(values: Array, weights: Array, points: Array) -> Array:
    """Share, by weight, of the values that are at or above each point."""
    order = np.argsort(values, kind="stable")
    below = np.concatenate(([0.0], np.cumsum(weights[order])))
    total = below[-1] if below[-1] > 0 else 1.0
    return 1.0 - below[values[order].searchsorted(points)] / total
