"""Verdicts read back, and what is needed to make their pairs again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

from ordertwin_models.decision import Decision
from ordertwin_models.errors import NotFound
from ordertwin_stores.codec import from_micros, to_micros, unpack_decision, unpack_order
from ordertwin_stores.reviewing.session import Session
from ordertwin_stores.reviews import (
    Agreed,
    Answer,
    Ended,
    NewVerdict,
    ReviewKind,
    ReviewState,
    SeenOrder,
    StoredVerdict,
    Suppression,
    VerdictSource,
)

NEWEST = 1_000
"""Verdicts of a batch that are shown with it."""

_AT_ONCE = 50
_MARKS: LiteralString = ", ".join(["%s"] * _AT_ONCE)
_DECISIONS: LiteralString = (
    f"SELECT key, body FROM decisions WHERE tenant = %s AND key IN ({_MARKS})"
)
_VERDICT: LiteralString = (
    "SELECT verdicts.position, verdicts.act, verdicts.review_key, verdicts.at, verdicts.order_key,"
    " verdicts.counterpart_key, verdicts.decision_key, verdicts.answer, verdicts.relation,"
    " verdicts.reason, verdicts.reviewer, verdicts.blind, verdicts.model_version,"
    " verdicts.probability, verdicts.source, verdicts.inclusion, verdicts.seen_at,"
    " verdicts.outcome, verdicts.opinion, verdicts.state_before, verdicts.state_after,"
    " verdict_endings.at, verdict_endings.ended_by, verdict_endings.reason,"
    " verdict_endings.superseded_by, reviews.kind, reviews.state"
    " FROM verdicts LEFT JOIN verdict_endings ON verdict_endings.tenant = verdicts.tenant"
    " AND verdict_endings.verdict = verdicts.position"
    " LEFT JOIN reviews ON reviews.tenant = verdicts.tenant AND reviews.key = verdicts.review_key"
    " WHERE verdicts.tenant = %s"
)
_HOLDS: LiteralString = (
    " FROM verdicts LEFT JOIN verdict_endings ON verdict_endings.tenant = verdicts.tenant"
    " AND verdict_endings.verdict = verdicts.position"
    " LEFT JOIN reviews ON reviews.tenant = verdicts.tenant AND reviews.key = verdicts.review_key"
    " WHERE verdicts.tenant = %s AND verdicts.answer = 'DISTINCT' AND verdicts.source <> 'OUTCOME'"
    " AND verdicts.counterpart_key <> '' AND verdict_endings.verdict IS NULL"
    " AND (reviews.state IS NULL OR reviews.state = 'DECIDED' OR reviews.kind = 'BATCH')"
)
_SUPPRESSION: LiteralString = (
    "SELECT number, key, order_key, counterpart_key, until, reason, made_by, at FROM suppressions"
    " WHERE tenant = %s"
)
_AGREEMENT: LiteralString = (
    "SELECT one.reviewer, other.reviewer, one.answer, other.answer, count(*)"
    " FROM verdicts AS other JOIN verdicts AS one ON one.tenant = other.tenant"
    " AND one.review_key = other.review_key AND one.order_key = other.order_key"
    " AND one.counterpart_key = other.counterpart_key AND one.opinion = 1"
    " LEFT JOIN verdict_endings AS ends ON ends.tenant = one.tenant"
    " AND ends.verdict = one.position"
    " LEFT JOIN verdict_endings AS others ON others.tenant = other.tenant"
    " AND others.verdict = other.position"
    " WHERE other.tenant = %s AND other.opinion = 2"
    " AND one.answer <> 'UNSURE' AND other.answer <> 'UNSURE'"
    " AND coalesce(ends.superseded_by, 1) <> 0 AND coalesce(others.superseded_by, 1) <> 0"
    " GROUP BY one.reviewer, other.reviewer, one.answer, other.answer ORDER BY 1, 2, 3, 4"
)


def verdicts(session: Session, after: int, size: int) -> tuple[StoredVerdict, ...]:
    """See `VerdictReader.verdicts`."""
    rows = session.rows(
        f"{_VERDICT} AND verdicts.position > %s ORDER BY verdicts.position LIMIT %s",
        session.tenant,
        min(after, 2**63 - 1),
        size,
    )
    return tuple(map(_verdict, rows))


def verdicts_of(session: Session, review_key: str) -> tuple[StoredVerdict, ...]:
    """See `ReviewStore.verdicts_of`."""
    rows = session.rows(
        f"{_VERDICT} AND verdicts.review_key = %s ORDER BY verdicts.position DESC LIMIT %s",
        session.tenant,
        review_key,
        NEWEST,
    )
    return tuple(map(_verdict, reversed(rows)))


def verdicts_on(session: Session, order_key: str) -> tuple[StoredVerdict, ...]:
    """See `ReviewStore.verdicts_on`."""
    rows = session.rows(
        f"{_VERDICT} AND verdicts.order_key = %s ORDER BY verdicts.position",
        session.tenant,
        order_key,
    )
    return tuple(map(_verdict, rows))


def verdicts_about(session: Session, order_keys: Sequence[str]) -> tuple[StoredVerdict, ...]:
    """See `VerdictReader.verdicts_about`."""
    return tuple(
        _verdict(row)
        for part in _parts(order_keys)
        for row in session.rows(
            f"{_VERDICT} AND verdict_endings.verdict IS NULL AND verdicts.order_key IN ({_MARKS})",
            session.tenant,
            *part,
        )
    )


def verdict(session: Session, position: int) -> StoredVerdict:
    """See `ReviewStore.verdict`."""
    rows = session.rows(f"{_VERDICT} AND verdicts.position = %s", session.tenant, position)
    if not rows:
        raise NotFound("verdict", str(position))
    return _verdict(rows[0])


def act(session: Session, position: int) -> tuple[StoredVerdict, ...]:
    """See `ReviewStore.act`."""
    rows = session.rows(
        f"{_VERDICT} AND verdicts.act = %s ORDER BY verdicts.position", session.tenant, position
    )
    return tuple(map(_verdict, rows))


def seen_orders(
    session: Session, wanted: Sequence[tuple[str, datetime]]
) -> tuple[SeenOrder | None, ...]:
    """See `VerdictReader.seen_orders`."""
    return tuple(_seen(session, key, to_micros(at)) for key, at in wanted)


def decisions(session: Session, keys: Sequence[str]) -> Mapping[str, Decision]:
    """See `VerdictReader.decisions`."""
    found: dict[str, Decision] = {}
    for part in _parts(keys):
        rows = session.rows(_DECISIONS, session.tenant, *part)
        found.update((key, unpack_decision(body)) for key, body in rows)
    return found


def agreement(session: Session) -> tuple[Agreed, ...]:
    """See `ReviewStore.agreement`."""
    return tuple(
        Agreed(first, second, Answer(said), Answer(replied), questions)
        for first, second, said, replied, questions in session.rows(_AGREEMENT, session.tenant)
    )


def apart(session: Session, order_key: str, at: datetime) -> frozenset[str]:
    """See `ReviewStore.apart`."""
    tenant, now = session.tenant, to_micros(at)
    holds: LiteralString = " WHERE tenant = %s AND (until = 0 OR until > %s)"
    rows = session.rows(
        f"SELECT verdicts.counterpart_key{_HOLDS} AND verdicts.order_key = %s"
        f" UNION SELECT verdicts.order_key{_HOLDS} AND verdicts.counterpart_key = %s"
        f" UNION SELECT counterpart_key FROM suppressions{holds} AND order_key = %s"
        f" UNION SELECT order_key FROM suppressions{holds} AND counterpart_key = %s",
        *(tenant, order_key, tenant, order_key),
        *(tenant, now, order_key, tenant, now, order_key),
    )
    return frozenset(key for (key,) in rows)


def suppressions(
    session: Session, order_key: str | None, at: datetime, size: int, position: int | None
) -> tuple[tuple[Suppression, ...], int | None]:
    """See `ReviewStore.suppressions`."""
    last = 2**63 - 1 if position is None else min(position, 2**63 - 1)
    about: LiteralString = (
        "" if order_key is None else " AND (order_key = %s OR counterpart_key = %s)"
    )
    rows = session.rows(
        f"{_SUPPRESSION} AND number < %s AND (until = 0 OR until > %s){about}"
        " ORDER BY number DESC LIMIT %s",
        session.tenant,
        last,
        to_micros(at),
        *(() if order_key is None else (order_key, order_key)),
        size + 1,
    )
    page = rows[:size]
    return tuple(map(_suppression, page)), page[-1][0] if len(rows) > size else None


def suppression(session: Session, key: str) -> Suppression:
    """See `ReviewStore.suppression`."""
    rows = session.rows(f"{_SUPPRESSION} AND key = %s", session.tenant, key)
    if not rows:
        raise NotFound("suppression", key)
    return _suppression(rows[0])


def _parts(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Different keys, `_AT_ONCE` at a time: the last part is filled up, so that the statement is
    always the same one."""
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        yield (*part, *part[:1] * (_AT_ONCE - len(part)))


