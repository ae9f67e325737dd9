"""Orders that are no twins and are shown all the same: the one replaced, and the nearest ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.models.detection_world import BASKET, ELSEWHERE, MONDAY, Shelf, an_order, line

from ordertwin_models.assessment import NEAREST, WORTH_SHOWING
from ordertwin_models.decision import Decision, Outcome, Relation
from ordertwin_models.explanation import explain
from ordertwin_models.order import Order, OrderState
from ordertwin_models.policy import COUNTERPART_DEAD

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def decided(incoming: Order, *stored: tuple[Order, OrderState]) -> Decision:
    shelf = Shelf()
    for order, state in stored:
        shelf.put(order, state)
    return shelf.decide(incoming)


@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.RETURNED])
def test_a_replacement_is_accepted_and_names_what_it_replaces(state: OrderState) -> None:
    decision = decided(an_order("B", HOUR), (an_order("A"), state))
    assert (decision.outcome, decision.policy_rules) == (Outcome.UNIQUE, (COUNTERPART_DEAD,))
    (match,) = decision.matches
    assert (match.order_key, match.relation, match.state) == ("A", Relation.REPLACEMENT, state)
    assert match.relation_probability > 0.5 > WORTH_SHOWING > match.match_probability
    assert match.counterfactual == ""


def test_a_second_re_entry_is_a_duplicate_of_the_first_one() -> None:
    decision = decided(
        an_order("C", 2 * HOUR),
        (an_order("A"), OrderState.CANCELLED),
        (an_order("B", HOUR), OrderState.RECEIVED),
    )
    assert decision.outcome is Outcome.DUPLICATE
    assert [match.order_key for match in decision.matches] == ["B", "A"]
    assert decision.matches[1].relation is Relation.REPLACEMENT


def test_a_dead_order_that_would_be_no_twin_is_replaced_by_nobody() -> None:
    other = an_order("B", HOUR, customer_reference="PO-1", lines=(line("9999", 3), BASKET[0]))
    decision = decided(other, (an_order("A"), OrderState.CANCELLED))
    assert COUNTERPART_DEAD not in decision.policy_rules
    assert Relation.REPLACEMENT not in {match.relation for match in decision.matches}


def test_an_order_like_no_other_hears_of_the_nearest_and_why_it_is_another_one() -> None:
    day = MONDAY.date()
    existing = [
        an_order(name, n * WEEK, customer_reference=name, requested_delivery_date=day)
        for n, name in enumerate("ABC")
    ]
    incoming = an_order(
        "D",
        9 * WEEK,
        customer_reference="D",
        ship_to=ELSEWHERE,
        requested_delivery_date=day + 10 * WEEK,
    )
    decision = decided(incoming, *((each, OrderState.RECEIVED) for each in existing))
    assert decision.outcome is Outcome.UNIQUE
    assert 1 <= len(decision.matches) <= NEAREST
    assert all(not match.relation.is_duplicate for match in decision.matches)
    words = explain(decision, incoming, {each.order_id: each for each in existing}, "en")
    assert words.summary.startswith("New order, though it resembles order SO-")
    assert all(match.against for match in words.matches)


def test_a_flagged_order_hears_of_its_twin_alone() -> None:
    far = an_order("A", customer_reference="A", ship_to=ELSEWHERE)
    decision = decided(
        an_order("C", 9 * WEEK),
        (far, OrderState.RECEIVED),
        (an_order("B", 9 * WEEK - HOUR), OrderState.RECEIVED),
    )
    assert decision.outcome is Outcome.DUPLICATE
    likely = [match for match in decision.matches if match.match_probability >= WORTH_SHOWING]
    assert list(decision.matches) == likely


def test_orders_with_nothing_in_common_but_the_customer_are_not_near() -> None:
    other = an_order("B", HOUR, customer_reference="PO-1", lines=(line("9999", 3),))
    assert decided(other, (an_order("A"), OrderState.RECEIVED)).matches == ()
