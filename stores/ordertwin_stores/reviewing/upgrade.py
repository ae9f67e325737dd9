"""What a review that an earlier version opened gets, so that it takes its place in the queue."""

from __future__ import annotations

from dataclasses import dataclass

from ordertwin_models.decision import Outcome
from ordertwin_models.order import OrderState
from ordertwin_models.questions import priority, value_at_stake
from ordertwin_stores.codec import unpack_decision, unpack_order
from ordertwin_stores.reviewing.places import ended_place, mark_of, waiting_place
from ordertwin_stores.reviews import ReviewKind, ReviewState


@dataclass(frozen=True, slots=True)
class Earlier:
    """A review as earlier versions noted it, with its order and its decision as they are stored."""

    number: int
    key: str
    order_state: str
    opened_at: int
    content: bytes
    body: bytes
    in_batch: int


def filled(review: Earlier) -> tuple[str, str, int, int, int, int, float, str, str, int, int]:
    """Its kind, state, whether it waits, when it ended, place, priority, value, relation, channel,
    and the marks of source and customer. It waits for as long as its order is held."""
    order, decision = unpack_order(review.content), unpack_decision(review.body)
    value = value_at_stake(order)
    flagged = decision.outcome is not Outcome.UNIQUE
    urgency = priority([m.match_probability for m in decision.matches[:1] if flagged], value)
    waits = bool(review.in_batch) or review.order_state == OrderState.HELD
    ended = 0 if waits else review.opened_at
    place = waiting_place(urgency, review.number) if waits else ended_place(ended, review.number)
    return (
        ReviewKind.BATCH if review.in_batch else ReviewKind.DOUBT,
        ReviewState.OPEN if waits else ReviewState.CLOSED,
        int(waits),
        ended,
        place,
        urgency,
        value or 0.0,
        decision.matches[0].relation.value if decision.matches else "",
        order.channel.value,
        mark_of(order.source),
        mark_of(order.customer.party_id),
    )
