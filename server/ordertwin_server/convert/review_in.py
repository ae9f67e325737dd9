"""What requests about reviews ask for, as values; what cannot be read becomes a violation."""

from __future__ import annotations

import math
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from ordertwin.v1 import review_service_pb2 as pb
from ordertwin_models.decision import Relation
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_server.commands.answers import CandidateSaid
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.decide_review import Decide
from ordertwin_server.convert.access_in import time_in
from ordertwin_server.convert.enums import (
    ANSWER,
    CHANNEL,
    RELATION,
    REVIEW_KIND,
    REVIEW_STATE,
    member_in,
)
from ordertwin_server.names import key_in
from ordertwin_stores.reviews import Answer, ReviewFilter

ME = "me"
MOST_ANSWERS = 100
MOST_ORDERS = 2_000


def filter_in(call: Call, request: pb.ListReviewsRequest, now: datetime) -> ReviewFilter:
    """Which reviews are asked for."""
    state = member_in(REVIEW_STATE, request.state, "state")
    if math.isnan(request.min_value):
        raise InvalidRequest([FieldViolation("min_value", "must be a number")])
    channel = member_in(CHANNEL, request.channel, "channel")
    relation = member_in(RELATION, request.relation, "relation")
    claimed_by = call.actor if request.claimed_by == ME else request.claimed_by
    order = request.order
    return ReviewFilter(
        now=now,
        waiting=not request.ended if state is None else state.waits,
        state=state,
        kind=member_in(REVIEW_KIND, request.kind, "kind"),
        channel=channel.value if channel else None,
        source=request.source or None,
        customer=request.party_id or None,
        relation=relation.value if relation else None,
        claimed_by=claimed_by or None,
        available_to=call.actor if request.available else None,
        opened_before=_time(request, "opened_before"),
        opened_from=_time(request, "opened_after"),
        least_value=request.min_value or None,
        order_key=key_in(order, "order", call.tenant, field="order") if order else None,
    )


def decide_in(call: Call, request: pb.DecideReviewRequest, key: str) -> Decide:
    """What is answered."""
    if len(request.answers) > MOST_ANSWERS or len(request.orders) > MOST_ORDERS:
        text = f"may have at most {MOST_ANSWERS} answers and {MOST_ORDERS} orders"
        raise InvalidRequest([FieldViolation("answers", text)])
    return Decide(
        review_key=key,
        request_id=request.request_id,
        answer=member_in(ANSWER, request.answer, "answer"),
        relation=member_in(RELATION, request.relation, "relation"),
        answers=tuple(_candidate(call, index, each) for index, each in enumerate(request.answers)),
        orders=tuple(
            key_in(name, "order", call.tenant, field=f"orders[{index}]")
            for index, name in enumerate(request.orders)
        ),
        reason=request.reason,
        etag=request.etag,
    )


def _candidate(call: Call, index: int, given: pb.CandidateAnswer) -> CandidateSaid:
    path = f"answers[{index}]"
    order_key = key_in(given.order, "order", call.tenant, field=f"{path}.order")
    answer: Answer | None = member_in(ANSWER, given.answer, f"{path}.answer")
    relation: Relation | None = member_in(RELATION, given.relation, f"{path}.relation")
    if answer is None:
        raise InvalidRequest([FieldViolation(f"{path}.answer", f"must be one of {ANSWER.choices}")])
    return CandidateSaid(order_key, answer, relation)


def _time(request: pb.ListReviewsRequest, field: str) -> datetime | None:
    value: Timestamp = getattr(request, field)
    return time_in(value, field) if request.HasField(field) else None
