"""Threads that run one at a time, each until its next stop, in an order that a seed decides.

A server has many calls under way; what goes wrong between two of them depends on who runs when.
Here that is chosen, so the same seed meets the same moment again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class Crashed(BaseException):
    """The process is gone, with every call in it. Not an `Exception`: nothing may catch it."""


class Actor(threading.Thread):
    """One call under way. `stop` is where it waits, None once it has ended; then `outcome` tells
    what it returned or raised."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._go = threading.Semaphore(0)
        self._stopped = threading.Semaphore(0)
        self._doomed = False
        self.stop: str | None = "begin"
        self.outcome: Any = None
        self.start()

    def run(self) -> None:
        try:
            self._wait()
            self.outcome = self._work()
        except BaseException as error:
            self.outcome = error
        finally:
            self.stop = None
            self._stopped.release()

    def advance(self) -> None:
        """Let it run to its next stop, or to its end."""
        self.release()
        self.await_stop()

    def release(self) -> None:
        """Let it run; it stops by itself, see `await_stop`."""
        self._go.release()

    def await_stop(self) -> None:
        """Until it has stopped."""
        if not self._stopped.acquire(timeout=60):
            raise AssertionError(f"a call hangs after {self.stop!r}")

    def crash(self) -> None:
        """End it where it waits."""
        self._doomed = True
        self.advance()
        assert self.stop is None

    def pause(self, stop: str) -> None:
        """Stop here until it is its turn again."""
        if self._doomed:
            raise Crashed
        self.stop = stop
        self._stopped.release()
        self._wait()

    def _wait(self) -> None:
        self._go.acquire()
        if self._doomed:
            raise Crashed


def pause(stop: str) -> None:
    """Stop the call that is running, if one is."""
    actor = threading.current_thread()
    if isinstance(actor, Actor):
        actor.pause(stop)
