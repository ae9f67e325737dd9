"""Reviews read back: pages of the queue, one review, the orders it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, LiteralString

from ordertwin_models.errors import NotFound
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import from_micros, to_micros, unpack_decision
from ordertwin_stores.reviewing.places import mark_of
from ordertwin_stores.reviewing.session import Session
from ordertwin_stores.reviews import (
    Member,
    ReviewFilter,
    ReviewKind,
    ReviewPage,
    ReviewState,
    StoredReview,
)

_COLUMNS: LiteralString = (
    "SELECT reviews.place, reviews.key, reviews.kind, reviews.state, orders.key, decisions.key,"
    " CASE reviews.kind WHEN 'BATCH' THEN (SELECT count(*) FROM decisions AS shared"
    " WHERE shared.tenant = reviews.tenant AND shared.review_key = reviews.key) ELSE 1 END,"
    " reviews.opened_at, reviews.closed_at, reviews.priority, reviews.value, reviews.relation,"
    " reviews.blind, reviews.opinions, reviews.inclusion, reviews.claimed_by,"
    " reviews.claimed_until, reviews.version"
)
_JOINS: LiteralString = (
    " JOIN decisions ON decisions.tenant = reviews.tenant AND decisions.number = reviews.number"
    " JOIN orders ON orders.tenant = reviews.tenant AND orders.sequence = reviews.sequence"
)
_MEMBER: LiteralString = (
    "SELECT orders.key, orders.state, orders.version, decisions.key, decisions.body"
    " FROM decisions JOIN orders"
    " ON orders.tenant = decisions.tenant AND orders.sequence = decisions.sequence"
    " WHERE decisions.tenant = %s"
)
HELD_BY_BATCH: LiteralString = (
    " AND decisions.review_key = %s AND orders.state = 'HELD' AND NOT EXISTS"
    " (SELECT 1 FROM decisions AS later WHERE later.tenant = decisions.tenant"
    " AND later.sequence = decisions.sequence AND later.number > decisions.number)"
)
_OF_ORDER: LiteralString = (
    "SELECT own.number FROM orders JOIN reviews AS own"
    " ON own.tenant = orders.tenant AND own.sequence = orders.sequence"
    " WHERE orders.tenant = %s AND orders.key = %s"
    " UNION SELECT shared.number FROM orders JOIN decisions"
    " ON decisions.tenant = orders.tenant AND decisions.sequence = orders.sequence"
    " JOIN reviews AS shared"
    " ON shared.tenant = decisions.tenant AND shared.key = decisions.review_key"
    " WHERE orders.tenant = %s AND orders.key = %s"
)
_AT_ONCE = 200
BLIND: LiteralString = (
    "reviews.waiting = 1 AND reviews.blind = 1 AND reviews.state IN ('OPEN', 'SECOND_OPINION')"
)
"""A review that people are asked about without being told what the engine thinks."""
_ASKED_BLINDLY: LiteralString = (
    "SELECT DISTINCT orders.key FROM orders JOIN reviews"
    " ON reviews.tenant = orders.tenant AND reviews.sequence = orders.sequence"
    f" WHERE orders.tenant = %s AND {BLIND}"
)
_ANSWERED: LiteralString = (
    "NOT EXISTS (SELECT 1 FROM verdicts LEFT JOIN verdict_endings"
    " ON verdict_endings.tenant = verdicts.tenant"
    " AND verdict_endings.verdict = verdicts.position"
    " WHERE verdicts.tenant = %s AND verdicts.review_key = reviews.key"
    " AND verdicts.reviewer = %s AND verdict_endings.verdict IS NULL)"
)


def list_reviews(
    session: Session, where: ReviewFilter, size: int, position: int | None
) -> ReviewPage:
    """See `ReviewStore.list`."""
    numbers = None if where.order_key is None else _numbers_of(session, where.order_key)
    if numbers is not None and not numbers:
        return ReviewPage((), None)
    conditions = list(_conditions(session.tenant, where, position, numbers))
    tests: LiteralString = " AND ".join(text for text, _ in conditions)
    # The inner statement reads the index alone, however many reviews a filter passes over.
    rows = session.rows(
        f"{_COLUMNS} FROM (SELECT number AS chosen FROM reviews WHERE {tests}"
        " ORDER BY place LIMIT %s) AS page"
        f" JOIN reviews ON reviews.tenant = %s AND reviews.number = page.chosen{_JOINS}"
        " ORDER BY reviews.place",
        *(value for _, values in conditions for value in values),
        size + 1,
        session.tenant,
    )
    page = rows[:size]
    return ReviewPage(tuple(map(_review, page)), page[-1][0] if len(rows) > size else None)


def get_review(session: Session, key: str) -> StoredReview:
    """See `ReviewStore.get`."""
    rows = session.rows(
        f"{_COLUMNS} FROM reviews{_JOINS} WHERE reviews.tenant = %s AND reviews.key = %s",
        session.tenant,
        key,
    )
    if not rows:
        raise NotFound("review", key)
    return _review(rows[0])


def asked_blindly(session: Session, orders: Sequence[str], member: str) -> frozenset[str]:
    """See `ReviewStore.asked_blindly`."""
    found: set[str] = set()
    for start in range(0, len(orders), _AT_ONCE):
        part = orders[start : start + _AT_ONCE]
        marks: LiteralString = ", ".join(["%s"] * len(part))
        rows = session.rows(
            f"{_ASKED_BLINDLY} AND orders.key IN ({marks}) AND NOT EXISTS (SELECT 1 FROM verdicts"
            " WHERE verdicts.tenant = orders.tenant AND verdicts.review_key = reviews.key"
            " AND verdicts.reviewer = %s)",
            session.tenant,
            *part,
            member,
        )
        found.update(key for (key,) in rows)
    return frozenset(found)


def members(session: Session, key: str, orders: Sequence[str], size: int) -> tuple[Member, ...]:
    """See `ReviewStore.members`."""
    found = session.rows(
        "SELECT number, kind FROM reviews WHERE tenant = %s AND key = %s", session.tenant, key
    )
    if not found:
        raise NotFound("review", key)
    number, kind = found[0]
    which: tuple[LiteralString, object] = (" AND decisions.number = %s", number)
    if kind == ReviewKind.BATCH:
        which = (HELD_BY_BATCH, key)
    statement, value = f"{_MEMBER}{which[0]}", which[1]
    if not orders:
        rows = session.rows(
            f"{statement} ORDER BY decisions.number LIMIT %s", session.tenant, value, size
        )
        return tuple(map(_member, rows))
    named = [
        row
        for order in dict.fromkeys(orders)
        for row in session.rows(f"{statement} AND orders.key = %s", session.tenant, value, order)
    ]
    return tuple(map(_member, named[:size]))


def conflicts(session: Session) -> int:
    """See `ReviewStore.conflicts`."""
    ((count,),) = session.rows(
        "SELECT count(*) FROM reviews WHERE tenant = %s AND waiting = 1 AND state = 'CONFLICT'",
        session.tenant,
    )
    return int(count)


def _numbers_of(session: Session, order_key: str) -> list[int]:
    """The reviews of an order: its own, and the batches that it was held with."""
    of_order = (session.tenant, order_key)
    return [number for (number,) in session.rows(_OF_ORDER, *of_order, *of_order)]


def _conditions(
    tenant: int | None, where: ReviewFilter, position: int | None, numbers: Sequence[int] | None
) -> Iterator[tuple[LiteralString, tuple[object, ...]]]:
    yield "tenant = %s", (tenant,)
    if numbers is None:
        yield "waiting = %s", (int(where.waiting),)
    else:
        marks: LiteralString = ", ".join(["%s"] * len(numbers))
        yield f"number IN ({marks})", tuple(numbers)
    if position is not None:
        yield "place > %s", (min(position, 2**63 - 1),)
    if where.state is not None:
        yield "state = %s", (where.state.value,)
    if where.kind is not None:
        yield "kind = %s", (where.kind.value,)
    if where.relation is not None:
        yield "relation = %s", (where.relation,)
    if where.unhidden and (where.kind is not None or where.relation is not None):
        yield "(blind = 0 OR waiting = 0)", ()
    if where.channel is not None:
        yield "channel = %s", (where.channel,)
    if where.source is not None:
        yield "source = %s", (mark_of(where.source),)
    if where.customer is not None:
        yield "customer = %s", (mark_of(where.customer),)
    if where.claimed_by is not None:
        yield "claimed_by = %s AND claimed_until > %s", (where.claimed_by, to_micros(where.now))
    if where.opened_before is not None:
        yield "opened_at < %s", (to_micros(where.opened_before),)
    if where.opened_from is not None:
        yield "opened_at >= %s", (to_micros(where.opened_from),)
    if where.least_value is not None:
        yield "value >= %s", (where.least_value,)
    if where.available_to is not None:
        free = (to_micros(where.now), where.available_to)
        yield "(claimed_until <= %s OR claimed_by = %s)", free
        yield _ANSWERED, (tenant, where.available_to)


def _review(row: tuple[Any, ...]) -> StoredReview:
    _, key, kind, state, order_key, decision_key, orders, opened_at, closed_at, *rest = row
    priority, value, relation, blind, opinions, inclusion, claimed_by, claimed_until, version = rest
    return StoredReview(
        key=key,
        kind=ReviewKind(kind),
        state=ReviewState(state),
        order_key=order_key,
        decision_key=decision_key,
        orders=orders,
        opened_at=from_micros(opened_at),
        closed_at=from_micros(closed_at) if closed_at else None,
        priority=priority,
        value=value,
        relation=relation,
        blind=bool(blind),
        opinions=opinions,
        inclusion=inclusion,
        claimed_by=claimed_by,
        claimed_until=from_micros(claimed_until) if claimed_until else None,
        version=version,
    )


def _member(row: tuple[Any, ...]) -> Member:
    key, state, version, decision_key, body = row
    return Member(key, OrderState(state), version, decision_key, unpack_decision(body))
