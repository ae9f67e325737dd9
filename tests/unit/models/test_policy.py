"""What a policy makes of the same numbers: thresholds, costs, lists, hard facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.models.detection_world import Shelf, acme, an_order

from ordertwin_models.decision import Action, Decision, Outcome
from ordertwin_models.explanation import explain
from ordertwin_models.model import Thresholds
from ordertwin_models.order import Channel, OrderLine, OrderState, Party, PostalAddress
from ordertwin_models.policy import (
    SILENT,
    Costs,
    Limits,
    Policy,
    Standing,
    judge,
    policy_from_document,
)

USUAL = Thresholds(review=0.5, duplicate=0.95, attended_review=0.3)
probability = st.floats(0.0, 1.0)


def a_policy(**sections: Any) -> Policy:
    return policy_from_document({"format": "ordertwin-policy/1", "version": "test"} | sections)


def asked_again(policy: Policy, shelf: Shelf | None = None, **fields: Any) -> Decision:
    """The answer to the usual order sent again three hours later."""
    if shelf is None:
        shelf = Shelf()
        shelf.put(an_order("A"))
    return shelf.decide(an_order("B", timedelta(hours=3), **fields), policy=policy)


def test_the_version_of_the_policy_is_in_the_answer() -> None:
    assert asked_again(a_policy()).policy_version == "test"
    assert asked_again(a_policy()).outcome is Outcome.DUPLICATE


def test_a_rule_changes_the_thresholds_of_the_orders_it_is_for() -> None:
    rule = {"name": "NEVER_EDI", "when": {"channels": ["EDI"]}, "thresholds": {"review": 1.0}}
    policy = a_policy(rules=[rule])
    held, passed = (asked_again(policy, channel=c) for c in (Channel.WEB, Channel.EDI))
    assert (held.outcome, held.policy_rules) == (Outcome.DUPLICATE, ("DUPLICATE_THRESHOLD",))
    assert (passed.outcome, passed.policy_rules) == (Outcome.UNIQUE, ("NEVER_EDI",))


def test_the_first_rule_that_holds_decides() -> None:
    rules = [
        {"name": "LARGE", "when": {"value_at_least": 50, "currency": "GBP"},
         "thresholds": {"duplicate": 1.0}},
        {"name": "ALL", "thresholds": {"review": 1.0}},
    ]  # fmt: skip
    large = asked_again(a_policy(rules=rules))
    assert large.policy_rules == ("REVIEW_THRESHOLD", "LARGE")
    other = asked_again(a_policy(rules=rules), currency_code="EUR", total_amount=Decimal(9000))
    assert other.policy_rules == ("ALL",)


def test_an_order_without_a_value_fits_no_condition_on_the_value() -> None:
    rule = {"name": "SMALL", "when": {"value_below": 9999, "currency": "GBP"},
            "thresholds": {"review": 1.0}}  # fmt: skip
    lines = tuple(line.__class__(sku=line.sku) for line in an_order().lines)
    shelf = Shelf()
    shelf.put(an_order("A", lines=lines))
    assert asked_again(a_policy(rules=[rule]), shelf, lines=lines).outcome is not Outcome.UNIQUE


def test_thresholds_may_depend_on_where_the_counterpart_stands() -> None:
    rule = {"name": "GONE_OUT", "when": {"counterpart_states": ["SHIPPED"]},
            "thresholds": {"duplicate": 1.0}}  # fmt: skip
    outcomes = []
    for state in (OrderState.ACCEPTED, OrderState.SHIPPED):
        shelf = Shelf()
        shelf.put(an_order("A"), state)
        outcomes.append(asked_again(a_policy(rules=[rule]), shelf).policy_rules)
    assert outcomes == [("DUPLICATE_THRESHOLD",), ("REVIEW_THRESHOLD", "GONE_OUT")]


def test_the_strictest_match_decides_even_when_another_is_likelier() -> None:
    shelf = Shelf()
    shelf.put(an_order("A"), OrderState.SHIPPED)
    shelf.put(an_order("C", timedelta(hours=1)), OrderState.ACCEPTED)
    rule = {"name": "OPEN_ONES", "when": {"counterpart_states": ["ACCEPTED"]},
            "thresholds": {"review": 1.0}}  # fmt: skip
    decision = asked_again(a_policy(rules=[rule]), shelf)
    assert (decision.outcome, decision.matches[0].order_key) == (Outcome.DUPLICATE, "A")


@pytest.mark.parametrize(
    ("listed", "rule"),
    [
        ({"customers": ["C-7"]}, "ALLOWED_CUSTOMER"),
        ({"sources": ["edi-gateway"]}, "ALLOWED_SOURCE"),
        ({"references": ["po 4711"]}, "ALLOWED_REFERENCE"),
    ],
)
def test_what_is_allowed_is_never_held(listed: dict[str, list[str]], rule: str) -> None:
    decision = asked_again(a_policy(allow=listed))
    assert (decision.outcome, decision.action) == (Outcome.UNIQUE, Action.ACCEPT)
    assert decision.policy_rules == ("DUPLICATE_THRESHOLD", rule)


@pytest.mark.parametrize(
    ("listed", "rule"),
    [
        ({"customers": ["C-7"]}, "DENIED_CUSTOMER"),
        ({"sources": ["edi-gateway"]}, "DENIED_SOURCE"),
        ({"references": ["PO.4711"]}, "DENIED_REFERENCE"),
    ],
)
def test_what_is_denied_is_held_though_nothing_looks_like_it(
    listed: dict[str, list[str]], rule: str
) -> None:
    order = an_order("A")
    decision = Shelf().decide(order, policy=a_policy(deny=listed))
    assert (decision.outcome, decision.action) == (Outcome.REVIEW, Action.HOLD)
    assert decision.policy_rules == (rule,)
    summary = explain(decision, order, {}, "en").summary
    assert " is held for a person to see. Hold it for review." in summary
    assert explain(decision, order, {}, "zh").summary.startswith("按规定")


def test_the_deny_list_wins_over_the_allow_list() -> None:
    policy = a_policy(allow={"customers": ["C-7"]}, deny={"sources": ["edi-gateway"]})
    assert asked_again(policy).outcome is Outcome.DUPLICATE


def test_a_pair_that_was_set_apart_is_no_twin_and_the_next_one_is_asked() -> None:
    shelf = Shelf()
    shelf.put(an_order("A"))
    shelf.put(an_order("C", timedelta(hours=1)))
    again = an_order("B", timedelta(hours=3))
    apart = Standing.of(Policy(), again, value=None, apart={"C": "SUPPRESSED_PAIR"})
    decision = shelf.decide(again, standing=apart)
    assert decision.matches[0].order_key == "A"
    assert decision.policy_rules == ("DUPLICATE_THRESHOLD", "SUPPRESSED_PAIR")
    both = Standing.of(Policy(), again, value=None, apart=dict.fromkeys("AC", "ALLOWED_PAIR"))
    decision = shelf.decide(again, standing=both)
    assert (decision.outcome, decision.policy_rules) == (Outcome.UNIQUE, ("ALLOWED_PAIR",))


def test_a_pair_that_is_known_to_be_one_is_a_duplicate_whatever_the_model_says() -> None:
    shelf = Shelf()
    shelf.put(an_order("A"))
    other = an_order("B", timedelta(days=3), lines=(), total_amount=Decimal(1), note="x")
    same = Standing.of(Policy(), other, value=1.0, same=["A"])
    decision = shelf.decide(other, standing=same)
    assert decision.outcome is Outcome.DUPLICATE
    assert decision.policy_rules[0] == "DENIED_PAIR"


def test_the_same_message_minutes_later_is_a_hard_fact() -> None:
    policy = a_policy(thresholds={"review": 1.0}, hard_facts={"resent_within_minutes": 240})
    assert asked_again(policy).policy_rules == ("RESENT",)
    assert asked_again(policy, source="web").outcome is Outcome.UNIQUE
    assert asked_again(policy, customer=acme(party_id="C-8")).outcome is Outcome.UNIQUE
    late = a_policy(thresholds={"review": 1.0}, hard_facts={"resent_within_minutes": 100})
    assert asked_again(late).outcome is Outcome.UNIQUE


def renamed(lines: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    return tuple(replace(line, name="something else altogether") for line in lines)


def dearer(lines: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    return tuple(replace(line, unit_price=(line.unit_price or Decimal(1)) + 1) for line in lines)


@pytest.mark.parametrize(
    ("seconds", "change", "facts", "is_copy"),
    [
        (90, {}, {}, True),
        (90, {"note": "please hurry", "entered_by": "somebody else"}, {}, True),
        (1500, {}, {"copied_reference_within_days": 0}, False),
        (1500, {}, {"copied_reference_within_days": 0, "copied_within_seconds": 2000}, True),
        (90, {}, {"copied_within_seconds": 0}, True),
        (90, {}, {"copied_within_seconds": 0, "copied_reference_within_days": 0}, False),
        (4 * 86_400, {}, {}, True),
        (4 * 86_400, {"total_amount": Decimal(1)}, {}, False),
        (4 * 86_400, {"customer_reference": "PO 4711"}, {}, False),
        (6 * 86_400, {}, {}, False),
        (90, {"total_amount": Decimal(1)}, {}, False),
        (90, {"customer_reference": "PO-9999"}, {}, False),
        (90, {"quote_reference": "Q-2"}, {}, False),
        (90, {"lines": renamed(an_order().lines)}, {}, False),
        (
            90,
            {"lines": dearer(an_order().lines), "total_amount": an_order().total_amount},
            {},
            False,
        ),
    ],
)
def test_a_doubtful_order_that_is_a_copy_is_a_duplicate(
    seconds: int, change: dict[str, Any], facts: dict[str, Any], is_copy: bool
) -> None:
    doubtful = {"thresholds": {"review": 0.001, "duplicate": 0.9999}, "hard_facts": facts}
    shelf = Shelf()
    shelf.put(an_order("A"))
    again = an_order("B", timedelta(seconds=seconds), **change)
    decision = shelf.decide(again, policy=a_policy(**doubtful))
    expected = ("COPIED", "REVIEW_THRESHOLD") if is_copy else ("REVIEW_THRESHOLD",)
    assert decision.policy_rules == expected
    assert (decision.outcome is Outcome.DUPLICATE) is is_copy


@pytest.mark.parametrize("reference", ["", "PROJECT-7"])
def test_days_later_a_copy_needs_a_running_number(reference: str) -> None:
    policy = a_policy(thresholds={"review": 0.001, "duplicate": 0.9999})
    shelf = Shelf()
    shelf.put(an_order("A", customer_reference=reference))
    again = an_order("B", timedelta(days=1), customer_reference=reference)
    assert "COPIED" not in shelf.decide(again, policy=policy).policy_rules


def test_days_later_a_copy_needs_a_number_that_no_third_order_bears() -> None:
    policy = a_policy(thresholds={"review": 0.001, "duplicate": 0.9999})
    shelf = Shelf()
    for day in range(2):
        shelf.put(an_order(f"A{day}", timedelta(days=day)))
    again = an_order("B", timedelta(days=3))
    assert "COPIED" not in shelf.decide(again, policy=policy).policy_rules


def test_a_copy_is_held_where_nothing_is_to_be_blocked() -> None:
    decision = asked_again(a_policy(thresholds={"review": 0.001, "duplicate": 1.0}))
    assert (decision.outcome, decision.policy_rules) == (Outcome.REVIEW, ("REVIEW_THRESHOLD",))


def test_what_nobody_in_particular_ordered_twice_is_no_copy() -> None:
    policy = a_policy(thresholds={"review": 0.001, "duplicate": 0.9999})
    nobody = {"customer": Party(), "ship_to": PostalAddress(), "bill_to": PostalAddress(),
              "customer_reference": ""}  # fmt: skip
    shelf = Shelf()
    shelf.put(an_order("A", **nobody))
    decision = shelf.decide(an_order("B", timedelta(seconds=90), **nobody), policy=policy)
    assert "COPIED" not in decision.policy_rules


def test_a_copy_that_reaches_only_the_threshold_of_the_screen_is_asked_about() -> None:
    limits = Thresholds(review=0.5, duplicate=0.95, attended_review=0.3)
    attended = replace(SILENT, attended=True)
    found = judge(
        attended, limits, key="A", state=OrderState.RECEIVED, probability=0.4, copied=True
    )
    assert (found.outcome, found.rules) == (Outcome.REVIEW, ("ATTENDED_THRESHOLD",))


def test_where_only_days_are_known_a_copy_needs_a_running_number() -> None:
    doubtful = {"review": 0.001, "duplicate": 0.9999}
    policy = a_policy(thresholds=doubtful, hard_facts={"copied_reference_within_days": 0})
    midnight = an_order("A").ordered_at.replace(hour=0, minute=0, second=0, microsecond=0)
    shelf = Shelf()
    shelf.put(an_order("A", ordered_at=midnight))
    again = an_order("B", ordered_at=midnight)
    assert shelf.decide(again, policy=policy).policy_rules == ("REVIEW_THRESHOLD",)
    assert "COPIED" in shelf.decide(again, policy=a_policy(thresholds=doubtful)).policy_rules


@given(st.one_of(st.none(), probability), st.one_of(st.none(), probability))
def test_any_stated_thresholds_go_together_with_those_of_the_model(
    review: float | None, duplicate: float | None
) -> None:
    review = None if review is None else max(review, 1e-6)
    duplicate = None if duplicate is None else max(duplicate, review or 1e-6)
    limits = Limits(review=review, duplicate=duplicate).on(USUAL)
    assert review is None or limits.review == review
    assert duplicate is None or limits.duplicate == duplicate


@given(st.floats(0.01, 1e5), st.floats(0.01, 1e5), st.floats(0.01, 1e5), probability)
def test_thresholds_from_costs_choose_what_costs_least(
    missed: float, review: float, block: float, chance: float
) -> None:
    limits = Costs(missed=missed, review=review, block=block).limits(None).on(USUAL)
    standing = Standing(base=limits_of(limits))
    found = judge(standing, USUAL, key="k", state=OrderState.RECEIVED, probability=chance)
    costs = {
        Outcome.UNIQUE: chance * missed,
        Outcome.REVIEW: review,
        Outcome.DUPLICATE: (1 - chance) * block,
    }
    assert costs[found.outcome] <= min(costs.values()) * (1 + 1e-6) + 1e-6


def limits_of(thresholds: Thresholds) -> Limits:
    return Limits(thresholds.review, thresholds.duplicate, thresholds.attended_review)


def test_costs_that_grow_with_the_value_hold_large_orders_earlier() -> None:
    costs = Costs(missed_share=0.1, review=5.0, block=200.0)
    small, large = costs.limits(200.0).review, costs.limits(20_000.0).review
    assert small is not None
    assert large is not None
    assert large < small
    assert costs.limits(None) == Limits()


@given(probability, probability)
def test_a_likelier_twin_is_never_judged_milder(first: float, second: float) -> None:
    low, high = sorted((first, second))
    judged = [
        judge(SILENT, USUAL, key="k", state=OrderState.RECEIVED, probability=one).severity
        for one in (low, high)
    ]
    assert judged == sorted(judged)
