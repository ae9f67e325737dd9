"""What a store keeps for those who watch: every change as an event, in the order it happened.

Each sentence of `EventStore` has a case in `tests/conformance/stores/test_events.py`. An event is
written in the transaction of its change and holds names and states, nothing that an order says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ordertwin_models.decision import Outcome
from ordertwin_models.order import OrderState

ORDER_DECIDED, STATUS_CHANGED, BATCH_OPENED = "ORDER_DECIDED", "STATUS_CHANGED", "BATCH_OPENED"
"""Kinds of events; the last one names the first order of a burst that is held."""
REVIEW_CLAIMED, CLAIM_RELEASED = "REVIEW_CLAIMED", "CLAIM_RELEASED"
"""Somebody is at a review, or no longer."""
PAIR_SUPPRESSED = "PAIR_SUPPRESSED"
"""What people did about reviews that only servers hear of."""
ACCESS_CHANGED = "ACCESS_CHANGED"
"""Keys, roles or the like changed: about no order, and for servers alone."""
SUBJECT_ERASED = "SUBJECT_ERASED"
"""What orders of a customer said is gone: about no order, and for servers alone."""
VERDICT_GIVEN, VERDICT_WITHDRAWN = "VERDICT_GIVEN", "VERDICT_WITHDRAWN"
"""What people said of the order that a review is about; `review` names it, and a `STATUS_CHANGED`
tells what became of the order."""
ORDERS_MERGED, ORDERS_UNMERGED = "ORDERS_MERGED", "ORDERS_UNMERGED"
ORDER_RESOLVED, DECISION_TURNED = "ORDER_RESOLVED", "DECISION_TURNED"
TOLD = frozenset(
    {ORDER_DECIDED, STATUS_CHANGED, BATCH_OPENED, VERDICT_GIVEN, VERDICT_WITHDRAWN}
) | {
    ORDERS_MERGED,
    ORDERS_UNMERGED,
    ORDER_RESOLVED,
    DECISION_TURNED,
    REVIEW_CLAIMED,
    CLAIM_RELEASED,
}
"""The kinds that those who watch are told of; any other is for servers alone."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Something that happened to an order; `position` grows within a tenant.

    `state` is the one that the order got with it, and `outcome` that of its decision. `details`
    are names and states by name. Events about no order have an empty `order_key`. `blind` says that
    when the event was read, people were asked about the order without being told what the engine
    thinks.
    """

    position: int
    kind: str
    at: datetime
    order_key: str
    order_id: str
    source: str
    state: OrderState | None = None
    outcome: Outcome | None = None
    decision_key: str = ""
    review_key: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    blind: bool = False


@dataclass(frozen=True, slots=True)
class EventSpan:
    """Which events of a tenant there are: those above `forgotten`, up to `newest`."""

    forgotten: int
    newest: int


class EventStore(Protocol):
    """Events of all tenants."""

    def span(self, tenant: str) -> EventSpan:
        """Positions 0 and 0 for a tenant without events."""

    def after(self, tenant: str, position: int, size: int) -> tuple[StoredEvent, ...]:
        """The oldest events above a position, at most `size`, in the order of their commits.

        Once an event is seen, none with a lower position will ever appear.
        """

    def forget(self, tenant: str, before: datetime, most: int) -> int:
        """Drop the oldest events that are older than a time, at most `most`; returns how many.

        The newest one stays, so that positions never start over.
        """

    def when_written(self, wake: Callable[[], None]) -> None:
        """Have `wake` called after writes of this process, in the thread that wrote; it must be
        quick. Writes of other processes are found by asking."""


def pack_details(details: Mapping[str, object] | None) -> str:
    """Details as they are stored; an empty text for none.

    >>> pack_details({"state": OrderState.HELD, "before": None}), pack_details(None)
    ('{"state":"HELD"}', '')
    """
    known = {name: str(value) for name, value in (details or {}).items() if value is not None}
    return json.dumps(known, separators=(",", ":")) if known else ""


def unpack_details(text: str) -> dict[str, str]:
    """The details that `pack_details` was given."""
    return dict(json.loads(text)) if text else {}


def event_of(
    position: int,
    kind: str,
    at: datetime,
    order: tuple[str, str, str],
    decided: tuple[str, str | None, str, str] | None,
    details: str,
    blind: object,
) -> StoredEvent:
    """An event from what drivers read: key, id and source of its order; key, review, outcome and
    state of its decision; whether people are asked about the order blindly."""
    known = unpack_details(details)
    decision_key, review_key, outcome, state = decided or ("", "", "", "")
    state = known.pop("state", state)
    return StoredEvent(
        position=position,
        kind=kind,
        at=at,
        order_key=order[0],
        order_id=order[1],
        source=order[2],
        state=OrderState(state) if state else None,
        outcome=Outcome(outcome) if outcome else None,
        decision_key=decision_key,
        review_key=known.pop("review", review_key or ""),
        details=known,
        blind=bool(blind),
    )
