"""What another policy would have made of the decisions in a store, from the numbers kept with them.

Nothing is compared again: a stored decision has the probability of every match worth showing.
Amendments and bursts are left as they are, because no threshold decides them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ordertwin_models.assessment import featurise, prepare, sent_again
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import Pairs
from ordertwin_models.decision import Match, Outcome
from ordertwin_models.model import Thresholds
from ordertwin_models.order import Order
from ordertwin_models.policy import (
    ALLOWED_PAIR,
    SAME_ORDER_CHANGED,
    OrderName,
    Policy,
    Standing,
    judge,
    rule_on,
)
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_stores.archive import OrderArchive
from ordertwin_stores.interface import StoredDecision, StoredOrder

EXAMPLES = 5
NO_FREQUENCIES = TermFrequencies()


class Example(NamedTuple):
    """One decision that would change."""

    order: str
    twin: str
    probability: float
    before: Outcome
    after: Outcome
    rules: tuple[str, ...]


@dataclass(slots=True)
class Trial:
    """What a policy would change. `changes` counts (before, after); `value` adds up order values.

    `other_models` decisions were left out, because a model with other thresholds took them.
    """

    decisions: int = 0
    amendments: int = 0
    other_models: int = 0
    undecided: int = 0
    changes: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    value: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    examples: dict[tuple[Outcome, Outcome], list[Example]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Decisions that would be other ones."""
        return self.changes.total()


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
        elif SAME_ORDER_CHANGED in decided.decision.policy_rules:
            trial.amendments += 1
        elif decided.decision.model_version not in thresholds:
            trial.other_models += 1
        else:
            limits = thresholds[decided.decision.model_version]
            _try_one(trial, archive, tenant, policy, limits, stored, decided)
        progress(number)
    return trial


def _try_one(
    trial: Trial,
    archive: OrderArchive,
    tenant: str,
    policy: Policy,
    limits: Thresholds,
    stored: StoredOrder,
    decided: StoredDecision,
) -> None:
    decision, order = decided.decision, stored.order
    keys = [match.order_key for match in decision.matches]
    existing = archive.get_orders(tenant, keys) if keys else {}
    value = order.value
    standing = _standing(policy, order, value, decision.attended, existing)
    judged = [
        (judge(standing, limits, key=match.order_key, state=match.state,
               probability=match.match_probability,
               resent=_resent(policy, order, match, existing)), match)
        for match in decision.matches
        if match.order_key not in existing or existing[match.order_key].order.kind is order.kind
    ]  # fmt: skip
    judged.sort(key=lambda each: (each[0].apart, -each[0].severity, -each[1].match_probability))
    best = judged[0] if judged and not judged[0][0].apart else None
    others = [one for one, _ in judged if best is None or one is not best[0]]
    after, rules = rule_on(standing, best[0] if best else None, others)
    trial.decisions += 1
    trial.rules.update(rules)
    if after is decision.outcome:
        return
    change = (decision.outcome, after)
    trial.changes[change] += 1
    trial.value[change] += round(value or 0.0)
    shown = trial.examples.setdefault(change, [])
    if len(shown) < EXAMPLES:
        twin = existing.get(best[1].order_key) if best else None
        shown.append(
            Example(
                order=order.order_number or order.order_id,
                twin=(twin.order.order_number or twin.order.order_id) if twin else "",
                probability=best[1].match_probability if best else 0.0,
                before=decision.outcome,
                after=after,
                rules=rules,
            )
        )


def _standing(
    policy: Policy,
    order: Order,
    value: float | None,
    attended: bool,
    existing: Mapping[str, StoredOrder],
) -> Standing:
    partners = policy.partners(OrderName(order.source, order.order_id))
    named = {
        key: partners.get(OrderName(one.order.source, one.order.order_id))
        for key, one in existing.items()
    }
    return Standing.of(
        policy,
        order,
        value=value,
        attended=attended,
        apart={key: ALLOWED_PAIR for key, denied in named.items() if denied is False},
        same=[key for key, denied in named.items() if denied],
    )


def _resent(
    policy: Policy, order: Order, match: Match, existing: Mapping[str, StoredOrder]
) -> bool:
    other = existing.get(match.order_key)
    if not policy.resent_within_minutes or other is None:
        return False
    mine, theirs = (featurise(prepare(one), NO_FREQUENCIES) for one in (order, other.order))
    candidate = Candidate(
        1, other.key, other.state, other.updated_at, theirs.features.to_bytes(), ()
    )
    pairs = Pairs(mine.features, [candidate])
    return bool(sent_again(pairs, policy.resent_within_minutes)[0])
