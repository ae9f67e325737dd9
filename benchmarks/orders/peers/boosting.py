"""Gradient boosting on 26 plain features: what a good data scientist builds in a week."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.orders.candidates import labelled, pairs_of
from benchmarks.orders.records import LabelledStream, Record, Scored

Array = NDArray[np.float64]
FEATURES = 26


class Boosting:
    """Trained on the streams it was given; `name` says which world those are from."""

    threshold = 0.5

    def __init__(self, name: str) -> None:
        self.name = name
        self._classifier = HistGradientBoostingClassifier(random_state=1)
        self._empty: NDArray[np.bool_] = np.zeros(FEATURES, dtype=np.bool_)

    def learn(self, stream: LabelledStream) -> None:
        """Fit on the pairs of known truth."""
        pairs = pairs_of(stream.records)
        label = labelled(stream, pairs)
        features = features_of(stream.records, pairs)[label >= 0]
        # scikit-learn cannot bin a column without any value.
        self._empty = np.asarray(np.isnan(features).all(axis=0), dtype=np.bool_)
        self._classifier.fit(np.where(self._empty, 0.0, features), label[label >= 0])

    def score(self, stream: LabelledStream) -> list[Scored]:
        """Probability of a match of each pair."""
        pairs = pairs_of(stream.records)
        if not pairs:
            return []
        features = np.where(self._empty, 0.0, features_of(stream.records, pairs))
        scores = self._classifier.predict_proba(features)[:, 1]
        return [
            Scored(later, earlier, float(score))
            for (later, earlier), score in zip(pairs, scores, strict=True)
        ]


def features_of(records: list[Record], pairs: list[tuple[int, int]]) -> Array:
    """One row of `FEATURES` numbers a pair, NaN where a value is missing."""
    shares = Counter(item for record in records for item in record.items)
    orders = Counter(record.customer_id or record.name for record in records)
    rows = [_features(records[later], records[earlier], shares, orders) for later, earlier in pairs]
    return np.array(rows, dtype=np.float64).reshape(len(rows), FEATURES)


def _features(
    a: Record, b: Record, shares: Counter[str], orders: Counter[str]
) -> tuple[float, ...]:
    shared, either = a.items & b.items, a.items | b.items
    equal = a.quantities & b.quantities
    gap = a.seconds - b.seconds
    rarity = [math.log(1 + 1000 / shares[item]) for item in shared]
    return (
        math.log1p(abs(gap)),
        math.log1p(max(0.0, gap) % 86_400),
        _same(a.customer_id, b.customer_id),
        _alike(a.name, b.name),
        _alike(a.contact, b.contact),
        _same(a.phone, b.phone),
        _same(a.email, b.email),
        _same(a.reference, b.reference),
        _alike(a.reference, b.reference),
        float(bool(a.reference)) + float(bool(b.reference)),
        _alike(a.street, b.street),
        _same(a.postcode, b.postcode),
        _alike(a.city, b.city),
        _same(a.requested, b.requested),
        _same(a.channel, b.channel),
        _same(a.entered_by, b.entered_by),
        _ratio(a.amount, b.amount),
        math.log1p(a.amount) if a.amount is not None else math.nan,
        float(len(shared)),
        _share(len(shared), len(either)),
        _share(len(shared), len(a.items)),
        _share(len(shared), len(b.items)),
        _share(len(equal), len(shared)),
        sum(rarity),
        float(abs(len(a.items) - len(b.items))),
        math.log1p(orders[a.customer_id or a.name]),
    )


def _same(a: str, b: str) -> float:
    return float(a == b) if a and b else math.nan


def _alike(a: str, b: str) -> float:
    return JaroWinkler.similarity(a, b) if a and b else math.nan


def _ratio(a: float | None, b: float | None) -> float:
    if a is None or b is None or max(a, b) <= 0:
        return math.nan
    return min(a, b) / max(a, b)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
