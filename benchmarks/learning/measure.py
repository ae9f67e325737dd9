"""The parts of the benchmark of learning, each a few figures."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.learning.company import NEW_KIND, company_stream, opening
from benchmarks.learning.desk import Desk
from benchmarks.learning.world import World, average_precision_of, makers_digest, recall_of
from ordertwin_cli.failures import CommandFailed
from ordertwin_cli.retrain import EXIT_REFUSED
from ordertwin_models import artefact
from ordertwin_models.model import DuplicateModel
from ordertwin_server.model_slot import read_model, released_model
from ordertwin_training.dataset import Dataset
from ordertwin_training.retraining.gate import GateReport
from ordertwin_training.retraining.run import Memory, Retrained, TooFewVerdicts, challenge
from ordertwin_training.retraining.settings import RetrainingSettings
from ordertwin_training.retraining.verdicts import Answer, Verdict, write_verdicts
from ordertwin_training.stream import Event

LEARNED = 0.65
"""Share of the stream whose orders are asked about; the rest is what models are judged on."""

EARLY = (30, 60, 90, 120, 150, 175, 200)
"""Verdicts after which a model is made, at first."""

LATER = (450, 700, 1000, 2500, 5000)
DESKS = 3
"""Desks that draw otherwise; figures up to 1,000 verdicts are their means."""

ROUNDS = 10
MONTH = timedelta(days=30)
AUDIT = 0.01
NEW_KIND_SHARE = 0.08
"""Share of all orders, from the day on which the new kind of duplicate appears."""

QUIET_SHARE = 0.15
"""Share of the stream before that day, a month."""

LONGER = 1.4
"""How much longer than the company's stream the one with the new kind is: who asks about one order
in a hundred needs some to ask about."""

PER_ROUND = 60


@dataclass(frozen=True, eq=False)
class Stage:
    """What all parts share. `kept` has what takes long to make: the generated history and streams
    that were compared; `directory` is for what else is written."""

    memory: Memory
    kept: Path
    directory: Path
    size: int
    seed: int

    @cached_property
    def champion(self) -> DuplicateModel:
        """The released model."""
        path = released_model()
        if path is None:
            raise CommandFailed("there is no released model")
        return read_model(path)

    @cached_property
    def world(self) -> World:
        """The company, from its first day on."""
        return self._world("company", company_stream(self.size, self.seed))

    @cached_property
    def changing_world(self) -> World:
        """The company, where a new kind of duplicate appears after a month."""
        size = round(self.size * LONGER)
        per_day = QUIET_SHARE * size / MONTH.days
        stream = company_stream(size, self.seed + 1, per_day, opening() + MONTH, NEW_KIND_SHARE)
        return self._world("changing", stream)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Honest verdicts: what the queue asks in three rounds, answered by the truth."""
        desk = Desk(self.world, self.cut, self.seed)
        model = self.champion
        for count in (200, 400, 800):
            desk.ask_chosen(model, count - len(desk.verdicts))
            model = self.retrained(desk.verdicts).model
        return desk.verdicts

    @property
    def cut(self) -> int:
        """The place from which orders are held out."""
        return round(len(self.world.orders) * LEARNED)

    def retrained(self, verdicts: Sequence[Verdict]) -> Retrained:
        """The whole recipe, gate included."""
        return challenge(self.champion, verdicts, self.memory, RetrainingSettings())

    def model_after(self, verdicts: Sequence[Verdict], before: DuplicateModel) -> DuplicateModel:
        """The challenger, if the gate lets it pass; else the model that was there before."""
        try:
            found = self.retrained(verdicts)
        except TooFewVerdicts:
            return before
        return found.model if found.gate.passed else before

    def _world(self, name: str, events: list[Event]) -> World:
        path = self.kept / f"{name}-{self.size}-{self.seed}-{makers_digest()[:12]}.npz"
        if path.exists():
            return World.from_dataset(Dataset.load(path), events)
        world = World.of(name, events)
        world.dataset.save(path)
        return world


def value_of_verdicts(stage: Stage, share: float) -> dict[str, Any]:
    """Average precision on later orders, by number of verdicts, chosen and random.

    A challenger is judged whether or not the gate lets it pass; the next questions are chosen by
    the model in service.
    """
    held_out = stage.world.held_out(stage.cut)
    found: dict[str, list[float]] = defaultdict(list)
    for seed in range(stage.seed, stage.seed + DESKS):
        for how in ("chosen", "random"):
            desk, model = Desk(stage.world, stage.cut, seed), stage.champion
            for step in _steps(how, first=seed == stage.seed):
                wanted = step if step <= 200 else max(200, round(step * max(share, 0.25)))
                if how == "chosen":
                    desk.ask_chosen(model, wanted - len(desk.verdicts))
                else:
                    desk.ask_random(model, wanted - len(desk.verdicts))
                try:
                    made = stage.retrained(desk.verdicts)
                except TooFewVerdicts:
                    continue
                model = made.model if made.gate.passed else model
                if step in (200, 1000, 5000):
                    precision = average_precision_of(made.model, held_out)
                    found[f"ap_{step}_{how}"].append(round(precision, 4))
                    found[f"verdicts_{step}_{how}"].append(len(desk.verdicts))
    means: dict[str, Any] = {name: float(np.mean(values)) for name, values in found.items()}
    means["ap_before"] = average_precision_of(stage.champion, held_out)
    return means | {"ap_of_each_desk": {k: v for k, v in found.items() if k.startswith("ap_")}}


def _steps(how: str, *, first: bool) -> Sequence[int]:
    if how == "random":
        return (200, 1000)
    return (*EARLY, *(LATER if first else LATER[: LATER.index(1000) + 1]))


