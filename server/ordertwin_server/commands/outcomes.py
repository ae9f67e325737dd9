"""What became of an order later, and what that says of whether it was a duplicate."""

from __future__ import annotations

from enum import StrEnum

from ordertwin_stores.reviews import Answer


class OrderOutcome(StrEnum):
    """What became of an order that tells something.

    >>> OrderOutcome.CREDITED_AS_DUPLICATE.answer.value
    'MATCH'
    """

    CANCELLED_AS_DUPLICATE = "CANCELLED_AS_DUPLICATE"
    RETURNED_AS_DUPLICATE = "RETURNED_AS_DUPLICATE"
    CREDITED_AS_DUPLICATE = "CREDITED_AS_DUPLICATE"
    SHIPPED_WITHOUT_COMPLAINT = "SHIPPED_WITHOUT_COMPLAINT"

    @property
    def answer(self) -> Answer:
        """What it says of the pair."""
        if self is OrderOutcome.SHIPPED_WITHOUT_COMPLAINT:
            return Answer.DISTINCT
        return Answer.MATCH
