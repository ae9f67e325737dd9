"""Time and keys as the running server makes them; tests bring their own."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from ordertwin_server.commands.call import Clock

_TIME_BYTES = 6
_RANDOM_BYTES = 10


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


class TimeOrderedKeys:
    """Keys of 26 characters: milliseconds first, so that indexes grow at one end, then chance.

    >>> keys = TimeOrderedKeys(lambda: datetime(2026, 3, 2, tzinfo=UTC), lambda size: bytes(size))
    >>> keys()
    '06eanm1o000000000000000000'
    """

    def __init__(
        self, clock: Clock = utc_now, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._clock = clock
        self._random_bytes = random_bytes

    def __call__(self) -> str:
        """A key that was never given before."""
        milliseconds = int(self._clock().timestamp() * 1000)
        raw = milliseconds.to_bytes(_TIME_BYTES, "big") + self._random_bytes(_RANDOM_BYTES)
        return base64.b32hexencode(raw).decode().rstrip("=").casefold()
