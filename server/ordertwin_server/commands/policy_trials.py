"""What a policy that somebody hands in would have made of the newest decisions of a store."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ordertwin_models.model import Thresholds
from ordertwin_models.policy import SUPPRESSED_PAIR, Policy
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.compare_models import Range
from ordertwin_server.commands.try_policy import Trial
from ordertwin_server.policy_document import policy_handed_in
from ordertwin_stores.customers import same_customer_at
from ordertwin_stores.decision_history import PastDecision
from ordertwin_stores.interface import OrderStore

DEFAULT_DECISIONS = 5_000
MAX_DECISIONS = 50_000
AT_ONCE = 200

LimitsOf = Callable[[Call, str], Thresholds | None]
"""The thresholds of a model by its version, None when it is not known."""


class TryPolicy:
    """Judges stored decisions again. Of each order the newest one counts."""

    def __init__(self, store: OrderStore, limits_of: LimitsOf, clock: Clock) -> None:
        self._store, self._limits_of, self._clock = store, limits_of, clock

    def __call__(self, call: Call, document: str, wanted: Range) -> tuple[Policy, Trial]:
        """What would change; raises `InvalidRequest`, with lines of the document, and
        `DeadlineExceeded`."""
        wanted.ensure_valid(DEFAULT_DECISIONS, MAX_DECISIONS)
        policy, trial, before = policy_handed_in(document), Trial(), None
        left = wanted.most or DEFAULT_DECISIONS
        seen: set[str] = set()
        limits: dict[str, Thresholds | None] = {}
        history = self._store.decision_history
        while True:
            # One more than is wanted says whether there are older ones.
            page = history.newest(
                call.tenant, min(left, AT_ONCE) + 1, before, wanted.since, wanted.until
            )
            for past in page[: min(left, AT_ONCE)]:
                call.ensure_waiting()
                version = past.stored.decision.model_version
                if version not in limits:
                    limits[version] = self._limits_of(call, version)
                if past.stored.order_key not in seen:
                    seen.add(past.stored.order_key)
                    self._add(call, trial, policy, limits[version], past)
            if len(page) <= min(left, AT_ONCE):
                return policy, trial
            before, left = page[-2].number, left - min(left, AT_ONCE)
            if not left:
                trial.truncated = True
                return policy, trial

    def _add(
        self,
        call: Call,
        trial: Trial,
        policy: Policy,
        limits: Thresholds | None,
        past: PastDecision,
    ) -> None:
        decided = past.stored
        at = decided.decision.decided_at
        trial.newest, trial.oldest = trial.newest or at, at
        apart: frozenset[str] = frozenset()
        if SUPPRESSED_PAIR in decided.decision.policy_rules:
            apart = self._store.reviews.apart(call.tenant, decided.order_key, self._clock())
        existing = partial(self._store.get_orders, call.tenant)
        same = partial(same_customer_at, self._store.customers, call.tenant)
        trial.add(policy, limits, past.order, decided, existing, same, apart)
