"""Changes of reviews, and what other changes mean for them. Runs inside a write.

Everything is looked at and locked first, always in one order: orders by key, then the review, then
the counters that all share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import LiteralString

from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import order_mark, to_micros
from ordertwin_stores.events import STATUS_CHANGED
from ordertwin_stores.reviewing.claims import write_claim
from ordertwin_stores.reviewing.places import ended_place, mark_of, waiting_place
from ordertwin_stores.reviewing.reading import HELD_BY_BATCH
from ordertwin_stores.reviewing.session import Session
from ordertwin_stores.reviews import Ending, NewReview, NewVerdict, OrderMove, ReviewChange
from ordertwin_stores.rules import ensure_transition, ensure_verdict_may_move

_SPOKEN: LiteralString = (
    "EXISTS (SELECT 1 FROM verdicts LEFT JOIN verdict_endings"
    " ON verdict_endings.tenant = verdicts.tenant AND verdict_endings.verdict = verdicts.position"
    " WHERE verdicts.tenant = %s AND verdicts.review_key = %s AND verdicts.answer <> 'UNSURE'"
    " AND verdict_endings.verdict IS NULL)"
)


@dataclass(slots=True)
class _Order:
    """An order as it stands, locked."""

    sequence: int
    state: OrderState
    version: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Review:
    number: int
    key: str
    priority: int
    sequence: int


def open_review(session: Session, number: int, sequence: int, new: NewReview, at: int) -> None:
    """Open a question with the decision of this number."""
    session.run(
        "INSERT INTO reviews (tenant, number, key, sequence, state, opened_at, kind, waiting,"
        " place, priority, value, relation, channel, source, customer, blind, opinions, inclusion)"
        " VALUES (%s, %s, %s, %s, 'OPEN', %s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        session.tenant,
        number,
        new.key,
        sequence,
        at,
        new.kind.value,
        waiting_place(new.priority, number),
        new.priority,
        new.value,
        new.relation,
        new.channel,
        mark_of(new.source),
        mark_of(new.customer),
        int(new.blind),
        new.opinions,
        new.inclusion,
    )


def change(session: Session, made: ReviewChange) -> None:
    """See `ReviewStore.change`; the request was looked at before."""
    at = to_micros(made.at)
    orders = _orders_of(session, [move.order_key for move in made.moves])
    for move in made.moves:
        _ensure_may_move(orders, move)
    review = _review_of(session, made)
    for ending in made.endings:
        _ensure_holds(session, ending)
    first = _take_positions(session, len(made.verdicts) + len(made.endings))
    _write_verdicts(session, made, first, at)
    _write_endings(session, made, first, at)
    if review is not None:
        _write_review(session, review, made, at)
    for move in made.moves:
        _move(session, orders[move.order_key], move, at)
    left = [
        orders[move.order_key].sequence
        for move in made.moves
        if orders[move.order_key].state is OrderState.HELD and move.state is not OrderState.HELD
    ]
    leave_queue(session, left, at, but=review.number if review and made.state else 0)
    _write_suppression(session, made, at)
    if made.event:
        place = review.sequence if review is not None else 0
        session.event(made.event, place, at, {"review": made.review_key or None})
    if made.audit is not None:
        session.audit(made.audit, at)


def leave_queue(session: Session, sequences: Collection[int], at: int, but: int = 0) -> None:
    """End the reviews that orders waited for which are no longer held, but for one number."""
    batches: dict[str, None] = {}
    for sequence in sequences:
        rows = session.rows(
            "SELECT number, key, priority, sequence FROM reviews WHERE tenant = %s"
            " AND sequence = %s AND waiting = 1 AND number <> %s AND kind IN ('DOUBT', 'CONFIDENT')"
            f"{session.locking}",
            session.tenant,
            sequence,
            but,
        )
        for row in rows:
            _end(session, _Review(*row), at)
        newest = session.rows(
            "SELECT review_key FROM decisions WHERE tenant = %s AND sequence = %s"
            " ORDER BY number DESC LIMIT 1",
            session.tenant,
            sequence,
        )
        if newest and newest[0][0] is not None:
            batches[newest[0][0]] = None
    for key in sorted(batches):
        _end_batch(session, key, at)


def forget(session: Session, order_key: str, sequence: int) -> None:
    """Take what people wrote about an order, and whose it is, out of its reviews."""
    session.run(
        "UPDATE reviews SET customer = 0 WHERE tenant = %s AND sequence = %s",
        session.tenant,
        sequence,
    )
    session.run(
        "UPDATE verdict_endings SET reason = '' WHERE tenant = %s AND verdict IN"
        " (SELECT position FROM verdicts WHERE tenant = %s"
        " AND (order_key = %s OR counterpart_key = %s))",
        session.tenant,
        session.tenant,
        order_key,
        order_key,
    )
    for table in _REASONED:
        session.run(table, session.tenant, order_key, order_key)


_REASONED: tuple[LiteralString, ...] = (
    "UPDATE verdicts SET reason = '' WHERE tenant = %s"
    " AND (order_key = %s OR counterpart_key = %s)",
    "UPDATE suppressions SET reason = '' WHERE tenant = %s"
    " AND (order_key = %s OR counterpart_key = %s)",
)


def _orders_of(session: Session, keys: Iterable[str]) -> dict[str, _Order]:
    found = {}
    for key in sorted(set(keys)):
        rows = session.rows(
            "SELECT sequence, state, version, digest FROM orders WHERE tenant = %s AND key = %s"
            f"{session.locking}",
            session.tenant,
            key,
        )
        if not rows:
            raise NotFound("order", key)
        sequence, state, version, digest = rows[0]
        found[key] = _Order(sequence, OrderState(state), version, digest)
    return found


def _ensure_may_move(orders: dict[str, _Order], move: OrderMove) -> None:
    order = orders[move.order_key]
    if order.version != move.expected_version:
        raise EtagMismatch(move.order_key)
    if order.state is not move.state:
        check = ensure_verdict_may_move if move.freely else ensure_transition
        check(order.state, move.state)


def _review_of(session: Session, made: ReviewChange) -> _Review | None:
    if not made.review_key:
        return None
    rows = session.rows(
        "SELECT number, key, priority, sequence, version FROM reviews"
        f" WHERE tenant = %s AND key = %s{session.locking}",
        session.tenant,
        made.review_key,
    )
    if not rows:
        raise NotFound("review", made.review_key)
    *fields, version = rows[0]
    if version != made.expected:
        raise EtagMismatch(made.review_key)
    return _Review(*fields)


def _ensure_holds(session: Session, ending: Ending) -> None:
    rows = session.rows(
        "SELECT verdict_endings.verdict FROM verdicts LEFT JOIN verdict_endings"
        " ON verdict_endings.tenant = verdicts.tenant"
        " AND verdict_endings.verdict = verdicts.position"
        " WHERE verdicts.tenant = %s AND verdicts.position = %s",
        session.tenant,
        ending.position,
    )
    if not rows:
        raise NotFound("verdict", str(ending.position))
    if rows[0][0] is not None:
        raise EtagMismatch(f"verdict {ending.position}")


def _take_positions(session: Session, count: int) -> int:
    """The first of so many positions in a row. The counter is locked until the commit, so that
    positions become visible in their order."""
    if not count:
        return 0
    ((last,),) = session.rows(
        "INSERT INTO verdict_heads (tenant, position) VALUES (%s, %s)"
        " ON CONFLICT (tenant) DO UPDATE SET position = verdict_heads.position + excluded.position"
        " RETURNING position",
        session.tenant,
        count,
    )
    return int(last) - count + 1


def _write_verdicts(session: Session, made: ReviewChange, first: int, at: int) -> None:
    for place, said in enumerate(made.verdicts):
        session.run(
            "INSERT INTO verdicts (tenant, position, act, review_key, at, order_key,"
            " counterpart_key, decision_key, answer, relation, reason, reviewer, blind,"
            " model_version, probability, source, inclusion, seen_at, outcome, opinion,"
            " state_before, state_after) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
            " %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            session.tenant,
            first + place,
            first,
            made.review_key,
            at,
            *_columns(said),
        )


def _columns(said: NewVerdict) -> Sequence[object]:
    return (
        said.order_key,
        said.counterpart_key,
        said.decision_key,
        said.answer.value,
        said.relation,
        said.reason,
        said.reviewer,
        int(said.blind),
        said.model_version,
        said.probability,
        said.source.value,
        said.inclusion,
        to_micros(said.seen_at),
        said.outcome,
        said.opinion,
        said.state_before,
        said.state_after,
    )


def _write_endings(session: Session, made: ReviewChange, first: int, at: int) -> None:
    for place, ending in enumerate(made.endings, len(made.verdicts)):
        session.run(
            "INSERT INTO verdict_endings (tenant, verdict, position, at, ended_by, reason,"
            " superseded_by) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            session.tenant,
            ending.position,
            first + place,
            at,
            made.actor,
            ending.reason,
            first if ending.overruled else 0,
        )


def _write_review(session: Session, review: _Review, made: ReviewChange, at: int) -> None:
    if made.state is not None:
        waits = made.state.waits
        place = waiting_place(review.priority, review.number) if waits else 0
        session.run(
            "UPDATE reviews SET state = %s, waiting = %s, closed_at = %s, place = %s"
            " WHERE tenant = %s AND number = %s",
            made.state.value,
            int(waits),
            0 if waits else at,
            place or ended_place(at, review.number),
            session.tenant,
            review.number,
        )
    write_claim(session, review.number, made, at)
    session.run(
        "UPDATE reviews SET version = version + 1 WHERE tenant = %s AND number = %s",
        session.tenant,
        review.number,
    )


def _move(session: Session, order: _Order, move: OrderMove, at: int) -> None:
    before, version = order.state, order.version
    if before is not move.state:
        version += 1
        session.run(
            "UPDATE orders SET state = %s, state_changed_at = %s, updated_at = %s,"
            " version = version + 1 WHERE tenant = %s AND sequence = %s",
            move.state.value,
            at,
            at,
            session.tenant,
            order.sequence,
        )
        session.state_change(order.sequence, before.value, move.state.value, move.reason, at)
        states = {"state": move.state, "before": before}
        session.event(STATUS_CHANGED, order.sequence, at, states)
    entry = replace(
        move.audit,
        before=order_mark(order.digest, before, order.version),
        after=order_mark(order.digest, move.state, version),
    )
    session.audit(entry, at)


def _end(session: Session, review: _Review, at: int) -> None:
    session.run(
        "UPDATE reviews SET state = CASE WHEN state <> 'CONFLICT'"
        f" AND {_SPOKEN} THEN 'DECIDED' ELSE 'CLOSED' END,"
        " waiting = 0, closed_at = %s, place = %s, claimed_by = '', claimed_until = 0,"
        " version = version + 1 WHERE tenant = %s AND number = %s",
        session.tenant,
        review.key,
        at,
        ended_place(at, review.number),
        session.tenant,
        review.number,
    )


def _end_batch(session: Session, key: str, at: int) -> None:
    rows = session.rows(
        "SELECT number, key, priority, sequence FROM reviews WHERE tenant = %s AND key = %s"
        f" AND waiting = 1 AND kind = 'BATCH'{session.locking}",
        session.tenant,
        key,
    )
    if not rows:
        return
    held = session.rows(
        "SELECT 1 FROM decisions JOIN orders ON orders.tenant = decisions.tenant"
        " AND orders.sequence = decisions.sequence WHERE decisions.tenant = %s"
        f"{HELD_BY_BATCH} LIMIT 1",
        session.tenant,
        key,
    )
    if not held:
        _end(session, _Review(*rows[0]), at)


def _write_suppression(session: Session, made: ReviewChange, at: int) -> None:
    if made.suppression is not None:
        new = made.suppression
        session.run(
            "INSERT INTO suppressions (tenant, key, order_key, counterpart_key, until, reason,"
            " made_by, at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            session.tenant,
            new.key,
            new.order_key,
            new.counterpart_key,
            to_micros(new.until) if new.until else 0,
            new.reason,
            new.by,
            at,
        )
    if made.lifted:
        gone = session.rows(
            "DELETE FROM suppressions WHERE tenant = %s AND key = %s RETURNING number",
            session.tenant,
            made.lifted,
        )
        if not gone:
            raise NotFound("suppression", made.lifted)
