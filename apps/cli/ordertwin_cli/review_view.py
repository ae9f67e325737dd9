"""Reviews as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ordertwin.v1 import review_pb2
from ordertwin.v1.decision_pb2 import Relation
from ordertwin.v1.order_pb2 import OrderState

_NOT_COMPARED = "not compared"


def line_of(review: review_pb2.Review) -> str:
    """A review in one line of a list."""
    order, key = review.order, review.name.rpartition("/")[2]
    parts = [
        key,
        _plain(review_pb2.ReviewState.Name(review.state), "REVIEW_STATE_"),
        order.order_number or order.order_id,
        order.customer_name or order.party_id or "no customer",
        _total(order),
    ]
    if review.HasField("likeliest"):
        twin = review.likeliest
        parts.append(f"like {_id(twin)} at {twin.match_probability:.2f}, {_relation(twin)}")
    elif review.blind:
        parts.append("blind")
    if review.order_count > 1:
        parts.append(f"batch of {review.order_count}")
    if review.claimed_by:
        parts.append(f"taken by {review.claimed_by}")
    return "  ".join(parts)


def text_of(review: review_pb2.Review) -> str:
    """A review with all that there is to see."""
    return "\n".join(_lines(review))


def outcome_of(review: review_pb2.Review) -> str:
    """What became of a review and its order."""
    state = _plain(review_pb2.ReviewState.Name(review.state), "REVIEW_STATE_")
    order = _plain(OrderState.Name(review.order.state), "ORDER_STATE_")
    verdicts = [each for each in review.verdicts if not each.HasField("end_time")]
    said = f", verdict {verdicts[-1].name.rpartition('/')[2]}" if verdicts else ""
    return f"{state}: order {review.order.order_id} is {order}{said}"


def _lines(review: review_pb2.Review) -> Iterator[str]:
    yield line_of(review)
    order = review.order
    yield f"order {order.order_id} ({order.name}), {order.line_count} lines"
    if review.HasField("decision"):
        yield review.decision.summary
    for candidate in review.candidates:
        shown = "" if review.blind and not candidate.relation else _likeness(candidate)
        yield f"candidate {_id(candidate)} ({candidate.order}){shown}"
    for match in review.decision.matches[:1]:
        for reason in match.contributions[:5]:
            yield f"  {reason.weight:+.1f}  {reason.text}"
    for row in review.batch:
        twin = (
            f" like {_id(row.likeliest)}{_likeness(row.likeliest)}" if row.likeliest.order else ""
        )
        yield f"held {row.order.order_id} ({row.order.name}){twin}"
    for verdict in review.verdicts:
        yield _verdict(verdict)


def _verdict(verdict: review_pb2.Verdict) -> str:
    said = _plain(review_pb2.Answer.Name(verdict.answer), "ANSWER_")
    place = verdict.name.rpartition("/")[2]
    about = f" of {verdict.counterpart}" if verdict.counterpart else ""
    why = f": {verdict.reason}" if verdict.reason else ""
    ended = f" (ended by {verdict.ended_by})" if verdict.HasField("end_time") else ""
    time = verdict.time.ToJsonString()
    return f"verdict {place}: {said}{about} by {verdict.reviewer} at {time}{why}{ended}"


def _likeness(candidate: review_pb2.Candidate) -> str:
    return f" at {candidate.match_probability:.2f}, {_relation(candidate)}"


def _relation(candidate: review_pb2.Candidate) -> str:
    return _plain(Relation.Name(candidate.relation), "RELATION_")


def _id(candidate: review_pb2.Candidate) -> str:
    return candidate.order_id or candidate.order


def _total(order: review_pb2.ReviewedOrder) -> str:
    if not order.HasField("total_amount"):
        return "no total"
    money = order.total_amount
    amount = Decimal(money.units) + Decimal(money.nanos).scaleb(-9)
    return f"{amount:.2f} {money.currency_code}".rstrip()


def _plain(name: str, prefix: str) -> str:
    return name.removeprefix(prefix)
