"""What every command is told besides its question: who asks, and whether they still wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ordertwin_server.commands.caller import Caller, everything
from ordertwin_server.faults import DeadlineExceeded
from ordertwin_stores.audit import AuditEntry

Clock = Callable[[], datetime]
"""The time now, in UTC."""

Keys = Callable[[], str]
"""A new key at every call: the last part of a resource name, never given twice."""


def always() -> bool:
    """The caller waits as long as it takes."""
    return True


@dataclass(slots=True)
class Trail:
    """What a call leaves in the operation log: whether its entry was written with its change, and
    what else is known of it. `tenant` is set by calls that come without a credential."""

    written: bool = False
    request_id: str = ""
    target: str = ""
    outcome: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its tenant, its actor for the operation log, and whether the caller still waits.

    `origin` is where it comes from; without a `caller` everything is permitted.

    >>> Call("default").ensure_waiting()
    >>> Call("default", waiting=lambda: False).ensure_waiting()
    Traceback (most recent call last):
    ordertwin_server.faults.DeadlineExceeded: The deadline passed before the work was done ...
    """

    tenant: str
    actor: str = "anonymous"
    waiting: Callable[[], bool] = always
    origin: str = ""
    given_caller: Caller | None = None
    trail: Trail = field(default_factory=Trail)

    @property
    def caller(self) -> Caller:
        """Who calls and what they may do."""
        return self.given_caller or everything(self.tenant, self.actor)

    def ensure_waiting(self) -> None:
        """Raise `DeadlineExceeded` when nobody waits for the answer any more."""
        if not self.waiting():
            raise DeadlineExceeded

    def entry(
        self,
        action: str,
        target: str,
        request_id: str,
        outcome: str,
        *,
        before: bytes = b"",
        after: bytes = b"",
    ) -> AuditEntry:
        """The entry that the operation log gets in one transaction with a change."""
        return AuditEntry(
            actor=self.actor,
            action=action,
            target=target,
            request_id=request_id,
            outcome=outcome,
            origin=self.origin,
            before=before,
            after=after,
        )
