"""Status updates and bulk loads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_registration,
    a_request,
    a_status_change,
    an_order,
    register,
)

from ordertwin_models.errors import (
    EtagMismatch,
    NotFound,
    RequestIdReused,
    StateTransitionRefused,
    StoreError,
    StoreUnavailable,
)
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import (
    HistoryEntry,
    OrderFilter,
    OrderStore,
    Replayed,
    StatusChange,
    StoredOrder,
)


def test_a_status_update_moves_the_order_and_its_version(store: OrderStore) -> None:
    register(store, "SO-1")
    change = a_status_change("order-SO-1", OrderState.SHIPPED)
    updated = store.update_status(TENANT, change)
    assert isinstance(updated, StoredOrder)
    assert (updated.state, updated.version) == (OrderState.SHIPPED, 2)
    assert (updated.received_at, updated.updated_at) == (MONDAY, change.at)
    assert updated.order == an_order("SO-1")
    assert store.get_order(TENANT, "order-SO-1") == updated
    held = store.list_orders(TENANT, OrderFilter(state=OrderState.SHIPPED), 9, None)
    assert held.orders == (updated,)


def test_the_decision_keeps_the_state_that_it_gave(store: OrderStore) -> None:
    register(store, a_registration("SO-1", state=OrderState.HELD))
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.ACCEPTED))
    assert store.get_decision(TENANT, "decision-SO-1").state is OrderState.HELD


def test_the_same_status_request_again_is_replayed(store: OrderStore) -> None:
    register(store, "SO-1")
    change = a_status_change("order-SO-1", OrderState.SHIPPED)
    store.update_status(TENANT, change)
    assert store.update_status(TENANT, change) == Replayed("done")
    assert store.get_order(TENANT, "order-SO-1").version == 2


def test_what_is_wrong_with_a_status_update_is_said_in_order(store: OrderStore) -> None:
    register(store, "SO-1")
    done = a_status_change("order-SO-1", OrderState.CANCELLED)
    store.update_status(TENANT, done)
    wrong = replace(
        done,
        order_key="gone",
        state=OrderState.SHIPPED,
        expected_version=1,
        request=replace(done.request, fingerprint=b"other"),
    )
    with pytest.raises(NotFound, match="gone"):
        store.update_status(TENANT, wrong)
    wrong = replace(wrong, order_key="order-SO-1")
    with pytest.raises(RequestIdReused):
        store.update_status(TENANT, wrong)
    wrong = replace(wrong, request=done.request)
    assert store.update_status(TENANT, wrong) == Replayed("done")
    wrong = replace(wrong, request=a_request("fresh"))
    with pytest.raises(EtagMismatch):
        store.update_status(TENANT, wrong)
    wrong = replace(wrong, expected_version=2)
    with pytest.raises(StateTransitionRefused, match="CANCELLED cannot become SHIPPED"):
        store.update_status(TENANT, wrong)
    stored = store.get_order(TENANT, "order-SO-1")
    assert (stored.state, stored.version) == (OrderState.CANCELLED, 2)
    assert store.reply_to(TENANT, "ScoreOrder", "fresh", wrong.request.fingerprint) is None


def test_moving_to_the_state_it_is_in_changes_nothing(store: OrderStore) -> None:
    register(store, "SO-1")
    before = store.get_order(TENANT, "order-SO-1")
    change = a_status_change("order-SO-1", OrderState.RECEIVED)
    assert store.update_status(TENANT, change) == before
    assert store.get_order(TENANT, "order-SO-1") == before
    with pytest.raises(EtagMismatch):
        store.update_status(TENANT, replace(change, request=a_request("fresh"), expected_version=7))


def test_an_update_in_an_unknown_tenant_is_not_found(store: OrderStore) -> None:
    with pytest.raises(NotFound):
        store.update_status("nobody", a_status_change("order-SO-1", OrderState.SHIPPED))


def test_of_updates_of_one_version_at_once_one_is_written(store: OrderStore) -> None:
    register(store, "SO-1")
    wanted = [OrderState.ACCEPTED, OrderState.SHIPPED, OrderState.CANCELLED, OrderState.HELD] * 4
    changes = [
        a_status_change("order-SO-1", state, expected_version=1, request=a_request(f"r{n}"))
        for n, state in enumerate(wanted)
    ]

    def update(change: StatusChange) -> bool:
        try:
            store.update_status(TENANT, change)
        except EtagMismatch:
            return False
        return True

    with ThreadPoolExecutor(len(changes)) as pool:
        assert sum(pool.map(update, changes)) == 1
    assert store.get_order(TENANT, "order-SO-1").version == 2


def test_a_load_stores_orders_as_they_are(store: OrderStore) -> None:
    at = MONDAY - timedelta(days=300)
    entries = [a_history_entry(f"SO-{n}", at=at, state=OrderState.RETURNED) for n in range(3)]
    assert store.load(TENANT, iter(entries)) == 3
    stored = store.get_order(TENANT, "order-SO-2")
    assert (stored.order, stored.state, stored.version) == (
        an_order("SO-2"),
        OrderState.RETURNED,
        1,
    )
    assert stored.received_at == at
    assert store.find_order(TENANT, "shop", "SO-2") == ("order-SO-2", entries[2].digest)


def test_a_load_skips_orders_that_are_there(store: OrderStore) -> None:
    register(store, a_registration(an_order("SO-1", note="first")))
    entries = [
        a_history_entry("SO-1", order_key="again", terms=(5,)),
        a_history_entry("SO-2", terms=(5,)),
        a_history_entry("SO-2", order_key="twice", terms=(5,)),
    ]
    assert store.load(TENANT, entries) == 1
    assert store.load(TENANT, entries) == 0
    assert store.load(TENANT, []) == 0
    assert store.get_order(TENANT, "order-SO-1").order.note == "first"
    assert store.status(TENANT).orders == 2
    assert store.statistics(TENANT, [5]).counts == {5: 1}


def test_a_load_that_breaks_off_stores_nothing(store: OrderStore) -> None:
    def broken() -> Iterator[HistoryEntry]:
        yield a_history_entry("SO-1")
        raise ValueError("line 2 is broken")

    with pytest.raises(ValueError, match="line 2"):
        store.load(TENANT, broken())
    clash = [a_history_entry("SO-1", order_key="k"), a_history_entry("SO-2", order_key="k")]
    with pytest.raises(StoreError):
        store.load(TENANT, clash)
    assert store.status(TENANT).orders == 0
    assert store.find_order(TENANT, "shop", "SO-1") is None


def test_a_closed_store_says_so(store: OrderStore) -> None:
    register(store, "SO-1")
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.load(TENANT, [a_history_entry("SO-2")])
    with pytest.raises(StoreUnavailable, match="closed"):
        store.get_order(TENANT, "order-SO-1")
