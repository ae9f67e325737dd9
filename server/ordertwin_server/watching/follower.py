"""Work that follows events: each is handed over at least once, also over restarts.

How far a follower has come is kept in the store, tenant by tenant, now and then: whoever handles
events must not mind seeing one again.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from ordertwin_models.errors import OrderTwinError
from ordertwin_server.call_log import LOGGER
from ordertwin_stores.events import StoredEvent
from ordertwin_stores.interface import OrderStore

KIND = "follower"
POLL_SECONDS = 1.0
PAGE = 500
KEPT_EVERY_SECONDS = 5.0
"""How often the place is written; a commit for every event would cost more than the events."""

Handle = Callable[[str, Sequence[StoredEvent]], None]
"""Deals with events of a tenant, in a thread; what it raises makes it see them again."""


class Follower:
    """Reads events of all tenants and hands them over. Used by one thread at a time."""

    def __init__(self, store: OrderStore, name: str, handle: Handle) -> None:
        self._store, self._name, self._handle = store, name, handle
        self._places: dict[str, int] = {}
        self._kept: dict[str, int] = {}
        self._kept_at = time.monotonic()

    def step(self) -> bool:
        """Hand over what is new; whether there is more."""
        more = False
        for tenant in self._store.access.tenants():
            place = self._place(tenant)
            events = self._store.events.after(tenant, place, PAGE)
            if events:
                self._handle(tenant, events)
                self._places[tenant] = events[-1].position
                more = more or len(events) == PAGE
        if time.monotonic() - self._kept_at >= KEPT_EVERY_SECONDS:
            self.keep()
        return more

    def keep(self) -> None:
        """Write down how far it has come."""
        self._kept_at = time.monotonic()
        for tenant, place in self._places.items():
            if self._kept.get(tenant) != place:
                self._store.access.jot(tenant, KIND, {self._name: json.dumps({"place": place})})
                self._kept[tenant] = place

    def _place(self, tenant: str) -> int:
        place = self._places.get(tenant)
        if place is None:
            record = self._store.access.get(tenant, KIND, self._name)
            kept = json.loads(record.body)["place"] if record else 0
            place = max(kept, self._store.events.span(tenant).forgotten)
            self._places[tenant] = place
            self._kept[tenant] = kept
        return place


@asynccontextmanager
async def following(store: OrderStore, name: str, handle: Handle) -> AsyncIterator[None]:
    """Follow events until the block ends."""
    follower, loop = Follower(store, name, handle), asyncio.get_running_loop()
    news = asyncio.Event()

    def heard() -> None:
        # Waking the loop costs the caller, whose commit this is, more than asking.
        if not news.is_set():
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(news.set)

    async def follow() -> None:
        while True:
            more = False
            try:
                more = await asyncio.to_thread(follower.step)
            except OrderTwinError as error:
                LOGGER.warning("What follows from changes (%s) waits: %s", name, error)
                await asyncio.sleep(POLL_SECONDS)
            if not more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await news.wait()
                news.clear()
                await asyncio.sleep(0.1)

    store.events.when_written(heard)
    task = asyncio.create_task(follow())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with suppress(OrderTwinError):
            await asyncio.to_thread(follower.keep)
