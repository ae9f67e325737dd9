"""Reviews of orders that are held again, because what ended their wait was undone."""

from __future__ import annotations

from collections.abc import Iterable

from ordertwin_stores.reviewing.places import waiting_place
from ordertwin_stores.reviewing.session import Session


def rejoin_queue(session: Session, sequences: Iterable[int], left_at: int) -> None:
    """Open the reviews again that ended unanswered when these orders left, at that time."""
    for sequence in sequences:
        rows = session.rows(
            "SELECT number, priority FROM reviews WHERE tenant = %s AND waiting = 0"
            " AND state = 'CLOSED' AND closed_at = %s AND (sequence = %s OR key ="
            " (SELECT review_key FROM decisions WHERE tenant = %s AND sequence = %s"
            f" ORDER BY number DESC LIMIT 1)){session.locking}",
            session.tenant,
            left_at,
            sequence,
            session.tenant,
            sequence,
        )
        for number, priority in rows:
            session.run(
                "UPDATE reviews SET state = 'OPEN', waiting = 1, closed_at = 0, place = %s,"
                " version = version + 1 WHERE tenant = %s AND number = %s",
                waiting_place(priority, number),
                session.tenant,
                number,
            )
