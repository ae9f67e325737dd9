"""The relation model, corrected by the relations that reviewers named.

The champion's weights stay the point of departure: what is learned is added to them, and shrunk
towards nothing. What the champion says of the generated history stands beside the company's own
pairs. The correction is kept only if it names more of the later pairs rightly than the champion.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax
from threadpoolctl import threadpool_limits

from ordertwin_models.decision import Relation
from ordertwin_models.relation_model import RelationModel, RelationTable
from ordertwin_training.compile import RELATION_DIGITS, rounded
from ordertwin_training.fit import Examples
from ordertwin_training.retraining.own_pairs import OwnPairs
from ordertwin_training.retraining.sides import Sides, folds_of

Array = NDArray[np.float64]

WIDTHS = (0.3, 1.0)
"""Prior widths that compete, in nats."""

FEWEST = 40
"""Named pairs below which nothing is learned, and a tenth of them below which none is judged by."""

MOST_REMEMBERED = 1500
REMEMBERED = 100.0
"""What all pairs of the generated history count together, in named pairs."""

STEPS = 0.5
"""Prior width of a step of a table against that of a relation's own weight."""

PROOF = 1.0
"""Standard errors by which a correction has to beat the champion."""

FOLDS = 3
_ITERATIONS = 200


@dataclass(frozen=True, eq=False)
class Names:
    """What came of it. `model` is the relation model of the challenger; `judged` later pairs were
    named by a model that had not seen them, `right` of them rightly, the champion's `champion`.

    `learned` says that the model is another one than the champion's; `named` pairs taught it.
    """

    model: RelationModel | None
    named: int = 0
    judged: int = 0
    right: int = 0
    champion: int = 0
    learned: bool = False

    @property
    def reason(self) -> str:
        """What was found, in a sentence."""
        if not self.judged:
            return f"{self.named} named pairs, too few to learn names from; the champion's stay"
        seen = f"{self.right} of {self.judged} later pairs named rightly, champion {self.champion}"
        return seen if self.learned else f"{seen}; the champion's names stay"


