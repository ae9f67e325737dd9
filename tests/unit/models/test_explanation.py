"""Explanations: they add up, they show what is meant to be shown, and nothing breaks them."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import FrameType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.models.detection_world import MONDAY, Shelf, acme, an_order, line, vector
from tests.unit.models.explained_cases import EXISTING, SEEN, Case, aligned

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.decision import Action, Decision, LineAlignment, Outcome, Relation
from ordertwin_models.explanation import ContributionText, Explanation, explain
from ordertwin_models.model import DuplicateModel, Table
from ordertwin_models.order import Channel, Order, Party, PostalAddress
from ordertwin_models.rules import rules_model


def a_talkative_model() -> DuplicateModel:
    """The rules, and a little weight for every other comparison and for one pair of them."""
    rules = rules_model()
    spoken = {table.term for table in rules.tables}
    quiet = [name for name in COMPARISON_NAMES if name not in spoken]
    edges = np.array([0.5])
    more = [Table((name,), (edges,), np.array([-0.25, 0.5, 0.125])) for name in quiet]
    together = Table(("customer", "time_gap"), (edges, edges), np.full((3, 3), 0.75))
    return replace(rules, tables=(*rules.tables, *more, together))


def explained(
    incoming: Order, *stored: Order, language: str = "en"
) -> tuple[Decision, Explanation]:
    """What is said of an order after others, all comparisons speaking."""
    shelf = Shelf()
    for order in stored:
        shelf.put(order)
    decision = shelf.decide(incoming, model=a_talkative_model())
    existing = {order.order_id: order for order in stored}
    return decision, explain(decision, incoming, existing, language)


def a_case(**fields: object) -> Case:
    known = {
        "name": "any",
        "relation": Relation.REKEYED,
        "seen": SEEN,
        "english": "",
        "chinese": "",
    }
    return Case(**(known | fields))  # type: ignore[arg-type]


def contribution(
    comparison: str,
    value: float | None,
    incoming: Order = EXISTING,
    existing: Order | None = EXISTING,
    lines: tuple[LineAlignment, ...] = (),
) -> ContributionText:
    known = {} if existing is None else {"key-1": existing}
    case = a_case(seen={comparison: (value, 1.0)}, lines=lines)
    return explain(case.decision(), incoming, known, "en").matches[0].contributions[0]


def test_contributions_add_up_to_the_match_weight() -> None:
    orders = [an_order(name, timedelta(days=n)) for n, name in enumerate("ABC")]
    decision, explanation = explained(an_order("D", timedelta(days=4)), *orders)
    assert len(explanation.matches) == len(decision.matches) == 3
    for match, words in zip(decision.matches, explanation.matches, strict=True):
        total = match.prior_weight + sum(one.weight for one in words.contributions)
        assert total == pytest.approx(match.match_weight, abs=1e-9)


def test_the_largest_effect_comes_first_and_equal_ones_by_name() -> None:
    _, explanation = explained(an_order("B", timedelta(hours=1)), an_order("A"))
    places = [(-abs(c.weight), c.comparison) for c in explanation.matches[0].contributions]
    assert places == sorted(places)


def test_a_term_without_effect_is_left_out() -> None:
    decision = a_case(seen={"reference": (4.0, 2.0), "quote": (1.0, 0.0)}).decision()
    words = explain(decision, EXISTING, {"key-1": EXISTING}, "en").matches[0]
    assert [one.comparison for one in words.contributions] == ["reference"]


def test_the_same_question_gets_the_same_words() -> None:
    orders = an_order("B", timedelta(hours=1)), an_order("A")
    assert explained(*orders) == explained(*orders)


def test_an_equal_reference_in_another_spelling_shows_both() -> None:
    said = contribution("reference", 4.0, replace(EXISTING, customer_reference="PO 4711."))
    assert said.text == "same customer reference but written differently (PO 4711. / PO-4711)"
    assert (said.incoming_value, said.existing_value) == ("PO 4711.", "PO-4711")


def test_a_difference_is_not_shown_by_one_value() -> None:
    assert contribution("customer_name", 0.2).text == "different customer names"


def test_two_comparisons_judged_together_are_said_together() -> None:
    _, explanation = explained(an_order("B", timedelta(minutes=12)), an_order("A"))
    terms = {one.comparison: one for one in explanation.matches[0].contributions}
    said = terms["customer × time_gap"]
    assert said.text == ("same customer and only 12 minutes between the two orders, taken together")
    assert said.incoming_value == "ACME Trading Ltd · 2026-03-02 09:42+00:00"


def test_quantities_show_the_lines_that_differ() -> None:
    lines = aligned(3, quantities_changed=1)
    mine = an_order(lines=(line("A", 12, unit="pcs"), line("B", 6), line("C", 6)))
    theirs = an_order(lines=(line("A", 6, unit="pcs"), line("B", 6), line("C", 6)))
    said = contribution("quantities", 0.7, mine, theirs, lines)
    assert said.text == "2 of 3 quantities are the same (12 pcs / 6 pcs)"


def test_lines_of_one_product_are_shown_as_a_sum() -> None:
    alignment = (LineAlignment("1,2", "10", 1.0, 2.0, 1.0),)
    mine = an_order(lines=(line("A", 6), line("A", 6)))
    theirs = an_order(lines=(line("A", 6, line_id="10"),))
    said = contribution("quantities", 0.0, mine, theirs, alignment)
    assert (said.incoming_value, said.existing_value) == ("6+6", "6")


def test_an_amount_that_was_not_stated_is_the_sum_of_the_lines() -> None:
    priced = an_order(lines=(line("A", 2, unit_price=Decimal("1.50")),))
    assert contribution("amount", 1.0, priced, priced).text == "same amount (3.00 GBP)"
    unpriced = an_order(lines=(line("A", 2),))
    assert contribution("amount", None, unpriced, unpriced).incoming_value == ""


def test_the_date_asked_for_in_lines_counts_as_that_of_the_order() -> None:
    order = an_order(lines=(line("A", requested_date=date(2026, 3, 9)), line("B")))
    assert contribution("delivery_date", 0.0, order, order).text == (
        "delivery wanted on the same day (2026-03-09)"
    )


@pytest.mark.parametrize(
    ("days_between", "days_apart", "text"),
    [
        (3, 0, "delivery still wanted on the same day (2026-03-09)"),
        (10, 4, "delivery wanted only 4 days apart (2026-03-13 / 2026-03-09)"),
        (7, 7, "delivery wanted 7 days apart (2026-03-16 / 2026-03-09)"),
        (0, 3, "delivery wanted 3 days apart (2026-03-12 / 2026-03-09)"),
        (0, 1, "delivery wanted 1 day apart (2026-03-10 / 2026-03-09)"),
        (3, -2, "the later order wants delivery 2 days sooner (2026-03-07 / 2026-03-09)"),
        (1, 30, "delivery wanted at least 10 days apart (2026-04-08 / 2026-03-09)"),
    ],
)
def test_delivery_dates_are_told_apart_in_days(
    days_between: int, days_apart: int, text: str
) -> None:
    wanted = date(2026, 3, 9)
    first = an_order("A", requested_delivery_date=wanted)
    later = an_order(
        "B",
        timedelta(days=days_between),
        requested_delivery_date=wanted + timedelta(days=days_apart),
    )
    seen = {"delivery_date": (vector(first, later)["delivery_date"], 1.0)}
    decision = a_case(seen=seen, later=timedelta(days=days_between)).decision()
    words = explain(decision, later, {"key-1": first}, "en").matches[0]
    assert words.contributions[0].text == text


def test_what_contradicts_about_the_customer_is_shown_side_by_side() -> None:
    mine = an_order(customer=acme(party_id="C-8", phone=""))
    seen = {
        "customer_conflicts": (0.5, 1.0),
        "customer_number": (0.0, 0.0),
        "customer_name": (1.0, 0.0),
        "phone": (None, 0.0),
    }
    words = explain(a_case(seen=seen).decision(), mine, {"key-1": an_order()}, "en").matches[0]
    assert words.contributions[0].text == (
        "much of what both orders say of the customer differs (C-8 / C-7)"
    )


def test_lines_of_one_name_under_two_item_numbers_do_not_count_as_the_same() -> None:
    lines = (*aligned(3), LineAlignment("4", "4", 0.4, 1.0, 1.0))
    texts = [
        contribution(name, 0.7, lines=lines).text
        for name in ("incoming_lines_shared", "basket_agreement", "quantities")
    ]
    assert texts == [
        "3 of 4 lines are in the existing order too",
        "3 of 5 lines are in both orders in the same quantities",
        "all 4 quantities are the same",
    ]


def test_lines_with_another_quantity_count_as_different() -> None:
    said = contribution("containment", 0.8, lines=aligned(4, mine=2, quantities_changed=1))
    assert said.text == "one order has 3 of the other's 4 lines in the same quantities"


def test_addresses_read_as_their_country_writes_them() -> None:
    chinese = PostalAddress(
        region_code="CN",
        administrative_area="广东省",
        locality="深圳市",
        address_lines=("科技路1号",),
    )
    assert contribution("customer_ship_to", 1.0, an_order(ship_to=chinese)).incoming_value == (
        "广东省 深圳市 科技路1号"
    )


def test_an_erased_order_leaves_texts_without_its_values() -> None:
    order = replace(EXISTING, customer=Party(phone="+44 20 7946 0958"))
    assert contribution("phone", 0.0, order, None).text == "different phone numbers"
    same = contribution("phone", 1.0, order, None)
    assert (same.text, same.existing_value) == ("same phone number (+44 20 7946 0958)", "")
    lines = contribution("incoming_lines_shared", 1.0, order, None, aligned(3, mine=1))
    assert lines.text == "3 of 4 lines are in the existing order too"


def test_a_comparison_without_words_of_its_own_is_still_named() -> None:
    assert contribution("moon_phase", 0.25).text == "moon_phase: 0.25"
    assert contribution("moon_phase", None).text == "moon_phase: –"


def test_a_counterfactual_says_what_would_bring_another_answer() -> None:
    flagged = a_case().decision()
    unique = a_case(outcome=Outcome.UNIQUE, action=Action.ACCEPT, rules=()).decision()
    texts = []
    for decision in (flagged, unique):
        match = replace(decision.matches[0], counterfactual="customer_ship_to")
        changed = replace(decision, matches=(match,))
        texts.append(explain(changed, EXISTING, {}, "en").matches[0].counterfactual)
    assert texts == [
        "If the goods went to another address, it would not count as a duplicate of this order.",
        "If the goods went to the same address, the order would be held.",
    ]


def test_no_counterfactual_is_made_up() -> None:
    assert explain(a_case().decision(), EXISTING, {}, "en").matches[0].counterfactual == ""


def test_an_answer_without_matches_shown_can_still_be_read() -> None:
    decision = replace(a_case().decision(), matches=())
    assert explain(decision, EXISTING, {}, "en").summary == (
        "Duplicate: this is order (not shown) once more. Do not enter it, link it to (not shown)."
    )


SPOKEN_BY = {
    "customer_reference": {
        "reference",
        "reference_frequency",
        "reference_spelling",
        "reference_presence",
    },
    "order_number": {"order_number"},
    "party_id": {"customer_number"},
    "name": {"customer_name", "customer", "customer_rarity"},
    "contact_name": {"contact_name"},
    "phone": {"phone"},
    "email": {"email"},
    "ship_to": {"customer_ship_to"},
    "recipient": {"recipient", "foreign_recipient"},
    "bill_to": {"bill_to"},
    "entered_by": {"entered_by"},
    "note": {"note", "named_in_note"},
    "tax_id": set(),
    "attributes": set(),
}
"""Field → the comparisons that may show its value."""
IN_SUMMARY = {"customer_reference", "order_number"}


def a_marked_order(name: str, after: timedelta) -> Order:
    """An order whose every text can be found again."""
    customer = Party(
        party_id="mark-party_id",
        name="mark-name",
        contact_name="mark-contact_name",
        phone="+44 20 7946 0958 mark-phone",
        email="mark-email@shop.test",
        tax_id="mark-tax_id",
    )
    return an_order(
        name,
        after,
        order_number="mark-order_number",
        customer_reference="mark-customer_reference",
        customer=customer,
        ship_to=PostalAddress(locality="mark-ship_to", recipients=("mark-recipient",)),
        bill_to=PostalAddress(locality="mark-bill_to"),
        entered_by="mark-entered_by",
        note="confirming mark-note",
        attributes={"any": "mark-attributes"},
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_raw_values_appear_only_where_they_are_meant_to(language: str) -> None:
    incoming, existing = a_marked_order("B", timedelta(hours=1)), a_marked_order("A", timedelta())
    _, explanation = explained(incoming, existing, language=language)
    words = explanation.matches[0]
    single = [one for one in words.contributions if "×" not in one.comparison]
    for field, speakers in SPOKEN_BY.items():
        mark = f"mark-{field}"
        assert {one.comparison for one in single if mark in " ".join(one[2:])} == speakers
        assert (mark in explanation.summary) == (field in IN_SUMMARY)
        assert mark not in words.counterfactual


def test_braces_in_values_are_just_characters() -> None:
    reference = "{incoming} {0} %s {x!r:>99}"
    order = replace(EXISTING, customer_reference=reference, order_number="{order}")
    decision = a_case().decision()
    explanation = explain(decision, order, {"key-1": order}, "en")
    assert f"same customer reference ({reference})" in explanation.summary
    assert "order {order} entered" in explanation.summary


def test_line_breaks_and_invisible_characters_do_not_reach_a_sentence() -> None:
    order = replace(EXISTING, customer_reference="PO\n\n47\u202e11\x00", order_number="SO\t1\u200f")
    explanation = explain(a_case().decision(), order, {"key-1": order}, "en")
    assert "same customer reference (PO 4711)" in explanation.summary
    assert "order SO 1 entered" in explanation.summary
    assert all(one.text.isprintable() for one in explanation.matches[0].contributions)


def test_a_long_value_is_cut_in_the_sentence_but_not_in_its_own_place() -> None:
    name = " ".join(["Very long company name"] * 400)
    order = replace(EXISTING, customer=Party(name=name))
    said = contribution("customer_name", 1.0, order, order)
    assert len(said.text) < 80
    assert said.text.endswith("…)")
    assert said.incoming_value == name


ANY_TEXT = st.text(max_size=20)
ANY_ORDER = st.builds(
    Order,
    order_id=ANY_TEXT,
    ordered_at=st.datetimes().map(lambda time: time.replace(tzinfo=MONDAY.tzinfo)),
    customer_reference=ANY_TEXT,
    channel=st.sampled_from(Channel),
    note=ANY_TEXT,
    total_amount=st.none() | st.decimals(),
)


@given(
    incoming=ANY_ORDER,
    existing=st.none() | ANY_ORDER,
    numbers=st.lists(
        st.none() | st.floats(-12, 12),
        min_size=len(COMPARISON_NAMES),
        max_size=len(COMPARISON_NAMES),
    ),
    language=ANY_TEXT,
)
def test_no_order_and_no_number_is_beyond_words(
    incoming: Order, existing: Order | None, numbers: list[float | None], language: str
) -> None:
    seen = {name: (value, 1.0) for name, value in zip(COMPARISON_NAMES, numbers, strict=True)}
    known = {"key-1": existing} if existing else {}
    explanation = explain(a_case(seen=seen).decision(), incoming, known, language)
    assert len(explanation.matches[0].contributions) == len(COMPARISON_NAMES)
    assert explanation.summary


def test_five_matches_are_explained_with_few_calls() -> None:
    shelf = Shelf()
    orders = [an_order(name, timedelta(hours=n), customer=acme()) for n, name in enumerate("ABCDE")]
    for order in orders:
        shelf.put(order)
    incoming = an_order("F", timedelta(hours=6))
    decision = shelf.decide(incoming, model=a_talkative_model())
    existing = {order.order_id: order for order in orders}
    assert len(decision.matches) == 5
    explain(decision, incoming, existing, "en")
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        explain(decision, incoming, existing, "en")
    finally:
        sys.setprofile(before)
    # Some 3,900; a page shows twenty such explanations.
    assert calls < 8_000
