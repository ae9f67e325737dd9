"""The one reader of events of a server, and everybody who watches.

Events are read in a thread of their own, soon after a write of this server, and now and then for
those of other servers. Watchers are woken a few at a time with a pause in between, so that calls
with an answer to give come first; a watcher who comes late in a round is told all that is new.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import islice
from typing import Any

from ordertwin_models.errors import OrderTwinError
from ordertwin_server.access.authenticator import REMEMBERED_SECONDS
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.watch_orders import EventFilter, Watch
from ordertwin_server.faults import (
    PermissionDenied,
    ResumeTokenExpired,
    ShuttingDown,
    Unauthenticated,
)
from ordertwin_server.watching.group import AT_ONCE, Encode, Group, Message
from ordertwin_server.watching.watcher import Watcher
from ordertwin_stores.events import ACCESS_CHANGED, EventStore, StoredEvent

POLL_SECONDS = 0.25
"""How often events of other servers are looked for."""
PAUSE = 0.03
"""Least time between two looks, however much is written."""
WOKEN_A_SECOND, WOKEN_AT_ONCE, BREATH = 2000, 32, 0.004
"""How many watchers are woken in a second, how many at once at most, and the seconds in between
that are left to other work."""
CHECKED_A_SECOND = 50
"""Credentials of watchers that are checked every second, also when nothing is known to change."""

Credential = Hashable
"""What a watcher showed when it came."""

Check = Callable[[Any], None]
"""Raises when the caller with this credential may no longer watch."""


class Feed:
    """The events of one tenant as far as they were read, and the groups they go to."""

    def __init__(self, tenant: str, position: int) -> None:
        self.tenant, self.position = tenant, position
        self.groups: dict[EventFilter, Group] = {}


class Hub:
    """Who watches, and what they are told. Everything but `heard` happens in the event loop."""

    def __init__(
        self, events: EventStore, encode: Encode, check: Check, *, heartbeat: float
    ) -> None:
        self._events, self._encode, self._check = events, encode, check
        self._heartbeat = heartbeat
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watching")
        self._feeds: dict[str, Feed] = {}
        self._watchers: dict[Group, set[Watcher]] = {}
        self._credentials: dict[Credential, set[Watcher]] = {}
        self._due: dict[Watcher, None] = {}
        self._some_due = asyncio.Event()
        self._news = asyncio.Event()
        self._told = False
        self._access_changed = asyncio.Event()
        self._closed = False

    @property
    def watchers(self) -> int:
        """How many watch."""
        return sum(map(len, self._watchers.values()))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read and tell until the block ends."""
        loop = asyncio.get_running_loop()
        self._events.when_written(lambda: self._heard(loop))
        tasks = [asyncio.create_task(each()) for each in (self._read, self._wake, self._recheck)]
        try:
            yield
        finally:
            self.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self._thread.shutdown)

    def close(self) -> None:
        """End every stream, and every one to come, with a token to go on with elsewhere."""
        self._closed = True
        for watcher in [each for group in self._watchers.values() for each in group]:
            watcher.end(ShuttingDown())

    @contextmanager
    def joined(self, watch: Watch, credential: Credential) -> Iterator[Watcher]:
        """A watcher with a credential, until the block ends."""
        feed = self._feeds.setdefault(watch.tenant, Feed(watch.tenant, watch.newest))
        group = feed.groups.get(watch.where)
        if group is None:
            group = Group(watch.tenant, watch.where, feed.position, self._encode)
            feed.groups[watch.where] = group
        watcher = Watcher(group, watch.position, self._catch_up, self._heartbeat)
        self._watchers.setdefault(group, set()).add(watcher)
        self._credentials.setdefault(credential, set()).add(watcher)
        self._news.set()
        if self._closed:
            watcher.end(ShuttingDown())
        try:
            yield watcher
        finally:
            self._leave(feed, group, watcher, credential)

    def _leave(self, feed: Feed, group: Group, watcher: Watcher, credential: Credential) -> None:
        self._due.pop(watcher, None)
        self._credentials[credential].discard(watcher)
        if not self._credentials[credential]:
            del self._credentials[credential]
        self._watchers[group].discard(watcher)
        if not self._watchers[group]:
            del self._watchers[group]
            del feed.groups[group.where]
        if not feed.groups:
            del self._feeds[feed.tenant]

    def _heard(self, loop: asyncio.AbstractEventLoop) -> None:
        """Something was written, in whatever thread."""
        if self._feeds and not self._told:
            self._told = True
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._news.set)

    async def _read(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS if self._feeds else None):
                    await self._news.wait()
            self._news.clear()
            self._told = False
            for feed in list(self._feeds.values()):
                try:
                    await self._advance(feed)
                except OrderTwinError as error:
                    LOGGER.warning("Watchers wait, because events cannot be read: %s", error)
                    await asyncio.sleep(1)
            await asyncio.sleep(PAUSE)

    async def _advance(self, feed: Feed) -> None:
        """Read what is new of a tenant, and have those woken whom it is for."""
        while True:
            events = await self._page(feed.tenant, feed.position)
            if not events:
                return
            feed.position = events[-1].position
            if any(event.kind == ACCESS_CHANGED for event in events):
                self._access_changed.set()
            for group in feed.groups.values():
                if group.add(events, feed.position):
                    self._due.update(dict.fromkeys(self._watchers.get(group, ())))
            if self._due:
                self._some_due.set()
            if len(events) < AT_ONCE:
                return

    async def _catch_up(self, group: Group, position: int) -> Message:
        """The next page for a watcher who is behind. What was read before is not missed: events up
        to where the group has come were all there before the page was read."""
        reached = group.reached
        events = await self._page(group.tenant, position)
        span = await asyncio.get_running_loop().run_in_executor(
            self._thread, self._events.span, group.tenant
        )
        if position < span.forgotten:
            raise ResumeTokenExpired
        if len(events) == AT_ONCE:
            reached = events[-1].position
        elif events:
            reached = max(reached, events[-1].position)
        return group.message_of(events, reached)

    async def _page(self, tenant: str, position: int) -> tuple[StoredEvent, ...]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, self._events.after, tenant, position, AT_ONCE
        )

    async def _wake(self) -> None:
        last = time.monotonic()
        while True:
            await self._some_due.wait()
            now = time.monotonic()
            # Whatever held us up, the rate is kept as far as the most at once allows.
            wanted = min(round((now - last) * WOKEN_A_SECOND), WOKEN_AT_ONCE)
            last = now
            for watcher in list(islice(self._due, max(wanted, 1))):
                del self._due[watcher]
                watcher.wake()
            if not self._due:
                self._some_due.clear()
            await asyncio.sleep(BREATH)

    async def _recheck(self) -> None:
        """End streams whose credential was revoked or lost its rights, or has expired."""
        loop, turn = asyncio.get_running_loop(), 0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._access_changed.wait()
            known = list(self._credentials)
            if self._access_changed.is_set():
                self._access_changed.clear()
                # Until then an earlier look is remembered.
                await asyncio.sleep(REMEMBERED_SECONDS + 0.05)
                wanted = list(self._credentials)
            else:
                turn = turn if turn < len(known) else 0
                wanted = known[turn : turn + CHECKED_A_SECOND]
                turn += CHECKED_A_SECOND
            for credential in wanted:
                refusal = await loop.run_in_executor(self._thread, self._refusal, credential)
                if refusal is not None:
                    for watcher in list(self._credentials.get(credential, ())):
                        watcher.cut(refusal)

    def _refusal(self, credential: Credential) -> Exception | None:
        """Who cannot be looked up just now keeps watching; the next look is a second away."""
        try:
            self._check(credential)
        except (PermissionDenied, Unauthenticated) as error:
            return error
        except OrderTwinError as error:
            LOGGER.warning("The right to watch could not be checked: %s", error)
        return None
