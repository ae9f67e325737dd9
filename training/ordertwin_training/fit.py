"""Learning from labelled pairs: the additive boosting that is served, and its baselines.

Every function takes a comparison matrix (NaN = missing) with labels and weights, and is
deterministic for its seed. Nothing here knows orders, files or experiments.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

Array = NDArray[np.float64]
Scorer = Callable[[Array], Array]
"""Comparison matrix in, a number per pair out: the larger, the likelier a twin."""

DECIMALS = 9
"""Comparisons are rounded to this many decimals before fitting, so that no edge of a table comes to
lie between two values that differ by machine noise only."""


CLIP = 3.0
RELATION_ROUNDS = 250
SMALL = 50_000
"""With fewer pairs one thread is faster: on a busy machine many threads mostly wait for each other
(3,000 pairs: 1 s with one thread, 10 s with two that had to share their processors)."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Comparison matrix (N, K), labels (N,) of 0 and 1, and how many pairs each stands for."""

    matrix: Array
    twin: NDArray[np.int8]
    weight: Array

    def __len__(self) -> int:
        return len(self.twin)

    def sample(self, most: int, seed: int) -> Examples:
        """All twins and at most so many others, whose weight grows by what is left out."""
        others = np.flatnonzero(self.twin == 0)
        if len(others) <= most:
            return self
        drawn = np.random.default_rng(seed).choice(others, most, replace=False)
        rows = np.sort(np.concatenate([np.flatnonzero(self.twin), drawn]))
        weight = np.where(self.twin == 0, len(others) / most, 1.0) * self.weight
        return Examples(self.matrix[rows], self.twin[rows], weight[rows])


