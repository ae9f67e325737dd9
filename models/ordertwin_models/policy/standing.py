"""How an order stands with a policy, and what that makes of each of its matches.

`Standing.of` looks at the order alone, once; `judge` then turns the probability of one match into
an outcome, and `rule_on` those of all matches into what the order is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ordertwin_models.decision import Action, Decision, Outcome
from ordertwin_models.model import Thresholds
from ordertwin_models.normalise.reference import normalise_reference
from ordertwin_models.order import Order, OrderState
from ordertwin_models.policy import rules
from ordertwin_models.policy.outcomes import outcome_of
from ordertwin_models.policy.values import Copying, Limits, OrderList, Policy

_SEVERITY = {Outcome.UNIQUE: 0, Outcome.REVIEW: 1, Outcome.DUPLICATE: 2}
_ANY_STATE = frozenset(OrderState)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Limits that a named rule sets for counterparts in some states."""

    rule: str
    states: frozenset[OrderState]
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a policy says of one order before anything is compared.

    `apart` has keys of stored orders that are no twins of it, with the rule that says so; `same`
    keys of those that are. `allowed` and `denied` name a rule, or are empty.
    """

    policy_version: str = ""
    attended: bool = False
    base: Limits = field(default_factory=Limits)
    rulings: tuple[Ruling, ...] = ()
    allowed: str = ""
    denied: str = ""
    resent_within_minutes: float = 0.0
    copying: Copying = field(default_factory=Copying)
    apart: Mapping[str, str] = field(default_factory=dict)
    same: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        policy: Policy,
        order: Order,
        *,
        value: float | None,
        attended: bool = False,
        apart: Mapping[str, str] | None = None,
        same: Iterable[str] = (),
    ) -> Standing:
        """How `order` stands with `policy`.

        `value` is what it is worth in its own currency, None or NaN when nobody knows.
        """
        value = None if value is None or math.isnan(value) else value
        base = policy.limits.over(policy.costs.limits(value)) if policy.costs else policy.limits
        return cls(
            policy_version=policy.version,
            attended=attended,
            base=base,
            rulings=tuple(
                Ruling(
                    rule.name,
                    rule.when.counterpart_states or _ANY_STATE,
                    rule.limits_for(value).over(base),
                )
                for rule in policy.rules
                if rule.when.hold_for(order, value, attended)
            ),
            allowed=_listed(policy.allow, order, rules.ALLOWED),
            denied=_listed(policy.deny, order, rules.DENIED),
            resent_within_minutes=policy.resent_within_minutes,
            copying=policy.copying,
            apart=apart or {},
            same=frozenset(same),
        )

    def lowest(self, thresholds: Thresholds) -> float:
        """The lowest probability from which on a match may matter."""
        limits = (self.base, *(ruling.limits for ruling in self.rulings))
        return min(one.on(thresholds).attended_review for one in limits)


SILENT = Standing()
"""The standing of every order where no policy is in force: the model's thresholds hold."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one match alone would have the order told, by which rules, and from which thresholds.

    `apart` says that it cannot be a twin, whatever its probability.
    """

    outcome: Outcome
    rules: tuple[str, ...]
    thresholds: Thresholds
    apart: bool = False

    @property
    def flagged(self) -> bool:
        """Whether the match counts as a twin."""
        return self.outcome is not Outcome.UNIQUE and not self.apart

    @property
    def severity(self) -> int:
        """0 unique, 1 review, 2 duplicate."""
        return 0 if self.apart else _SEVERITY[self.outcome]


_NEVER = 1.0


def judge(
    standing: Standing,
    thresholds: Thresholds,
    *,
    key: str,
    state: OrderState,
    probability: float,
    resent: bool = False,
    copied: bool = False,
) -> Judgement:
    """The judgement on one match; `resent` and `copied` say that the hard fact holds for it.

    A copy settles a doubt, but not where a threshold of 1 says that nothing is blocked.

    >>> limits = Thresholds(review=0.5, duplicate=0.95, attended_review=0.3)
    >>> found = judge(SILENT, limits, key="o-1", state=OrderState.SHIPPED, probability=0.97)
    >>> found.outcome.value, found.rules
    ('DUPLICATE', ('DUPLICATE_THRESHOLD',))
    """
    ruling = next((each for each in standing.rulings if state in each.states), None)
    usual = standing.base.on(thresholds)
    limits = ruling.limits.on(thresholds) if ruling else usual
    outcome, reached = outcome_of(probability, limits, standing.attended)
    fired = [reached] if reached else []
    if ruling and (reached or outcome_of(probability, usual, standing.attended)[1]):
        fired.append(ruling.rule)
    if state.is_dead:
        dead = (rules.COUNTERPART_DEAD,) if probability >= limits.review else ()
        return Judgement(outcome, dead, limits, apart=True)
    if key in standing.apart:
        said = (standing.apart[key],) if reached or resent else ()
        return Judgement(outcome, said, limits, apart=True)
    facts = [
        rule
        for rule, holds in (
            (rules.DENIED_PAIR, key in standing.same),
            (rules.RESENT, resent),
            (rules.COPIED, copied and limits.review <= probability < limits.duplicate < _NEVER),
        )
        if holds
    ]
    outcome = Outcome.DUPLICATE if facts else outcome
    return Judgement(outcome, (*facts, *fired), limits)


def rule_on(
    standing: Standing, best: Judgement | None, others: Iterable[Judgement] = ()
) -> tuple[Outcome, tuple[str, ...]]:
    """What an order is told and by which rules, given its strictest match and the other ones.

    The deny list wins over the allow list.
    """
    outcome = best.outcome if best else Outcome.UNIQUE
    fired = list(best.rules) if best else []
    for other in others:
        fired += [rule for rule in other.rules if other.apart and rule not in fired]
    if standing.denied:
        if outcome is Outcome.UNIQUE:
            outcome = Outcome.REVIEW
        fired.append(standing.denied)
    elif standing.allowed and outcome is not Outcome.UNIQUE:
        outcome = Outcome.UNIQUE
        fired.append(standing.allowed)
    return outcome, tuple(fired)


def held_with_batch(decision: Decision) -> Decision:
    """The decision on an order that belongs to a burst: it waits with the others, and says so."""
    return replace(decision, action=Action.HOLD, policy_rules=(*decision.policy_rules, rules.BURST))


def _listed(listed: OrderList, order: Order, names: Sequence[str]) -> str:
    if order.customer.party_id in listed.customers:
        return names[0]
    if order.source in listed.sources:
        return names[1]
    if listed.references and order.customer_reference:
        core = normalise_reference(order.customer_reference).core
        return names[2] if core in listed.references else ""
    return ""