@dataclass(frozen=True, eq=False)
class _Lessons:
    """Pairs as their bins (one-hot), the champion's logits, wanted shares and weights."""

    bins: sparse.csr_matrix
    logits: Array
    wanted: Array
    weight: Array

    def where(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> _Lessons:
        return _Lessons(self.bins[rows], self.logits[rows], self.wanted[rows], self.weight[rows])


def retrained_names(
    champion: RelationModel | None, sides: Sides, all_of: OwnPairs, memory: Examples, seed: int
) -> Names:
    """Learn from the older pairs, judge by the later ones, and learn from `all_of` those that may
    be learned from if that is better."""
    if champion is None:
        return Names(None)
    teaching, judging = _named(champion, sides.lessons), _named(champion, sides.frozen)
    if len(teaching) < FEWEST or len(judging) < FEWEST // 10:
        return Names(champion, named=len(teaching))
    past = _remembered(champion, memory, seed)
    lessons = _lessons(champion, teaching)
    width = _width(champion, teaching, lessons, past, seed)
    trial = _corrected(champion, lessons, past, width) if width else champion
    right, before = _right(trial, judging), _right(champion, judging)
    learned = width > 0 and right > before
    whole = _named(champion, all_of)
    model = _corrected(champion, _lessons(champion, whole), past, width) if learned else champion
    return Names(model, len(whole), len(judging), right, before, learned)


def _named(champion: RelationModel, pairs: OwnPairs) -> OwnPairs:
    """The pairs whose relation somebody named, and the champion knows."""
    known = frozenset(champion.relations)
    return pairs.where(np.array([v.relation in known for v in pairs.verdicts], dtype=bool))


def _lessons(champion: RelationModel, pairs: OwnPairs) -> _Lessons:
    said = [champion.relations.index(v.relation) for v in pairs.verdicts if v.relation]
    wanted = np.eye(len(champion.relations))[said]
    return _prepared(champion, pairs.matrix, wanted, pairs.weight)


def _prepared(champion: RelationModel, matrix: Array, wanted: Array, weight: Array) -> _Lessons:
    """Which duplicate a duplicate is, and which look-alike a look-alike: of the kind that is
    wanted less, no relation competes."""
    columns, start = [], 0
    for table in champion.tables:
        columns.append(np.append(table.edges, np.inf).searchsorted(matrix[:, table.column]) + start)
        start += len(table.values)
    found = np.column_stack(columns)
    pointer = np.arange(0, found.size + 1, found.shape[1])
    bins = sparse.csr_matrix((np.ones(found.size), found.ravel(), pointer), (len(matrix), start))
    duplicate = np.array([relation.is_duplicate for relation in champion.relations])
    is_duplicate = wanted @ duplicate >= wanted @ ~duplicate
    logits = champion.intercepts + champion.contributions(matrix).sum(axis=1)
    logits = np.where(is_duplicate[:, None] == duplicate[None, :], logits, -1e9)
    return _Lessons(bins, logits, wanted, weight)


def _remembered(champion: RelationModel, memory: Examples, seed: int) -> _Lessons:
    """What the champion says of duplicates of the generated history."""
    twins = np.flatnonzero(memory.twin)
    rows = np.sort(np.random.default_rng(seed).permutation(twins)[:MOST_REMEMBERED])
    duplicate = np.array([relation.is_duplicate for relation in champion.relations], float)
    shares = champion.probabilities(memory.matrix[rows]) * duplicate
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
    weight = np.full(len(rows), REMEMBERED / max(len(rows), 1))
    return _prepared(champion, memory.matrix[rows], shares, weight)


def _width(
    champion: RelationModel, pairs: OwnPairs, lessons: _Lessons, past: _Lessons, seed: int
) -> float:
    """The prior width that names pairs best that were not learned from; 0 for the champion's."""
    folds = folds_of(pairs, FOLDS, seed)
    losses = {width: np.zeros(len(pairs)) for width in (0.0, *WIDTHS)}
    for fold in range(FOLDS):
        held_out = np.flatnonzero(folds == fold)
        if not len(held_out) or len(held_out) == len(pairs):
            return 0.0
        for width, found in losses.items():
            change = _change(lessons.where(folds != fold), past, width)
            found[held_out] = _losses(lessons.where(held_out), change)
    best = min(WIDTHS, key=lambda width: float(losses[width].mean()))
    gain = losses[0.0] - losses[best]
    enough = float(gain.mean()) > PROOF * float(gain.std()) / np.sqrt(len(gain))
    return best if enough else 0.0


def _losses(lessons: _Lessons, change: Array) -> Array:
    shares = log_softmax(lessons.logits + change[0] + lessons.bins @ change[1:], axis=1)
    return np.asarray(-(lessons.wanted * np.maximum(shares, -50.0)).sum(axis=1))


def _change(lessons: _Lessons, past: _Lessons, width: float) -> Array:
    """What is added: to the relations' own weights (first row), and to the bins of the tables."""
    bins = sparse.vstack([lessons.bins, past.bins], format="csr")
    logits = np.concatenate([lessons.logits, past.logits])
    wanted = np.concatenate([lessons.wanted, past.wanted])
    weight = np.concatenate([lessons.weight, past.weight])
    shape = (bins.shape[1] + 1, logits.shape[1])
    if not width:
        return np.zeros(shape)
    precision = np.full((shape[0], 1), 1.0 / (STEPS * width) ** 2)
    precision[0] = 1.0 / width**2
    transposed = bins.T.tocsr()

    def loss(flat: Array) -> tuple[float, Array]:
        change = flat.reshape(shape)
        shares = log_softmax(logits + change[0] + bins @ change[1:], axis=1)
        cost = -float(weight @ (wanted * np.maximum(shares, -50.0)).sum(axis=1))
        residual = weight[:, None] * (np.exp(shares) - wanted)
        gradient = np.vstack([residual.sum(axis=0), transposed @ residual])
        penalty = precision * change
        return cost + 0.5 * float((penalty * change).sum()), (gradient + penalty).ravel()

    with threadpool_limits(1):
        found = minimize(
            loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B",
            options={"maxiter": _ITERATIONS, "ftol": 1e-10, "gtol": 1e-6},
        ).x  # fmt: skip
    return rounded(found.reshape(shape), RELATION_DIGITS)


def _corrected(
    champion: RelationModel, lessons: _Lessons, past: _Lessons, width: float
) -> RelationModel:
    change = _change(lessons, past, width)
    tables, start = [], 1
    for table in champion.tables:
        added = change[start : start + len(table.values)]
        values = rounded(table.values + added, RELATION_DIGITS)
        tables.append(RelationTable(table.column, table.edges, values))
        start += len(table.values)
    intercepts = rounded(champion.intercepts + change[0], RELATION_DIGITS)
    return dataclasses.replace(champion, intercepts=intercepts, tables=tuple(tables))


def _right(model: RelationModel, pairs: OwnPairs) -> int:
    """How many pairs get the name that was given, among relations of its kind."""
    shares = model.probabilities(pairs.matrix)
    named: list[Relation] = [v.relation for v in pairs.verdicts if v.relation]
    right = 0
    for place, relation in enumerate(named):
        of_kind = [one.is_duplicate is relation.is_duplicate for one in model.relations]
        guess = int(np.where(of_kind, shares[place], -1.0).argmax())
        right += model.relations[guess] is relation
    return right
