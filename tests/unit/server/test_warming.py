"""A server that has just started remembers what the newest stored orders name."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.server.builders import CALL, a_question, an_order, score_command

from ordertwin_models.normalise import party
from ordertwin_models.order import Order, OrderLine, Party
from ordertwin_server import warming as module
from ordertwin_server.call_log import LOGGER
from ordertwin_server.warming import AT_ONCE, MOST_LINES, warming
from ordertwin_stores.interface import OrderStore


def filled(store: OrderStore, orders: int, tenant: str = CALL.tenant) -> list[str]:
    score, call = score_command(store), replace(CALL, tenant=tenant)
    names = [f"Trader {number} of {tenant}" for number in range(orders)]
    for number, name in enumerate(names):
        order = replace(an_order(f"SO-{number}"), customer=Party(name=name))
        score(call, a_question(order, f"r-{number}"))
    return names


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Customers of the orders that are gone through."""
    names: list[str] = []

    def remember(order: Order) -> None:
        names.append(order.customer.name)

    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(module, "remember", remember)
    return names


def warm(store: OrderStore, seen: list[str], *, orders: int = 1_000, until: int) -> None:
    async def run() -> None:
        async with warming(store, orders), asyncio.timeout(10):
            while len(seen) < until:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)

    asyncio.run(run())


def test_all_orders_are_gone_through_the_newest_first(store: OrderStore, seen: list[str]) -> None:
    names = filled(store, AT_ONCE + 3)
    warm(store, seen, until=len(names))
    assert seen == names[::-1]


def test_no_more_than_asked_for_are_gone_through(store: OrderStore, seen: list[str]) -> None:
    names = filled(store, AT_ONCE + 3)
    warm(store, seen, orders=AT_ONCE, until=AT_ONCE)
    assert seen == names[:2:-1]


def test_tenants_share_what_is_gone_through(store: OrderStore, seen: list[str]) -> None:
    for tenant in ("first", "second"):
        filled(store, AT_ONCE + 3, tenant)
    warm(store, seen, orders=2 * AT_ONCE, until=2 * AT_ONCE)
    assert [sum(name.endswith(tenant) for name in seen) for tenant in ("first", "second")] == [
        AT_ONCE,
        AT_ONCE,
    ]


def test_very_long_orders_are_left_out(store: OrderStore, seen: list[str]) -> None:
    lines = tuple(OrderLine(line_id=str(place), sku=f"S{place}") for place in range(MOST_LINES + 1))
    long = replace(an_order("SO-long"), customer=Party(name="Long"), lines=lines)
    score_command(store)(CALL, a_question(long, "r-long"))
    names = filled(store, 1)
    warm(store, seen, until=1)
    assert seen == names


def test_what_an_order_names_is_remembered() -> None:
    remembered = party.normalise_party_name
    order = replace(an_order("SO-1"), customer=Party(name="Trader of memory"))
    module.remember(order)
    hits = remembered.cache_info().hits
    remembered("Trader of memory")
    assert remembered.cache_info().hits == hits + 1


def test_orders_that_cannot_be_read_are_a_warning_and_stop_no_other_tenant(
    store: OrderStore,
    seen: list[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    for tenant in ("damaged", "whole"):
        filled(store, 1, tenant)
    read = store.list_orders

    def list_orders(tenant: str, *asked: Any) -> Any:
        if tenant == "damaged":
            raise ValueError("These bytes were written by another version of OrderTwin.")
        return read(tenant, *asked)

    monkeypatch.setattr(store, "list_orders", list_orders)
    with caplog.at_level(logging.WARNING):
        warm(store, seen, until=1)
    assert seen == ["Trader 0 of whole"]
    assert any("of damaged could not be read ahead: ValueError" in s for s in caplog.messages)
