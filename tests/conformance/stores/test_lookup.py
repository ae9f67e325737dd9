"""What blocking finds, and how often terms occur."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_registration,
    a_status_change,
    lookups,
    register,
)

from ordertwin_models.blocking import CAPS, NEWEST_OF, TELLING
from ordertwin_models.candidate import Lookup
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import OrderStore

LARGEST, SMALLEST = 2**63 - 1, -(2**63)


def test_no_lookups_find_nothing(store: OrderStore) -> None:
    register(store, a_registration(blocking_keys=(1,)))
    found = store.candidates(TENANT, (), 300)
    assert (found.candidates, found.truncated) == ((), False)


def test_a_candidate_carries_what_comparison_needs(store: OrderStore) -> None:
    register(store, a_registration(features=b"\x00\xff", blocking_keys=(1,)))
    (candidate,) = store.candidates(TENANT, lookups([1]), 300).candidates
    assert (candidate.key, candidate.features) == ("order-SO-1", b"\x00\xff")
    assert (candidate.state, candidate.state_changed_at) == (OrderState.RECEIVED, MONDAY)


def test_a_candidate_shows_the_state_it_is_in_and_since_when(store: OrderStore) -> None:
    register(store, a_registration(blocking_keys=(1,)))
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.CANCELLED))
    (candidate,) = store.candidates(TENANT, lookups([1]), 300).candidates
    assert candidate.state is OrderState.CANCELLED
    assert candidate.state_changed_at == MONDAY + timedelta(days=1)


def test_candidates_come_newest_first_with_their_rules_in_the_order_asked(
    store: OrderStore,
) -> None:
    register(store, a_registration("SO-1", blocking_keys=(LARGEST, 5)))
    register(store, a_registration("SO-2", blocking_keys=(SMALLEST,)))
    register(store, a_registration("SO-3", blocking_keys=(5, 5, 0)))
    register(store, a_registration("SO-4", blocking_keys=(8,)))
    asked = [
        Lookup(5, "phone", 9),
        Lookup(SMALLEST, "name", 9),
        Lookup(LARGEST, "email", 9),
        Lookup(0, "phone", 9),
        Lookup(404, "never", 9),
    ]
    found = store.candidates(TENANT, asked, 300)
    assert [(each.key, each.rules) for each in found.candidates] == [
        ("order-SO-3", ("phone",)),
        ("order-SO-2", ("name",)),
        ("order-SO-1", ("phone", "email")),
    ]
    sequences = [each.sequence for each in found.candidates]
    assert sequences == sorted(sequences, reverse=True)
    assert not found.truncated


def test_of_each_key_the_newest_are_read_and_more_of_a_telling_one_is_said(
    store: OrderStore,
) -> None:
    for n in range(6):
        register(store, a_registration(f"SO-{n}", blocking_keys=(1, 2) if n == 0 else (1,)))
    asked = [Lookup(1, "customer_recent", 3), Lookup(2, "phone", 3)]
    found = store.candidates(TENANT, asked, 300)
    assert [each.key for each in found.candidates] == [f"order-SO-{n}" for n in (5, 4, 3, 0)]
    assert found.candidates[-1].rules == ("phone",)
    assert found.truncated
    exactly = store.candidates(TENANT, [Lookup(1, "customer_recent", 6)], 300)
    assert len(exactly.candidates) == 6
    assert not exactly.truncated


@pytest.mark.parametrize("rule", sorted(CAPS))
def test_a_full_key_is_told_of_where_those_left_out_might_be_twins(
    store: OrderStore, rule: str
) -> None:
    store.load(TENANT, [a_history_entry(f"SO-{n}", blocking_keys=(1,)) for n in range(3)])
    found = store.candidates(TENANT, [Lookup(1, rule, 2)], 300)
    assert [each.key for each in found.candidates] == ["order-SO-2", "order-SO-1"]
    assert found.truncated is (rule in TELLING)


def test_the_limit_keeps_the_newest_of_all_and_more_is_said(store: OrderStore) -> None:
    for n in range(5):
        register(store, a_registration(f"SO-{n}", blocking_keys=(n,)))
    found = store.candidates(TENANT, lookups(range(5)), 2)
    assert [each.key for each in found.candidates] == ["order-SO-4", "order-SO-3"]
    assert found.truncated
    assert not store.candidates(TENANT, lookups(range(5)), 5).truncated


def test_of_orders_that_share_little_the_newest_few_are_returned(store: OrderStore) -> None:
    few = NEWEST_OF["party"]
    orders = [
        a_history_entry(f"SO-{n}", blocking_keys=(1, 2, 3) if n == 1 else (1, 2)) for n in range(40)
    ]
    store.load(TENANT, orders)
    asked = [Lookup(1, "phone", 40), Lookup(2, "name", 40), Lookup(3, "basket", 40)]
    found = store.candidates(TENANT, asked, 300)
    newest = [f"order-SO-{n}" for n in range(39, 39 - few, -1)]
    assert [each.key for each in found.candidates] == [*newest, "order-SO-1"]
    assert not found.truncated
    assert len(store.candidates(TENANT, asked, few).candidates) == few
    both = [*asked, Lookup(1, "rare_product", 40)]
    assert len(store.candidates(TENANT, both, 300).candidates) == 40


def test_many_keys_and_many_orders_are_no_limit(store: OrderStore) -> None:
    orders = [a_history_entry(f"SO-{n}", blocking_keys=(n, -1)) for n in range(1_100)]
    store.load(TENANT, orders)
    found = store.candidates(TENANT, lookups(range(1_100)), 2_000)
    assert [each.key for each in found.candidates] == [o.order_key for o in reversed(orders)]
    assert len(store.candidates(TENANT, lookups([-1], cap=700), 2_000).candidates) == 700


def test_terms_are_counted_once_an_order(store: OrderStore) -> None:
    register(store, a_registration("SO-1", terms=(LARGEST, 5, 5)))
    register(store, a_registration("SO-2", terms=(5, SMALLEST)))
    statistics = store.statistics(TENANT, [5, 5, SMALLEST, LARGEST, 404])
    assert statistics.orders == 2
    assert dict(statistics.counts) == {5: 2, SMALLEST: 1, LARGEST: 1, 404: 0}


def test_statistics_take_thousands_of_terms_and_none(store: OrderStore) -> None:
    register(store, a_registration("SO-1", terms=tuple(range(3_000))))
    counts = store.statistics(TENANT, range(-2_000, 3_000)).counts
    assert sum(counts.values()) == 3_000
    assert len(counts) == 5_000
    assert dict(store.statistics(TENANT, []).counts) == {}
    assert store.statistics(TENANT, []).orders == 1


def test_lookups_see_loaded_orders(store: OrderStore) -> None:
    register(store, a_registration("SO-1", blocking_keys=(1,), terms=(9,)))
    store.load(TENANT, [a_history_entry("SO-2", blocking_keys=(1,), terms=(9, 9))])
    found = store.candidates(TENANT, lookups([1]), 300).candidates
    assert [(each.key, each.state) for each in found] == [
        ("order-SO-2", OrderState.COMPLETED),
        ("order-SO-1", OrderState.RECEIVED),
    ]
    assert store.statistics(TENANT, [9]).counts == {9: 2}


def test_a_refused_registration_leaves_no_key_and_no_term(store: OrderStore) -> None:
    register(store, a_registration("SO-1"))
    second = replace(a_registration("SO-1"), blocking_keys=(1,), terms=(2,))
    store.register(TENANT, second, store.candidates(TENANT, (), 300))
    assert store.candidates(TENANT, lookups([1]), 300).candidates == ()
    assert store.statistics(TENANT, [2]).counts == {2: 0}
