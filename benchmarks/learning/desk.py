"""A review desk: what the queue asks, and reviewers who answer what is true."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.learning.world import World
from ordertwin_models.model import DuplicateModel
from ordertwin_training.pairs import RELATIONS
from ordertwin_training.retraining.verdicts import Answer, Origin, Verdict

Array = NDArray[np.float64]
REVIEWERS = ("ann", "bo", "chen", "dina")
SHOWN = 5
"""Candidates that a reviewer sees."""

CONFIDENT = 0.4
"""Share of a batch that is drawn at random from flagged orders, most of them ones that the model is
sure of: where it is surely wrong, doubt alone asks about the same few kinds again and again."""

AUDITED = 0.15
"""Share of a batch drawn at random from orders that were not flagged."""


@dataclass(eq=False)
class Desk:
    """Orders of a world up to a place, each asked about once at most."""

    world: World
    until: int
    seed: int
    since: int = 0
    asked: set[int] = field(default_factory=set)
    verdicts: list[Verdict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = np.random.default_rng(self.seed)
        self._latest: tuple[DuplicateModel, tuple[int, int], Array] | None = None

    def ask_chosen(self, model: DuplicateModel, count: int, *, audited: float = AUDITED) -> None:
        """Uncertain ones first, weighted by value; a few confident ones; and the audit."""
        best, order = self._best(model)
        flagged = best >= model.thresholds.review
        value = np.array([self.world.facts(int(place)).value for place in order])
        doubt = 4.0 * best * (1.0 - best) * np.log1p(value)
        audits = round(count * audited)
        confident = round(count * CONFIDENT)
        by_doubt = order[np.argsort(-doubt, kind="stable")][: count - audits - confident]
        self._ask(model, by_doubt, Origin.REVIEW, 1.0)
        self._ask_random(model, order[flagged], confident, Origin.REVIEW, whole=True)
        self._ask_random(model, order[~flagged], audits, Origin.AUDIT)

    def ask_flagged(self, model: DuplicateModel, most: int) -> None:
        """What the queue holds after a while: flagged orders, the most doubtful ones first."""
        best, order = self._best(model)
        doubt = np.where(best >= model.thresholds.review, best * (1.0 - best), -1.0)
        ranked = np.argsort(-doubt, kind="stable")[:most]
        self._ask(model, order[ranked[doubt[ranked] >= 0.0]], Origin.REVIEW, 1.0)

    def ask_audit(self, model: DuplicateModel, share: float) -> None:
        """A random share of the orders that nobody flagged."""
        best, order = self._best(model)
        unflagged = order[best < model.thresholds.review]
        self._ask_random(model, unflagged, round(share * len(unflagged)), Origin.AUDIT)

    def ask_random(self, model: DuplicateModel, count: int) -> None:
        """Any orders with a candidate."""
        _, order = self._best(model)
        self._ask_random(model, order, count, Origin.REVIEW, whole=True)

    def _said(self, model: DuplicateModel) -> Array:
        """What the model says about the orders that can be asked about."""
        asked = (self.since, self.until)
        if self._latest is None or self._latest[0] is not model or self._latest[1] != asked:
            self._latest = model, asked, self.world.probabilities(model, *asked)
        return self._latest[2]

    def _best(self, model: DuplicateModel) -> tuple[Array, NDArray[np.int64]]:
        """The likeliest candidate's probability for each order that can be asked about."""
        probability = self._said(model)
        best = np.zeros(self.until)
        within = (self.world.incoming < self.until) & (self.world.incoming >= self.since)
        within &= self.world.possible
        np.maximum.at(best, self.world.incoming[within], probability[within])
        has_candidate = np.zeros(self.until, dtype=bool)
        has_candidate[self.world.incoming[within]] = True
        has_candidate[list(self.asked)] = False
        order = np.flatnonzero(has_candidate)
        return best[order], order

    def _ask_random(
        self,
        model: DuplicateModel,
        among: NDArray[np.int64],
        count: int,
        origin: Origin,
        *,
        whole: bool = False,
    ) -> None:
        drawn = self._chance.permutation(among)[:count]
        inclusion = 1.0 if whole or not len(among) else min(1.0, len(drawn) / len(among))
        self._ask(model, np.sort(drawn), origin, inclusion)

    def _ask(
        self, model: DuplicateModel, orders: NDArray[np.int64], origin: Origin, inclusion: float
    ) -> None:
        probability = self._said(model)
        for order in orders.tolist():
            if order in self.asked:
                continue
            self.asked.add(order)
            rows = self.world.rows_of(order)
            rows = rows[np.argsort(-probability[rows], kind="stable")]
            # Who audits looks through everything; who reviews sees the likeliest few.
            seen = rows if origin is Origin.AUDIT else rows[:SHOWN]
            twins = seen[self.world.twin[seen]]
            row = int(twins[0]) if len(twins) else int(rows[0])
            self.verdicts.append(
                self._verdict(model, row, float(probability[row]), origin, inclusion)
            )

    def _verdict(
        self, model: DuplicateModel, row: int, probability: float, origin: Origin, inclusion: float
    ) -> Verdict:
        place, twin = int(self.world.incoming[row]), bool(self.world.twin[row])
        event = self.world.orders[place]
        relation = int(self.world.relation[place])
        return Verdict(
            order=event.order.order_id,
            counterpart=self.world.orders[int(self.world.existing[row])].order.order_id,
            answer=Answer.MATCH if twin else Answer.DISTINCT,
            at=event.order.ordered_at,
            reviewer=REVIEWERS[int(self._chance.integers(len(REVIEWERS)))],
            vector=tuple(self.world.matrix[row].tolist()),
            origin=origin,
            relation=RELATIONS[relation] if relation >= 0 and twin else None,
            inclusion=inclusion,
            model_version=model.version,
            probability=probability,
            facts=self.world.facts(place),
        )
