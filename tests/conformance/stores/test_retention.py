"""Forgetting what is old, in bounded parts, and a log that still verifies afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_match,
    a_registration,
    a_request,
    a_status_change,
    an_amendment,
    an_audit_entry,
    an_order,
    lookups,
    register,
)

from ordertwin_models.errors import NotFound
from ordertwin_models.order import Order, OrderState
from ordertwin_stores.audit import AuditEntry, Head, check_log
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import OrderStore, Remains
from ordertwin_stores.retention import Cut

OTHER = "globex"
LATER = MONDAY + timedelta(days=90)


def noted(count: int) -> AuditEntry:
    return AuditEntry("server", "Forget", "", "", f"{count} forgotten")


def remains(order: Order) -> Remains:
    left = replace(order, note="")
    return Remains(f"order-{order.order_id}", left, order_digest(left))


def outcomes(store: OrderStore) -> list[str]:
    return [each.entry.outcome for each in store.access.entries(TENANT, 0, 100)]


def test_old_orders_are_those_with_content_that_nobody_waits_for(store: OrderStore) -> None:
    for number in range(5):
        register(store, a_registration(an_order(f"SO-{number}", note="for Anna")))
    register(store, a_registration("SO-H", state=OrderState.HELD))
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.SHIPPED, at=LATER))
    before = MONDAY + timedelta(days=1)
    retention = store.retention
    assert retention.aged_orders(TENANT, MONDAY, 0, 100).keys == ()
    assert retention.aged_orders(OTHER, before, 0, 100).keys == ()
    found, after = [], 0
    for _ in range(10):
        part = retention.aged_orders(TENANT, before, after, 2)
        found += part.keys
        if part.reached is None:
            break
        after = part.reached
    assert found == [f"order-SO-{number}" for number in (0, 2, 3, 4)]
    order = an_order("SO-0", note="for Anna")
    retention.forget_orders(TENANT, [remains(order)], noted(1), LATER)
    assert "order-SO-0" not in retention.aged_orders(TENANT, before, 0, 100).keys


def test_of_a_forgotten_order_the_remains_are_left_in_all_versions(store: OrderStore) -> None:
    order = an_order("SO-1", note="for Frau Schulze")
    register(store, a_registration(order, blocking_keys=(7,)))
    register(store, an_amendment(replace(order, note="for Herr Schulze"), blocking_keys=(7,)))
    seen = store.get_order(TENANT, "order-SO-1")
    store.retention.forget_orders(TENANT, [remains(order)], noted(1), LATER)
    stored = store.get_order(TENANT, "order-SO-1")
    assert stored.order.note == ""
    assert (stored.state, stored.updated_at) == (seen.state, seen.updated_at)
    past = store.contents_before(TENANT, ["order-SO-1"], MONDAY + timedelta(microseconds=1))
    assert past["order-SO-1"].note == ""
    assert store.candidates(TENANT, lookups([7]), 10).candidates == ()
    assert outcomes(store)[-1] == "1 forgotten"
    assert check_log(TENANT, store.access.entries(TENANT, 0, 100)).finding is None


def test_a_missing_order_leaves_all_as_they_were(store: OrderStore) -> None:
    order = an_order("SO-1", note="for Anna")
    register(store, a_registration(order))
    with pytest.raises(NotFound):
        store.retention.forget_orders(
            TENANT, [remains(order), remains(an_order("SO-9"))], noted(2), LATER
        )
    assert store.get_order(TENANT, "order-SO-1").order.note == "for Anna"


def test_old_decisions_keep_their_outcome_and_lose_their_matches(store: OrderStore) -> None:
    for number in range(3):
        entry = a_registration(f"SO-{number}")
        decision = replace(entry.decision, matches=(a_match("order-SO-0"),))
        register(store, replace(entry, decision=decision))
    held = a_registration("SO-H", state=OrderState.HELD)
    register(store, replace(held, decision=replace(held.decision, matches=(a_match(),))))
    before, after, forgotten = LATER, 0, 0
    for _ in range(10):
        done = store.retention.forget_decisions(TENANT, before, after, 2, noted, LATER)
        forgotten += done.count
        if done.reached is None:
            break
        after = done.reached
    assert forgotten == 3
    decided = store.latest_decision(TENANT, "order-SO-1")
    assert decided is not None
    assert decided.decision.matches == ()
    assert decided.decision.outcome == a_registration("SO-1").decision.outcome
    waiting = store.latest_decision(TENANT, "order-SO-H")
    assert waiting is not None
    assert waiting.decision.matches
    entries = outcomes(store)
    assert store.retention.forget_decisions(TENANT, before, 0, 100, noted, LATER).count == 0
    assert outcomes(store) == entries


def test_old_requests_go_a_bounded_number_at_a_time(store: OrderStore) -> None:
    for number in range(3):
        register(store, a_registration(f"SO-{number}", at=MONDAY + timedelta(days=number)))
    register(store, a_registration("SO-0"), tenant=OTHER)
    before = MONDAY + timedelta(days=2)
    counts = [store.retention.forget_requests(TENANT, before, 1, noted, LATER) for _ in range(3)]
    assert counts == [1, 1, 0]
    assert outcomes(store)[-2:] == ["1 forgotten", "1 forgotten"]
    assert store.retention.forget_requests(OTHER, before, 9, noted, LATER) == 1


def test_a_forgotten_request_is_new_again(store: OrderStore) -> None:
    request = a_request("r-1")
    store.remember(TENANT, request, an_audit_entry("x"), MONDAY)
    store.retention.forget_requests(TENANT, LATER, 10, noted, LATER)
    assert store.reply_to(TENANT, request.method, "r-1", request.fingerprint) is None


def a_cut(store: OrderStore, position: int) -> Cut:
    (last,) = store.access.entries(TENANT, position - 1, 1)
    return Cut(position, last.hash, f"cut at {position}")


def test_a_cut_log_begins_later_and_its_chain_goes_on(store: OrderStore) -> None:
    store.load(TENANT, [a_history_entry("SO-2")])
    store.access.note(TENANT, [(MONDAY, noted(number)) for number in range(5)])
    assert store.retention.cut(TENANT) is None
    first = a_cut(store, 3)
    assert store.retention.cut_log(TENANT, first, 0, noted(3), LATER)
    assert not store.retention.cut_log(TENANT, a_cut(store, 4), 0, noted(1), LATER)
    assert store.retention.cut(TENANT) == first
    assert store.retention.cut(OTHER) is None
    log = store.access.entries(TENANT, 0, 100)
    assert [each.position for each in log] == [4, 5, 6, 7]
    begins_after = Head(TENANT, first.position, first.hash)
    assert check_log(TENANT, log, begins_after=begins_after).finding is None
    assert check_log(TENANT, log).finding is not None
    second = a_cut(store, 5)
    assert store.retention.cut_log(TENANT, second, 3, noted(2), LATER)
    assert store.retention.cut(TENANT) == second
    assert [each.position for each in store.access.entries(TENANT, 0, 100)] == [6, 7, 8]
