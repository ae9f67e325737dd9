"""Orders under several numbers of one customer: found and compared as if there were one number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from tests.unit.models.explained_cases import EXISTING, SEEN, Case
from tests.unit.server.builders import NOON, a_line, an_order

from ordertwin_models.assessment import IncomingOrder, featurise, prepare
from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import Pairs, vectors
from ordertwin_models.customers import ALONE, SameCustomer, number_of
from ordertwin_models.decision import Relation
from ordertwin_models.explanation import explain
from ordertwin_models.order import Order, OrderState, Party
from ordertwin_models.preparation import lookups_of

SAME = SameCustomer((number_of("C-20"), number_of("C-30")), 7)
OTHER = Party(party_id="C-20", name="Nordwind Handels AG")


def arrived(order: Order, same: SameCustomer = ALONE, **counts: int) -> IncomingOrder:
    prepared = prepare(order, same)
    known = dict.fromkeys(prepared.counted, counts.get("each", 0))
    return featurise(prepared, prepared.frequencies(100, known))


def as_candidate(order: Order, sequence: int = 1) -> Candidate:
    features = arrived(order).features.to_bytes()
    return Candidate(sequence, f"o{sequence}", OrderState.RECEIVED, NOON, features, ("name",))


def earlier(customer: Party, days: int = 2) -> Order:
    """An order of a few other things."""
    return an_order(
        f"SO-{customer.party_id}-{days}",
        customer=customer,
        customer_reference=f"E-{days}",
        ordered_at=NOON - timedelta(days=days),
        lines=(a_line("TEA-1", "4", "3.10"),),
        total_amount=None,
        ship_to=replace(an_order().ship_to, postal_code="80331", locality="Munich"),
    )


def test_orders_under_another_number_are_compared_as_the_customers_own() -> None:
    incoming = arrived(an_order(customer=Party(party_id="C-10")), SAME)
    party, own = Party(party_id="c 20"), Party(party_id="C-10")
    theirs = [as_candidate(earlier(party, days), days) for days in (2, 9, 16)]
    mine = [as_candidate(earlier(own, days), days) for days in (2, 9, 16)]
    as_one = vectors(Pairs(incoming.features, theirs, SAME))
    assert np.array_equal(as_one, vectors(Pairs(incoming.features, mine, SAME)), equal_nan=True)
    assert not np.array_equal(as_one, vectors(Pairs(incoming.features, theirs)), equal_nan=True)


def test_they_are_looked_up_and_keep_their_own_keys() -> None:
    stored = arrived(earlier(Party(party_id="C-20"))).blocking_keys
    order = an_order(customer=Party(party_id="C-10"))
    alone, joined = arrived(order), arrived(order, SAME)
    assert {each.key for each in alone.lookups}.isdisjoint(stored)
    assert not {each.key for each in joined.lookups}.isdisjoint(stored)
    assert joined.blocking_keys == alone.blocking_keys
    assert joined.terms == alone.terms
    assert joined.lookups[: len(alone.lookups)] == alone.lookups


def test_counts_of_all_numbers_are_the_customers() -> None:
    order = an_order(customer=Party(party_id="C-10"))
    header = arrived(order, SAME, each=4).features.header
    assert header["customer_reference_count"] == 12
    assert header["habit_count"] == 12
    assert header["reference_count"] == 4


def test_lookups_of_a_past_order_are_made_again() -> None:
    prepared = prepare(an_order(), SAME)
    incoming = featurise(prepared, prepared.frequencies(9, dict.fromkeys(prepared.counted, 2)))
    assert lookups_of(prepared, incoming.features) == incoming.lookups


def test_an_order_without_a_number_is_of_nobody_else() -> None:
    order = an_order(customer=OTHER)
    assert arrived(order, ALONE).features.to_bytes() == arrived(order).features.to_bytes()


def told(language: str, mine: str, theirs: str) -> tuple[str, str]:
    """The summary, and what is said of the customer numbers."""
    seen = SEEN | {"customer_number": (1.0, 1.5)}
    case = Case(name="any", relation=Relation.REKEYED, seen=seen, english="", chinese="")
    existing = replace(EXISTING, customer=Party(party_id=theirs))
    incoming = replace(EXISTING, order_id="1002", customer=Party(party_id=mine))
    said = explain(case.decision(), incoming, {"key-1": existing}, language)
    texts = {one.comparison: one.text for one in said.matches[0].contributions}
    return said.summary, texts["customer_number"]


def test_the_answer_says_that_two_numbers_are_one_customer() -> None:
    summary, text = told("en", "C-2", "C-1")
    assert "The two customer numbers are known to be one customer." in summary
    assert text == "customer numbers known to be one customer (C-2 / C-1)"
    summary, text = told("zh", "C-2", "C-1")
    assert "两个客户编号已登记为同一客户。" in summary
    assert text == "客户编号不同，但已登记为同一客户（C-2 / C-1）"


def test_one_number_in_two_spellings_needs_no_sentence() -> None:
    summary, text = told("en", "C-1", "c 1")
    assert "known to be" not in summary
    assert text == "same customer number but written differently (C-1 / c 1)"
