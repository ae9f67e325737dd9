"""A real server in this process, on a port of its own, for tests that speak gRPC."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ordertwin_server.app import Ready, Stop, serve
from ordertwin_server.settings import Settings


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Settings of a server that keeps its orders in `folder` and answers by rules."""
    values = {
        "listen": "127.0.0.1:0",
        "store": f"sqlite:///{folder / 'orders.db'}",
        "model": "none",
        "grace_seconds": 2.0,
        **changes,
    }
    return Settings(**values)


@dataclass
class Running:
    """A server that listens; `stop` returns when it has stopped."""

    address: str
    metrics: str
    thread: threading.Thread
    _stop: Stop

    def ask_to_stop(self) -> None:
        self._stop.request()

    def stop(self) -> str:
        self._stop.request()
        self.thread.join(15)
        assert not self.thread.is_alive(), "the server did not stop"
        return self._stop.reason


@contextmanager
def running(settings: Settings) -> Iterator[Running]:
    """Serve in a thread with an event loop of its own until the block ends."""
    started = threading.Event()
    found: dict[str, Any] = {}

    def announce(ready: Ready) -> None:
        found["ready"] = ready
        started.set()

    async def main() -> None:
        found["stop"] = Stop()
        await serve(settings, found["stop"], announce)

    def body() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            found["error"] = error
        finally:
            started.set()

    thread = threading.Thread(target=body, name="server")
    thread.start()
    started.wait(20)
    if "error" in found:
        thread.join()
        raise found["error"]
    server = Running(found["ready"].address, found["ready"].metrics, thread, found["stop"])
    try:
        yield server
    finally:
        server.stop()
