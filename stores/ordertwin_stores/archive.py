"""Reading a store as a whole without owning it: beside a running server, or one that stopped.

The part of `OrderStore` that changes nothing; whoever needs no more asks for this, and gets it
while another process has the store open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_models.candidate import Lookup
from ordertwin_stores.audit import AuditEntry, LoggedEntry
from ordertwin_stores.customers import CustomerArchive
from ordertwin_stores.decision_history import DecisionHistory
from ordertwin_stores.interface import Candidates, StoredDecision, StoredOrder, StoreStatus
from ordertwin_stores.model_versions import ModelArchive
from ordertwin_stores.retention import Cut
from ordertwin_stores.reviews import VerdictReader


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order with its place in the order of registration, and its features at arrival."""

    sequence: int
    stored: StoredOrder
    features: bytes


class OrderArchive(Protocol):
    """Orders and their decisions, to read. Each method is the one of `OrderStore`."""

    @property
    def models(self) -> ModelArchive:
        """See `OrderStore.models`."""

    @property
    def customers(self) -> CustomerArchive:
        """See `OrderStore.customers`."""

    @property
    def decision_history(self) -> DecisionHistory:
        """See `OrderStore.decision_history`."""

    def iterate_orders(self, tenant: str) -> Iterator[StoredOrder]:
        """See `OrderStore.iterate_orders`."""

    def newest_sequence(self, tenant: str) -> int:
        """The sequence of the order registered last; 0 when there is none."""

    def past_orders(self, tenant: str, after: int, until: int) -> Sequence[PastOrder]:
        """Orders with sequences above `after`, up to `until`, the oldest first."""

    def candidates_before(
        self, tenant: str, lookups: Sequence[Lookup], limit: int, sequence: int
    ) -> Candidates:
        """As `OrderStore.candidates`, among the orders registered before this sequence."""

    def get_orders(self, tenant: str, keys: Sequence[str]) -> Mapping[str, StoredOrder]:
        """See `OrderStore.get_orders`."""

    def latest_decision(self, tenant: str, order_key: str) -> StoredDecision | None:
        """See `OrderStore.latest_decision`."""

    def status(self, tenant: str) -> StoreStatus:
        """See `OrderStore.status`; never writable."""

    def audit_entries(self, tenant: str, after: int, size: int) -> Sequence[LoggedEntry]:
        """See `AccessStore.entries`."""

    def tenants(self) -> tuple[str, ...]:
        """See `AccessStore.tenants`."""

    def note(self, tenant: str, entry: AuditEntry, at: datetime) -> None:
        """Add an entry to the operation log, also beside a running server: for what is taken out
        of a store. Nothing for a tenant that the store does not know. Raises a `StoreError` when
        the log cannot be written."""

    def audit_cut(self, tenant: str) -> Cut | None:
        """See `RetentionStore.cut`."""

    @property
    def verdicts(self) -> VerdictReader:
        """What people said, to learn from."""

    def close(self) -> None:
        """Let go of it. Safe to repeat."""
