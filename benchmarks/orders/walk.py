"""A stream asked in one process: what the server would have answered to every order, but faster.

Blocking, comparing and deciding are the core's own; only the store and gRPC are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ordertwin_cli.replaying.judge import Answered, Judge
from ordertwin_models.assessment import MATCHES_SHOWN, assess
from ordertwin_models.blocking import CANDIDATE_LIMIT
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import Pairs, vectors
from ordertwin_models.decision import Decision, Match
from ordertwin_models.model import DuplicateModel
from ordertwin_models.preparation import IncomingOrder
from ordertwin_training.arrivals import Arrival, arrivals_of
from ordertwin_training.detection_report import DetectionCase
from ordertwin_training.labels import Label, Labels
from ordertwin_training.pairs import RULES, MemoryIndex
from ordertwin_training.stream import Event, OrderEvent

_MORE_MATCHES = 20


@dataclass(frozen=True, slots=True)
class PairJudged:
    """How the model sees one pair: match weight, prior and contributions in log2 odds."""

    probability: float
    weight: float
    prior: float
    contributions: dict[str, float]
    vector: dict[str, float]


@dataclass(frozen=True, eq=False)
class Told:
    """One order, what it was told, and how right that is. `case` is None when nobody knows.

    `twins` are the earlier orders that a duplicate was made of, `proposed` those that blocking
    found; `named` maps the matches' keys to order ids.
    """

    walk: Walk
    place: int
    decision: Decision
    proposed: frozenset[int]
    case: DetectionCase | None

    @property
    def event(self) -> OrderEvent:
        """The order as it came, with its truth."""
        return self.walk.orders[self.place]

    @cached_property
    def twins(self) -> tuple[int, ...]:
        """Places of the earlier copies of the same purchase."""
        labels = self.walk.labels
        if not labels.is_duplicate(self.place):
            return ()
        return tuple(
            other
            for other in range(self.place)
            if labels.of_pair(self.place, other)[0] is Label.TWIN
        )

    def judged(self, existing: int) -> PairJudged:
        """How the model saw the pair among all candidates; alone, where it was not among them."""
        for match in self.decision.matches:
            if match.order_key == str(existing):
                return PairJudged(
                    match.match_probability,
                    match.match_weight,
                    match.prior_weight,
                    dict(match.contributions),
                    {name: value for name, value in match.vector.items() if value is not None},
                )
        return self.walk.judged(self.place, existing)

    @property
    def best(self) -> Match | None:
        """The likeliest living match."""
        living = [m for m in self.decision.matches if not m.state.is_dead]
        return max(living, key=lambda match: match.match_probability, default=None)

    @property
    def best_is_twin(self) -> bool:
        """Whether the likeliest living match is a copy of the same purchase."""
        return self.best is not None and int(self.best.order_key) in self.twins

    @property
    def twin_match(self) -> Match | None:
        """The shown match that is right."""
        return next((m for m in self.decision.matches if int(m.order_key) in self.twins), None)


class Walk:
    """One stream, from the first event to the last, against one model."""

    def __init__(self, name: str, events: Iterable[Event], model: DuplicateModel) -> None:
        every = list(events)
        self.name, self.model = name, model
        self.orders = [event for event in every if isinstance(event, OrderEvent)]
        self.arrivals = arrivals_of(every)
        self.labels = Labels(self.arrivals)

    def told(self) -> Iterator[Told]:
        """Every order in turn."""
        index, judge = MemoryIndex(), Judge()
        latest: dict[tuple[str, str], int] = {}
        for place, arrival in enumerate(self.arrivals):
            found = index.find(arrival.lookups, CANDIDATE_LIMIT)
            former = latest.get((arrival.source, arrival.order_id))
            decision = assess(
                self.model,
                incoming_of(arrival),
                [self.candidate(other, place, mask) for other, mask in found.items()],
                truncated=False,
                at=arrival.at,
                max_matches=_MORE_MATCHES,
                amends=None if former is None else str(former),
            )
            case = judge.take(self.orders[place], self._answered(decision))
            yield Told(self, place, decision, frozenset(found), case)
            if former is not None:
                index.remove(former, self.arrivals[former].blocking_keys)
            index.add(place, arrival.blocking_keys)
            latest[arrival.source, arrival.order_id] = place

    def candidate(self, place: int, incoming: int, rules: int = 0) -> Candidate:
        """An existing order as it stood when another one came in."""
        arrival = self.arrivals[place]
        state, since = arrival.state_before(self.arrivals[incoming].event)
        names = tuple(name for bit, name in enumerate(RULES) if rules >> bit & 1)
        return Candidate(place, str(place), state, since, arrival.stored, names)

    def judged(self, incoming: int, existing: int) -> PairJudged:
        """How the model sees a pair, whether or not it was proposed."""
        candidate = self.candidate(existing, incoming)
        matrix = vectors(Pairs(self.arrivals[incoming].features, [candidate]))
        scores = self.model.score(matrix)
        contributions = dict(zip(self.model.terms, scores.contributions[0].tolist(), strict=True))
        vector = dict(zip(self.model.schema, matrix[0].tolist(), strict=True))
        return PairJudged(
            probability=float(self.model.probability(scores.weights)[0]),
            weight=float(scores.weights[0]),
            prior=self.model.prior_weight,
            contributions=contributions,
            vector={name: value for name, value in vector.items() if not np.isnan(value)},
        )

    def _answered(self, decision: Decision) -> Answered:
        shown = decision.matches[:MATCHES_SHOWN]
        return Answered(
            outcome=decision.outcome,
            probability=max(
                (m.match_probability for m in shown if not m.state.is_dead), default=0.0
            ),
            named=tuple(self.orders[int(match.order_key)].order.order_id for match in shown),
        )


def incoming_of(arrival: Arrival) -> IncomingOrder:
    """The order as the server would have had it in hand."""
    return IncomingOrder(arrival.features, arrival.lookups, arrival.blocking_keys, arrival.terms)
