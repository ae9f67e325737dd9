"""What a store still knows of how decisions were taken, so that they can be taken again.

Each sentence of `DecisionHistory` has a case in `tests/conformance/stores`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ordertwin_models.candidate import Candidate, Lookup
from ordertwin_models.decision import Outcome
from ordertwin_models.order import Order
from ordertwin_stores.interface import Candidates, StoredDecision


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision with what it was taken on.

    `number` grows with every decision, `sequence` is that of its order. `order` is what the order
    said then; `features` are None when it was amended or erased since, for they are kept of the
    newest content only.
    """

    number: int
    sequence: int
    stored: StoredDecision
    order: Order
    features: bytes | None


class DecisionHistory(Protocol):
    """Decisions of all tenants, to read."""

    def newest(
        self,
        tenant: str,
        size: int,
        before: int | None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        order_key: str | None = None,
        outcome: Outcome | None = None,
    ) -> tuple[PastDecision, ...]:
        """Decisions, the newest first, from below number `before`, at most `size`; with times only
        those taken at `since` or later, and before `until`; only those on an order, or with an
        outcome, if one is given."""

    def as_seen(self, tenant: str, keys: Sequence[str], at: datetime) -> Mapping[str, Candidate]:
        """Orders as a decision taken at `at` saw them, in the state they were in then, found by no
        rule. Those whose content changed since are left out."""

    def candidates_before(
        self, tenant: str, lookups: Sequence[Lookup], limit: int, sequence: int
    ) -> Candidates:
        """As `OrderStore.candidates`, among the orders registered before this sequence."""
