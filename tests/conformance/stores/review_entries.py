"""Small builders of reviews, verdicts and changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_decision,
    a_match,
    a_registration,
    an_audit_entry,
    register,
)

from ordertwin_models.decision import Action, Outcome
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import OrderStore, Registration, RequestRecord
from ordertwin_stores.reviews import (
    Answer,
    NewReview,
    NewVerdict,
    OrderMove,
    ReviewChange,
    ReviewFilter,
    VerdictSource,
)

TUESDAY = MONDAY + timedelta(days=1)


def in_doubt(order_id: str, twin: str = "order-0", **asks: Any) -> Registration:
    """An order that is held, with a review that is named after it."""
    key = f"review-{order_id}"
    decision = a_decision(
        outcome=Outcome.REVIEW, action=Action.HOLD, matches=(a_match(twin), a_match("order-x"))
    )
    return a_registration(
        order_id,
        state=OrderState.HELD,
        decision=decision,
        review_key=key,
        asks=NewReview(key=key, **asks),
    )


def held(store: OrderStore, order_id: str, **asks: Any) -> str:
    """Register such an order; returns the key of its review."""
    entry = in_doubt(order_id, **asks)
    register(store, entry)
    assert entry.review_key
    return entry.review_key


def a_verdict(order_id: str, answer: Answer = Answer.DISTINCT, **changes: Any) -> NewVerdict:
    verdict = NewVerdict(
        order_key=f"order-{order_id}",
        counterpart_key="order-0",
        decision_key=f"decision-{order_id}",
        answer=answer,
        relation="",
        reason="I asked the customer",
        reviewer="people/ann",
        blind=False,
        model_version="1",
        probability=0.1 + 0.2,
        source=VerdictSource.REVIEW,
        inclusion=1.0,
        seen_at=MONDAY,
    )
    return replace(verdict, **changes)


def a_move(order_id: str, state: OrderState, version: int = 1, **changes: Any) -> OrderMove:
    key = f"order-{order_id}"
    move = OrderMove(key, version, state, "because", an_audit_entry(f"orders/{key}"), freely=True)
    return replace(move, **changes)


def a_change(review_key: str = "", request_id: str = "c-1", **changes: Any) -> ReviewChange:
    change = ReviewChange(
        request=RequestRecord("DecideReview", request_id, sha256(b"said").digest(), "done"),
        at=TUESDAY,
        actor="people/ann",
        review_key=review_key,
        expected=1,
        audit=an_audit_entry(f"reviews/{review_key}"),
    )
    return replace(change, **changes)


def waiting(now: datetime = TUESDAY, **conditions: Any) -> ReviewFilter:
    return ReviewFilter(now=now, **conditions)


def listed(store: OrderStore, size: int = 100, **conditions: Any) -> list[str]:
    """Keys of the reviews that a filter gives."""
    page = store.reviews.list(TENANT, waiting(**conditions), size, None)
    return [review.key for review in page.reviews]
