"""What every command is told besides its question: who asks, and whether they still wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ordertwin_server.faults import DeadlineExceeded

Clock = Callable[[], datetime]
"""The time now, in UTC."""

Keys = Callable[[], str]
"""A new key at every call: the last part of a resource name, never given twice."""


def always() -> bool:
    """The caller waits as long as it takes."""
    return True


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its tenant, its actor for the audit log, and whether the caller still waits.

    >>> Call("default").ensure_waiting()
    >>> Call("default", waiting=lambda: False).ensure_waiting()
    Traceback (most recent call last):
    ordertwin_server.faults.DeadlineExceeded: The deadline passed before the work was done ...
    """

    tenant: str
    actor: str = "anonymous"
    waiting: Callable[[], bool] = always

    def ensure_waiting(self) -> None:
        """Raise `DeadlineExceeded` when nobody waits for the answer any more."""
        if not self.waiting():
            raise DeadlineExceeded
