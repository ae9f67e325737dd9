"""An answer with everything needed to say it: the decision, the orders it saw, and the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from ordertwin_models.decision import Decision, Outcome
from ordertwin_models.order import Order, OrderState
from ordertwin_stores.interface import OrderStore, StoredDecision

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an order is told. Keys are empty, and `state` None, where nothing was stored."""

    decision: Decision
    incoming: Order
    existing: Mapping[str, Order]
    order_key: str = ""
    decision_key: str = ""
    review_key: str = ""
    state: OrderState | None = None
    replayed: bool = False


def state_after(outcome: Outcome, before: OrderState | None = None) -> OrderState:
    """The state an order is stored in: only a unique one may go on by itself.

    `before` is the state of an order that was amended: what can no longer be held, because it has
    left or is dead, stays as it is.

    >>> state_after(Outcome.UNIQUE).name, state_after(Outcome.REVIEW).name
    ('RECEIVED', 'HELD')
    >>> state_after(Outcome.DUPLICATE, before=OrderState.CANCELLED).name
    'CANCELLED'
    """
    wanted = OrderState.RECEIVED if outcome is Outcome.UNIQUE else OrderState.HELD
    return wanted if before is None or before.may_become(wanted) else before


def recall(store: OrderStore, tenant: str, stored: StoredDecision) -> Answer:
    """The answer as it was given: with the content that the orders had when it was decided."""
    decision, decided_at = stored.decision, stored.decision.decided_at
    # An amendment is decided against the earlier content of the very same order.
    before = store.contents_before(
        tenant, [match.order_key for match in decision.matches], decided_at
    )
    after = store.contents_before(tenant, [stored.order_key], decided_at + INSTANT)
    return Answer(
        decision=decision,
        incoming=after[stored.order_key],
        existing=before,
        order_key=stored.order_key,
        decision_key=stored.key,
        review_key=stored.review_key or "",
        state=stored.state,
        replayed=True,
    )
