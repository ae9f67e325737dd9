"""What every store keeps of reviews: the queue, verdicts, and what moves with them."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.conformance.stores.conftest import StoreFactory
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_registration,
    a_status_change,
    register,
)
from tests.conformance.stores.review_entries import (
    TUESDAY,
    a_change,
    a_move,
    a_verdict,
    held,
    in_doubt,
    listed,
    waiting,
)

from ordertwin_models.errors import (
    EtagMismatch,
    NotFound,
    RequestIdReused,
    StateTransitionRefused,
)
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import OrderStore, Replayed
from ordertwin_stores.reviews import (
    Answer,
    Claim,
    NewReview,
    ReviewKind,
    ReviewState,
    VerdictSource,
)


def test_a_review_comes_back_as_it_was_opened(store: OrderStore, reopen: StoreFactory) -> None:
    held(store, "SO-1", priority=7, value=63.8, relation="RESEND", blind=True, opinions=2)
    again = reopen()
    review = again.reviews.get(TENANT, "review-SO-1")
    assert (review.kind, review.state) == (ReviewKind.DOUBT, ReviewState.OPEN)
    assert (review.order_key, review.decision_key) == ("order-SO-1", "decision-SO-1")
    assert (review.priority, review.value, review.relation) == (7, 63.8, "RESEND")
    assert (review.blind, review.opinions, review.inclusion) == (True, 2, 1.0)
    assert (review.opened_at, review.closed_at, review.version) == (MONDAY, None, 1)
    with pytest.raises(NotFound):
        again.reviews.get("elsewhere", "review-SO-1")


def test_the_queue_goes_by_priority_then_by_age_page_after_page(store: OrderStore) -> None:
    for number, priority in enumerate([3, 9, 3, 1, 9]):
        held(store, f"SO-{number}", priority=priority)
    seen, position = [], None
    while True:
        page = store.reviews.list(TENANT, waiting(), 2, position)
        seen += [review.order_key for review in page.reviews]
        position = page.next_position
        if position is None:
            break
        held(store, f"new-{len(seen)}", priority=99)
    assert seen == [f"order-SO-{number}" for number in (1, 4, 0, 2, 3)]


def test_filters_choose_among_those_that_wait(store: OrderStore) -> None:
    held(store, "SO-1", source="shop", customer="C-1", channel="WEB", value=10.0)
    held(store, "SO-2", source="edi", customer="C-1", channel="EDI", value=500.0)
    held(store, "SO-3", source="edi", customer="C-2", relation="RESEND", blind=True)
    assert listed(store, source="edi") == ["review-SO-2", "review-SO-3"]
    assert listed(store, source="edi", customer="C-1") == ["review-SO-2"]
    assert listed(store, channel="WEB") == ["review-SO-1"]
    assert listed(store, least_value=10.5) == ["review-SO-2"]
    assert listed(store, order_key="order-SO-2") == ["review-SO-2"]
    assert listed(store, opened_before=MONDAY) == []
    assert len(listed(store, opened_from=MONDAY)) == 3
    assert listed(store, relation="RESEND") == []
    assert listed(store, relation="RESEND", unhidden=False) == ["review-SO-3"]
    assert listed(store, kind=ReviewKind.AUDIT) == []
    assert listed(store, waiting=False) == []


def test_who_is_asked_blindly_about_an_order_is_known_until_they_answer(store: OrderStore) -> None:
    key = held(store, "SO-1", blind=True, opinions=2)
    held(store, "SO-2")
    register(store, "SO-3")
    orders = ["order-SO-1", "order-SO-2", "order-SO-3", "none"]

    def asked(member: str, tenant: str = TENANT) -> frozenset[str]:
        return store.reviews.asked_blindly(tenant, orders, member)

    assert asked("people/ann") == asked("people/bob") == {"order-SO-1"}
    assert asked("people/ann", "elsewhere") == frozenset()
    assert [event.blind for event in store.events.after(TENANT, 0, 9)] == [True, False, False]
    change = a_change(key, state=ReviewState.SECOND_OPINION, verdicts=(a_verdict("SO-1"),))
    store.reviews.change(TENANT, change)
    assert (asked("people/ann"), asked("people/bob")) == (frozenset(), {"order-SO-1"})
    second = a_verdict("SO-1", reviewer="people/bob", opinion=2)
    change = a_change(key, "c-2", expected=2, state=ReviewState.DECIDED, verdicts=(second,))
    store.reviews.change(TENANT, change)
    assert asked("people/eve") == frozenset()
    assert not any(event.blind for event in store.events.after(TENANT, 0, 9))


def test_a_question_that_no_order_waits_for_is_not_named_in_its_decision(
    store: OrderStore,
) -> None:
    asks = NewReview(key="audit-1", kind=ReviewKind.AUDIT, inclusion=0.01)
    register(store, a_registration("SO-1", asks=asks))
    assert store.get_decision(TENANT, "decision-SO-1").review_key is None
    review = store.reviews.get(TENANT, "audit-1")
    assert (review.kind, review.inclusion) == (ReviewKind.AUDIT, 0.01)
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.SHIPPED))
    assert store.reviews.get(TENANT, "audit-1").state is ReviewState.OPEN


def test_a_change_is_written_whole(store: OrderStore, reopen: StoreFactory) -> None:
    key = held(store, "SO-1")
    before = store.access.head(TENANT).position
    change = a_change(
        key,
        state=ReviewState.DECIDED,
        verdicts=(a_verdict("SO-1", state_before="HELD", state_after="ACCEPTED"),),
        moves=(a_move("SO-1", OrderState.ACCEPTED),),
    )
    assert store.reviews.change(TENANT, change) is None
    again = reopen()
    review = again.reviews.get(TENANT, key)
    assert (review.state, review.version, review.closed_at) == (ReviewState.DECIDED, 2, TUESDAY)
    order = again.get_order(TENANT, "order-SO-1")
    assert (order.state, order.version, order.updated_at) == (OrderState.ACCEPTED, 2, TUESDAY)
    (verdict,) = again.reviews.verdicts(TENANT, 0, 10)
    assert verdict.said == change.verdicts[0]
    assert (verdict.position, verdict.act, verdict.review_key) == (1, 1, key)
    assert (verdict.at, verdict.ended, verdict.settled) == (TUESDAY, None, True)
    assert again.access.head(TENANT).position == before + 2
    assert listed(again) == []
    assert listed(again, waiting=False) == [key]


def test_a_repeated_change_is_told_and_another_payload_refused(store: OrderStore) -> None:
    key = held(store, "SO-1")
    change = a_change(key, state=ReviewState.DECIDED, verdicts=(a_verdict("SO-1"),))
    store.reviews.change(TENANT, change)
    assert store.reviews.change(TENANT, change) == Replayed("done")
    other = replace(change, request=replace(change.request, fingerprint=b"x" * 32))
    with pytest.raises(RequestIdReused):
        store.reviews.change(TENANT, other)
    assert len(store.reviews.verdicts(TENANT, 0, 10)) == 1


def test_nothing_is_written_of_a_change_that_comes_too_late(store: OrderStore) -> None:
    key = held(store, "SO-1")
    store.reviews.change(TENANT, a_change(key, "first", claim=Claim("people/ann", TUESDAY)))
    said: dict[str, Any] = {
        "verdicts": (a_verdict("SO-1"),),
        "moves": (a_move("SO-1", OrderState.ACCEPTED),),
    }
    with pytest.raises(EtagMismatch):
        store.reviews.change(TENANT, a_change(key, "second", **said))
    stale = (a_move("SO-1", OrderState.ACCEPTED, version=2),)
    with pytest.raises(EtagMismatch):
        store.reviews.change(TENANT, a_change(key, "third", expected=2, moves=stale))
    missing = (a_move("SO-9", OrderState.ACCEPTED),)
    with pytest.raises(NotFound):
        store.reviews.change(TENANT, a_change(key, "fourth", expected=2, moves=missing))
    with pytest.raises(NotFound):
        store.reviews.change(TENANT, a_change("no-review", "fifth"))
    assert store.get_order(TENANT, "order-SO-1").state is OrderState.HELD
    assert store.reviews.verdicts(TENANT, 0, 10) == ()


def test_only_a_verdict_moves_freely_and_not_everywhere(store: OrderStore) -> None:
    register(store, "SO-1")
    refused = a_move("SO-1", OrderState.REJECTED_DUPLICATE)
    with pytest.raises(StateTransitionRefused):
        store.reviews.change(TENANT, a_change(moves=(replace(refused, freely=False),)))
    store.reviews.change(TENANT, a_change(moves=(refused,)))
    back = a_move("SO-1", OrderState.RECEIVED, version=2)
    store.reviews.change(TENANT, a_change(request_id="c-2", moves=(back,)))
    shipped = a_move("SO-1", OrderState.SHIPPED, version=3)
    store.reviews.change(TENANT, a_change(request_id="c-3", moves=(shipped,)))
    held_again = a_move("SO-1", OrderState.HELD, version=4)
    with pytest.raises(StateTransitionRefused):
        store.reviews.change(TENANT, a_change(request_id="c-4", moves=(held_again,)))


def test_a_claim_holds_until_its_time_runs_out(store: OrderStore) -> None:
    key = held(store, "SO-1")
    until = TUESDAY + timedelta(minutes=15)
    store.reviews.change(TENANT, a_change(key, claim=Claim("people/ann", until)))
    review = store.reviews.get(TENANT, key)
    assert (review.claimed_by, review.claimed_until, review.version) == ("people/ann", until, 2)
    assert review.claimant(TUESDAY) == "people/ann"
    assert review.claimant(until) == ""
    assert listed(store, claimed_by="people/ann") == [key]
    assert listed(store, claimed_by="people/ann", now=until) == []
    assert listed(store, available_to="people/ann") == [key]
    assert listed(store, available_to="people/bob") == []
    assert listed(store, available_to="people/bob", now=until) == [key]


def test_what_one_answered_is_available_to_others_only(store: OrderStore) -> None:
    key = held(store, "SO-1")
    unsure = (a_verdict("SO-1", Answer.UNSURE),)
    store.reviews.change(TENANT, a_change(key, verdicts=unsure, claim=Claim()))
    assert listed(store, available_to="people/ann") == []
    assert listed(store, available_to="people/bob") == [key]
    (verdict,) = store.reviews.verdicts(TENANT, 0, 10)
    assert not verdict.settled


def test_of_two_who_decide_at_once_one_is_told_to_look_again(store: OrderStore) -> None:
    key, failed = held(store, "SO-1"), []
    barrier = threading.Barrier(4)

    def decide(number: int) -> None:
        change = a_change(
            key,
            f"c-{number}",
            state=ReviewState.DECIDED,
            verdicts=(a_verdict("SO-1"),),
            moves=(a_move("SO-1", OrderState.ACCEPTED),),
        )
        barrier.wait()
        try:
            store.reviews.change(TENANT, change)
        except EtagMismatch as error:
            failed.append(error)

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 3
    assert len(store.reviews.verdicts(TENANT, 0, 10)) == 1
    assert store.get_order(TENANT, "order-SO-1").version == 2


def test_an_order_that_leaves_ends_the_review_it_waited_for(store: OrderStore) -> None:
    cancelled, released = held(store, "SO-1"), held(store, "SO-2")
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.CANCELLED))
    assert store.reviews.get(TENANT, cancelled).state is ReviewState.CLOSED
    said = (a_verdict("SO-2", source=VerdictSource.RELEASE),)
    moves = (a_move("SO-2", OrderState.ACCEPTED),)
    spoken = a_change(released, verdicts=said, moves=moves, state=ReviewState.DECIDED)
    store.reviews.change(TENANT, spoken)
    assert store.reviews.get(TENANT, released).state is ReviewState.DECIDED
    assert listed(store, waiting=False) == [released, cancelled]


def test_a_second_opinion_waits_though_the_order_went_on(store: OrderStore) -> None:
    key = held(store, "SO-1", opinions=2)
    change = a_change(
        key,
        state=ReviewState.SECOND_OPINION,
        verdicts=(a_verdict("SO-1"),),
        moves=(a_move("SO-1", OrderState.ACCEPTED),),
    )
    store.reviews.change(TENANT, change)
    assert listed(store) == [key]
    (verdict,) = store.reviews.verdicts(TENANT, 0, 10)
    assert not verdict.settled


def test_a_batch_ends_when_its_last_order_left(store: OrderStore) -> None:
    for number in (1, 2, 3):
        entry = in_doubt(f"SO-{number}")
        register(store, replace(entry, batch_since=MONDAY - timedelta(minutes=1)))
    key = "review-SO-1"
    review = store.reviews.get(TENANT, key)
    assert (review.kind, review.orders) == (ReviewKind.BATCH, 3)
    members = store.reviews.members(TENANT, key, (), 10)
    assert [member.order_key for member in members] == [f"order-SO-{n}" for n in (1, 2, 3)]
    assert [m.order_key for m in store.reviews.members(TENANT, key, ["order-SO-2"], 10)] == [
        "order-SO-2"
    ]
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.CANCELLED))
    assert store.reviews.get(TENANT, key).state is ReviewState.OPEN
    version = store.reviews.get(TENANT, key).version
    change = a_change(
        key,
        expected=version,
        verdicts=(a_verdict("SO-2"), a_verdict("SO-3")),
        moves=(a_move("SO-2", OrderState.ACCEPTED), a_move("SO-3", OrderState.ACCEPTED)),
    )
    store.reviews.change(TENANT, change)
    assert store.reviews.get(TENANT, key).state is ReviewState.DECIDED
    assert store.reviews.members(TENANT, key, (), 10) == ()
    later = replace(in_doubt("SO-4"), batch_since=MONDAY - timedelta(minutes=1))
    register(store, later)
    assert store.get_decision(TENANT, "decision-SO-4").review_key == "review-SO-4"
