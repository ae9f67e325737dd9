"""Filling the memory of a server that has just started: a customer's next order mostly names goods,
places and people that its last ones named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.errors import OrderTwinError
from ordertwin_models.order import Order
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_server.call_log import LOGGER
from ordertwin_stores.interface import OrderFilter, OrderStore

ORDERS = 2_000
AT_ONCE = 10
PAUSE_SECONDS = 0.02
"""Between two helpings, so that calls hardly notice."""


@asynccontextmanager
async def warming(store: OrderStore, orders: int = ORDERS) -> AsyncIterator[None]:
    """Normalise the newest `orders` stored orders of every tenant beside the calls, a few at a
    time, so that what they name is remembered; until that is done or the block ends.

    Nothing depends on it: orders that cannot be read are left out, and the log says so.
    """
    task = asyncio.create_task(_warm(store, orders))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _warm(store: OrderStore, orders: int) -> None:
    try:
        for tenant in await asyncio.to_thread(store.access.tenants):
            position: int | None = None
            for _ in range(0, orders, AT_ONCE):
                position = await asyncio.to_thread(_remember, store, tenant, position)
                if position is None:
                    break
                await asyncio.sleep(PAUSE_SECONDS)
    except OrderTwinError as error:
        LOGGER.warning("The newest orders could not be read ahead: %s", error)


def _remember(store: OrderStore, tenant: str, position: int | None) -> int | None:
    page = store.list_orders(tenant, OrderFilter(), AT_ONCE, position)
    for stored in page.orders:
        remember(stored.order)
    return page.next_position


def remember(order: Order) -> None:
    """Go through what is kept of an order's texts, without keeping anything of the order itself."""
    featurise(prepare(order), TermFrequencies(0, {}))
