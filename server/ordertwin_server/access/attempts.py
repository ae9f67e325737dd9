"""How often a password may be tried: a few times at once, then slower and slower.

Counted by member whether there is such a member or not, so that the answer tells nothing; and by
origin, so that nobody keeps the processor busy with the names of all members. An attempt counts
when it begins, so that many at the same instant gain nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ordertwin_server.access.rates import Bucket
from ordertwin_server.faults import TooManyAttempts

FREE = 5
"""Attempts without a wait; the next waits a second, every further one twice as long."""
LONGEST_WAIT = 300.0
FORGOTTEN_AFTER = 3_600.0
REMEMBERED = 10_000
A_SECOND, BURST = 5, 50
"""Attempts from one origin, of which a page that serves everybody is one too."""


@dataclass(slots=True)
class _Tries:
    count: int
    last: float


class Attempts:
    """Attempts of a server. Safe to use from many threads.

    >>> now = [0.0]
    >>> attempts = Attempts(lambda: now[0])
    >>> for _ in range(6):
    ...     attempts.begin("people/anna", "ipv4:10.0.0.7")
    >>> attempts.begin("people/anna", "ipv4:10.0.0.7")
    Traceback (most recent call last):
    ordertwin_server.faults.TooManyAttempts: Too many passwords were tried; try again in 1 s.
    >>> now[0] = 1.0
    >>> attempts.begin("people/anna", "ipv4:10.0.0.7")
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._tries: dict[str, _Tries] = {}
        self._origins: dict[str, Bucket] = {}

    def begin(self, member: str, origin: str) -> None:
        """Count an attempt, or raise `TooManyAttempts`; one that is refused is not counted."""
        now = self._monotonic()
        with self._lock:
            tries = self._tries.get(member)
            if tries is not None and now - tries.last >= FORGOTTEN_AFTER:
                tries = None
            wait = 0.0 if tries is None else tries.last + _wait_after(tries.count) - now
            if wait > 0:
                raise TooManyAttempts(wait)
            wait = self._bucket(origin).take()
            if wait > 0:
                raise TooManyAttempts(wait)
            # The longest untouched goes first when there are too many.
            self._tries.pop(member, None)
            if len(self._tries) >= REMEMBERED:
                del self._tries[next(iter(self._tries))]
            self._tries[member] = _Tries(1 if tries is None else tries.count + 1, now)

    def succeeded(self, member: str) -> None:
        """Forget the failures of a member who knew the password."""
        with self._lock:
            self._tries.pop(member, None)

    def _bucket(self, origin: str) -> Bucket:
        bucket = self._origins.get(origin)
        if bucket is None:
            if len(self._origins) >= REMEMBERED:
                self._origins.clear()
            bucket = self._origins[origin] = Bucket(A_SECOND, BURST, self._monotonic)
        return bucket


def _wait_after(count: int) -> float:
    return 0.0 if count <= FREE else min(LONGEST_WAIT, 2.0 ** min(count - FREE - 1, 20))
