"""The web application beside a real server, for tests that speak HTTP to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from ordertwin_reviewer.app import application
from ordertwin_reviewer.options import WebOptions
from ordertwin_reviewer.run import address_of, listening


@contextmanager
def web(server: str, **options: Any) -> Iterator[str]:
    """The address of a web application that works with the server until the block ends."""
    made = WebOptions(server=server, listen="127.0.0.1:0", **options).checked()
    listener = listening(made)
    ready = threading.Event()
    found: dict[str, uvicorn.Server] = {}

    class Telling(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            ready.set()

    async def main() -> None:
        config = uvicorn.Config(
            application(made), log_level="critical", lifespan="on", timeout_graceful_shutdown=1
        )
        found["server"] = Telling(config)
        await found["server"].serve([listener])

    thread = threading.Thread(target=lambda: asyncio.run(main()), name="web")
    thread.start()
    try:
        assert ready.wait(20), "the page did not start"
        yield address_of(listener)
    finally:
        found["server"].should_exit = True
        thread.join(15)
        assert not thread.is_alive(), "the page did not stop"
