"""What a store keeps of pairs that were settled: one order stays, others leave for it.

Each sentence of `ResolutionStore` has a case in `tests/conformance/stores/test_resolutions.py`.
What an action means is the server's business: it hands in one `Resolution`, and a store writes all
of it or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_models.errors import EtagMismatch, NotUndoable
from ordertwin_models.order import OrderState
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import HistoryEntry, Replayed, RequestRecord, StoredOrder
from ordertwin_stores.reviews import ReviewChange

UNDONE_STATES = (OrderState.RECEIVED, OrderState.HELD, OrderState.ACCEPTED)
"""States of a merged order in which the merge can still be undone."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """An order that goes into `state` for another one; `version` is the one that was seen.

    One that is not `findable` is no candidate for later orders any more.
    """

    order_key: str
    version: int
    state: OrderState
    findable: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """A pair or more that is settled in one step.

    `target_key` is the order that stays, with the version that was seen; for a merge it is `made`,
    a new order. `target_state` is what becomes of one that is there, None for nothing. `attached`
    says that the orders that leave stand for the target from now on. `said` has the verdicts that
    settling the pair amounts to, and those that it ends.
    """

    key: str
    action: str
    target_key: str
    target_version: int
    leaving: tuple[Leaving, ...]
    made: HistoryEntry | None
    target_state: OrderState | None
    attached: bool
    reason: str
    request: RequestRecord
    audit: AuditEntry
    at: datetime
    said: ReviewChange | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """A merge to be undone; `target_version` None means any. `said` ends the verdicts it left."""

    key: str
    target_version: int | None
    reason: str
    request: RequestRecord
    audit: AuditEntry
    at: datetime
    said: ReviewChange | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """An order that left, and the state it left."""

    order_key: str
    before: OrderState


@dataclass(frozen=True, slots=True)
class StoredResolution:
    """A resolution as stored; `undone_at` is None while it holds."""

    key: str
    action: str
    target_key: str
    left: tuple[Left, ...]
    at: datetime
    undone_at: datetime | None


class ResolutionStore(Protocol):
    """Resolutions of all tenants."""

    def resolve(self, tenant: str, resolution: Resolution) -> StoredResolution | Replayed:
        """Write everything in it, or raise and write nothing.

        `NotFound`, then `RequestIdReused` or `Replayed`, then `EtagMismatch` for an order that is
        not as it was seen, in this order; `OrderIdTaken` when there is another order with the
        natural key of `made`. Orders that leave get their state, a version more and a status
        change; those not findable are taken out of all that finds them, contents stay. Each order
        has an entry in the operation log with its marks before and after. Verdicts are written with
        it; one to be ended that does not hold raises `EtagMismatch`.
        """

    def undo(self, tenant: str, undo: Undo) -> StoredResolution | Replayed:
        """Undo a merge: its orders are as they were, but for their versions, and found as before.

        The made order becomes CANCELLED and is not found any more. `NotFound`, then
        `RequestIdReused` or `Replayed`, then `NotUndoable`, then `EtagMismatch`.
        """

    def get(self, tenant: str, key: str) -> StoredResolution:
        """One resolution; `NotFound` when there is none."""

    def of_order(self, tenant: str, order_key: str) -> tuple[StoredResolution, ...]:
        """Resolutions in which an order stayed, left or was made, the oldest first."""

    def standing_for(
        self, tenant: str, keys: Sequence[str]
    ) -> Mapping[str, tuple[OrderState, datetime]]:
        """Of orders that were attached to another one, the state of that one, and since when."""


def ensure_undoable(found: StoredResolution, made: StoredOrder, undo: Undo) -> None:
    """Raise `NotUndoable` or `EtagMismatch` when a resolution has to stay."""
    if found.action != "MERGE":
        raise NotUndoable(found.key, f"it is no merge but {found.action}")
    if found.undone_at is not None:
        raise NotUndoable(found.key, "it was undone before")
    if made.state not in UNDONE_STATES:
        raise NotUndoable(found.key, f"the merged order is {made.state}")
    if undo.target_version not in (None, made.version):
        raise EtagMismatch(made.key)
