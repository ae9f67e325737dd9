"""Dropping events that nobody can go on from any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from ordertwin_models.errors import OrderTwinError
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.call import Clock
from ordertwin_stores.interface import OrderStore

EVERY_SECONDS = 60.0
AT_ONCE = 500
"""Events dropped in one write; others write in between."""


@asynccontextmanager
async def events_dropped(store: OrderStore, clock: Clock, days: float) -> AsyncIterator[None]:
    """Drop events older than `days`, a few at a time, until the block ends."""

    def drop() -> bool:
        before = clock() - timedelta(days=days)
        dropped = [store.events.forget(each, before, AT_ONCE) for each in store.access.tenants()]
        return AT_ONCE in dropped

    async def keep_dropping() -> None:
        while True:
            more = False
            try:
                more = await asyncio.to_thread(drop)
            except OrderTwinError as error:
                LOGGER.warning("Old events could not be dropped: %s", error)
            await asyncio.sleep(0.1 if more else EVERY_SECONDS)

    task = asyncio.create_task(keep_dropping())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
