"""What follows from changes ends when the server does, whatever happens in that moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ordertwin_server.watching.follower import following


class QuietStore:
    """Nobody's store; it can be told that something was written."""

    def __init__(self) -> None:
        self.looks = 0
        self.news: list[Callable[[], None]] = []
        self.access = SimpleNamespace(tenants=self._tenants)
        self.events = SimpleNamespace(when_written=self.news.append)

    def _tenants(self) -> list[str]:
        self.looks += 1
        return []


@pytest.mark.parametrize("turns", range(6))
def test_news_in_the_moment_of_the_end_does_not_keep_it_up(turns: int) -> None:
    store: Any = QuietStore()

    async def end_with_news() -> None:
        async with asyncio.timeout(20), following(store, "test", lambda tenant, events: None):
            while not store.looks:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.01)
            store.news[0]()
            for _ in range(turns):
                await asyncio.sleep(0)

    asyncio.run(end_with_news())
