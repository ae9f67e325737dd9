"""ClaimReview and ReleaseClaim: one person at a time, for a while."""

from __future__ import annotations

from datetime import timedelta

from ordertwin_server.commands.call import Call
from ordertwin_server.commands.deeds import Deed
from ordertwin_server.commands.review_deeds import ReviewDeeds, ensure_waits
from ordertwin_server.faults import DutiesSeparated
from ordertwin_stores.events import CLAIM_RELEASED, REVIEW_CLAIMED
from ordertwin_stores.reviews import Claim, ReviewChange, ReviewState


class ClaimReview:
    """Takes reviews for their claimants; a claim lasts for `lease`, counted by the server's clock.
    Whoever forgets it leaves nothing behind: it runs out."""

    def __init__(self, deeds: ReviewDeeds, lease: timedelta) -> None:
        self._deeds = deeds
        self._lease = lease

    def claim(self, call: Call, request_id: str, key: str) -> str:
        """Take a review, or keep it for another lease; returns its key.

        Raises `NotFound`, `ReviewClaimed`, `ReviewClosed`, `DutiesSeparated` (one's own opinion is
        there already).
        """
        deed = Deed("ClaimReview", request_id, (key,))
        deed.ensure_valid()
        call.trail.target = f"reviews/{key}"

        def make() -> ReviewChange:
            review = self._deeds.answerable(call, key)
            ensure_waits(review)
            if review.state is not ReviewState.OPEN:
                self._ensure_new_here(call, key)
            until = self._deeds.clock() + self._lease
            return self._change(call, deed, key, review.version, Claim(call.actor, until))

        self._deeds.do(call, deed, {"review": key}, make, patient=True)
        return key

    def release(self, call: Call, request_id: str, key: str) -> str:
        """Give a review back; no error when one did not have it. Returns its key.

        Raises `NotFound`, `ReviewClaimed` (somebody else is at it).
        """
        deed = Deed("ReleaseClaim", request_id, (key,))
        deed.ensure_valid()
        call.trail.target = f"reviews/{key}"

        def make() -> ReviewChange:
            review = self._deeds.free(call, key)
            return self._change(call, deed, key, review.version, Claim())

        self._deeds.do(call, deed, {"review": key}, make, patient=True)
        return key

    def _change(self, call: Call, deed: Deed, key: str, version: int, claim: Claim) -> ReviewChange:
        return ReviewChange(
            request=self._deeds.request(deed, {"review": key}),
            at=self._deeds.clock(),
            actor=call.actor,
            review_key=key,
            expected=version,
            claim=claim,
            audit=call.entry(deed.method, f"reviews/{key}", deed.request_id, "OK"),
            event=REVIEW_CLAIMED if claim.by else CLAIM_RELEASED,
        )

    def _ensure_new_here(self, call: Call, key: str) -> None:
        said = self._deeds.reviews.verdicts_of(call.tenant, key)
        spoke = {each.said.reviewer for each in said if each.ended is None}
        if call.caller.identified and call.actor in spoke:
            raise DutiesSeparated("A second opinion is given by somebody else")
