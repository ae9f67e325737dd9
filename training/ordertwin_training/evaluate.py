"""How a model does on held-out orders: the likeliest candidate of each order decides.

An order is what people see, so everything is measured per order, not per pair: a background order
with fifty candidates has fifty chances to be flagged falsely. Works for any number per pair, so
that the model and its baselines are measured alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ordertwin_models.decision import DUPLICATE_RELATIONS, Outcome, Relation
from ordertwin_models.model import Thresholds
from ordertwin_training.detection_report import (
    DetectionCase,
    average_precision,
    detection_report,
)
from ordertwin_training.labels import Label
from ordertwin_training.pairs import EXACT_REFERENCE, POSSIBLE, RELATIONS

Array = NDArray[np.float64]
BACKGROUND = -1
NO_CANDIDATE = -np.inf
FALSE_FLAG_BUDGET = 3.0
"""False flags per 1,000 background orders at which models are compared."""

_DUPLICATES = [place for place, name in enumerate(RELATIONS) if name in DUPLICATE_RELATIONS]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Orders to be judged, and all their candidate pairs.

    `orders` is labelled by number of the order, with `relation` (place in `RELATIONS`, -1
    background) and `earlier` (how many orders were there before); `pairs` as `labelled_pairs` makes
    them, with the same numbers.
    """

    orders: pd.DataFrame
    pairs: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Judged:
    """One entry for each held-out order, -inf where there was no such candidate.

    `best` is the score of the likeliest candidate, `best_is_twin` whether that is right, and
    `twin` the score of the likeliest true twin.
    """

    relation: NDArray[np.int64]
    best: Array
    best_is_twin: NDArray[np.bool_]
    twin: Array

    @property
    def duplicate(self) -> NDArray[np.bool_]:
        """Which orders should be flagged."""
        return np.asarray(np.isin(self.relation, _DUPLICATES), dtype=bool)

    @property
    def background(self) -> NDArray[np.bool_]:
        """Which orders are related to nothing."""
        return np.asarray(self.relation == BACKGROUND, dtype=bool)

    @property
    def deciding(self) -> Array:
        """The score from which the answer is right (duplicates) or wrong (all others)."""
        return np.where(self.duplicate, self.twin, self.best)


def judge(held_out: HeldOut, scores: Array) -> Judged:
    """Reduce scores of pairs to scores of orders; candidates that cannot be twins are left out."""
    pairs = held_out.pairs
    possible = pairs[POSSIBLE].to_numpy(bool)
    incoming = pairs.index.get_level_values(0)[possible]
    twin = (pairs["label"].to_numpy() == Label.TWIN)[possible]
    frame = pd.DataFrame({"incoming": incoming, "score": scores[possible], "twin": twin})
    numbers = held_out.orders.index
    best = frame.loc[frame.groupby("incoming")["score"].idxmax()].set_index("incoming")
    best_twin = frame[frame["twin"]].groupby("incoming")["score"].max()
    return Judged(
        relation=held_out.orders["relation"].to_numpy(np.int64),
        best=best["score"].reindex(numbers).fillna(NO_CANDIDATE).to_numpy(np.float64),
        best_is_twin=np.isin(numbers, best.index[best["twin"]]),
        twin=best_twin.reindex(numbers).fillna(NO_CANDIDATE).to_numpy(np.float64),
    )


def detection_cases(
    held_out: HeldOut, probabilities: Array, thresholds: Thresholds
) -> list[DetectionCase]:
    """What each held-out order would have been told. A duplicate counts by its true twin."""
    judged = judge(held_out, probabilities)
    exact = _judged_by_exact_reference(held_out)
    return [
        DetectionCase(
            relation=None if relation == BACKGROUND else RELATIONS[relation],
            outcome=_outcome(score, thresholds),
            probability=max(score, 0.0),
            counterpart_named=bool(score > NO_CANDIDATE),
            exact_reference=Outcome.REVIEW if objects else Outcome.UNIQUE,
            exact_reference_counterpart_named=bool(objects),
        )
        for relation, score, objects in zip(
            judged.relation.tolist(), judged.deciding.tolist(), exact.tolist(), strict=True
        )
    ]


def figures(held_out: HeldOut, probabilities: Array, thresholds: Thresholds) -> dict[str, Any]:
    """The detection report of a model, with what blocking did: per relation, and overall."""
    report = detection_report(detection_cases(held_out, probabilities, thresholds))
    complete = pairs_completeness(held_out)
    for name, relation in report["relations"].items():
        relation["pairs_completeness"] = complete.get(name)
    report["pairs_completeness"] = complete.get("all")
    report["reduction_ratio"] = reduction_ratio(held_out)
    return report


