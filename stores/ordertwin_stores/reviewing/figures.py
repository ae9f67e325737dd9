"""What reports are made of, counted by the database or read page by page. See `FigureReader`."""

from __future__ import annotations

from datetime import datetime
from typing import LiteralString

from ordertwin_stores.codec import from_micros, to_micros, unpack_order_head, unpack_relation
from ordertwin_stores.figures import Audited, Backlog, Flagged, Received, Work
from ordertwin_stores.reviewing.session import Session

_FORGOTTEN = 86_400_000_000
"""Microseconds after which a claim was not work any more."""

_RECEIVED: LiteralString = (
    "SELECT received_at / 86400000000, source, count(*) FROM orders"
    " WHERE tenant = %s AND received_at >= %s AND received_at < %s AND EXISTS"
    " (SELECT 1 FROM decisions WHERE decisions.tenant = orders.tenant"
    " AND decisions.sequence = orders.sequence)"
    " GROUP BY received_at / 86400000000, source ORDER BY 1, 2"
)
# What holds: not ended, an answer, and no other opinion is waited for.
_HOLDING: LiteralString = (
    " FROM verdicts LEFT JOIN verdict_endings ON verdict_endings.tenant = verdicts.tenant"
    " AND verdict_endings.verdict = verdicts.position"
    " LEFT JOIN reviews AS asked ON asked.tenant = verdicts.tenant"
    " AND asked.key = verdicts.review_key"
    " WHERE verdicts.tenant = orders.tenant AND verdicts.order_key = orders.key"
    " AND verdicts.answer <> 'UNSURE' AND verdicts.source <> 'OUTCOME'"
    " AND verdict_endings.verdict IS NULL"
    " AND (asked.state IS NULL OR asked.state = 'DECIDED' OR asked.kind = 'BATCH')"
)
_MATCHED: LiteralString = (
    f"(SELECT max(CASE verdicts.answer WHEN 'MATCH' THEN 1 ELSE 0 END){_HOLDING})"
)
_FLAGGED: LiteralString = (
    "SELECT decisions.decided_at, decisions.number, decisions.outcome, orders.key,"
    " order_contents.content, own.relation, CASE WHEN own.number IS NULL THEN decisions.body END,"
    f" {_MATCHED}, (SELECT min(verdicts.at){_HOLDING}),"
    f" (SELECT max(verdicts.relation){_HOLDING} AND verdicts.answer = 'MATCH')"
    # Not reordered: SQLite would rather begin with all orders of the tenant.
    " FROM decisions LEFT JOIN orders USING (tenant, sequence)"
)
_FLAGGED_FROM: LiteralString = (
    " LEFT JOIN reviews AS own ON own.tenant = decisions.tenant AND own.number = decisions.number"
    " WHERE decisions.tenant = %s AND decisions.outcome <> 'UNIQUE'"
    " AND decisions.decided_at >= %s AND decisions.decided_at < %s"
    " AND (decisions.decided_at, decisions.number) > (%s, %s)"
    " AND NOT EXISTS (SELECT 1 FROM decisions AS earlier WHERE earlier.tenant = decisions.tenant"
    " AND earlier.sequence = decisions.sequence AND earlier.number < decisions.number"
    " AND earlier.outcome <> 'UNIQUE')"
    " ORDER BY decisions.decided_at, decisions.number LIMIT %s"
)
_AUDITED: LiteralString = (
    "SELECT inclusion, duplicate, count(*) FROM (SELECT reviews.inclusion AS inclusion,"
    f" {_MATCHED} AS duplicate FROM reviews LEFT JOIN orders ON orders.tenant = reviews.tenant"
    " AND orders.sequence = reviews.sequence"
    " WHERE reviews.tenant = %s AND reviews.kind = 'AUDIT'"
    " AND reviews.opened_at >= %s AND reviews.opened_at < %s) AS asked"
    " GROUP BY inclusion, duplicate ORDER BY inclusion, coalesce(duplicate, 2)"
)


def received(session: Session, since: datetime, until: datetime) -> tuple[Received, ...]:
    """See `FigureReader.received`."""
    rows = session.rows(_RECEIVED, session.tenant, to_micros(since), to_micros(until))
    return tuple(Received(int(day), source, int(count)) for day, source, count in rows)


def flagged(
    session: Session, since: datetime, until: datetime, size: int, position: tuple[int, int] | None
) -> tuple[Flagged, ...]:
    """See `FigureReader.flagged`."""
    rows = session.rows(
        f"{_FLAGGED} {session.contents} {_FLAGGED_FROM}",
        session.tenant,
        to_micros(since),
        to_micros(until),
        *(position or (-(2**62), 0)),
        size,
    )
    return tuple(_flagged(*row) for row in rows)


def audited(session: Session, since: datetime, until: datetime) -> tuple[Audited, ...]:
    """See `FigureReader.audited`."""
    rows = session.rows(_AUDITED, session.tenant, to_micros(since), to_micros(until))
    return tuple(
        Audited(inclusion, None if duplicate is None else bool(duplicate), int(count))
        for inclusion, duplicate, count in rows
    )


def work(session: Session, since: datetime, until: datetime) -> Work:
    """See `FigureReader.work`."""
    ((count, micros),) = session.rows(
        "SELECT count(*), coalesce(sum(CASE WHEN closed_at - claimed_at < %s"
        " THEN closed_at - claimed_at ELSE %s END), 0) FROM reviews WHERE tenant = %s"
        " AND claimed_at > 0 AND closed_at >= %s AND closed_at < %s AND closed_at >= claimed_at",
        _FORGOTTEN,
        _FORGOTTEN,
        session.tenant,
        to_micros(since),
        to_micros(until),
    )
    return Work(int(count), float(micros) / 1e6)


def backlog(session: Session) -> Backlog:
    """See `FigureReader.backlog`."""
    ((count, oldest),) = session.rows(
        "SELECT count(*), min(opened_at) FROM reviews WHERE tenant = %s AND waiting = 1",
        session.tenant,
    )
    return Backlog(int(count), None if oldest is None else from_micros(oldest))


def _flagged(
    at: int,
    number: int,
    outcome: str,
    key: str,
    content: bytes,
    relation: str | None,
    body: bytes | None,
    duplicate: int | None,
    answered_at: int | None,
    called: str | None,
) -> Flagged:
    taken_for = (relation or "") if body is None else unpack_relation(body)
    return Flagged(
        position=(at, number),
        at=from_micros(at),
        order_key=key,
        order=unpack_order_head(content),
        sure=outcome == "DUPLICATE",
        relation=called or taken_for,
        duplicate=None if duplicate is None else bool(duplicate),
        answered_at=None if answered_at is None else from_micros(answered_at),
    )
