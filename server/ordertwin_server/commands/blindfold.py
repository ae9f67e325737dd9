"""What whoever is asked blindly about an order does not learn by another way than the review.

A blind review hides score, outcome and whether the order is held. So do reading the order, its
decision and its events, for members who may answer reviews and did not answer this one. Hidden from
nobody else: who may score orders can ask the engine, and callers without a credential cannot be
told apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.faults import AskedBlindly
from ordertwin_stores.reviews import ReviewStore


def may_be_asked_blindly(call: Call) -> bool:
    """Whether the caller is somebody whose answer would be worth less if they knew the score."""
    caller = call.caller
    return (
        caller.identified
        and caller.may(Permission.REVIEWS_DECIDE)
        and not caller.may(Permission.ORDERS_SCORE)
    )


class Blindfold:
    """Knows what to hide from whom."""

    def __init__(self, reviews: ReviewStore) -> None:
        self._reviews = reviews

    def covers(self, call: Call, order_keys: Sequence[str]) -> frozenset[str]:
        """Those of these orders of which the caller is not to know what the engine thinks."""
        if not order_keys or not may_be_asked_blindly(call):
            return frozenset()
        return self._reviews.asked_blindly(call.tenant, order_keys, call.actor)

    def ensure_off(self, call: Call, order_key: str) -> None:
        """Raise `AskedBlindly` when the caller is not to know what the engine thinks of it."""
        if self.covers(call, [order_key]):
            raise AskedBlindly
