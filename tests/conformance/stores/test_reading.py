"""Reading orders back: one, several, in pages, all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_registration,
    an_order,
    register,
)

from ordertwin_models.errors import NotFound
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import OrderFilter, OrderStore


def pages(store: OrderStore, where: OrderFilter, size: int) -> list[list[str]]:
    found, position = [], None
    while True:
        page = store.list_orders(TENANT, where, size, position)
        found.append([order.key for order in page.orders])
        position = page.next_position
        if position is None:
            return found


def test_an_unknown_order_is_not_found(store: OrderStore) -> None:
    with pytest.raises(NotFound, match="order-1"):
        store.get_order(TENANT, "order-1")
    register(store, "SO-1")
    with pytest.raises(NotFound):
        store.get_order(TENANT, "order-1")


def test_several_orders_come_by_key_without_the_missing_ones(store: OrderStore) -> None:
    for n in range(3):
        register(store, f"SO-{n}")
    found = store.get_orders(TENANT, ["order-SO-2", "gone", "order-SO-0", "order-SO-2"])
    assert {key: each.order for key, each in found.items()} == {
        "order-SO-0": an_order("SO-0"),
        "order-SO-2": an_order("SO-2"),
    }
    assert store.get_orders(TENANT, []) == {}


def test_more_than_a_thousand_orders_come_by_key(store: OrderStore) -> None:
    entries = [a_history_entry(f"SO-{n}") for n in range(1_200)]
    store.load(TENANT, entries)
    assert set(store.get_orders(TENANT, [e.order_key for e in entries])) == {
        e.order_key for e in entries
    }


def test_pages_are_newest_first_and_end_without_a_position(store: OrderStore) -> None:
    for n in range(5):
        register(store, f"SO-{n}")
    expected = [f"order-SO-{n}" for n in (4, 3, 2, 1, 0)]
    assert pages(store, OrderFilter(), 2) == [expected[:2], expected[2:4], expected[4:]]
    assert pages(store, OrderFilter(), 5) == [expected]
    assert pages(store, OrderFilter(), 100) == [expected]


def test_a_store_without_orders_has_one_empty_page(store: OrderStore) -> None:
    assert pages(store, OrderFilter(), 2) == [[]]


def test_filters_combine(store: OrderStore) -> None:
    for n, source in enumerate(["edi", "web", "edi", "web"]):
        state = OrderState.HELD if n > 1 else OrderState.RECEIVED
        at = MONDAY + timedelta(hours=n)
        register(store, a_registration(an_order(f"SO-{n}", source=source), state=state, at=at))
    keys = {
        OrderFilter(state=OrderState.HELD): ["order-SO-3", "order-SO-2"],
        OrderFilter(source="edi"): ["order-SO-2", "order-SO-0"],
        OrderFilter(order_id="SO-1"): ["order-SO-1"],
        OrderFilter(received_after=MONDAY + timedelta(hours=1)): ["order-SO-3", "order-SO-2"],
        OrderFilter(state=OrderState.HELD, source="edi"): ["order-SO-2"],
        OrderFilter(source="edi", order_id="SO-1"): [],
    }
    for where, expected in keys.items():
        assert pages(store, where, 1) == [[key] for key in expected] or [[]], where
        assert pages(store, where, 10) == [expected], where


def test_orders_registered_while_paging_move_no_other_order(store: OrderStore) -> None:
    for n in range(40):
        register(store, f"SO-{n}")
    stop = Event()

    def keep_registering() -> None:
        number = 0
        while not stop.is_set():
            register(store, f"new-{number}")
            number += 1

    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(keep_registering)
        try:
            seen = [key for page in pages(store, OrderFilter(), 3) for key in page]
        finally:
            stop.set()
        busy.result()
    assert len(seen) == len(set(seen))
    assert [key for key in seen if "new" not in key] == [f"order-SO-{n}" for n in range(39, -1, -1)]


def test_iterating_gives_every_order_oldest_first(store: OrderStore) -> None:
    store.load(TENANT, [a_history_entry(f"SO-{n}") for n in range(450)])
    register(store, "SO-last")
    keys = [each.key for each in store.iterate_orders(TENANT)]
    assert keys == [*(f"order-SO-{n}" for n in range(450)), "order-SO-last"]


def test_writing_goes_on_while_somebody_iterates(store: OrderStore) -> None:
    store.load(TENANT, [a_history_entry(f"SO-{n}") for n in range(250)])
    orders = store.iterate_orders(TENANT)
    next(orders)
    register(store, "SO-late")
    assert [each.key for each in orders][-1] == "order-SO-late"


def test_status_counts_orders_and_decisions_of_the_tenant(store: OrderStore) -> None:
    empty = store.status(TENANT)
    assert (empty.orders, empty.decisions, empty.writable) == (0, 0, True)
    register(store, "SO-1")
    store.load(TENANT, [a_history_entry("SO-2")])
    status = store.status(TENANT)
    assert (status.orders, status.decisions, status.writable) == (2, 1, True)
    assert status.details
    assert all(isinstance(text, str) for text in status.details.values())


def test_an_order_loaded_without_a_decision_has_none(store: OrderStore) -> None:
    store.load(TENANT, [a_history_entry("SO-1")])
    assert store.latest_decision(TENANT, "order-SO-1") is None
    assert store.latest_decision(TENANT, "order-404") is None