def _seen(session: Session, key: str, at: int) -> SeenOrder | None:
    rows = session.rows(
        "SELECT (SELECT earlier.content FROM order_versions AS earlier"
        " WHERE earlier.tenant = orders.tenant AND earlier.sequence = orders.sequence"
        " AND earlier.replaced_at >= %s ORDER BY earlier.number LIMIT 1),"
        f" order_contents.content, orders.features FROM orders {session.contents}"
        " WHERE orders.tenant = %s AND orders.key = %s",
        at,
        session.tenant,
        key,
    )
    if not rows:
        return None
    earlier, content, features = rows[0]
    return SeenOrder(unpack_order(earlier or content), None if earlier else features or None)


def _verdict(row: tuple[Any, ...]) -> StoredVerdict:
    position, first, review_key, at, order_key, counterpart_key, decision_key, answer, *rest = row
    relation, reason, reviewer, blind, model_version, probability, source, inclusion, *rest = rest
    seen_at, outcome, opinion, before, after, ended_at, ended_by, end_reason, by, kind, state = rest
    said = NewVerdict(
        order_key=order_key,
        counterpart_key=counterpart_key,
        decision_key=decision_key,
        answer=Answer(answer),
        relation=relation,
        reason=reason,
        reviewer=reviewer,
        blind=bool(blind),
        model_version=model_version,
        probability=probability,
        source=VerdictSource(source),
        inclusion=inclusion,
        seen_at=from_micros(seen_at),
        outcome=outcome,
        opinion=opinion,
        state_before=before,
        state_after=after,
    )
    ended = None if ended_at is None else Ended(from_micros(ended_at), ended_by, end_reason, by)
    answered = state in (None, ReviewState.DECIDED) or kind == ReviewKind.BATCH
    settled = ended is None and said.answer is not Answer.UNSURE and answered
    return StoredVerdict(position, first, review_key, from_micros(at), said, ended, settled)


def _suppression(row: tuple[Any, ...]) -> Suppression:
    _, key, order_key, counterpart_key, until, reason, made_by, at = row
    return Suppression(
        key=key,
        order_key=order_key,
        counterpart_key=counterpart_key,
        until=from_micros(until) if until else None,
        reason=reason,
        by=made_by,
        at=from_micros(at),
    )
