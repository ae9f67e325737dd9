"""From a dataset to a model that can be served, and to what it is compared with."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.artefact import GOLDEN_VECTORS
from ordertwin_models.comparison import COMPARISON_NAMES, COMPARISONS
from ordertwin_models.model import DuplicateModel, GoldenVectors
from ordertwin_models.relation_model import RelationModel
from ordertwin_training.calibrate import Policy, calibrate, thresholds
from ordertwin_training.compile import (
    check_parity,
    compile_relations,
    compile_tables,
    rounded,
    side_by_side,
    uncalibrated,
)
from ordertwin_training.dataset import Dataset, matrix_of
from ordertwin_training.evaluate import judge
from ordertwin_training.fit import (
    FitSettings,
    Scorer,
    fit_additive,
    fit_ecm,
    fit_logistic,
    fit_relations,
    fit_unrestricted,
)
from ordertwin_training.pairs import RELATIONS
from ordertwin_training.progress import Progress
from ordertwin_training.split import Part

Array = NDArray[np.float64]

MONOTONE = tuple(comparison.monotone for comparison in COMPARISONS)
FEWEST_OF_A_RELATION = 20
MOST_OF_A_RELATION = 4000
MOST_FOR_A_BASELINE = 200_000
"""Pairs that are no twins, drawn for the baselines; some of them cannot be fitted to millions."""


@dataclass(frozen=True, eq=False)
class Learned:
    """A model, how exactly its tables follow the estimator, and the baselines' scores by name."""

    model: DuplicateModel
    parity: float
    baselines: Mapping[str, Scorer] = field(default_factory=dict)


def learn(
    dataset: Dataset,
    fit: FitSettings,
    policy: Policy,
    progress: Progress,
    *,
    version: str,
    metadata: Mapping[str, str],
    with_baselines: bool = True,
) -> Learned:
    """Fit, compile, check parity on every pair, calibrate, choose thresholds, learn relations.

    `ValueError` says which part of the data is too thin for that.
    """
    examples, validation = dataset.examples(Part.FIT), dataset.examples(Part.STOP)
    progress.stage(f"boosting on {len(examples):,} pairs")
    estimator = fit_additive(examples, validation, COMPARISON_NAMES, MONOTONE, fit)
    prior, tables = compile_tables(estimator, COMPARISON_NAMES, examples.matrix)
    model = uncalibrated(prior, tables, COMPARISON_NAMES)
    parity = check_parity(model, estimator, dataset.matrix)
    model = _calibrated(model, dataset, policy)
    progress.stage("relations")
    model = dataclasses.replace(
        model,
        version=version,
        metadata=metadata,
        relation_model=_relation_model(dataset, fit.seed),
        golden=golden_vectors(model, matrix_of(dataset.held_out(Part.TEST).pairs)),
    )
    baselines: dict[str, Scorer] = {}
    if with_baselines:
        progress.stage("baselines")
        examples = examples.sample(MOST_FOR_A_BASELINE, fit.seed)
        boosting = fit_unrestricted(examples, validation, fit)
        baselines = {
            "unrestricted boosting": boosting.decision_function,
            "logistic regression (recordlinkage)": fit_logistic(examples),
            "ECM, no labels (recordlinkage)": fit_ecm(examples, MONOTONE),
        }
    return Learned(model, parity, baselines)


def _calibrated(model: DuplicateModel, dataset: Dataset, policy: Policy) -> DuplicateModel:
    held_out = dataset.held_out(Part.CALIBRATE)
    weights = model.score(matrix_of(held_out.pairs)).weights
    calibration = calibrate(judge(held_out, weights), policy.prevalence)
    model = dataclasses.replace(model, calibration=calibration)
    judged = judge(held_out, model.probability(weights))
    return dataclasses.replace(model, thresholds=thresholds(judged, policy))


def _relation_model(dataset: Dataset, seed: int) -> RelationModel | None:
    """Which duplicate a duplicate is, and which look-alike a look-alike; what of both a pair is the
    duplicate model says. Learned from at most so many pairs of each relation; rare ones are left
    out."""
    matrix, relation = dataset.related(Part.FIT)
    chance = np.random.default_rng(seed)
    models = []
    for is_duplicate in (True, False):
        chosen = []
        for place in np.unique(relation):
            members = np.flatnonzero(relation == place)
            of_kind = RELATIONS[place].is_duplicate is is_duplicate
            if of_kind and len(members) >= FEWEST_OF_A_RELATION:
                chosen.append(chance.permutation(members)[:MOST_OF_A_RELATION])
        if chosen:
            rows = np.sort(np.concatenate(chosen))
            models.append(_relations_of_a_kind(matrix[rows], relation[rows], seed))
    joint = side_by_side(models) if models else None
    return joint if joint is not None and len(joint.relations) > 1 else None


def _relations_of_a_kind(matrix: Array, relation: NDArray[np.int8], seed: int) -> RelationModel:
    known = np.unique(relation)
    if len(known) == 1:
        return RelationModel((RELATIONS[known[0]],), matrix.shape[1], np.zeros(1), ())
    estimator = fit_relations(matrix, relation, seed)
    names = [RELATIONS[place] for place in estimator.classes_]
    return compile_relations(estimator, names, matrix.shape[1])


def golden_vectors(model: DuplicateModel, matrix: Array) -> GoldenVectors:
    """Vectors spread evenly over the match weights that occur, with the weights they get."""
    weights = model.score(matrix).weights
    order = np.argsort(weights, kind="stable")
    places = np.unique(np.linspace(0, len(order) - 1, min(GOLDEN_VECTORS, len(order))).astype(int))
    vectors = rounded(matrix[order[places]])
    return GoldenVectors(vectors, rounded(model.score(vectors).weights))
