"""Erasing what orders said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_registration,
    a_request,
    a_status_change,
    an_amendment,
    an_audit_entry,
    an_order,
    lookups,
    register,
)

from ordertwin_models.errors import EtagMismatch, NotFound, RequestIdReused
from ordertwin_models.order import Order, OrderState, Party
from ordertwin_stores.access import Put
from ordertwin_stores.audit import check_log
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import Erasure, OrderStore, Remains, Replayed

LATER = MONDAY + timedelta(days=9)


def an_erasure(*orders: Order, **changes: Any) -> Erasure:
    remains = tuple(
        Remains(f"order-{order.order_id}", order, order_digest(order)) for order in orders
    )
    erasure = Erasure(
        remains, a_request("erase", reply="gone"), an_audit_entry("erasures/1"), LATER
    )
    return replace(erasure, **changes)


def without_name(order: Order) -> Order:
    return replace(order, customer=Party(), note="")


def test_of_an_erased_order_only_the_remains_are_left_in_all_versions(store: OrderStore) -> None:
    order = an_order("SO-1", note="for Frau Schulze")
    noted = replace(an_audit_entry("orders/order-SO-1"), request_id="request-SO-1")
    order_entry = a_registration(order, blocking_keys=(7,), audit=noted)
    register(store, order_entry)
    register(store, an_amendment(replace(order, note="for Herr Schulze"), blocking_keys=(7,)))
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.SHIPPED))
    assert store.erase(TENANT, an_erasure(without_name(order))) is None
    stored = store.get_order(TENANT, "order-SO-1")
    assert stored.order == without_name(order)
    assert (stored.state, stored.version, stored.updated_at) == (OrderState.SHIPPED, 4, LATER)
    before = store.contents_before(TENANT, ["order-SO-1"], MONDAY)
    assert before["order-SO-1"].note == ""
    assert store.candidates(TENANT, lookups([7]), 9).candidates == ()
    assert store.find_order(TENANT, order.source, "SO-1") == (
        "order-SO-1",
        order_digest(without_name(order)),
    )
    assert store.latest_decision(TENANT, "order-SO-1") is not None
    request = order_entry.request
    with pytest.raises(RequestIdReused):
        store.reply_to(TENANT, request.method, request.request_id, request.fingerprint)


def test_the_log_verifies_after_an_erasure(store: OrderStore) -> None:
    order = an_order("SO-1")
    entry = replace(an_audit_entry("orders/order-SO-1"), after=b"d" * 32)
    register(store, a_registration(order, audit=entry))
    store.erase(TENANT, an_erasure(without_name(order)))
    log = store.access.entries(TENANT, 0, 9)
    assert check_log(TENANT, log).finding is None
    assert [logged.entry.target for logged in log] == ["orders/order-SO-1", "erasures/1"]


def test_an_erasure_is_done_once_and_other_orders_stay(store: OrderStore) -> None:
    first, second = an_order("SO-1", note="a"), an_order("SO-2", note="b")
    for order in (first, second):
        register(store, a_registration(order))
    assert store.erase(TENANT, an_erasure(without_name(first))) is None
    assert store.erase(TENANT, an_erasure(without_name(first))) == Replayed("gone")
    assert store.get_order(TENANT, "order-SO-1").version == 2
    assert store.get_order(TENANT, "order-SO-2").order == second


def test_nothing_is_erased_when_an_order_is_missing(store: OrderStore) -> None:
    order = an_order("SO-1", note="a")
    register(store, a_registration(order))
    with pytest.raises(NotFound):
        store.erase(TENANT, an_erasure(without_name(order), an_order("SO-2")))
    assert store.get_order(TENANT, "order-SO-1").order == order


def test_records_about_access_are_written_with_the_erasure_or_not_at_all(
    store: OrderStore,
) -> None:
    order = an_order("SO-1", note="for Frau Schulze")
    register(store, a_registration(order))
    made = Put("override", "o-1", "Frau Schulze waits", 0)
    store.access.change(TENANT, [made], None, an_audit_entry("overrides/o-1"), MONDAY)
    late = Put("override", "o-1", "", 7)
    with pytest.raises(EtagMismatch):
        store.erase(TENANT, an_erasure(without_name(order), records=(late,)))
    assert store.get_order(TENANT, "order-SO-1").version == 1
    silent = Put("override", "o-1", "", 1)
    store.erase(TENANT, an_erasure(without_name(order), records=(silent,)))
    (record,) = store.access.list(TENANT, "override")
    assert (record.body, record.version) == ("", 2)