def new_kind(stage: Stage) -> dict[str, Any]:
    """Recall on a kind of duplicate that appeared later, after ten rounds of review."""
    found: dict[str, Any] = {}
    world = stage.changing_world
    until = round(len(world.orders) * LEARNED)
    held_out = world.held_out(until)
    found["new_kind_recall_before"] = recall_of(stage.champion, held_out, NEW_KIND)
    appears = next(n for n, e in enumerate(world.orders) if e.order.ordered_at >= opening() + MONTH)
    bounds = [0, *np.linspace(appears, until, ROUNDS + 1).astype(int).tolist()]
    for name, audit in (("audit", AUDIT), ("no_audit", 0.0)):
        desk, model = Desk(world, bounds[1], stage.seed), stage.champion
        for begin, end in pairwise(bounds):
            desk.since, desk.until = begin, end
            if audit:
                desk.ask_audit(model, audit)
            desk.ask_flagged(model, PER_ROUND)
            model = stage.model_after(desk.verdicts, model)
        alarms = stage.retrained(desk.verdicts).gate.alarms
        found[f"new_kind_recall_{name}"] = recall_of(model, held_out, NEW_KIND)
        found[f"{name}_alarm"] = any("no audit sample" in alarm for alarm in alarms)
    return found


def poison(stage: Stage) -> dict[str, Any]:
    """Poisoned and contradictory labels: refused, and the cause named; conflicts wait."""
    honest = stage.verdicts
    customer = _customer_with_most_twins(honest)
    chance = np.random.default_rng(stage.seed)

    def denied(verdict: Verdict) -> Verdict:
        hers = verdict.facts.customer == customer
        return replace(verdict, answer=Answer.DISTINCT) if hers else verdict

    def careless(verdict: Verdict) -> Verdict:
        flips = verdict.reviewer == "bo" and chance.random() < 0.3
        return _flipped(verdict) if flips else verdict

    against = [replace(_flipped(verdict), reviewer="eve") for verdict in honest[::10]]
    clean = stage.retrained(honest).gate
    reports = {
        "customer": _gate(stage, [denied(verdict) for verdict in honest]),
        "reviewer": _gate(stage, [careless(verdict) for verdict in honest]),
        "contradictory": _gate(stage, [*honest, *against]),
    }
    named = {
        "customer": any(one.name == customer for one in reports["customer"].suspicions.suspects),
        "reviewer": any(one.name == "bo" for one in reports["reviewer"].suspicions.suspects),
        "contradictory": any("eve" in reason for reason in reports["contradictory"].refusals),
    }
    rejected = {name: not report.passed and named[name] for name, report in reports.items()}
    return {
        "poison_rejected": all(rejected.values()),
        "poison_rejected_by_kind": rejected,
        "honest_passed": clean.passed,
        "honest_accused": len(clean.suspicions.suspects),
        "conflicts_queued": len(reports["contradictory"].suspicions.conflicts) / len(against),
    }


def identical_bytes(stage: Stage) -> dict[str, Any]:
    """Train twice on one snapshot."""
    first, second = (
        artefact.dumps(stage.retrained(list(verdicts)).model)
        for verdicts in (stage.verdicts, stage.verdicts[::-1])
    )
    return {"identical_bytes": first == second}


def train_seconds(stage: Stage, pairs: int) -> dict[str, Any]:
    """`ordertwin train` on so many own pairs, from the command to the last file: gate, suspicions,
    curve, plots, card and record in MLflow included. The generated history is there already."""
    verdicts = stage.directory / "many.jsonl.gz"
    count = write_verdicts(verdicts, _many(stage.world, stage.cut, pairs))
    command = [sys.executable, "-m", "ordertwin_cli", "train", "--verdicts", str(verdicts)]
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        [*command, "--runs", str(stage.kept)], capture_output=True, text=True, check=False
    )
    seconds, after = time.perf_counter() - started, os.times()
    if done.returncode not in (0, EXIT_REFUSED):
        raise CommandFailed(f"training ended with {done.returncode}: {done.stderr[-500:]}")
    worked = after.children_user - before.children_user
    worked += after.children_system - before.children_system
    return {
        "train_seconds_100k": round(seconds, 1),
        "train_processor_seconds_100k": round(worked, 1),
        "train_pairs": count,
    }


def _many(world: World, until: int, count: int) -> list[Verdict]:
    """A verdict on every pair, the likeliest twins of all first, up to so many."""
    rows = np.flatnonzero((world.incoming < until) & world.possible)
    twins = rows[world.twin[rows]]
    others = np.random.default_rng(1).permutation(rows[~world.twin[rows]])
    chosen = np.sort(np.concatenate([twins, others])[:count])
    return [
        Verdict(
            order=world.orders[int(world.incoming[row])].order.order_id,
            counterpart=world.orders[int(world.existing[row])].order.order_id,
            answer=Answer.MATCH if world.twin[row] else Answer.DISTINCT,
            at=world.orders[int(world.incoming[row])].order.ordered_at,
            reviewer=("ann", "bo", "chen", "dina")[int(row) % 4],
            vector=tuple(world.matrix[row].tolist()),
            facts=world.facts(int(world.incoming[row])),
        )
        for row in chosen.tolist()
    ]


def _gate(stage: Stage, verdicts: Sequence[Verdict]) -> GateReport:
    return stage.retrained(verdicts).gate


def _customer_with_most_twins(verdicts: Sequence[Verdict]) -> str:
    counts: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.answer is Answer.MATCH:
            counts[verdict.facts.customer] = counts.get(verdict.facts.customer, 0) + 1
    return max(sorted(counts), key=counts.__getitem__)


def _flipped(verdict: Verdict) -> Verdict:
    other = Answer.DISTINCT if verdict.answer is Answer.MATCH else Answer.MATCH
    return replace(verdict, answer=other, relation=None)
