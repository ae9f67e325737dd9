"""Decisions with what they were taken on, read back to take them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_decision,
    a_history_entry,
    a_registration,
    a_status_change,
    an_amendment,
    an_order,
    lookups,
    register,
)
from tests.conformance.stores.test_erasing import an_erasure, without_name

from ordertwin_models.decision import Outcome
from ordertwin_models.order import OrderState
from ordertwin_stores import open_archive
from ordertwin_stores.interface import OrderStore

MINUTE = timedelta(minutes=1)


def registered(store: OrderStore, number: int, **changes: object) -> None:
    at = MONDAY + number * MINUTE
    entry = a_registration(f"SO-{number}", at=at, decision=a_decision(decided_at=at))
    register(store, replace(entry, features=b"%d" % number, **changes))  # type: ignore[arg-type]


def test_decisions_come_newest_first_page_by_page_with_what_they_saw(store: OrderStore) -> None:
    for number in range(5):
        registered(store, number)
    store.load(TENANT, [a_history_entry("SO-9")])
    first = store.decision_history.newest(TENANT, 2, None)
    second = store.decision_history.newest(TENANT, 2, first[-1].number)
    assert [each.order.order_id for each in (*first, *second)] == ["SO-4", "SO-3", "SO-2", "SO-1"]
    assert [each.features for each in first] == [b"4", b"3"]
    assert first[0].stored == store.get_decision(TENANT, "decision-SO-4")
    assert first[0].sequence > first[1].sequence
    assert store.decision_history.newest("other", 9, None) == ()


def test_decisions_of_a_time_range_have_its_first_and_not_its_last_moment(
    store: OrderStore,
) -> None:
    for number in range(5):
        registered(store, number)
    found = store.decision_history.newest(TENANT, 9, None, MONDAY + MINUTE, MONDAY + 3 * MINUTE)
    assert [each.order.order_id for each in found] == ["SO-2", "SO-1"]


def test_an_amended_order_has_its_earlier_words_and_no_features_for_the_earlier_decision(
    store: OrderStore,
) -> None:
    registered(store, 1)
    at = MONDAY + timedelta(hours=1)
    amended = replace(an_order("SO-1"), note="changed")
    decision = a_decision(decided_at=at)
    register(store, an_amendment(amended, features=b"new", at=at, decision=decision))
    newer, older = store.decision_history.newest(TENANT, 9, None)
    assert (newer.order.note, newer.features) == ("changed", b"new")
    assert (older.order.note, older.features) == ("", None)


def test_orders_are_seen_in_the_state_they_were_in(store: OrderStore) -> None:
    registered(store, 1)
    changed = a_status_change("order-SO-1", OrderState.CANCELLED, at=MONDAY + timedelta(days=1))
    store.update_status(TENANT, changed)
    before = store.decision_history.as_seen(TENANT, ["order-SO-1"], MONDAY + timedelta(hours=1))
    after = store.decision_history.as_seen(TENANT, ["order-SO-1"], MONDAY + timedelta(days=2))
    assert before["order-SO-1"].state is not OrderState.CANCELLED
    assert after["order-SO-1"].state is OrderState.CANCELLED
    assert before["order-SO-1"].features == b"1"


def test_orders_that_say_something_else_by_now_are_not_seen(store: OrderStore) -> None:
    for number in (1, 2, 3):
        registered(store, number)
    at = MONDAY + timedelta(hours=1)
    register(store, an_amendment(replace(an_order("SO-1"), note="changed"), at=at))
    store.erase(TENANT, an_erasure(without_name(an_order("SO-2"))))
    keys = [f"order-SO-{number}" for number in (1, 2, 3, 4)]
    assert set(store.decision_history.as_seen(TENANT, keys, at)) == {"order-SO-3"}
    assert set(store.decision_history.as_seen(TENANT, keys, at + MINUTE)) == {
        "order-SO-1",
        "order-SO-3",
    }
    assert store.decision_history.as_seen("other", keys, at) == {}


def test_candidates_are_those_registered_before(store: OrderStore) -> None:
    for number in (1, 2, 3):
        registered(store, number, blocking_keys=(7,))
    newest = store.decision_history.newest(TENANT, 1, None)[0]
    found = store.decision_history.candidates_before(TENANT, lookups([7]), 9, newest.sequence)
    assert [candidate.key for candidate in found.candidates] == ["order-SO-2", "order-SO-1"]


def test_an_archive_looks_back_too(store: OrderStore, url: str, driver: str) -> None:
    if driver == "sqlite-memory":
        return
    registered(store, 1)
    archive = open_archive(url)
    try:
        assert len(archive.decision_history.newest(TENANT, 9, None)) == 1
        assert archive.models.list(TENANT, 9, None) == ()
    finally:
        archive.close()


def test_decisions_of_one_order_or_outcome_come_alone(store: OrderStore) -> None:
    for number in range(3):
        at = MONDAY + number * MINUTE
        outcome = Outcome.REVIEW if number == 1 else Outcome.UNIQUE
        decision = replace(a_decision(decided_at=at), outcome=outcome)
        register(store, a_registration(f"SO-{number}", at=at, decision=decision))
    history = store.decision_history
    held = history.newest(TENANT, 9, None, outcome=Outcome.REVIEW)
    assert [each.order.order_id for each in held] == ["SO-1"]
    key = held[0].stored.order_key
    assert history.newest(TENANT, 9, None, order_key=key) == held
    assert history.newest(TENANT, 9, None, order_key=key, outcome=Outcome.UNIQUE) == ()
    assert history.newest(TENANT, 9, held[0].number, order_key=key) == ()
    assert history.newest("other", 9, None, order_key=key) == ()
