"""The time by which keys, sessions and overrides end: it goes on while the system's clock is set
back, also over a restart, so that what had ended stays so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from ordertwin_models.errors import StoreError
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.call import Clock
from ordertwin_stores.access import AccessStore

KIND, NAME = "clock", "newest"
NOTED_EVERY = timedelta(minutes=10)
"""How far the time may be ahead of what the store knows of it: so much of it may come back when the
clock is set back while no server runs."""
TOLERATED = timedelta(minutes=1)


class SteadyClock:
    """The later of what the system's clock says and what it said before, plus what went by since.

    `believing` forgets what the store knows, also with the first note: for a clock that had been
    ahead. Safe to use from many threads.

    >>> from datetime import UTC
    >>> from ordertwin_stores import open_store
    >>> times = iter([datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)])
    >>> steady = SteadyClock(
    ...     open_store(":memory:").access, "default", lambda: next(times), lambda: 0.0)
    >>> steady().day
    2
    """

    def __init__(
        self,
        access: AccessStore,
        tenant: str,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        believing: bool = False,
    ) -> None:
        self._access, self._tenant = access, tenant
        self._clock, self._monotonic = clock, monotonic
        self._lock = threading.Lock()
        self._newest, self._at = clock(), monotonic()
        self._believing = believing
        self._noted = None if believing else self._known()
        if self._noted is not None:
            self._newest = max(self._newest, self._noted)

    def __call__(self) -> datetime:
        """The time now."""
        with self._lock:
            at = self._monotonic()
            gone = timedelta(seconds=at - self._at)
            self._newest, self._at = max(self._clock(), self._newest + gone), at
            return self._newest

    def keep(self) -> None:
        """Have the store know how far it came, and say so when the system's clock is behind."""
        now, said = self(), self._clock()
        if now - said > TOLERATED:
            LOGGER.warning(
                "The system's clock says %s, but it was %s before. Keys, sessions and overrides "
                "end by the later time: set the clock, or start all servers of the store with "
                "--believe-clock if it had been ahead.",
                said.isoformat(timespec="seconds"),
                now.isoformat(timespec="seconds"),
            )
        if self._noted is None or now - self._noted >= NOTED_EVERY:
            try:
                self._note(now)
            except StoreError as error:
                LOGGER.warning("The time cannot be noted in the store: %s", error)

    def _note(self, now: datetime) -> None:
        """Write the time, unless another server of the store has noted a later one."""
        known = None if self._believing else self._known()
        if known is None or known < now:
            self._access.jot(self._tenant, KIND, {NAME: now.isoformat()})
        self._believing, self._noted = False, now

    def _known(self) -> datetime | None:
        record = self._access.get(self._tenant, KIND, NAME)
        return None if record is None else datetime.fromisoformat(record.body)
