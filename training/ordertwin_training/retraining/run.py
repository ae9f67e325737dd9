"""The recipe: from verdicts to a challenger with its gate report, card and record.

    verdicts ─► own pairs ─► sides ─► correction ─► tables ─► suspicions ─► gate ─► candidate

The same verdicts, champion and settings give the same model file, byte for byte. What costs time,
the pairs of the generated history, is kept under the run directory; a run that was stopped is run
again and goes on.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ordertwin_models import artefact
from ordertwin_models.model import DuplicateModel
from ordertwin_training.fit import Examples
from ordertwin_training.gathering import gather
from ordertwin_training.learning import MONOTONE, golden_vectors
from ordertwin_training.pairs import Sampling
from ordertwin_training.progress import Progress, Silent
from ordertwin_training.retraining.choosing import Chosen, Problem
from ordertwin_training.retraining.curve import LearningCurve, learning_curve
from ordertwin_training.retraining.gate import GateReport, judge_challenger
from ordertwin_training.retraining.own_pairs import OwnPairs, SetAside, own_pairs
from ordertwin_training.retraining.relations import Names, retrained_names
from ordertwin_training.retraining.settings import History, RetrainingSettings
from ordertwin_training.retraining.sides import Sides, sides_of
from ordertwin_training.retraining.suspects import suspicions_of
from ordertwin_training.retraining.verdicts import Answer, Origin, Verdict, snapshot_of
from ordertwin_training.sources import generated_sources
from ordertwin_training.split import Part

Array = NDArray[np.float64]

FEWEST_AUDITED = 0.001
"""Share of audited pairs among the verdicts below which nobody would notice a new kind."""


class TooFewVerdicts(ValueError):
    """There is too little to learn from; says how much there is and what is needed."""


@dataclass(frozen=True, eq=False)
class Memory:
    """Pairs of the generated history: to learn beside one's own, and to be judged on."""

    lessons: Examples
    held_out: Examples
    snapshot: str


@dataclass(frozen=True, eq=False)
class Retrained:
    """A challenger, and everything that was found out on the way; `lessons` are the pairs that
    the model learned from in the end."""

    model: DuplicateModel
    champion: DuplicateModel
    chosen: Chosen
    names: Names
    gate: GateReport
    curve: LearningCurve
    sides: Sides
    lessons: OwnPairs
    aside: SetAside
    snapshot: str

    @property
    def changed(self) -> bool:
        """Whether the challenger is another model than the champion at all."""
        return self.chosen.width > 0 or self.names.learned


def remembered(history: History, directory: Path, progress: Progress) -> Memory:
    """The generated history, kept in `directory` or made anew."""
    sources = generated_sources(history.worlds, history.orders, history.seed)
    dataset = gather(sources, directory, Sampling(), progress)
    held_out = dataset.examples(Part.TEST)
    return Memory(dataset.examples(Part.FIT), held_out, dataset.snapshot)


