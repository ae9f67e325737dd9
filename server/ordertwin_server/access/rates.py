"""How fast calls may come: a bucket that fills steadily, from which every call takes one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Bucket:
    """`burst` calls at once, then `rate` a second. Safe to use from many threads.

    >>> now = [0.0]
    >>> bucket = Bucket(10, 2, lambda: now[0])
    >>> [round(bucket.take(), 3) for _ in range(3)]
    [0.0, 0.0, 0.1]
    >>> now[0] = 0.1
    >>> bucket.take()
    0.0
    """

    def __init__(
        self, rate: float, burst: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._monotonic = rate, burst, monotonic
        self._lock = threading.Lock()
        self._level, self._at = float(burst), monotonic()

    def take(self) -> float:
        """Seconds to wait before the next call would be let in; 0 when this one is."""
        now = self._monotonic()
        with self._lock:
            self._level = min(self._burst, self._level + (now - self._at) * self._rate)
            self._at = now
            if self._level >= 1:
                self._level -= 1
                return 0.0
            return (1 - self._level) / self._rate
