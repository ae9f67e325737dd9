"""Who is at a review, and since when: what work on reviews is counted by."""

from __future__ import annotations

from ordertwin_stores.codec import to_micros
from ordertwin_stores.reviewing.session import Session
from ordertwin_stores.reviews import ReviewChange


def write_claim(session: Session, number: int, made: ReviewChange, at: int) -> None:
    """Write the claim that a change brings or ends.

    Renewed, it began when it was made. Ended by a state it is remembered, unless it had run out;
    given back it is forgotten.
    """
    claim = made.claim
    if claim is not None and claim.by:
        session.run(
            "UPDATE reviews SET claimed_at = CASE WHEN claimed_by = %s AND claimed_until > %s"
            " AND claimed_at > 0 THEN claimed_at ELSE %s END, claimed_by = %s, claimed_until = %s"
            " WHERE tenant = %s AND number = %s",
            claim.by,
            at,
            at,
            claim.by,
            to_micros(claim.until) if claim.until else 0,
            session.tenant,
            number,
        )
    elif claim is not None or made.state is not None:
        session.run(
            "UPDATE reviews SET claimed_at = CASE WHEN claimed_until > %s THEN claimed_at ELSE 0"
            " END, claimed_by = '', claimed_until = 0 WHERE tenant = %s AND number = %s",
            at if made.state is not None else 2**62,
            session.tenant,
            number,
        )
