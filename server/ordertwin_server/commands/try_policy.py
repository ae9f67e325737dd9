"""What another policy would have made of the decisions in a store, from the numbers kept with them.

Nothing is compared again: a stored decision has the probability of every match worth showing.
Amendments are left as they are, because no threshold decides them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

import numpy as np

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import COMPARISON_NAMES, Pairs
from ordertwin_models.customers import SameCustomer
from ordertwin_models.decision import Match, Outcome
from ordertwin_models.hard_facts import same_in_every_field, sent_again
from ordertwin_models.model import Thresholds
from ordertwin_models.order import Order
from ordertwin_models.policy import (
    ALLOWED_PAIR,
    SAME_ORDER_CHANGED,
    SUPPRESSED_PAIR,
    OrderName,
    Policy,
    Standing,
    judge,
    rule_on,
)
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_stores.archive import OrderArchive
from ordertwin_stores.customers import same_customer_at
from ordertwin_stores.interface import StoredDecision, StoredOrder

EXAMPLES = 20
NO_FREQUENCIES = TermFrequencies()
Existing = Callable[[Sequence[str]], Mapping[str, StoredOrder]]
"""Finds stored orders by their keys."""
SameCustomerOf = Callable[[str, int], SameCustomer]
"""The other numbers of a customer, given its number in an order and the revision of customers that
a decision was taken with."""


class Example(NamedTuple):
    """One decision that would change; `thresholds` are those that would hold for the likeliest
    twin. `value` is None when nobody knows it."""

    order_key: str
    order: str
    twin_key: str
    twin: str
    probability: float
    thresholds: Thresholds | None
    before: Outcome
    after: Outcome
    rules: tuple[str, ...]
    value: float | None
    currency: str
    decided_at: datetime


@dataclass(slots=True)
class Trial:
    """What a policy would change. `changes` counts (before, after); `value` adds up order values.

    `other_models` decisions were left out, because a model with other thresholds took them;
    `truncated` says that there are older ones, which were not looked at.
    """

    decisions: int = 0
    amendments: int = 0
    other_models: int = 0
    undecided: int = 0
    truncated: bool = False
    oldest: datetime | None = None
    newest: datetime | None = None
    changes: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    value: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    examples: dict[tuple[Outcome, Outcome], list[Example]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Decisions that would be other ones."""
        return self.changes.total()

    def add(
        self,
        policy: Policy,
        thresholds: Thresholds | None,
        order: Order,
        decided: StoredDecision,
        existing: Existing,
        same_customer: SameCustomerOf,
        apart: frozenset[str] = frozenset(),
    ) -> None:
        """Judge one decision again; `thresholds` are those of the model that took it, None when
        they are not known, `apart` keys of orders that people said are different."""
        if SAME_ORDER_CHANGED in decided.decision.policy_rules:
            self.amendments += 1
        elif thresholds is None:
            self.other_models += 1
        else:
            self._judge(policy, thresholds, order, decided, existing, same_customer, apart)

    def _judge(
        self,
        policy: Policy,
        limits: Thresholds,
        order: Order,
        decided: StoredDecision,
        existing: Existing,
        same_customer: SameCustomerOf,
        apart: frozenset[str],
    ) -> None:
        decision = decided.decision
        keys = [match.order_key for match in decision.matches]
        there = existing(keys) if keys else {}
        standing = _standing(policy, order, decision.attended, there, apart)
        same = partial(same_customer, order.customer.party_id, decision.customers)
        judged = [
            (judge(standing, limits, key=match.order_key, state=match.state,
                   probability=match.match_probability,
                   **_hard_facts(policy, order, match, there.get(match.order_key), same)), match)
            for match in decision.matches
            if match.order_key not in there or there[match.order_key].order.kind is order.kind
        ]  # fmt: skip
        judged.sort(key=lambda each: (each[0].apart, -each[0].severity, -each[1].match_probability))
        best = judged[0] if judged and not judged[0][0].apart else None
        others = [one for one, _ in judged if best is None or one is not best[0]]
        after, rules = rule_on(standing, best[0] if best else None, others)
        self.decisions += 1
        self.rules.update(rules)
        if after is decision.outcome:
            return
        change = (decision.outcome, after)
        self.changes[change] += 1
        self.value[change] += round(order.value or 0.0)
        shown = self.examples.setdefault(change, [])
        if len(shown) < EXAMPLES:
            twin = there.get(best[1].order_key) if best else None
            shown.append(
                Example(
                    order_key=decided.order_key,
                    order=_label(order),
                    twin_key=best[1].order_key if best else "",
                    twin=_label(twin.order) if twin else "",
                    probability=best[1].match_probability if best else 0.0,
                    thresholds=best[0].thresholds if best else None,
                    before=decision.outcome,
                    after=after,
                    rules=rules,
                    value=order.value,
                    currency=order.currency_code,
                    decided_at=decision.decided_at,
                )
            )


def try_policy(
    archive: OrderArchive,
    tenant: str,
    policy: Policy,
    thresholds: Mapping[str, Thresholds],
    progress: Callable[[int], None] = lambda done: None,
) -> Trial:
    """Judge every latest decision in the store again; `thresholds` are those of models by version.

    `progress` is told how many orders were looked at.
    """
    trial = Trial()
    for number, stored in enumerate(archive.iterate_orders(tenant), start=1):
        decided = archive.latest_decision(tenant, stored.key)
        if decided is None:
            trial.undecided += 1
        else:
            limits = thresholds.get(decided.decision.model_version)
            existing = partial(archive.get_orders, tenant)
            same = partial(same_customer_at, archive.customers, tenant)
            trial.add(policy, limits, stored.order, decided, existing, same)
        progress(number)
    return trial


def _label(order: Order) -> str:
    return order.order_number or order.order_id


def _standing(
    policy: Policy,
    order: Order,
    attended: bool,
    existing: Mapping[str, StoredOrder],
    said: frozenset[str],
) -> Standing:
    partners = policy.partners(OrderName(order.source, order.order_id))
    named = {
        key: partners.get(OrderName(one.order.source, one.order.order_id))
        for key, one in existing.items()
    }
    apart = dict.fromkeys(said, SUPPRESSED_PAIR)
    return Standing.of(
        policy,
        order,
        value=order.value,
        attended=attended,
        apart=apart | {key: ALLOWED_PAIR for key, denied in named.items() if denied is False},
        same=[key for key, denied in named.items() if denied],
    )


def _hard_facts(
    policy: Policy,
    order: Order,
    match: Match,
    other: StoredOrder | None,
    same_customer: Callable[[], SameCustomer],
) -> dict[str, bool]:
    """Which hard facts hold, for customers as they were known then and by what was compared then;
    nothing is looked at where the orders are too far apart in time."""
    copying = policy.copying
    window = max(60 * policy.resent_within_minutes, copying.seconds, 86_400 * copying.days)
    if other is None or abs((order.ordered_at - other.order.ordered_at).total_seconds()) > window:
        return {}
    mine, theirs = (featurise(prepare(one), NO_FREQUENCIES) for one in (order, other.order))
    candidate = Candidate(
        1, other.key, other.state, other.updated_at, theirs.features.to_bytes(), ()
    )
    pairs = Pairs(mine.features, [candidate], same_customer())
    compared = np.array([[match.vector.get(name) for name in COMPARISON_NAMES]], float)
    return {
        "resent": bool(sent_again(pairs, policy.resent_within_minutes)[0]),
        "copied": bool(same_in_every_field(pairs, compared, copying)[0]),
    }