ACTING_TOGETHER = (
    ("basket_agreement", "time_gap"),
    ("basket_agreement", "reference"),
    ("basket_agreement", "delivery_date"),
    ("basket_agreement", "surprise"),
    ("basket_agreement", "places"),
    ("basket_agreement", "customer_ship_to"),
    ("basket_agreement", "differing_fields"),
    ("time_gap", "differing_fields"),
    ("customer", "agreeing_information"),
    ("customer", "surprise"),
    ("customer_conflicts", "surprise"),
    ("foreign_ship_to", "surprise"),
    ("time_gap", "agreeing_information"),
    ("time_gap", "basket_repeats"),
    ("time_gap", "reference"),
    ("time_gap", "delivery_date"),
    ("delivery_date", "habit_frequency"),
    ("customer_ship_to", "reference"),
    ("customer_ship_to", "stage"),
    ("quantities", "amount"),
    ("containment", "time_gap"),
    ("containment", "reference"),
    ("time_gap", "stage"),
    ("places", "delivery_date"),
    ("quantities", "delivery_date"),
    ("quantities", "other_dates"),
    ("channel", "basket_repeats"),
    ("quantities", "channel"),
    ("revision", "basket_repeats"),
    ("reference_spelling", "basket_repeats"),
    ("reference_presence", "basket_repeats"),
    ("reference", "basket_repeats"),
    ("reference_frequency", "basket_repeats"),
    ("containment", "channel"),
    ("existing_lines_shared", "amount"),
    ("shared_information", "channel"),
    ("existing_lines_shared", "customer_pace"),
    ("incoming_lines_shared", "amount"),
    ("incoming_lines_shared", "customer_pace"),
    ("revision", "places"),
    ("reference_spelling", "places"),
    ("reference", "places"),
    ("containment", "delivery_date"),
    ("agreeing_information", "other_dates"),
    ("amount", "delivery_date"),
    ("by_words", "channel"),
    ("incoming_lines_shared", "channel"),
    ("containment", "other_dates"),
    ("other_dates", "basket_frequency"),
    ("revision", "customer_conflicts"),
    ("reference", "customer_conflicts"),
    ("reference_spelling", "customer_conflicts"),
    ("by_words", "customer_pace"),
    ("basket_repeats", "basket_frequency"),
    ("agreeing_information", "amount"),
    ("agreeing_information", "delivery_date"),
    ("reference", "customer"),
    ("reference_frequency", "places"),
    ("contact_name", "agreeing_information"),
    ("reference_presence", "customer_rarity"),
    ("reference", "delivery_date"),
    ("reference_frequency", "delivery_date"),
    ("revision", "delivery_date"),
    ("note", "delivery_date"),
    ("customer", "time_gap"),
    ("customer", "contact_name"),
    ("customer", "basket_agreement"),
    ("basket_frequency", "agreeing_information"),
    ("places", "customer_ship_to"),
    ("differing_fields", "places"),
    ("differing_fields", "basket_repeats"),
    ("differing_fields", "basket_rhythm"),
    ("note", "stage"),
    ("note", "variants"),
    ("note", "basket_agreement"),
    ("notes", "basket_agreement"),
    ("notes", "time_gap"),
    ("recipient", "basket_agreement"),
    ("recipient", "places"),
    ("reference", "surprise"),
    ("reference", "agreeing_information"),
    ("surprise", "time_gap"),
    ("surprise", "delivery_date"),
    ("surprise", "channel"),
    ("surprise", "customer_pace"),
    ("surprise", "basket_repeats"),
    ("line_count", "containment"),
    ("line_count", "reference"),
    ("quantities_alike", "line_count"),
    ("quantities_alike", "time_gap"),
    ("quantities_alike", "customer"),
    ("delivery_point", "basket_agreement"),
    ("delivery_point", "time_gap"),
    ("release", "delivery_date"),
    ("release", "quantities"),
    ("quantities", "basket_agreement"),
    ("quantities", "time_gap"),
    ("quantities", "reference"),
    ("quantities", "line_count"),
    ("customer", "delivery_date"),
    ("customer_conflicts", "time_gap"),
    ("foreign_recipient", "surprise"),
    ("named_in_note", "customer"),
    ("named_in_note", "note"),
    ("note", "customer"),
    ("notes", "customer"),
    ("note", "line_count"),
    ("revision", "line_count"),
    ("revision", "basket_agreement"),
    ("delivery_point", "surprise"),
    ("foreign_ship_to", "time_gap"),
    ("foreign_ship_to", "customer_name"),
    ("foreign_surprise", "time_gap"),
    ("foreign_surprise", "reference"),
    ("foreign_surprise", "delivery_date"),
    ("foreign_surprise", "customer"),
    ("foreign_surprise", "contact_name"),
    ("foreign_surprise", "customer_name"),
    ("foreign_surprise", "basket_frequency"),
    ("by_numbers", "basket_agreement"),
    ("by_numbers", "surprise"),
    ("by_numbers", "time_gap"),
    ("by_numbers", "line_count"),
    ("revision", "time_gap"),
    ("revision", "reference"),
    ("note", "time_gap"),
    ("note", "incoming_lines_shared"),
    ("containment", "amount"),
    ("basket_agreement", "amount"),
    ("basket_agreement", "line_count"),
    ("incoming_lines_shared", "existing_lines_shared"),
    ("time_gap", "overlap_excess"),
    ("named_in_note", "basket_agreement"),
)
"""Comparisons that mean something else together. How much of the baskets is the same decides what
time, reference, place and dates mean; a basket that no chance explains outweighs another customer
number; a gap of days says little until the habit is known; two orders of one hour are two, where
each has lines that the other lacks; the same quantities for another date are a standing order, and
other quantities for the same date a change; a reference or a channel says something else about
a basket that the customer often buys; one and the same reference outweighs a moved date, and
another customer's contact says nothing. The first are those that a boosting which may let any two
comparisons act together makes most use of, and those that readers of its worst errors asked for;
from `quantities` and `delivery_date` on, those of all pairs that explained most of what the sum
of the others left over; from `reference` and `delivery_date` on, those that the errors of a third
author's worlds asked for; from `note` and `stage` on, of a fourth author's, where people order so
often from so few goods that time, date and a few common lines say little; from `quantities_alike`
and `customer` on, of a fifth's and a sixth's, where wards are filled up every day, one address has
many doors, and a release is delivered in parts; from `named_in_note` on, of a seventh's and an
eighth's, where people write down what is wrong, and every branch has an account of its own; from
`foreign_surprise` and `time_gap` on, of real orders, where one channel knows codes and another
words, and whole lists are booked to strangers; from `containment` and `amount` on, those of all
pairs that would have told most more on held-out worlds: one line in another quantity shares as much
as half a list, and the totals and numbers of lines tell which it is."""


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How the additive boosting learns.

    `pairs` names the comparisons that may act together; the fewer, the easier to explain. Boosting
    stops when `patience` rounds brought nothing on the validation part. `leaf_share` and `l2_share`
    hold it back, lest it learn the single worlds by heart: the pairs a leaf needs and the penalty
    on its value, as shares of all pairs (at most 300 and 100).
    """

    learning_rate: float = 0.15
    rounds: int = 2400
    leaves: int = 8
    leaf_share: float = 0.0002
    l2_share: float = 0.0001
    patience: int = 60
    pairs: tuple[tuple[str, str], ...] = ACTING_TOGETHER
    seed: int = 1

    def smallest_leaf(self, examples: int) -> int:
        """Pairs that a leaf needs at least.

        >>> FitSettings().smallest_leaf(10_000), FitSettings().smallest_leaf(1_000_000)
        (5, 200)
        """
        return round(min(max(self.leaf_share * examples, 5), 300))

    def l2(self, examples: int) -> float:
        """Penalty on the values of leaves."""
        return min(max(self.l2_share * examples, 1.0), 100.0)


def fit_additive(
    examples: Examples,
    validation: Examples,
    schema: Sequence[str],
    monotone: Sequence[int],
    settings: FitSettings,
) -> HistGradientBoostingClassifier:
    """Boosting in which no two comparisons act together, except the allowed pairs.

    `ValueError` when a class is absent, or a pair names an unknown comparison.
    """
    unknown = {name for pair in settings.pairs for name in pair} - set(schema)
    if unknown:
        raise ValueError(f"allowed pairs name unknown comparisons: {sorted(unknown)}")
    together = [{schema.index(first), schema.index(second)} for first, second in settings.pairs]
    alone = [{column} for column in range(len(schema))]
    return _boost(
        examples,
        validation,
        settings,
        max_leaf_nodes=settings.leaves,
        monotonic_cst=list(monotone),
        interaction_cst=alone + together if together else "no_interactions",
    )


def fit_unrestricted(
    examples: Examples, validation: Examples, settings: FitSettings
) -> HistGradientBoostingClassifier:
    """Boosting with every freedom: what additivity and monotony cost is seen by comparison."""
    return _boost(examples, validation, settings, max_leaf_nodes=31)


def _boost(
    examples: Examples, validation: Examples, settings: FitSettings, **shape: object
) -> HistGradientBoostingClassifier:
    for name, part in (("fit", examples), ("validation", validation)):
        if len(np.unique(part.twin)) < 2:
            raise ValueError(
                f"the {name} part has {int(part.twin.sum())} twins among {len(part)} pairs; "
                "both kinds are needed: take a longer history or more worlds"
            )
    classifier = HistGradientBoostingClassifier(
        learning_rate=settings.learning_rate,
        max_iter=settings.rounds,
        min_samples_leaf=settings.smallest_leaf(len(examples)),
        l2_regularization=settings.l2(len(examples)),
        early_stopping=True,
        n_iter_no_change=settings.patience,
        random_state=settings.seed,
        **shape,
    )
    # scikit-learn cannot bin a column without any value; a constant is never split on either.
    empty = np.isnan(examples.matrix).all(axis=0)
    with threadpool_limits(1 if len(examples) < SMALL else None):
        return classifier.fit(
            np.where(empty, 0.0, examples.matrix.round(DECIMALS)),
            examples.twin,
            sample_weight=examples.weight / examples.weight.mean(),
            X_val=np.where(empty, 0.0, validation.matrix.round(DECIMALS)),
            y_val=validation.twin,
            sample_weight_val=validation.weight / validation.weight.mean(),
        )


def fit_logistic(examples: Examples) -> Scorer:
    """recordlinkage's logistic regression on standardised comparisons, their squares, and what is
    missing; a value counts as at most `CLIP` deviations, so that a wild one cannot outvote the
    rest."""
    centre, scale = standardisation(examples.matrix)

    def frame(matrix: Array) -> pd.DataFrame:
        missing = np.isnan(matrix)
        z = np.where(missing, 0.0, np.clip((matrix - centre) / scale, -CLIP, CLIP))
        return _pair_frame(np.concatenate([z, z * z, missing], axis=1, dtype=np.float64))

    features = frame(examples.matrix)
    classifier = recordlinkage.LogisticRegressionClassifier(max_iter=2000)
    classifier.fit(features, features.index[examples.twin == 1])
    return lambda matrix: classifier.prob(frame(matrix)).to_numpy(np.float64)


def fit_ecm(examples: Examples, monotone: Sequence[int]) -> Scorer:
    """recordlinkage's expectation-maximisation, which needs no labels.

    It takes agreements, so each comparison of known direction counts as agreeing from its 95th
    percentile on (in its own direction); missing counts as not agreeing. Where a class died out,
    as it may in a short history, everything scores 0.
    """
    columns = [column for column, sign in enumerate(monotone) if sign]
    signs = np.array([monotone[column] for column in columns], dtype=np.float64)
    directed = examples.matrix[:, columns] * signs
    bar = np.array([np.quantile(c[~np.isnan(c)], 0.95) if (~np.isnan(c)).any() else np.inf
                    for c in directed.T])  # fmt: skip
    agreeing = directed >= bar
    varies = agreeing.any(axis=0) & ~agreeing.all(axis=0)

    def frame(matrix: Array) -> pd.DataFrame:
        agreed = matrix[:, columns] * signs >= bar
        return _pair_frame(agreed[:, varies].astype(np.float64))

    classifier = recordlinkage.ECMClassifier()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        classifier.fit(frame(examples.matrix))

    def score(matrix: Array) -> Array:
        with np.errstate(invalid="ignore"):
            found: Array = np.nan_to_num(classifier.prob(frame(matrix)).to_numpy(np.float64))
        return found

    return score


def fit_relations(
    matrix: Array, relation: NDArray[np.int8], seed: int
) -> HistGradientBoostingClassifier:
    """Boosting for every relation at once, in which no two comparisons act together.

    Every relation weighs the same, however rare it is. Each class needs a few examples.
    """
    classifier = HistGradientBoostingClassifier(
        learning_rate=0.1,
        max_iter=RELATION_ROUNDS,
        max_leaf_nodes=4,
        min_samples_leaf=20,
        l2_regularization=1.0,
        early_stopping=False,
        class_weight="balanced",
        interaction_cst="no_interactions",
        random_state=seed,
    )
    empty = np.isnan(matrix).all(axis=0)
    with threadpool_limits(1 if len(matrix) < SMALL else None):
        return classifier.fit(np.where(empty, 0.0, matrix.round(DECIMALS)), relation)


def standardisation(matrix: Array) -> tuple[Array, Array]:
    """Centre and scale of each column, missing values aside; scale 1 where nothing varies.

    >>> standardisation(np.array([[1.0, 5.0], [3.0, np.nan]]))
    (array([2., 5.]), array([1., 1.]))
    """
    known = ~np.isnan(matrix)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, matrix, 0.0).sum(axis=0) / count
    spread = np.where(known, matrix - centre, 0.0)
    scale = np.sqrt((spread**2).sum(axis=0) / count)
    return centre, np.where(scale > 1e-12, scale, 1.0)


def _pair_frame(values: Array) -> pd.DataFrame:
    rows = np.arange(len(values))
    index = pd.MultiIndex.from_arrays([rows, rows])
    return pd.DataFrame(values, index=index, columns=[f"f{i}" for i in range(values.shape[1])])
