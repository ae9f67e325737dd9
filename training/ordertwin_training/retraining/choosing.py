"""How far to go from the champion: as far as its own labels show, and no further.

Several prior widths compete on folds of the company's own pairs, no group on both sides. Staying
with the champion competes too, and wins unless another is better by more than chance.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ordertwin_models.model import DuplicateModel
from ordertwin_training.fit import Examples
from ordertwin_training.progress import Progress
from ordertwin_training.retraining.correction import (
    Basis,
    Compiled,
    Correction,
    Prepared,
    basis_of,
    corrected,
    fit_correction,
    odds_of,
    prepared,
    readable,
    together,
)
from ordertwin_training.retraining.golden import clear_pairs
from ordertwin_training.retraining.monotony import values_at
from ordertwin_training.retraining.own_pairs import OwnPairs
from ordertwin_training.retraining.sides import folds_of

Array = NDArray[np.float64]

WIDTHS = (0.5, 1.5, 3.5)
"""Prior widths that compete, in natural log odds."""

FOLDS = 3
MOST_TO_CHOOSE_BY = 12_000
"""Pairs that are enough to choose a width by; all of them are learned from afterwards."""

FEWEST = 20
"""Pairs of both answers together below which nothing is learned."""

SURE = 0.95
"""How sure a model should be of a clear case."""

PROOF = 1.0
"""Standard errors by which a correction has to beat the champion."""


@dataclass(frozen=True, slots=True)
class CorrectionSettings:
    """How a correction is learned.

    `memory` is what the released model's generated history counts in all, in verdicts, while there
    are few; with `own_share` verdicts of one's own it counts half, and falls on. `most_memory`
    pairs of it are used. `clear` is what each clear case counts, however many verdicts there are.
    """

    widths: Sequence[float] = WIDTHS
    folds: int = FOLDS
    memory: float = 300.0
    own_share: float = 1000.0
    most_memory: int = 2500
    clear: float = 3.0
    seed: int = 1

    def memory_of(self, own: int) -> float:
        """Weight of the generated history beside so many own pairs.

        >>> [round(CorrectionSettings().memory_of(own)) for own in (0, 1000, 9000)]
        [300, 150, 30]
        """
        return self.memory / (1.0 + own / self.own_share)


@dataclass(frozen=True, eq=False)
class Chosen:
    """A corrected model. `width` 0 means that the champion stays as it is.

    `losses` holds the mean log loss of each width over the folds; `parity` is how far the tables
    are from what was learned, in the match weight.
    """

    model: DuplicateModel
    width: float
    losses: Mapping[float, float] = field(default_factory=dict)
    parity: float = 0.0


@dataclass(frozen=True, eq=False)
class Problem:
    """What one correction is learned from: own pairs, and what is remembered of the wide world."""

    champion: DuplicateModel
    own: OwnPairs
    memory: Examples
    basis: Basis
    pairs: Prepared
    past: Prepared
    clear: Prepared
    settings: CorrectionSettings

    @classmethod
    def of(
        cls,
        champion: DuplicateModel,
        own: OwnPairs,
        memory: Examples,
        monotone: Sequence[int],
        settings: CorrectionSettings,
    ) -> Problem:
        """Prepare everything once; `memory` are pairs of the champion's generated history."""
        remembered = _remembered(champion, memory, settings)
        basis = basis_of(champion, np.concatenate([own.matrix, remembered.matrix]), monotone)
        pairs, past = prepared(basis, own.examples), prepared(basis, remembered)
        # What is remembered is the champion's opinion, not the truth: the pairs hold the correction
        # back where the company's own say nothing, whatever share of them are twins.
        past = dataclasses.replace(past, twin=expit(past.offset))
        return cls(champion, own, memory, basis, pairs, past, _clear(basis, settings), settings)

    @property
    def teaches(self) -> bool:
        """Whether there is anything to learn from."""
        return len(self.own) >= FEWEST and len(np.unique(self.own.twin)) == 2

    def correction(self, rows: NDArray[np.int64] | NDArray[np.bool_], width: float) -> Correction:
        """What some of the own pairs ask for, beside the memory."""
        lessons = self.pairs.where(rows)
        past = self.past.weighted(self.settings.memory_of(len(lessons.twin)))
        beside = together(together(lessons, past), self.clear)
        return fit_correction(self.basis, beside, width)

    def cross_fitted(self, width: float, progress: Progress) -> Array:
        """Log odds of each own pair by a correction that has not seen its group."""
        odds = self.pairs.offset.copy()
        if not width or not self.teaches:
            return odds
        folds = folds_of(self.own, self.settings.folds, self.settings.seed + 1)
        progress.stage("cross-fitting", self.settings.folds)
        for fold in range(self.settings.folds):
            held_out = np.flatnonzero(folds == fold)
            found = self.correction(self._some(np.flatnonzero(folds != fold)), width)
            odds[held_out] = odds_of(self.pairs.where(held_out), found)
            progress.advance(fold + 1)
        return odds

    def adapted(self, progress: Progress) -> Chosen:
        """Choose how far to go, go there, and compile it into the champion's tables."""
        if not self.teaches:
            return Chosen(self.champion, 0.0)
        width, losses = self._width(progress)
        if not width:
            return Chosen(self.champion, 0.0, losses)
        return self.adapted_by(width, losses, progress)

    def adapted_by(self, width: float, losses: Mapping[float, float], progress: Progress) -> Chosen:
        """Go as far as was chosen, and compile it into the champion's tables."""
        progress.stage(f"correction by {len(self.own):,} pairs")
        correction = self.correction(np.arange(len(self.own)), width)
        compiled = corrected(self.basis, correction, self.own.matrix)
        compiled = dataclasses.replace(compiled, model=readable(compiled.model, self.own.matrix))
        return Chosen(compiled.model, width, losses, self._parity(compiled, correction))

    def _width(self, progress: Progress) -> tuple[float, Mapping[float, float]]:
        settings = self.settings
        asked = self._some(np.arange(len(self.own)))
        folds = folds_of(self.own, settings.folds, settings.seed)[asked]
        pairs = self.pairs.where(asked)
        odds = {width: pairs.offset.copy() for width in (0.0, *settings.widths)}
        progress.stage("how far to go", settings.folds * len(settings.widths))
        done = 0
        for fold in range(settings.folds):
            held_out = np.flatnonzero(folds == fold)
            for width in settings.widths:
                found = self.correction(asked[folds != fold], width)
                odds[width][held_out] = odds_of(pairs.where(held_out), found)
                done += 1
                progress.advance(done)
        losses = {width: _losses(pairs, found) for width, found in odds.items()}
        means = {w: float(np.average(loss, weights=pairs.weight)) for w, loss in losses.items()}
        best = min(settings.widths, key=means.__getitem__)
        gain = (losses[0.0] - losses[best]) * pairs.weight / pairs.weight.mean()
        error = float(gain.std() / np.sqrt(len(gain)))
        return (best if float(gain.mean()) > PROOF * error else 0.0), means

    def _some(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """At most so many of the rows that choosing and checking stay quick."""
        if len(rows) <= MOST_TO_CHOOSE_BY:
            return rows
        chance = np.random.default_rng(self.settings.seed)
        return np.sort(chance.choice(rows, MOST_TO_CHOOSE_BY, replace=False))

    def _parity(self, compiled: Compiled, correction: Correction) -> float:
        unit = self.champion.calibration.slope * log(2)
        for_model = compiled.model.score(self.own.matrix).weights
        learned = odds_of(self.pairs, correction) / unit
        learned -= self.champion.calibration.intercept / self.champion.calibration.slope
        for repair in compiled.repairs:
            column = self.champion.schema.index(repair.comparisons[0])
            learned += values_at(repair, self.own.matrix[:, column])
        return float(np.abs(for_model - learned).max(initial=0.0))


def _remembered(
    champion: DuplicateModel, memory: Examples, settings: CorrectionSettings
) -> Examples:
    """Pairs of the generated history, half of their weight on those that the champion flags; all
    weights add up to one."""
    said = champion.probability(champion.score(memory.matrix).weights)
    chance = np.random.default_rng(settings.seed)
    rows, weights = [], []
    for members in (np.flatnonzero(said >= 0.5), np.flatnonzero(said < 0.5)):
        drawn = np.sort(chance.permutation(members)[: settings.most_memory // 2])
        rows.append(drawn)
        weights.append(np.full(len(drawn), 0.5 / max(len(drawn), 1)))
    chosen = np.concatenate(rows)
    return Examples(memory.matrix[chosen], memory.twin[chosen], np.concatenate(weights))


def _clear(basis: Basis, settings: CorrectionSettings) -> Prepared:
    """The clear cases, wanted as the champion sees them, but rightly in any case."""
    matrix, twin, weight = clear_pairs(basis.champion)
    found = prepared(basis, Examples(matrix, twin, weight * settings.clear))
    said = expit(found.offset)
    surely = np.where(twin == 1, np.maximum(said, SURE), np.minimum(said, 1 - SURE))
    return dataclasses.replace(found, twin=surely)


def _losses(pairs: Prepared, odds: Array) -> Array:
    return np.asarray(np.logaddexp(0.0, odds) - pairs.twin * odds)
