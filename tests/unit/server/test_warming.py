"""A server that has just started remembers what the newest stored orders name."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from tests.unit.server.builders import CALL, a_question, an_order, score_command

from ordertwin_models.normalise import party
from ordertwin_models.order import Party
from ordertwin_server import warming as module
from ordertwin_server.call_log import LOGGER
from ordertwin_server.warming import AT_ONCE, warming
from ordertwin_stores.interface import OrderStore


def filled(store: OrderStore, orders: int) -> list[str]:
    score = score_command(store)
    names = [f"Trader of warmth {number}" for number in range(orders)]
    for number, name in enumerate(names):
        order = replace(an_order(f"SO-{number}"), customer=Party(name=name))
        score(CALL, a_question(order, f"r-{number}"))
    return names


def warm(store: OrderStore, orders: int, until: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The customers of the orders that were gone through until there were so many."""
    seen: list[str] = []
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(module, "remember", lambda order: seen.append(order.customer.name))

    async def run() -> None:
        async with warming(store, orders), asyncio.timeout(10):
            while len(seen) < until:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)

    asyncio.run(run())
    return seen


def test_all_orders_are_gone_through_the_newest_first(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = filled(store, AT_ONCE + 3)
    assert warm(store, 1_000, len(names), monkeypatch) == names[::-1]


def test_no_more_than_asked_for_are_gone_through(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = filled(store, AT_ONCE + 3)
    assert warm(store, AT_ONCE, AT_ONCE, monkeypatch) == names[:2:-1]


def test_what_an_order_names_is_remembered(store: OrderStore) -> None:
    remembered = party.normalise_party_name
    order = replace(an_order("SO-1"), customer=Party(name="Trader of memory"))
    module.remember(order)
    hits = remembered.cache_info().hits
    remembered("Trader of memory")
    assert remembered.cache_info().hits == hits + 1


def test_a_store_that_cannot_be_read_is_a_warning(
    store: OrderStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    filled(store, 1)
    store.close()

    async def run() -> None:
        async with warming(store):
            await asyncio.sleep(0.2)

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert any("could not be read ahead" in said for said in caplog.messages)
