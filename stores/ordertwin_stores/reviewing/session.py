"""What a driver brings: statements run for one tenant, and what every change leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString, Protocol

from ordertwin_stores.audit import AuditEntry


class Session(Protocol):
    """A connection as reviews use it. Values are marked by `%s` in every statement; text goes in
    and comes out as the store was given it."""

    @property
    def tenant(self) -> int | None:
        """The tenant's number; None when nothing was ever written for it."""

    @property
    def locking(self) -> LiteralString:
        """What a SELECT ends with to keep others from changing its rows; empty where nobody can."""

    @property
    def contents(self) -> LiteralString:
        """What joins `orders` with `order_contents`."""

    def rows(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a statement."""

    def run(self, statement: LiteralString, *values: object) -> None:
        """Run a statement that gives nothing."""

    def event(self, name: str, sequence: int, at: int, details: Mapping[str, object]) -> None:
        """Leave an event about an order in the outbox."""

    def state_change(self, sequence: int, before: str, after: str, reason: str, at: int) -> None:
        """Remember that an order went from one state to another."""

    def audit(self, entry: AuditEntry, at: int) -> None:
        """Note who did what."""
