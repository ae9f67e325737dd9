"""What another model says of an order, and which comparisons make the difference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ordertwin_models.assessment import IncomingOrder
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import Pairs, vectors
from ordertwin_models.decision import Decision, Match, Outcome
from ordertwin_models.model import DuplicateModel

REASONS = 5
PRIOR = "prior"
"""What a model weighs before anything is compared, beside the names of comparisons."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one model says: outcome, key of the likeliest twin (empty when none is worth showing)
    and the probability that it is one."""

    outcome: Outcome
    counterpart: str = ""
    probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """A comparison and what it weighs by each model, in log2 odds."""

    comparison: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One decision that another model changes."""

    decision_key: str
    order_key: str
    before: Judgement
    after: Judgement
    reasons: tuple[Reason, ...]

    def to_text(self) -> str:
        """As a store keeps it.

        >>> unique, held = Judgement(Outcome.UNIQUE), Judgement(Outcome.REVIEW, "o1", 0.5)
        >>> one = Difference("d2", "o2", unique, held, (Reason("phone", 1.0, 2.0),))
        >>> Difference.from_text(one.to_text()) == one
        True
        """
        before, after = self.before, self.after
        return json.dumps(
            [
                self.decision_key,
                self.order_key,
                [before.outcome, before.counterpart, before.probability],
                [after.outcome, after.counterpart, after.probability],
                [[each.comparison, each.before, each.after] for each in self.reasons],
            ],
            ensure_ascii=False,
        )

    @classmethod
    def from_text(cls, text: str) -> Difference:
        """Read back."""
        decision_key, order_key, before, after, reasons = json.loads(text)
        return cls(
            decision_key,
            order_key,
            _judgement_in(before),
            _judgement_in(after),
            tuple(Reason(*reason) for reason in reasons),
        )


def _judgement_in(found: list[Any]) -> Judgement:
    outcome, counterpart, probability = found
    return Judgement(Outcome(outcome), counterpart, probability)


def differs(before: Decision, after: Decision) -> bool:
    """Whether an order is told something else: another outcome, or another twin."""
    if before.outcome is not after.outcome:
        return True
    flagged = before.outcome is not Outcome.UNIQUE
    return flagged and _best(before) != _best(after)


def difference(
    decision_key: str,
    order_key: str,
    models: tuple[DuplicateModel, DuplicateModel],
    decisions: tuple[Decision, Decision],
    incoming: IncomingOrder,
    candidates: Sequence[Candidate],
) -> Difference:
    """What changes from the first decision to the second, taken by these models on the same
    candidates."""
    before, after = decisions
    stricter = max(decisions, key=lambda decision: _SEVERITY[decision.outcome])
    twin = _best(stricter) or _best(before) or _best(after)
    row = next((row for row, each in enumerate(candidates) if each.key == twin), None)
    reasons = (
        ()
        if row is None
        else _reasons(models, Pairs(incoming.features, candidates, incoming.same), row)
    )
    return Difference(decision_key, order_key, _judged(before), _judged(after), reasons)


_SEVERITY = {Outcome.UNIQUE: 0, Outcome.REVIEW: 1, Outcome.DUPLICATE: 2}


def _best(decision: Decision) -> str:
    best = _first(decision)
    return best.order_key if best else ""


def _first(decision: Decision) -> Match | None:
    return decision.matches[0] if decision.matches else None


def _judged(decision: Decision) -> Judgement:
    best = _first(decision)
    if best is None:
        return Judgement(decision.outcome)
    return Judgement(decision.outcome, best.order_key, best.match_probability)


def _reasons(
    models: tuple[DuplicateModel, DuplicateModel], pairs: Pairs, row: int
) -> tuple[Reason, ...]:
    matrix = vectors(pairs)[[row]]
    weights = []
    for model in models:
        found = model.score(matrix).contributions[0].tolist()
        own = dict(zip(model.terms, found, strict=True))
        weights.append(own | {PRIOR: model.prior_weight})
    first, second = weights
    reasons = [
        Reason(term, first.get(term, 0.0), second.get(term, 0.0)) for term in {**first, **second}
    ]
    changed = [reason for reason in reasons if reason.before != reason.after]
    changed.sort(key=lambda reason: -abs(reason.after - reason.before))
    return tuple(changed[:REASONS])
