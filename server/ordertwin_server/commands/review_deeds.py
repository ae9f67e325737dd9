"""What all calls that change reviews share: repeatable by request id, checked against an etag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ordertwin_models.errors import EtagMismatch, FieldViolation
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.deeds import Deed
from ordertwin_server.commands.update_status import version_of
from ordertwin_server.faults import ReviewClaimed, ReviewClosed
from ordertwin_stores.interface import OrderStore, RequestRecord
from ordertwin_stores.reviews import ReviewChange, ReviewState, ReviewStore, StoredReview

MAX_REASON = 1024
TRIES = 50
"""How often a call without an etag looks again when somebody was faster."""


@dataclass(frozen=True, slots=True)
class Done:
    """A deed that is durable, and what it is told of by when it is repeated."""

    reply: Any
    replayed: bool = False


class ReviewDeeds:
    """Does what was decided about reviews, or finds that it was done before."""

    def __init__(self, store: OrderStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    @property
    def reviews(self) -> ReviewStore:
        """Where reviews are kept."""
        return self.store.reviews

    def do(
        self, call: Call, deed: Deed, reply: Any, make: Callable[[], ReviewChange], *, patient: bool
    ) -> Done:
        """Make the change and write it; `patient` starts over when somebody else was faster.

        Raises what `make` and the store raise.
        """
        earlier = self.store.reply_to(call.tenant, deed.method, deed.request_id, deed.fingerprint)
        if earlier is not None:
            call.trail.outcome = "REPLAYED"
            return Done(json.loads(earlier), replayed=True)
        for again in reversed(range(TRIES)):
            change = make()
            call.ensure_waiting()
            try:
                result = self.reviews.change(call.tenant, change)
            except EtagMismatch:
                if not patient:
                    # What happened in between may have words of its own.
                    make()
                if not patient or not again:
                    raise
                continue
            if result is not None:
                call.trail.outcome = "REPLAYED"
                return Done(json.loads(result.reply), replayed=True)
            call.trail.written = True
            break
        return Done(reply)

    def request(self, deed: Deed, reply: Any) -> RequestRecord:
        """The row that makes a deed repeatable."""
        return RequestRecord(deed.method, deed.request_id, deed.fingerprint, json.dumps(reply))

    def answerable(self, call: Call, key: str, etag: str = "") -> StoredReview:
        """The review, when it was not closed under its reviewer's hands; else as `free`.

        Raises `ReviewClosed`, which names the review that took its place, and what `free` raises.
        """
        review = self.reviews.get(call.tenant, key)
        if review.state is ReviewState.CLOSED:
            latest = self.store.latest_decision(call.tenant, review.order_key)
            heir = latest.review_key if latest else None
            waits = heir and heir != key and self.reviews.get(call.tenant, heir).state.waits
            raise ReviewClosed(key, review.state.value, heir if heir and waits else "")
        return self.free(call, key, etag)

    def free(self, call: Call, key: str, etag: str = "") -> StoredReview:
        """The review, when nobody else is at it; one that has this etag, if it is not empty.

        Raises `NotFound`, `EtagMismatch`, `ReviewClaimed`.
        """
        review = self.reviews.get(call.tenant, key)
        if etag and version_of(etag) != review.version:
            raise EtagMismatch(f"Review {key}")
        other = review.claimant(self.clock())
        if other and other != call.actor and review.claimed_until:
            raise ReviewClaimed(key, other, review.claimed_until.isoformat())
        return review


def ensure_waits(review: StoredReview) -> None:
    """Raise `ReviewClosed` when nobody is asked any more."""
    if not review.state.waits:
        raise ReviewClosed(review.key, review.state.value)


def reason_violations(reason: str) -> list[FieldViolation]:
    """Nothing when a reason fits."""
    if len(reason) <= MAX_REASON:
        return []
    return [FieldViolation("reason", f"must have at most {MAX_REASON} characters")]


def chosen_by(*parts: object) -> str:
    """A short text for the same parts, for keys that must come out the same again."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:26]
