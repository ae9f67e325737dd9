"""Values come back as they were given; identifiers are compared byte for byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from unicodedata import normalize

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_full_order,
    a_registration,
    a_request,
    an_order,
    register,
    seen_now,
)

from ordertwin_models.errors import NotFound
from ordertwin_models.order import OrderLine, OrderState
from ordertwin_stores.interface import AlreadyStored, OrderFilter, OrderStore

LOOK_ALIKES = [
    pytest.param("so-1", "SO-1", id="case"),
    pytest.param(normalize("NFC", "Zoë"), normalize("NFD", "Zoë"), id="unicode form"),
    pytest.param("SO-1", "SO-1 ", id="trailing space"),
    pytest.param("SO-1", " SO-1", id="leading space"),
    pytest.param("ß", "ss", id="sharp s"),
    pytest.param("\u212a", "K", id="kelvin sign"),
    pytest.param("1", "01", id="leading zero"),
    pytest.param("a\x00b", "a", id="null character"),
    pytest.param("%", "_", id="wildcards"),
    pytest.param("a'; DROP TABLE orders; --", "a", id="statement"),
]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_order_ids_that_look_alike_are_two_orders(store: OrderStore, one: str, other: str) -> None:
    register(store, a_registration(an_order(one), order_key="k1"))
    assert store.find_order(TENANT, "shop", other) is None
    register(store, a_registration(an_order(other), order_key="k2"))
    assert store.get_order(TENANT, "k1").order.order_id == one
    assert store.get_order(TENANT, "k2").order.order_id == other
    found = store.list_orders(TENANT, OrderFilter(order_id=one), 10, None)
    assert [order.key for order in found.orders] == ["k1"]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_keys_request_ids_sources_and_tenants_are_compared_as_strictly(
    store: OrderStore, one: str, other: str
) -> None:
    entry = a_registration(
        an_order(source=one), order_key=one, decision_key=one, request=a_request(one)
    )
    register(store, entry, tenant=one)
    for missing in (
        lambda: store.get_order(one, other),
        lambda: store.get_order(other, one),
        lambda: store.get_decision(one, other),
    ):
        with pytest.raises(NotFound):
            missing()
    assert store.find_order(one, other, "SO-1") is None
    assert store.reply_to(one, "ScoreOrder", other, entry.request.fingerprint) is None
    assert store.reply_to(one, "scoreorder", one, entry.request.fingerprint) is None
    assert store.status(other).orders == 0


def test_an_order_comes_back_with_every_field(store: OrderStore) -> None:
    order = a_full_order()
    register(store, a_registration(order, state=OrderState.HELD))
    stored = store.get_order(TENANT, "order-SO-1")
    assert stored.order == order
    assert (stored.key, stored.state, stored.version) == ("order-SO-1", OrderState.HELD, 1)
    assert stored.received_at == stored.updated_at == MONDAY


def test_an_almost_empty_order_comes_back_equal(store: OrderStore) -> None:
    order = an_order(source="", lines=())
    register(store, order.order_id and a_registration(order))
    assert store.get_order(TENANT, "order-SO-1").order == order
    assert store.find_order(TENANT, "", "SO-1") is not None


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 29, 2, 30, 0, 1, tzinfo=timezone(timedelta(hours=1))),
        datetime(1990, 1, 1, 0, 0, 0, 999_999, tzinfo=timezone(-timedelta(hours=11, minutes=30))),
        datetime(2262, 4, 12, 1, 2, 3, 4, tzinfo=UTC),
        datetime(1900, 1, 1, tzinfo=UTC),
    ],
)
def test_times_come_back_equal_in_utc_to_the_microsecond(store: OrderStore, at: datetime) -> None:
    register(store, a_registration(an_order(ordered_at=at), at=at))
    stored = store.get_order(TENANT, "order-SO-1")
    for time in (stored.order.ordered_at, stored.received_at, stored.updated_at):
        assert time == at
        assert time.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "number", ["0", "0.00", "1.50", "1.500", "100", "999999999999999999", "0.000001", "123456.10"]
)
def test_decimals_come_back_equal_in_value_and_scale(store: OrderStore, number: str) -> None:
    value = Decimal(number)
    line = OrderLine(line_id="1", sku="x", quantity=value, unit_price=value)
    register(store, a_registration(an_order(lines=(line,), total_amount=value)))
    order = store.get_order(TENANT, "order-SO-1").order
    got = [order.total_amount, order.lines[0].quantity, order.lines[0].unit_price]
    assert [str(each) for each in got] == [number] * 3


def test_no_tenant_sees_anything_of_another(store: OrderStore) -> None:
    entry = a_registration("SO-1", blocking_keys=(7,), terms=(70,), lookups=())
    register(store, entry, tenant="a")
    looking = replace(a_registration("SO-1"), lookups=entry.lookups)
    assert store.find_order("b", "shop", "SO-1") is None
    assert store.get_orders("b", ["order-SO-1"]) == {}
    assert store.contents_before("b", ["order-SO-1"], MONDAY) == {}
    assert store.list_orders("b", OrderFilter(), 10, None).orders == ()
    assert list(store.iterate_orders("b")) == []
    assert store.latest_decision("b", "order-SO-1") is None
    assert store.statistics("b", [70]).counts == {70: 0}
    assert store.statistics("b", [70]).orders == 0
    assert store.status("b").decisions == 0
    register(store, looking, tenant="b")
    assert store.get_order("b", "order-SO-1").order == entry.order


def test_the_same_order_id_from_two_sources_is_two_orders(store: OrderStore) -> None:
    register(store, a_registration(an_order(source="edi"), order_key="k1"))
    entry = a_registration(an_order(source="web"), order_key="k2", request=a_request("r2"))
    register(store, replace(entry, decision_key="d2"))
    again = a_registration(an_order(source="edi"), order_key="k3", request=a_request("r3"))
    assert store.register(TENANT, again, seen_now(store, again)) == AlreadyStored("k1")
    assert store.find_order(TENANT, "web", "SO-1") == ("k2", entry.digest)
