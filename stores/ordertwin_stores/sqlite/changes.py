"""What came in lately, so that "did anybody register one of my keys since I looked?" costs nothing.

Every registration and amendment takes the next number. The keys of the newest few thousand are kept
in memory; whoever looked longer ago than that has to look again. Used inside writes alone,
but for `published`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

KEPT = 4096


class Changes:
    """Numbers handed out, and who took which blocking key with them.

    >>> changes = Changes(last=7)
    >>> number = changes.take()
    >>> changes.remember(number, tenant=1, keys=[10, 11])
    >>> changes.untouched_since(7, tenant=1, keys=[11]), changes.untouched_since(8, 1, [11])
    (False, True)
    >>> changes.published, changes.publish(), changes.published
    (7, None, 8)
    """

    def __init__(self, last: int, kept: int = KEPT) -> None:
        self._last = self._published = self._forgotten = last
        self._kept = kept
        self._newest: dict[tuple[int, int], int] = {}
        self._remembered: deque[tuple[int, int, tuple[int, ...]]] = deque()

    @property
    def published(self) -> int:
        """The newest number that is committed; read it before looking, from any thread."""
        return self._published

    def publish(self) -> None:
        """All numbers taken so far are committed, or will never be."""
        self._published = self._last

    def take(self) -> int:
        """The next number. Numbers of work that fails are not given again."""
        self._last += 1
        return self._last

    @property
    def last(self) -> int:
        """The newest number taken."""
        return self._last

    def remember(self, number: int, tenant: int, keys: Iterable[int]) -> None:
        """The change `number` made an order findable by these keys."""
        kept = tuple(keys)
        self._remembered.append((number, tenant, kept))
        for key in kept:
            self._newest[tenant, key] = number
        while len(self._remembered) > self._kept:
            self._forget_oldest()

    def forget(self) -> None:
        """Remember nothing, for instance after a large load: everybody has to look again."""
        self._remembered.clear()
        self._newest.clear()
        self._forgotten = self._last

    def untouched_since(self, number: int, tenant: int, keys: Iterable[int]) -> bool:
        """Whether surely no change after `number` took one of the keys."""
        if number < self._forgotten:
            return False
        newest = self._newest
        return all(newest.get((tenant, key), 0) <= number for key in keys)

    def _forget_oldest(self) -> None:
        number, tenant, keys = self._remembered.popleft()
        self._forgotten = number
        for key in keys:
            if self._newest.get((tenant, key)) == number:
                del self._newest[tenant, key]
