"""Filling the memory of a server that has just started: a customer's next order mostly names goods,
places and people that its last ones named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.order import Order
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_server.call_log import LOGGER
from ordertwin_stores.interface import OrderFilter, OrderStore

ORDERS = 2_000
AT_ONCE = 10
MOST_LINES = 100
"""Longer orders are left out: one of them takes as long as a hundred others."""

PAUSE_SECONDS = 0.02
"""Between two helpings, so that calls hardly notice."""


@asynccontextmanager
async def warming(store: OrderStore, orders: int = ORDERS) -> AsyncIterator[None]:
    """Normalise the newest stored orders, `orders` in all and as many of each tenant, beside the
    calls, a few at a time, so that what they name is remembered; until the block ends.

    Nothing depends on it: a tenant whose orders cannot be read is left out with a warning.
    """
    stop = Event()
    task = asyncio.create_task(_warm(store, orders, stop))
    try:
        yield
    finally:
        stop.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _warm(store: OrderStore, orders: int, stop: Event) -> None:
    tenants = await asyncio.to_thread(store.access.tenants)
    share = max(orders // max(len(tenants), 1), AT_ONCE)
    for tenant in tenants[: max(orders // share, 1)]:
        try:
            await _go_through(store, tenant, share, stop)
        except Exception as error:
            kind = type(error).__name__
            LOGGER.warning("The newest orders of %s could not be read ahead: %s.", tenant, kind)


async def _go_through(store: OrderStore, tenant: str, orders: int, stop: Event) -> None:
    position: int | None = None
    for _ in range(0, orders, AT_ONCE):
        position = await asyncio.to_thread(_take_in, store, tenant, position, stop)
        if position is None:
            return
        await asyncio.sleep(PAUSE_SECONDS)


def _take_in(store: OrderStore, tenant: str, position: int | None, stop: Event) -> int | None:
    page = store.list_orders(tenant, OrderFilter(), AT_ONCE, position)
    for stored in page.orders:
        if stop.is_set():
            return None
        if len(stored.order.lines) <= MOST_LINES:
            remember(stored.order)
    return page.next_position


def remember(order: Order) -> None:
    """Go through what is kept of an order's texts, without keeping anything of the order itself."""
    featurise(prepare(order), TermFrequencies(0, {}))
