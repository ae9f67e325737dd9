"""A line for orders that are alike and come at the same instant, within one server.

Registration is optimistic: who is overtaken decides again. Of many similar orders at once each
would overtake all others, and most decisions would be made in vain. So whoever was overtaken stands
in line, and so does whoever comes while somebody alike stands there; all others pass. What makes
the answers right is the store; this saves work only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from threading import Event, Lock
from types import TracebackType
from typing import Self

LOOK_AGAIN = 0.05
"""Seconds after which one in line looks whether its caller still waits."""


class Line:
    """The place of one call, which it has once it was taken, and until the block ends.

    >>> turns = Turns()
    >>> with turns.line([1, 2]) as one, turns.line([2, 3]) as other:
    ...     one.has_place, other.has_place, one.join(), one.has_place
    (False, False, None, True)
    """

    def __init__(
        self, turns: Turns, keys: Iterable[Hashable], ensure_waiting: Callable[[], None]
    ) -> None:
        self._turns, self._ensure_waiting = turns, ensure_waiting
        self.keys = frozenset(keys)
        self.moved = Event()
        self.has_place = False

    def join(self) -> None:
        """Stand in line until it is this call's turn; nothing when it has been already.

        Raises what `ensure_waiting` does when the caller no longer waits.
        """
        if not self.has_place:
            self.has_place = True
            self._turns.append(self)
            self._await_turn()

    def join_if_any(self) -> None:
        """As `join`, if somebody alike stands in line."""
        if self._turns.has_alike(self.keys):
            self.join()

    def _await_turn(self) -> None:
        while self._turns.is_behind(self):
            self._turns.wait(self)
            self._ensure_waiting()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.has_place:
            self._turns.remove(self)


class Turns:
    """Who stands in line, in the order they came. Calls that share no key do not wait for another.

    `wait` is how somebody in line waits; tests that decide who runs bring their own.
    """

    def __init__(self, wait: Callable[[Line], object] | None = None) -> None:
        self._lock = Lock()
        self._lines: list[Line] = []
        self.wait = wait or (lambda line: line.moved.wait(LOOK_AGAIN))

    def line(
        self, keys: Iterable[Hashable], ensure_waiting: Callable[[], None] = lambda: None
    ) -> Line:
        """A line for a call that looks for these keys and can be found by them."""
        return Line(self, keys, ensure_waiting)

    def append(self, line: Line) -> None:
        """Take the last place."""
        with self._lock:
            self._lines.append(line)

    def remove(self, line: Line) -> None:
        """Give up a place; who stood behind it looks whether it is their turn."""
        with self._lock:
            self._lines.remove(line)
            behind = [each for each in self._lines if not each.keys.isdisjoint(line.keys)]
        for each in behind:
            each.moved.set()

    def has_alike(self, keys: frozenset[Hashable]) -> bool:
        """Whether somebody in line shares a key."""
        # A list that another thread changes is read as it was or as it is; either will do.
        return any(not each.keys.isdisjoint(keys) for each in list(self._lines))

    def is_behind(self, line: Line) -> bool:
        """Whether somebody who shares a key stands before it."""
        with self._lock:
            line.moved.clear()
            before = self._lines[: self._lines.index(line)]
        return any(not each.keys.isdisjoint(line.keys) for each in before)
