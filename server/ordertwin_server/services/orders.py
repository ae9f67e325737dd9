"""OrderService, one method an RPC: message in, command, message out.

Methods are plain blocking functions, so that a JSON door can call the same ones. They raise domain
errors only; whoever carries the call maps them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import TypeVar

from google.protobuf.message import Message

from ordertwin.v1 import decision_pb2, order_pb2, order_service_pb2
from ordertwin_models.errors import EtagMismatch, FieldViolation, InvalidRequest, NotFound
from ordertwin_models.order import OrderState
from ordertwin_server import convert
from ordertwin_server.commands.answer import Answer
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.outcomes import OrderOutcome
from ordertwin_server.commands.question import Question
from ordertwin_server.commands.read_decision import DecisionQuery, ReadDecision
from ordertwin_server.commands.read_orders import ListQuery, ReadOrders
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.commands.update_status import StatusUpdate, UpdateStatus
from ordertwin_server.convert.enums import ORDER_OUTCOME, OUTCOME, STATE
from ordertwin_server.convert.mask import mask_matches, shown_order
from ordertwin_server.convert.values import Unreadable, time_from_proto
from ordertwin_server.names import decision_name, ensure_parent, key_in

_Query = TypeVar("_Query", ListQuery, DecisionQuery)
_Page = TypeVar("_Page", bound=Message)
MOST_BYTES = 3 * 2**20
"""Of the entries of a page: gRPC takes 4 MiB unless a client asks for more."""


class OrderService:
    """The service an ERP calls."""

    def __init__(
        self,
        *,
        score: ScoreOrder,
        orders: ReadOrders,
        status: UpdateStatus,
        decisions: ReadDecision,
        max_lines: int,
    ) -> None:
        self._score = score
        self._orders = orders
        self._status = status
        self._decisions = decisions
        self._max_lines = max_lines

    def score_order(
        self, call: Call, request: order_service_pb2.ScoreOrderRequest
    ) -> order_service_pb2.ScoreOrderResponse:
        """Whether the order is already there."""
        order, unreadable = convert.order_from_proto(request.order, self._max_lines)
        answer = self._score(
            call,
            Question(
                order=order,
                request_id=request.request_id,
                validate_only=request.validate_only,
                max_matches=request.max_matches,
                attended=request.attended,
                unreadable=unreadable,
            ),
        )
        response = convert.response_to_proto(call.tenant, answer, request.language_code)
        if not _reveals(call):
            mask_matches(response.matches)
        return response

    def get_order(self, call: Call, request: order_service_pb2.GetOrderRequest) -> order_pb2.Order:
        """One order."""
        key = key_in(request.name, "order", call.tenant)
        with _named(request.name):
            stored = self._orders.get(call, key)
        blind = key in self._orders.blind(call, [stored])
        shown = shown_order(call.tenant, stored, reveal=_reveals(call), blind=blind)
        if not blind:
            shown.decision = decision_name(call.tenant, self._decisions.latest_on(call, key))
        return shown

    def list_orders(
        self, call: Call, request: order_service_pb2.ListOrdersRequest
    ) -> order_service_pb2.ListOrdersResponse:
        """A page of orders; of those whose state the caller is not to know, none by their state."""
        ensure_parent(request.parent, call.tenant)

        def page_of(query: ListQuery) -> order_service_pb2.ListOrdersResponse:
            page = self._orders.list(call, query)
            blind = self._orders.blind(call, page.orders)
            return order_service_pb2.ListOrdersResponse(
                orders=[
                    shown_order(call.tenant, each, reveal=_reveals(call), blind=each.key in blind)
                    for each in page.orders
                ],
                next_page_token=page.next_token,
            )

        return _that_fits(page_of, _query(request), lambda page: page.orders)

    def update_order_status(
        self, call: Call, request: order_service_pb2.UpdateOrderStatusRequest
    ) -> order_pb2.Order:
        """The order in its new state."""
        named = request.counterpart
        counterpart = key_in(named, "order", call.tenant, field="counterpart") if named else ""
        update = StatusUpdate(
            order_key=key_in(request.name, "order", call.tenant),
            state=_state(request.state),
            request_id=request.request_id,
            reason=request.reason,
            etag=request.etag,
            outcome=_outcome(request.outcome),
            counterpart_key=counterpart,
        )
        with _named(request.name):
            return shown_order(call.tenant, self._status(call, update), reveal=_reveals(call))

    def get_decision(
        self, call: Call, request: order_service_pb2.GetDecisionRequest
    ) -> decision_pb2.Decision:
        """One stored decision."""
        key = key_in(request.name, "decision", call.tenant)
        with _named(request.name):
            answer = self._decisions(call, key)
        return _shown_decision(call, answer, request.language_code)

    def list_decisions(
        self, call: Call, request: order_service_pb2.ListDecisionsRequest
    ) -> order_service_pb2.ListDecisionsResponse:
        """A page of stored decisions."""
        ensure_parent(request.parent, call.tenant)

        def page_of(query: DecisionQuery) -> order_service_pb2.ListDecisionsResponse:
            page = self._decisions.list(call, query)
            return order_service_pb2.ListDecisionsResponse(
                decisions=[
                    _shown_decision(call, answer, request.language_code) for answer in page.answers
                ],
                next_page_token=page.next_token,
            )

        return _that_fits(page_of, _decision_query(call, request), lambda page: page.decisions)


def _that_fits(
    page_of: Callable[[_Query], _Page], query: _Query, entries: Callable[[_Page], Sequence[Message]]
) -> _Page:
    """The page that is asked for, or a shorter one that a client takes; of one entry at least."""
    page = page_of(query)
    filled = list(accumulate(entry.ByteSize() for entry in entries(page)))
    fitting = max(bisect_right(filled, MOST_BYTES), 1)
    return page if fitting >= len(filled) else page_of(replace(query, page_size=fitting))


def _shown_decision(call: Call, answer: Answer, language: str) -> decision_pb2.Decision:
    """A stored decision as this caller may see it."""
    decision = convert.decision_to_proto(call.tenant, answer, language)
    if not _reveals(call):
        mask_matches(decision.matches)
    return decision


def _reveals(call: Call) -> bool:
    return call.caller.may(Permission.ORDERS_REVEAL)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Commands know keys; the caller hears the name they used."""
    try:
        yield
    except NotFound as error:
        raise NotFound(error.kind, name) from error
    except EtagMismatch as error:
        raise EtagMismatch(name) from error


