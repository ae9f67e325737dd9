"""How many calls of a kind are let in at once.

Kinds are counted apart, so reads and health go on while scoring is full. A refusal takes
microseconds; a queue without end would take everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ordertwin_server.faults import Overloaded

RETRY_AFTER = 0.1
"""Seconds after which a refused caller may try again."""


class Gate:
    """Counts the calls of one kind. Used from the event loop only, hence no lock.

    >>> gate = Gate("scoring", 1)
    >>> with gate.admit(), gate.admit():
    ...     pass
    Traceback (most recent call last):
    ordertwin_server.faults.Overloaded: More than 1 scoring calls at once; repeat the call in ...
    >>> gate.inside
    0
    """

    def __init__(self, kind: str, limit: int) -> None:
        self.kind, self.limit = kind, limit
        self.inside = 0

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Let one call in, or raise `Overloaded`."""
        if self.inside >= self.limit:
            raise Overloaded(self.kind, self.limit, RETRY_AFTER)
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
