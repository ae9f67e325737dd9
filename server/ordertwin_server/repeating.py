"""Work that a server does again and again beside its calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ordertwin_server.call_log import LOGGER


@asynccontextmanager
async def repeated(
    work: Callable[[], object], seconds: float, first_after: float | None = None
) -> AsyncIterator[None]:
    """Do `work` in a thread every so many seconds until the block ends; never when that is 0.

    The block ends only when work that has begun is done, so what it uses may be closed then. Work
    that fails is tried again at its next time.

    >>> done = []
    >>> async def while_it_is_open() -> None:
    ...     async with repeated(lambda: done.append("looked"), 0.01):
    ...         while len(done) < 2:
    ...             await asyncio.sleep(0.01)
    >>> asyncio.run(while_it_is_open())
    >>> done[:2]
    ['looked', 'looked']
    """
    ended = asyncio.Event()

    async def again() -> None:
        wait = seconds if first_after is None else first_after
        while not await _comes_within(ended, wait):
            try:
                await asyncio.to_thread(work)
            except Exception as error:
                LOGGER.error("Work beside the calls failed: %s.", type(error).__name__)
            wait = seconds

    task = asyncio.create_task(again()) if seconds else None
    try:
        yield
    finally:
        ended.set()
        if task is not None:
            await task


async def _comes_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