def _state(number: int) -> OrderState | None:
    try:
        return STATE.member(number)
    except KeyError:
        raise InvalidRequest(
            [FieldViolation("state", f"{number} is unknown; must be one of {STATE.choices}")]
        ) from None


def _outcome(number: int) -> OrderOutcome | None:
    try:
        return ORDER_OUTCOME.member(number)
    except KeyError:
        text = f"{number} is unknown; must be one of {ORDER_OUTCOME.choices}"
        raise InvalidRequest([FieldViolation("outcome", text)]) from None


def _decision_query(call: Call, request: order_service_pb2.ListDecisionsRequest) -> DecisionQuery:
    try:
        outcome = OUTCOME.member(request.outcome)
    except KeyError:
        text = f"{request.outcome} is unknown; must be one of {OUTCOME.choices}"
        raise InvalidRequest([FieldViolation("outcome", text)]) from None
    named = request.order
    return DecisionQuery(
        order_key=key_in(named, "order", call.tenant, field="order") if named else None,
        outcome=outcome,
        since=_time(request, "decided_after"),
        until=_time(request, "decided_before"),
        page_size=request.page_size,
        page_token=request.page_token,
    )


def _time(request: Message, field: str) -> datetime | None:
    """The time in a field, None where it is not set."""
    if not request.HasField(field):
        return None
    try:
        return time_from_proto(getattr(request, field))
    except Unreadable as error:
        raise InvalidRequest([FieldViolation(field, str(error))]) from None


def _query(request: order_service_pb2.ListOrdersRequest) -> ListQuery:
    return ListQuery(
        state=_state(request.state),
        source=request.source or None,
        order_id=request.order_id or None,
        received_after=_time(request, "received_after"),
        page_size=request.page_size,
        page_token=request.page_token,
    )
