"""Reading a store as a whole without owning it: beside a running server, or one that stopped.

The part of `OrderStore` that changes nothing; whoever needs no more asks for this, and gets it
while another process has the store open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from ordertwin_stores.audit import LoggedEntry
from ordertwin_stores.interface import StoredDecision, StoredOrder, StoreStatus


class OrderArchive(Protocol):
    """Orders and their decisions, to read. Each method is the one of `OrderStore`."""

    def iterate_orders(self, tenant: str) -> Iterator[StoredOrder]:
        """See `OrderStore.iterate_orders`."""

    def get_orders(self, tenant: str, keys: Sequence[str]) -> Mapping[str, StoredOrder]:
        """See `OrderStore.get_orders`."""

    def latest_decision(self, tenant: str, order_key: str) -> StoredDecision | None:
        """See `OrderStore.latest_decision`."""

    def status(self, tenant: str) -> StoreStatus:
        """See `OrderStore.status`; never writable."""

    def audit_entries(self, tenant: str, after: int, size: int) -> Sequence[LoggedEntry]:
        """See `AccessStore.entries`."""

    def close(self) -> None:
        """Let go of it. Safe to repeat."""
