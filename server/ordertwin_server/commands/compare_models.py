"""Past decisions taken again by two models, on what was known when they were taken.

Candidates are looked up again among the orders that came before, in the states they were in then,
so that a twin that one model overlooked is found by the other. Both models judge the same orders
under the policy in force now; what a model said at the time does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ordertwin_models.assessment import assess
from ordertwin_models.decision import Decision, Outcome
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_models.model import DuplicateModel
from ordertwin_models.policy import Policy
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.model_difference import Difference, difference, differs
from ordertwin_server.commands.past_case import past_case
from ordertwin_server.commands.policy_facts import standing_of
from ordertwin_server.commands.question import Question
from ordertwin_stores.decision_history import PastDecision
from ordertwin_stores.interface import OrderStore

DEFAULT_DECISIONS = 1_000
MAX_DECISIONS = 20_000
EXAMPLES = 100
AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Which decisions are taken again: from the newest on, at most so many (0: as usual)."""

    most: int = 0
    since: datetime | None = None
    until: datetime | None = None

    def ensure_valid(self, usual: int = DEFAULT_DECISIONS, limit: int = MAX_DECISIONS) -> None:
        """Raise `InvalidRequest` when there are too many."""
        if not 0 <= self.most <= limit:
            problem = f"must be 0 (meaning {usual}) to {limit}"
            raise InvalidRequest([FieldViolation("max_decisions", problem)])


@dataclass(slots=True)
class Comparison:
    """What the second model changes. `skipped` decisions could not be taken again."""

    baseline: str
    challenger: str
    decisions: int = 0
    skipped: int = 0
    changes: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    examples: list[Difference] = field(default_factory=list)
    oldest: datetime | None = None
    newest: datetime | None = None

    @property
    def changed(self) -> int:
        """Decisions that would be other ones."""
        return self.changes.total()


class CompareModels:
    """Takes decisions of a store again. `policy` gives the policy in force for a tenant."""

    def __init__(self, store: OrderStore, policy: Callable[[str], Policy]) -> None:
        self._store, self._policy = store, policy

    def __call__(
        self, call: Call, models: tuple[DuplicateModel, DuplicateModel], wanted: Range
    ) -> Comparison:
        """What the second model changes; raises `InvalidRequest` and `DeadlineExceeded`."""
        wanted.ensure_valid()
        made = Comparison(models[0].version, models[1].version)
        policy, before = self._policy(call.tenant), None
        left = wanted.most or DEFAULT_DECISIONS
        while left > 0:
            page = self._store.decision_history.newest(
                call.tenant, min(left, AT_ONCE), before, wanted.since, wanted.until
            )
            for past in page:
                call.ensure_waiting()
                self._add(call, made, models, policy, past)
            if len(page) < min(left, AT_ONCE):
                break
            left, before = left - len(page), page[-1].number
        return made

    def _add(
        self,
        call: Call,
        made: Comparison,
        models: tuple[DuplicateModel, DuplicateModel],
        policy: Policy,
        past: PastDecision,
    ) -> None:
        case = past_case(self._store, call.tenant, past)
        if case is None:
            made.skipped += 1
            return
        decision, incoming, candidates = past.stored.decision, case.incoming, case.candidates
        question = Question(order=past.order, attended=decision.attended)
        standing = standing_of(self._store, call, policy, question, incoming)

        def decided(model: DuplicateModel) -> Decision:
            return assess(
                model,
                incoming,
                candidates,
                truncated=case.truncated,
                at=decision.decided_at,
                standing=standing,
            )

        first, second = decided(models[0]), decided(models[1])
        made.decisions += 1
        made.newest = made.newest or decision.decided_at
        made.oldest = decision.decided_at
        if not differs(first, second):
            return
        made.changes[first.outcome, second.outcome] += 1
        if len(made.examples) < EXAMPLES:
            stored = past.stored
            made.examples.append(
                difference(
                    stored.key,
                    stored.order_key,
                    models,
                    (first, second),
                    incoming,
                    candidates,
                )
            )
