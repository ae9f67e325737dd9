"""What every store keeps of verdicts: their order, their ends, and what they were given on."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_request,
    an_amendment,
    an_audit_entry,
    an_order,
    register,
)
from tests.conformance.stores.review_entries import (
    TUESDAY,
    a_change,
    a_verdict,
    held,
    listed,
)

from ordertwin_models.errors import (
    EtagMismatch,
    NotFound,
    StoreError,
)
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import Erasure, OrderStore, Remains
from ordertwin_stores.reviews import (
    Answer,
    Ending,
    ReviewState,
    Suppression,
)


def test_positions_grow_without_gaps_in_what_a_reader_sees(store: OrderStore) -> None:
    keys = [held(store, f"SO-{number}") for number in range(6)]
    barrier = threading.Barrier(len(keys))

    def decide(number: int) -> None:
        barrier.wait()
        said = (a_verdict(f"SO-{number}"), a_verdict(f"SO-{number}", counterpart_key="order-x"))
        state = ReviewState.DECIDED
        store.reviews.change(
            TENANT, a_change(keys[number], f"c-{number}", verdicts=said, state=state)
        )

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(len(keys))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen, after = [], 0
    while page := store.reviews.verdicts(TENANT, after, 5):
        seen += [verdict.position for verdict in page]
        after = page[-1].position
    assert seen == list(range(1, 13))
    assert store.reviews.verdicts("elsewhere", 0, 10) == ()


def test_what_was_said_of_some_orders_is_read_without_the_rest(store: OrderStore) -> None:
    for number in range(120):
        key, order_id = held(store, f"SO-{number}"), f"SO-{number}"
        said = (a_verdict(order_id), a_verdict(order_id, counterpart_key="order-SO-0"))
        state = ReviewState.DECIDED
        store.reviews.change(TENANT, a_change(key, f"c-{number}", verdicts=said, state=state))
    wanted = [f"order-SO-{number}" for number in range(1, 60)]
    found = store.reviews.verdicts_about(TENANT, [*wanted, wanted[0], "order-x"])
    of_each = [verdict for key in wanted for verdict in store.reviews.verdicts_on(TENANT, key)]
    assert sorted(each.position for each in found) == sorted(each.position for each in of_each)
    assert len(found) == 118
    assert store.reviews.verdicts_about(TENANT, []) == ()
    assert store.reviews.verdicts_about("elsewhere", wanted) == ()
    withdrawn = (Ending(found[0].position),)
    change = a_change(found[0].review_key, "w", expected=2, endings=withdrawn)
    store.reviews.change(TENANT, change)
    assert found[0].position not in {
        each.position for each in store.reviews.verdicts_about(TENANT, wanted)
    }


def test_a_verdict_ends_once_and_stays_with_its_history(store: OrderStore) -> None:
    key = held(store, "SO-1")
    said = (a_verdict("SO-1"),)
    store.reviews.change(TENANT, a_change(key, verdicts=said, state=ReviewState.DECIDED))
    correction = a_change(
        key,
        "c-2",
        expected=2,
        verdicts=(a_verdict("SO-1", Answer.MATCH),),
        endings=(Ending(1, overruled=True),),
    )
    store.reviews.change(TENANT, correction)
    first, second = store.reviews.verdicts_of(TENANT, key)
    assert first.ended is not None
    assert (first.ended.superseded_by, first.ended.by) == (second.position, "people/ann")
    assert (first.settled, second.settled) == (False, True)
    assert store.reviews.verdicts_on(TENANT, "order-SO-1") == (first, second)
    assert store.reviews.verdict(TENANT, first.position) == first
    assert store.reviews.act(TENANT, second.act) == (second,)
    with pytest.raises(EtagMismatch):
        store.reviews.change(TENANT, a_change(key, "c-3", expected=3, endings=(Ending(1),)))
    with pytest.raises(NotFound):
        store.reviews.change(TENANT, a_change(key, "c-4", expected=3, endings=(Ending(77),)))


def test_pairs_are_apart_by_a_verdict_that_holds_or_by_a_suppression(store: OrderStore) -> None:
    key = held(store, "SO-1")
    register(store, "0")
    assert store.reviews.apart(TENANT, "order-SO-1", TUESDAY) == frozenset()
    said = (a_verdict("SO-1"),)
    store.reviews.change(TENANT, a_change(key, verdicts=said, state=ReviewState.DECIDED))
    assert store.reviews.apart(TENANT, "order-SO-1", TUESDAY) == {"order-0"}
    assert store.reviews.apart(TENANT, "order-0", TUESDAY) == {"order-SO-1"}
    ends = a_change(key, "c-2", expected=2, endings=(Ending(1),))
    store.reviews.change(TENANT, ends)
    assert store.reviews.apart(TENANT, "order-SO-1", TUESDAY) == frozenset()
    later = TUESDAY + timedelta(days=30)
    pair = Suppression(
        key="s-1",
        order_key="order-SO-1",
        counterpart_key="order-0",
        until=later,
        reason="asked",
        by="people/ann",
        at=TUESDAY,
    )
    store.reviews.change(TENANT, a_change(request_id="c-3", suppression=pair))
    assert store.reviews.suppression(TENANT, "s-1") == pair
    assert store.reviews.apart(TENANT, "order-0", TUESDAY) == {"order-SO-1"}
    assert store.reviews.apart(TENANT, "order-0", later) == frozenset()
    assert store.reviews.suppressions(TENANT, "order-0", TUESDAY, 10, None) == ((pair,), None)
    assert store.reviews.suppressions(TENANT, None, later, 10, None) == ((), None)
    store.reviews.change(TENANT, a_change(request_id="c-4", lifted="s-1"))
    assert store.reviews.apart(TENANT, "order-0", TUESDAY) == frozenset()
    with pytest.raises(NotFound):
        store.reviews.change(TENANT, a_change(request_id="c-5", lifted="s-1"))


def test_what_a_verdict_saw_is_there_after_the_order_changed(store: OrderStore) -> None:
    held(store, "SO-1")
    was, at = store.get_order(TENANT, "order-SO-1").order, MONDAY + timedelta(seconds=1)
    register(store, an_amendment(an_order("SO-1", note="changed"), state=OrderState.HELD))
    wanted = [("order-SO-1", at), ("order-SO-1", MONDAY + timedelta(days=9)), ("missing", at)]
    seen, now, missing = store.reviews.seen_orders(TENANT, wanted)
    assert seen is not None
    assert (seen.order, seen.features) == (was, None)
    assert now is not None
    assert (now.order.note, now.features) == ("changed", b"features of SO-1")
    assert missing is None
    decisions = store.reviews.decisions(TENANT, ["decision-SO-1", "none"])
    assert set(decisions) == {"decision-SO-1"}
    assert decisions["decision-SO-1"].matches[0].vector == {"reference": 1.0, "phone": None}


def test_opinions_on_one_question_are_counted_by_reviewers_and_answers(store: OrderStore) -> None:
    for number, replied in ((1, Answer.DISTINCT), (2, Answer.MATCH), (3, Answer.UNSURE)):
        key = held(store, f"SO-{number}", opinions=2)
        first = (a_verdict(f"SO-{number}"),)
        store.reviews.change(TENANT, a_change(key, f"a-{number}", verdicts=first))
        second = (a_verdict(f"SO-{number}", replied, reviewer="people/bob", opinion=2),)
        conflict = ReviewState.CONFLICT if replied is Answer.MATCH else None
        store.reviews.change(
            TENANT, a_change(key, f"b-{number}", expected=2, verdicts=second, state=conflict)
        )
    counted = [
        (each.first, each.second, each.said, each.replied, each.questions)
        for each in store.reviews.agreement(TENANT)
    ]
    ann, bob = "people/ann", "people/bob"
    assert counted == [
        (ann, bob, Answer.DISTINCT, Answer.DISTINCT, 1),
        (ann, bob, Answer.DISTINCT, Answer.MATCH, 1),
    ]
    assert store.reviews.conflicts(TENANT) == 1


def test_a_change_that_fails_leaves_the_store_usable(store: OrderStore) -> None:
    key = held(store, "SO-1")
    nothing: Any = None
    broken = a_verdict("SO-1", inclusion=nothing)
    with pytest.raises(StoreError):
        store.reviews.change(TENANT, a_change(key, verdicts=(broken,)))
    store.reviews.change(TENANT, a_change(key, "c-2", verdicts=(a_verdict("SO-1"),)))
    assert [verdict.position for verdict in store.reviews.verdicts(TENANT, 0, 10)] == [1]


def test_what_people_wrote_about_an_erased_order_goes_and_the_verdict_stays(
    store: OrderStore,
) -> None:
    key = held(store, "SO-1", customer="C-1")
    said = (a_verdict("SO-1"),)
    store.reviews.change(TENANT, a_change(key, verdicts=said, state=ReviewState.DECIDED))
    ends = (Ending(1, "the customer called"),)
    store.reviews.change(TENANT, a_change(key, "c-2", expected=2, endings=ends))
    remains = Remains("order-SO-1", an_order("SO-1", note="gone"), b"d" * 32)
    erasure = Erasure((remains,), a_request("erase"), an_audit_entry(), TUESDAY)
    assert store.erase(TENANT, erasure) is None
    (verdict,) = store.reviews.verdicts(TENANT, 0, 10)
    assert verdict.ended is not None
    assert (verdict.said.reason, verdict.ended.reason) == ("", "")
    assert (verdict.said.reviewer, verdict.said.answer) == ("people/ann", Answer.DISTINCT)
    assert listed(store, waiting=False, customer="C-1") == []
