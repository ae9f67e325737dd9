"""Would more verdicts help, and which kind?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.model import DuplicateModel
from ordertwin_training.detection_report import average_precision
from ordertwin_training.progress import Progress
from ordertwin_training.retraining.choosing import MOST_TO_CHOOSE_BY, Problem
from ordertwin_training.retraining.correction import corrected
from ordertwin_training.retraining.gate import segments_of
from ordertwin_training.retraining.own_pairs import OwnPairs

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

SHARES = (0.25, 0.5, 1.0)
FEWEST_OF_A_KIND = 10
STILL_FALLING = 0.02
"""Relative fall of the loss, from half of the verdicts to all, that says more would help."""


@dataclass(frozen=True, slots=True)
class Point:
    """How the frozen pairs are judged after so many verdicts."""

    verdicts: int
    loss: float
    average_precision: float


@dataclass(frozen=True, slots=True)
class Kind:
    """Verdicts of one relation or segment: how many teach, and the mean loss on the frozen ones by
    half of all verdicts and by all."""

    name: str
    lessons: int
    frozen: int
    loss_by_half: float
    loss: float

    @property
    def gain(self) -> float:
        """How much the second half of the verdicts brought."""
        return self.loss_by_half - self.loss


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """The curve, and the kinds of which more verdicts would help most."""

    points: tuple[Point, ...] = ()
    kinds: tuple[Kind, ...] = ()

    @property
    def advice(self) -> str:
        """What to ask for, in a sentence or two."""
        if len(self.points) < 3:
            return "There are too few later verdicts to say whether more would help."
        before, last = self.points[-2].loss, self.points[-1].loss
        if before - last > STILL_FALLING * max(before, 1e-9):
            found = f"More verdicts would help: the last doubling took {before - last:.3f} off a "
            found += f"loss of {before:.3f}."
        else:
            found = "More verdicts of the same kinds would change little."
        wanted = [kind for kind in self.kinds if kind.gain > 0 and kind.loss > last]
        if wanted:
            named = ", ".join(f"{kind.name} ({kind.lessons} so far)" for kind in wanted[:3])
            found += f" Most is still to be learned about: {named}."
        return found


def learning_curve(
    problem: Problem, width: float, frozen: OwnPairs, progress: Progress
) -> LearningCurve:
    """Fit again with a part of the verdicts, whole groups each time, and judge the frozen ones."""
    if not width or not len(frozen) or len(np.unique(frozen.twin)) < 2:
        return LearningCurve()
    own = problem.own
    leaders, group = np.unique(own.group, return_inverse=True)
    rank = np.random.default_rng(problem.settings.seed).permutation(len(leaders))[group]
    order = np.argsort(rank, kind="stable")[:MOST_TO_CHOOSE_BY]
    losses: dict[float, Array] = {}
    points = [_point(problem.champion, frozen, 0)[0]]
    progress.stage("learning curve", len(SHARES))
    for done, share in enumerate(SHARES, start=1):
        rows = np.sort(order[: max(2, round(share * len(order)))])
        model = corrected(problem.basis, problem.correction(rows, width), own.matrix).model
        point, losses[share] = _point(model, frozen, len(rows))
        points.append(point)
        progress.advance(done)
    return LearningCurve(tuple(points), tuple(_kinds(own, frozen, losses[0.5], losses[1.0])))


def _point(model: DuplicateModel, frozen: OwnPairs, verdicts: int) -> tuple[Point, Array]:
    said = model.probability(model.score(frozen.matrix).weights)
    bounded = np.clip(said, 1e-12, 1 - 1e-12)
    loss = -np.where(frozen.twin == 1, np.log(bounded), np.log1p(-bounded))
    precision = average_precision(frozen.twin == 1, said) or 0.0
    mean = float(np.average(loss, weights=frozen.weight))
    return Point(verdicts, round(mean, 9), round(precision, 9)), loss


def _kinds(own: OwnPairs, frozen: OwnPairs, by_half: Array, by_all: Array) -> list[Kind]:
    """Relations and segments, those with most to learn first."""
    lessons = dict(_members(own))
    found = [
        Kind(
            name,
            int(lessons.get(name, np.zeros(0)).sum()),
            int(members.sum()),
            round(float(by_half[members].mean()), 9),
            round(float(by_all[members].mean()), 9),
        )
        for name, members in _members(frozen)
        if int(members.sum()) >= FEWEST_OF_A_KIND
    ]
    return sorted(found, key=lambda kind: (-kind.loss, kind.name))


def _members(pairs: OwnPairs) -> Iterator[tuple[str, Mask]]:
    relations = np.array([str(v.relation or v.answer.value) for v in pairs.verdicts])
    for relation in sorted(set(relations.tolist())):
        yield relation, relations == relation
    yield from segments_of(pairs)
