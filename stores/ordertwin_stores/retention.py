"""What a store can forget because of its age: a bounded part at a time, each noted in the log.

Each sentence of `RetentionStore` has a case in `tests/conformance/stores/test_retention.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import Remains

Noted = Callable[[int], AuditEntry]
"""The log entry about so many things that were forgotten."""


@dataclass(frozen=True, slots=True)
class AgedOrders:
    """Keys of orders whose content is to go; `reached` is where to go on, None at the end."""

    keys: tuple[str, ...]
    reached: int | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many were forgotten; `reached` is where to go on, None at the end."""

    count: int
    reached: int | None


@dataclass(frozen=True, slots=True)
class Cut:
    """A log begins after this position: what was up to there is gone. `hash` is that of the entry
    there; `statement` is what the server signed about it."""

    position: int
    hash: bytes
    statement: str


class RetentionStore(Protocol):
    """Forgets what is old, of one tenant at a time."""

    def aged_orders(self, tenant: str, before: datetime, after: int, window: int) -> AgedOrders:
        """Orders that have content and were last changed before a time, apart from held ones.

        Looks at `window` orders from the one after sequence `after`.
        """

    def forget_orders(
        self, tenant: str, remains: Sequence[Remains], audit: AuditEntry, at: datetime
    ) -> None:
        """Leave the remains of orders in all their versions, as `OrderStore.erase` does, but
        without writing files anew; cases stay. Their time of change stays. `NotFound` writes
        nothing."""

    def forget_decisions(
        self, tenant: str, before: datetime, after: int, window: int, audit: Noted, at: datetime
    ) -> Forgotten:
        """Take the matches out of decisions made before a time, apart from those of held orders.

        Looks at `window` decisions from the one after number `after`; without any to change,
        nothing is written.
        """

    def forget_requests(
        self, tenant: str, before: datetime, size: int, audit: Noted, at: datetime
    ) -> int:
        """Remove what makes older calls repeatable, at most `size`; returns how many. Without any,
        nothing is written."""

    def cut(self, tenant: str) -> Cut | None:
        """Where the log of the tenant begins, None when it is whole."""

    def cut_log(
        self, tenant: str, cut: Cut, expected: int, audit: AuditEntry, at: datetime
    ) -> bool:
        """Remove log entries up to the position of the cut, if the log began after `expected` until
        now (0 when it was whole); says whether it did. No other way removes an entry."""