def ranking_figures(held_out: HeldOut, scores: Array) -> dict[str, float]:
    """What can be said of any score, whatever its scale: how well it ranks."""
    judged = judge(held_out, scores)
    rank = np.where(judged.deciding > NO_CANDIDATE, judged.deciding - scores.min(initial=0.0), -1.0)
    return {
        "average_precision": average_precision(judged.duplicate, rank) or 0.0,
        "recall_at_3_false_flags_per_1000": recall_within(judged, FALSE_FLAG_BUDGET),
    }


def recall_within(judged: Judged, false_flags_per_1000: float) -> float:
    """Best recall at no more than so many false flags per 1,000 background orders."""
    background = np.sort(judged.best[judged.background])[::-1]
    allowed = int(len(background) * false_flags_per_1000 / 1000.0)
    limit = background[allowed] if allowed < len(background) else NO_CANDIDATE
    found = judged.twin[judged.duplicate] > limit
    return float(found.mean()) if len(found) else 0.0


def pairs_completeness(held_out: HeldOut) -> dict[str, float]:
    """Share of duplicates for which blocking proposed a twin: per relation, and under "all"."""
    pairs, orders = held_out.pairs, held_out.orders
    found = pairs.index.get_level_values(0)[pairs["label"].to_numpy() == Label.TWIN].unique()
    duplicates = orders[orders["relation"].isin(_DUPLICATES)]
    if duplicates.empty:
        return {}
    hit = duplicates.index.isin(found)
    shares = pd.Series(hit).groupby(duplicates["relation"].to_numpy()).mean()
    by_relation = {str(RELATIONS[int(place)]): float(share) for place, share in shares.items()}
    return {"all": float(hit.mean()), **by_relation}


def reduction_ratio(held_out: HeldOut) -> float | None:
    """Share of all pairs with earlier orders that blocking avoided to compare."""
    every = int(held_out.orders["earlier"].sum())
    return 1.0 - len(held_out.pairs) / every if every else None


def rule_recall(held_out: HeldOut, rules: tuple[str, ...]) -> dict[str, float]:
    """Share of proposed twins that each blocking rule finds, and that it alone finds."""
    masks = held_out.pairs["rules"].to_numpy()[held_out.pairs["label"].to_numpy() == Label.TWIN]
    if not len(masks):
        return {}
    found = {name: float(((masks >> bit) & 1).mean()) for bit, name in enumerate(rules)}
    alone = {f"{name} alone": float((masks == 1 << bit).mean()) for bit, name in enumerate(rules)}
    return {**found, **alone}


def _judged_by_exact_reference(held_out: HeldOut) -> NDArray[np.bool_]:
    pairs = held_out.pairs
    objects = pairs[EXACT_REFERENCE].to_numpy(bool)
    twin = pairs["label"].to_numpy() == Label.TWIN
    incoming = pairs.index.get_level_values(0)
    rightly = held_out.orders.index.isin(incoming[objects & twin])
    at_all = held_out.orders.index.isin(incoming[objects])
    duplicate = held_out.orders["relation"].isin(_DUPLICATES).to_numpy()
    return np.asarray(np.where(duplicate, rightly, at_all), dtype=bool)


def _outcome(probability: float, thresholds: Thresholds) -> Outcome:
    if probability >= thresholds.duplicate:
        return Outcome.DUPLICATE
    return Outcome.REVIEW if probability >= thresholds.review else Outcome.UNIQUE


def relation_accuracy(
    probabilities: Array, names: tuple[Relation, ...], relation: NDArray[np.int8]
) -> dict[str, float]:
    """Share of pairs of known relation that are named rightly, among relations of their kind.

    Whether a pair is a duplicate is the first stage's business, so the second is asked for the
    likeliest relation of the kind that is true.
    """
    kind = np.array([name.is_duplicate for name in names])
    known = np.flatnonzero(np.isin(relation, [RELATIONS.index(name) for name in names]))
    if not len(known):
        return {}
    truth = np.array([names.index(RELATIONS[place]) for place in relation[known]])
    allowed = kind[truth][:, None] == kind[None, :]
    guess = np.where(allowed, probabilities[known], -1.0).argmax(axis=1)
    right = pd.Series(guess == truth)
    by_relation = right.groupby(truth).mean()
    return {
        "all": float(right.mean()),
        **{str(names[int(i)]): float(share) for i, share in by_relation.items()},
    }