def challenge(
    champion: DuplicateModel,
    verdicts: Sequence[Verdict],
    memory: Memory,
    settings: RetrainingSettings,
    progress: Progress | None = None,
) -> Retrained:
    """Make a challenger and put it through the gate. Nothing is written.

    `TooFewVerdicts` when there are not both kinds of answers, or hardly any.
    """
    progress = progress or Silent()
    progress.stage(f"{len(verdicts):,} verdicts")
    own, aside = own_pairs(verdicts)
    sides = sides_of(own, settings.seed, settings.held_out)
    correction = dataclasses.replace(settings.correction, seed=settings.seed)
    trial = Problem.of(champion, sides.lessons, memory.lessons, MONOTONE, correction)
    if not trial.teaches:
        raise TooFewVerdicts(_too_few(sides, own))
    whole = Problem.of(champion, own, memory.lessons, MONOTONE, correction)
    chosen = trial.adapted(progress)
    snapshot = _snapshot(verdicts, champion, memory, settings)
    like = np.concatenate([own.matrix, memory.held_out.matrix])
    name = settings.version or f"{champion.version.split('-')[0]}-{snapshot[:10]}"
    hands = _hands(verdicts, own, settings.trainer)

    progress.stage("names")
    teaching = own if settings.learn_from_frozen else sides.lessons
    names = retrained_names(champion.relation_model, sides, teaching, memory.lessons, settings.seed)

    def named(found: Chosen, lessons: OwnPairs) -> DuplicateModel:
        metadata = _metadata(champion, lessons, settings, snapshot) | hands
        return dataclasses.replace(
            found.model,
            version=name,
            golden=golden_vectors(found.model, like),
            metadata=metadata,
            relation_model=names.model,
        )

    suspicions = suspicions_of(
        own,
        champion.probability(champion.score(own.matrix).weights),
        expit(whole.cross_fitted(chosen.width or min(correction.widths), progress)),
        aside,
        settings.trusted,
    )
    progress.stage("gate")
    model, found, lessons = named(chosen, sides.lessons), chosen, sides.lessons
    if settings.learn_from_frozen and chosen.width:
        found, lessons = whole.adapted_by(chosen.width, chosen.losses, progress), own
        model = named(found, own)
    gate = judge_challenger(
        champion, model, named(chosen, sides.lessons), sides.frozen, memory.held_out,
        parity=found.parity, suspicions=suspicions, settings=settings.gate, alarms=alarms(own),
        names=names,
    )  # fmt: skip
    curve = learning_curve(trial, chosen.width, sides.frozen, progress)
    return Retrained(model, champion, chosen, names, gate, curve, sides, lessons, aside, snapshot)


def alarms(own: OwnPairs) -> tuple[str, ...]:
    """What the labels cannot tell, however many there are."""
    audited = sum(verdict.origin is Origin.AUDIT for verdict in own.verdicts)
    found = []
    if audited < FEWEST_AUDITED * len(own) or not audited:
        found.append(
            "no audit sample: none of these verdicts is about an order that nobody flagged, so "
            "recall is unknown and a new kind of duplicate would not be noticed"
        )
    missed = [
        verdict
        for verdict in own.verdicts
        if verdict.origin is Origin.AUDIT and verdict.answer.value == "MATCH"
    ]
    if missed:
        found.append(
            f"{len(missed)} of {audited} audited orders were duplicates that nobody had flagged, "
            f"such as {missed[-1].order}"
        )
    return tuple(found)


def _snapshot(
    verdicts: Sequence[Verdict],
    champion: DuplicateModel,
    memory: Memory,
    settings: RetrainingSettings,
) -> str:
    """One SHA-256 for everything the model file follows from."""
    facts = (
        snapshot_of(verdicts),
        hashlib.sha256(artefact.dumps(champion).encode()).hexdigest(),
        memory.snapshot,
        repr((settings.correction, settings.held_out, settings.learn_from_frozen, settings.seed)),
        settings.command,
        settings.trainer,
    )
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _metadata(
    champion: DuplicateModel, lessons: OwnPairs, settings: RetrainingSettings, snapshot: str
) -> dict[str, str]:
    kept = {key: champion.metadata[key] for key in ("prevalence",) if key in champion.metadata}
    return kept | {
        "champion": champion.version,
        "command": settings.command,
        artefact.OWN_PAIRS: str(len(lessons)),
        "seed": str(settings.seed),
        "snapshot": snapshot,
    }


def _hands(verdicts: Sequence[Verdict], own: OwnPairs, trainer: str) -> dict[str, str]:
    """Who must not be the one to activate it: the trainer, and whoever answered a pair that the
    model learned from or was judged by."""
    pairs = {verdict.pair for verdict in own.verdicts}
    names = {
        verdict.reviewer
        for verdict in verdicts
        if verdict.pair in pairs and not verdict.withdrawn and verdict.answer is not Answer.UNSURE
    }
    found = {artefact.LABELLERS: ", ".join(sorted(names - {""})), artefact.TRAINER: trainer}
    return {key: value for key, value in found.items() if value}


def _too_few(sides: Sides, own: OwnPairs) -> str:
    twins = int(sides.lessons.twin.sum())
    return (
        f"{len(own)} settled pairs leave {len(sides.lessons)} to learn from, {twins} of them "
        "duplicates; at least 20 with both answers are needed. Review more orders, or look whether "
        "verdicts wait in conflict"
    )
