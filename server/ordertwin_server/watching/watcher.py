"""One stream: where it is, how it waits, and how it is ended from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from ordertwin_server.faults import ShuttingDown
from ordertwin_server.watching.group import Group, Message

CatchUp = Callable[[Group, int], Awaitable[Message]]
"""Reads what a group no longer keeps, from a position on."""


class Watcher:
    """A place in the events of a group. Made and used in the event loop, by one task.

    A reader who is slow costs one position: nothing is queued for it.
    """

    def __init__(self, group: Group, position: int, catch_up: CatchUp, heartbeat: float) -> None:
        self.group, self.position = group, position
        self._catch_up, self._heartbeat = catch_up, heartbeat
        self._task = asyncio.current_task()
        self._waiting: asyncio.Future[None] | None = None
        self._ended: Exception | None = None

    async def messages(self) -> AsyncIterator[bytes]:
        """What the stream says, until it is ended: then the error is raised that ends it."""
        yield self.group.message_of((), self.position).data
        # The first sign of life comes early, so that those of many who came at once are spread.
        patience = self._heartbeat * (0.5 + (id(self) >> 6) % 64 / 128)
        while True:
            message = self.group.message(self.position)
            if message is None:
                message = await self._catch_up(self.group, self.position)
            moved, self.position = message.position > self.position, message.position
            if message.events:
                yield message.data
            elif not moved or self.position >= self.group.reached:
                if await self._sleeps(patience):
                    yield self.group.message_of((), self.position).data
                patience = self._heartbeat
            if self._ended is not None:
                if isinstance(self._ended, ShuttingDown):
                    yield self.group.last_message(self.position)
                raise self._ended.with_traceback(None)

    def wake(self) -> None:
        """There may be something new."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def end(self, error: Exception) -> None:
        """End the stream with this error once its reader has taken what it is being sent."""
        self._ended = self._ended or error
        self.wake()

    def cut(self, error: Exception) -> None:
        """End the stream with this error now, even if its reader lets it wait."""
        self.end(error)
        if self._waiting is None and self._task is not None:
            self._task.cancel()

    def why_cancelled(self) -> Exception | None:
        """The error that ended the stream, if its task was cancelled for that."""
        if self._ended is not None and self._task is not None:
            self._task.uncancel()
        return self._ended

    async def _sleeps(self, seconds: float) -> bool:
        """Wait until woken; whether nobody did for so long."""
        if self._ended is not None:
            return False
        loop = asyncio.get_running_loop()
        waiting = self._waiting = loop.create_future()
        silent = False

        def ring() -> None:
            nonlocal silent
            if not waiting.done():
                silent = True
                waiting.set_result(None)

        alarm = loop.call_later(seconds, ring)
        try:
            await waiting
        finally:
            alarm.cancel()
            self._waiting = None
        return silent
