"""recordlinkage: its Index and Compare, then ECM, or logistic regression where there are labels."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray
from recordlinkage.base import BaseCompareFeature

from benchmarks.orders.candidates import NEWEST, frame_of, labelled
from benchmarks.orders.records import LabelledStream, Scored

Array = NDArray[np.float64]
_BLOCKS = ("customer_id", "phone", "email", "reference", "name")
_AGREES = 0.85


class _SharedItems(BaseCompareFeature):  # type: ignore[misc]
    """Jaccard similarity of two baskets, as the documentation builds a comparison of one's own."""

    def _compute_vectorized(self, left: pd.Series, right: pd.Series) -> Array:
        return np.array([_jaccard(a, b) for a, b in zip(left, right, strict=True)])


class _RecordLinkage:
    """Blocking and comparing, shared by both classifiers."""

    threshold = 0.5

    def _compared(self, stream: LabelledStream) -> tuple[list[tuple[int, int]], Array]:
        frame = frame_of(stream.records)
        indexer = recordlinkage.Index()
        for column in _BLOCKS:
            if frame[column].notna().any():
                indexer.block(column)
        indexer.block("basket")
        compare = recordlinkage.Compare()
        for column in ("customer_id", "phone", "email", "channel"):
            compare.exact(column, column, label=column)
        for column in ("name", "contact", "street"):
            compare.string(column, column, method="jarowinkler", label=column)
        compare.string("reference", "reference", method="damerau_levenshtein", label="reference")
        compare.numeric("amount", "amount", method="exp", scale=5.0, offset=0.01, label="amount")
        compare.numeric("seconds", "seconds", method="exp", scale=86_400.0, label="seconds")
        compare.add(_SharedItems("basket", "basket", label="basket"))
        with warnings.catch_warnings():  # recordlinkage 0.16 is older than pandas 2.3
            warnings.simplefilter("ignore")
            found = _newest(indexer.index(frame))
            features = compare.compute(found, frame)
        pairs = [(max(pair), min(pair)) for pair in found]
        return pairs, np.nan_to_num(features.to_numpy(np.float64))


class LogisticRegression(_RecordLinkage):
    """recordlinkage's LogisticRegressionClassifier, taught with labelled pairs."""

    name = "recordlinkage, logistic regression"

    def __init__(self) -> None:
        self._classifier: Any = recordlinkage.LogisticRegressionClassifier()

    def learn(self, stream: LabelledStream) -> None:
        """Fit on the pairs of known truth."""
        pairs, features = self._compared(stream)
        label = labelled(stream, pairs)
        frame = pd.DataFrame(features, index=pd.MultiIndex.from_tuples(pairs))
        known = frame[label >= 0]
        self._classifier.fit(known, known.index[label[label >= 0] == 1])

    def score(self, stream: LabelledStream) -> list[Scored]:
        """Probability of a match of each pair."""
        pairs, features = self._compared(stream)
        frame = pd.DataFrame(features, index=pd.MultiIndex.from_tuples(pairs))
        return _scored(pairs, np.asarray(self._classifier.prob(frame), dtype=np.float64))


class ExpectationMaximisation(_RecordLinkage):
    """recordlinkage's ECMClassifier: Fellegi-Sunter without labels, on agreements yes or no."""

    name = "recordlinkage, ECM"

    def learn(self, stream: LabelledStream) -> None:
        """It learns from the unlabelled pairs it is to judge."""

    def score(self, stream: LabelledStream) -> list[Scored]:
        """Probability of a match of each pair."""
        pairs, features = self._compared(stream)
        agreements = pd.DataFrame(features >= _AGREES, dtype=float)
        agreements.index = pd.MultiIndex.from_tuples(pairs)
        varied = agreements.loc[:, agreements.nunique() > 1]
        classifier = recordlinkage.ECMClassifier()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            classifier.fit(varied)
            probabilities = classifier.prob(varied)
        # Where both classes find a pair impossible, ECM divides nothing by nothing.
        return _scored(pairs, np.nan_to_num(np.asarray(probabilities, dtype=np.float64)))


def _newest(found: pd.MultiIndex) -> pd.MultiIndex:
    """Of each order the pairs with the newest earlier ones, so that the number stays payable."""
    frame = pd.DataFrame(np.sort(np.array(found.tolist()), axis=1), columns=["earlier", "later"])
    frame = frame.sort_values(["later", "earlier"]).groupby("later").tail(4 * NEWEST)
    return pd.MultiIndex.from_arrays([frame["later"], frame["earlier"]])


def _scored(pairs: list[tuple[int, int]], scores: Array) -> list[Scored]:
    return [
        Scored(later, earlier, float(score))
        for (later, earlier), score in zip(pairs, scores, strict=True)
    ]


def _jaccard(first: str | None, second: str | None) -> float:
    if not first or not second:
        return 0.0
    a, b = set(first.split("|")), set(second.split("|"))
    return len(a & b) / len(a | b)
