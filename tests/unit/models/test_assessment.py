"""The whole path of the core with the rules as model: who is a twin of whom."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from tests.unit.models.detection_world import (
    BASKET,
    ELSEWHERE,
    MONDAY,
    Shelf,
    acme,
    an_order,
    line,
)  # fmt: skip

from ordertwin_models.comparison import COMPARISON_NAMES, compare
from ordertwin_models.decision import Action, Outcome, Relation
from ordertwin_models.order import Channel, OrderKind, OrderState
from ordertwin_models.rules import rules_model


def shelf_with(*orders: object, state: OrderState = OrderState.RECEIVED) -> Shelf:
    shelf = Shelf()
    for order in orders:
        shelf.put(order, state)  # type: ignore[arg-type]
    return shelf


def test_the_first_order_of_a_store_is_unique() -> None:
    decision = Shelf().decide(an_order())
    assert (decision.outcome, decision.action) == (Outcome.UNIQUE, Action.ACCEPT)
    assert decision.matches == ()
    assert decision.candidates_considered == 0


def test_the_same_message_again_names_the_first_one() -> None:
    decision = shelf_with(an_order("A")).decide(an_order("B", timedelta(hours=3)))
    assert decision.outcome is not Outcome.UNIQUE
    assert decision.matches[0].order_key == "A"
    assert "reference" in decision.matches[0].blocking_rules


def test_contributions_add_up_to_the_match_weight() -> None:
    decision = shelf_with(an_order("A")).decide(an_order("B", timedelta(hours=3)))
    match = decision.matches[0]
    total = match.prior_weight + sum(match.contributions.values())
    assert total == pytest.approx(match.match_weight, abs=1e-9)


def test_without_a_model_the_answer_says_so() -> None:
    decision = shelf_with(an_order("A")).decide(an_order("B"))
    assert decision.degraded
    assert decision.model_version == "rules"
    assert not shelf_with(an_order("A")).decide(an_order("B"), model=rules_model()).degraded


def test_a_cancelled_order_is_no_twin_of_its_replacement() -> None:
    shelf = shelf_with(an_order("A"), state=OrderState.CANCELLED)
    decision = shelf.decide(an_order("B", timedelta(hours=2)))
    assert decision.outcome is Outcome.UNIQUE
    assert all(match.relation is Relation.REPLACEMENT for match in decision.matches)


def test_the_second_replacement_is_a_twin_of_the_first() -> None:
    shelf = shelf_with(an_order("A"), state=OrderState.CANCELLED)
    shelf.put(an_order("B", timedelta(hours=2)))
    decision = shelf.decide(an_order("C", timedelta(hours=3)))
    assert decision.outcome is not Outcome.UNIQUE
    assert decision.matches[0].order_key == "B"


def test_a_changed_version_of_a_stored_order_supersedes_it() -> None:
    shelf = shelf_with(an_order("A"))
    changed = an_order("A", lines=(*BASKET[:2], line("84406B", 80)))
    decision = shelf.decide(changed, amends="A")
    assert (decision.outcome, decision.action) == (Outcome.DUPLICATE, Action.SUPERSEDE)
    assert decision.matches[0].relation is Relation.AMENDMENT
    assert decision.policy_rules == ("SAME_ORDER_CHANGED",)


def test_a_changed_version_supersedes_even_when_the_stored_order_is_dead() -> None:
    shelf = shelf_with(an_order("A"), state=OrderState.CANCELLED)
    shelf.put(an_order("B", timedelta(minutes=5)))
    decision = shelf.decide(an_order("A", lines=BASKET[:2]), amends="A")
    assert (decision.outcome, decision.action) == (Outcome.DUPLICATE, Action.SUPERSEDE)


def test_a_purchase_order_is_no_twin_of_a_sales_order() -> None:
    shelf = shelf_with(an_order("A"))
    decision = shelf.decide(an_order("B", kind=OrderKind.PURCHASE))
    assert decision.outcome is Outcome.UNIQUE


def test_an_attended_call_is_warned_earlier() -> None:
    shelf = shelf_with(an_order("A"))
    other = an_order("B", timedelta(days=8), customer_reference="PO-4900")
    probabilities = [m.match_probability for m in shelf.decide(other).matches]
    thresholds = rules_model().thresholds
    assert thresholds.attended_review < thresholds.review
    for attended in (False, True):
        outcome = shelf.decide(other, attended=attended).outcome
        limit = thresholds.attended_review if attended else thresholds.review
        assert (outcome is not Outcome.UNIQUE) == (max(probabilities, default=0) >= limit)


def test_lines_are_told_one_by_one() -> None:
    shelf = shelf_with(an_order("A"))
    more = an_order("B", lines=(*BASKET[1:], line("22423", 3)))
    alignments = shelf.decide(more, amends="A").matches[0].line_alignments
    pairs = {(a.incoming_line_id, a.existing_line_id) for a in alignments}
    assert pairs == {("1", "2"), ("2", "3"), ("3", ""), ("", "1")}


def test_quantities_and_prices_are_given_as_ratios() -> None:
    shelf = shelf_with(an_order("A", lines=(line("X", 4, unit_price=Decimal("2.00")),)))
    double = an_order("A", lines=(line("X", 8, unit_price=Decimal("1.00")),))
    alignment = shelf.decide(double, amends="A").matches[0].line_alignments[0]
    assert (alignment.quantity_ratio, alignment.price_ratio) == (2.0, 0.5)


def test_no_more_matches_than_asked_for() -> None:
    shelf = shelf_with(*(an_order(f"A{i}", timedelta(minutes=i)) for i in range(9)))
    assert len(shelf.decide(an_order("B", timedelta(hours=1)), max_matches=3).matches) == 3


def test_the_same_input_gives_the_same_decision_bit_for_bit() -> None:
    shelf = shelf_with(an_order("A"), an_order("B", timedelta(days=7)))
    order = an_order("C", timedelta(days=14))
    assert shelf.decide(order) == shelf.decide(order)


def test_a_twin_is_found_without_customer_number_reference_and_codes() -> None:
    by_phone = an_order(
        "B",
        timedelta(hours=5),
        channel=Channel.PHONE,
        customer_reference="",
        customer=acme(party_id="", email="", name="Acme Trading"),
        lines=tuple(line(name=known.name, quantity=str(known.quantity)) for known in BASKET),
    )
    decision = shelf_with(an_order("A")).decide(by_phone)
    assert decision.candidates_considered == 1
    assert decision.matches[0].vector["incoming_lines_shared"] == pytest.approx(0.95)


def test_an_order_with_nothing_but_a_total_can_be_compared() -> None:
    bare = {"lines": (), "total_amount": Decimal("120.50"), "customer_reference": ""}
    decision = shelf_with(an_order("A", **bare)).decide(an_order("B", **bare))
    assert decision.candidates_considered == 1


def test_comparison_vectors_are_symmetric_where_they_should_be() -> None:
    shelf = Shelf()
    first, second = an_order("A"), an_order("B", timedelta(hours=4), lines=BASKET[:2])
    shelf.put(first)
    there = compare(shelf.incoming(second).features, shelf.stored)[0]
    back_shelf = Shelf()
    back_shelf.put(second)
    back = compare(back_shelf.incoming(first).features, back_shelf.stored)[0]
    values = dict(zip(COMPARISON_NAMES, zip(there, back, strict=True), strict=True))
    symmetric = (
        "reference", "customer", "customer_conflicts", "phone", "customer_ship_to", "quantities",
        "amount", "time_gap", "delivery_date",
    )  # fmt: skip
    for name in symmetric:
        assert values[name][0] == pytest.approx(values[name][1], nan_ok=True), name
    shares = values["incoming_lines_shared"], values["existing_lines_shared"]
    assert shares[0] == pytest.approx(shares[1][::-1], abs=0.05)


def test_missing_values_are_missing_and_not_zero() -> None:
    shelf = shelf_with(an_order("A", customer_reference="", customer=acme(phone="")))
    vector = shelf.decide(an_order("B", timedelta(minutes=1))).matches[0].vector
    assert vector["reference"] is None
    assert vector["phone"] is None
    assert vector["email"] == 1.0


def test_delivery_to_another_place_lowers_the_weight() -> None:
    shelf = shelf_with(an_order("A"))
    near, far = an_order("B"), an_order("B", ship_to=ELSEWHERE)
    model = rules_model()
    weights = [
        float(model.score(compare(shelf.incoming(o).features, shelf.stored)).weights[0])
        for o in (near, far)
    ]
    assert weights[0] > weights[1]


def test_hundreds_of_candidates_are_compared_at_once() -> None:
    shelf = shelf_with(*(an_order(f"A{i}", timedelta(minutes=-i)) for i in range(60)))
    incoming = shelf.incoming(an_order("B"))
    matrix = compare(incoming.features, shelf.candidates(incoming))
    assert matrix.shape[1] == len(COMPARISON_NAMES)
    assert np.isfinite(matrix[:, COMPARISON_NAMES.index("time_gap")]).all()


def test_the_builders_start_on_a_monday() -> None:
    assert MONDAY.strftime("%A") == "Monday"
