"""Requests as both clients send them, and how channels are set up."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypedDict, TypeVar, Unpack

from google.protobuf.message import Message

from ordertwin.v1.decision_pb2 import Action, Decision, Outcome
from ordertwin.v1.order_event_pb2 import EventKind, WatchOrdersRequest
from ordertwin.v1.order_merge_pb2 import (
    FieldChoice,
    LineChoice,
    MergeOrdersRequest,
    MergeOrdersResponse,
    MergeSource,
    ResolveOrderRequest,
    ResolveOrderResponse,
    UnmergeOrdersRequest,
    UnmergeOrdersResponse,
)
from ordertwin.v1.order_pb2 import Order, OrderOutcome, OrderState
from ordertwin.v1.order_service_pb2 import (
    ListDecisionsRequest,
    ListDecisionsResponse,
    ListOrdersRequest,
    ListOrdersResponse,
    ScoreOrderRequest,
    ScoreOrderResponse,
    ScoreOrdersRequest,
    UpdateOrderStatusRequest,
)

R = TypeVar("R", bound=Message)
L = TypeVar("L", ListOrdersRequest, ListDecisionsRequest)

DEFAULT_TARGET = "127.0.0.1:50551"
SCORE_TIMEOUT = 0.3
"""Seconds an order may wait for its answer; after that the order path goes on without."""
READ_TIMEOUT = 5.0
"""Seconds for every other call."""

SERVICE_CONFIG = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{"service": "ordertwin.v1.OrderService"}],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.02s",
                    "maxBackoff": "0.2s",
                    "backoffMultiplier": 2,
                    # A call that reaches a server in the instant of its stopping is CANCELLED.
                    "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
                },
            }
        ],
        # A server that stays down is not hammered: retries stop until some calls succeed again.
        "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.2},
    }
)

CHANNEL_OPTIONS = (
    ("grpc.service_config", SERVICE_CONFIG),
    # After an outage the server is found again within a second, not after two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
)
"""What a channel of your own should be made with, so that calls are repeated as they should be."""


class ScoreOptions(TypedDict, total=False):
    """How an order is asked about; see `ScoreOrderRequest`."""

    request_id: str
    validate_only: bool
    language_code: str
    max_matches: int
    attended: bool


class ListOptions(TypedDict, total=False):
    """Which orders are listed; `received_after` carries a time zone."""

    tenant: str
    state: OrderState
    source: str
    order_id: str
    received_after: datetime
    page_size: int


class DecisionOptions(TypedDict, total=False):
    """Which decisions are listed; `order` is a resource name, times carry a time zone."""

    tenant: str
    order: str
    outcome: Outcome
    decided_after: datetime
    decided_before: datetime
    page_size: int
    language_code: str


class WatchOptions(TypedDict, total=False):
    """What is watched; see `WatchOrdersRequest`. `resume_token` is of an earlier watch."""

    tenant: str
    sources: Sequence[str]
    states: Sequence[OrderState]
    outcomes: Sequence[Outcome]
    kinds: Sequence[EventKind]
    resume_token: str


class MergeOptions(TypedDict, total=False):
    """How orders are merged; see `MergeOrdersRequest`. Etags are looked up when none are given."""

    etags: tuple[str, str]
    request_id: str
    validate_only: bool
    line_choices: Sequence[LineChoice]
    field_choices: Sequence[FieldChoice]
    order_id: str
    order_number: str
    reason: str
    language_code: str


class UnmergeOptions(TypedDict, total=False):
    """How a merge is undone; see `UnmergeOrdersRequest`."""

    request_id: str
    etag: str
    reason: str


class ResolveOptions(TypedDict, total=False):
    """How a pair is settled; see `ResolveOrderRequest`."""

    request_id: str
    etag: str
    existing_etag: str
    reason: str


class StatusOptions(TypedDict, total=False):
    """How a status is updated; see `UpdateOrderStatusRequest`."""

    request_id: str
    reason: str
    etag: str
    outcome: OrderOutcome
    counterpart: str


@dataclass(frozen=True, slots=True)
class Rpc(Generic[R]):
    """A method of the service and what it answers with: generated stubs carry no types."""

    name: str
    response: type[R]


SCORE_ORDER = Rpc("ScoreOrder", ScoreOrderResponse)
GET_ORDER = Rpc("GetOrder", Order)
LIST_ORDERS = Rpc("ListOrders", ListOrdersResponse)
UPDATE_ORDER_STATUS = Rpc("UpdateOrderStatus", Order)
GET_DECISION = Rpc("GetDecision", Decision)
LIST_DECISIONS = Rpc("ListDecisions", ListDecisionsResponse)
MERGE_ORDERS = Rpc("MergeOrders", MergeOrdersResponse)
UNMERGE_ORDERS = Rpc("UnmergeOrders", UnmergeOrdersResponse)
RESOLVE_ORDER = Rpc("ResolveOrder", ResolveOrderResponse)


def score_request(order: Order, **options: Unpack[ScoreOptions]) -> ScoreOrderRequest:
    """The question about one order, with a request id of its own unless one is given.

    >>> len(score_request(Order()).request_id), score_request(Order(), request_id="r1").request_id
    (36, 'r1')
    """
    options.setdefault("request_id", new_request_id())
    return ScoreOrderRequest(order=order, **options)


def new_request_id() -> str:
    """An id that no other call has."""
    return str(uuid.uuid4())


def status_request(
    name: str, state: OrderState, **options: Unpack[StatusOptions]
) -> UpdateOrderStatusRequest:
    """The update of a status, with a request id of its own unless one is given."""
    options.setdefault("request_id", new_request_id())
    return UpdateOrderStatusRequest(name=name, state=state, **options)


def watch_request(**options: Unpack[WatchOptions]) -> WatchOrdersRequest:
    """The request that begins a watch, or goes on with one.

    >>> watch_request(sources=["edi"]).parent
    'tenants/default'
    """
    return WatchOrdersRequest(
        parent=f"tenants/{options.get('tenant', 'default')}",
        resume_token=options.get("resume_token", ""),
        sources=options.get("sources", ()),
        states=options.get("states", ()),
        outcomes=options.get("outcomes", ()),
        kinds=options.get("kinds", ()),
    )


def merge_request(
    names: tuple[str, str], seen: tuple[str, str], **options: Unpack[MergeOptions]
) -> MergeOrdersRequest:
    """The request to merge two orders with the etags that were seen, and with a request id of its
    own unless one is given."""
    preview = options.get("validate_only", False)
    return MergeOrdersRequest(
        parent="/".join(names[0].split("/")[:2]),
        sources=[MergeSource(name=n, etag=e) for n, e in zip(names, seen, strict=True)],
        request_id=options.get("request_id") or ("" if preview else new_request_id()),
        validate_only=preview,
        line_choices=options.get("line_choices", ()),
        field_choices=options.get("field_choices", ()),
        order_id=options.get("order_id", ""),
        order_number=options.get("order_number", ""),
        reason=options.get("reason", ""),
        language_code=options.get("language_code", ""),
    )


def unmerge_request(name: str, **options: Unpack[UnmergeOptions]) -> UnmergeOrdersRequest:
    """The request to undo a merge, with a request id of its own unless one is given."""
    options.setdefault("request_id", new_request_id())
    return UnmergeOrdersRequest(name=name, **options)


def resolve_request(
    name: str, action: Action, existing: str, **options: Unpack[ResolveOptions]
) -> ResolveOrderRequest:
    """The request to settle a pair, with a request id of its own unless one is given."""
    options.setdefault("request_id", new_request_id())
    return ResolveOrderRequest(name=name, action=action, existing_order=existing, **options)


def stream_element(question: Order | ScoreOrderRequest) -> ScoreOrdersRequest:
    """An element of a stream, from an order or from a whole question."""
    request = question if isinstance(question, ScoreOrderRequest) else score_request(question)
    return ScoreOrdersRequest(request=request)


def list_request(**options: Unpack[ListOptions]) -> ListOrdersRequest:
    """The request for the first page of a list.

    >>> list_request(source="edi", page_size=10).parent
    'tenants/default'
    """
    return ListOrdersRequest(
        parent=f"tenants/{options.get('tenant', 'default')}",
        state=options.get("state"),
        source=options.get("source", ""),
        order_id=options.get("order_id", ""),
        received_after=options.get("received_after"),
        page_size=options.get("page_size", 0),
    )


def decisions_request(**options: Unpack[DecisionOptions]) -> ListDecisionsRequest:
    """The request for the first page of decisions.

    >>> decisions_request(page_size=10).parent
    'tenants/default'
    """
    return ListDecisionsRequest(
        parent=f"tenants/{options.get('tenant', 'default')}",
        order=options.get("order", ""),
        outcome=options.get("outcome"),
        decided_after=options.get("decided_after"),
        decided_before=options.get("decided_before"),
        page_size=options.get("page_size", 0),
        language_code=options.get("language_code", ""),
    )


def following(request: L, page: ListOrdersResponse | ListDecisionsResponse) -> L | None:
    """The request for the page after this one, None after the last."""
    if not page.next_page_token:
        return None
    further = type(request)()
    further.CopyFrom(request)
    further.page_token = page.next_page_token
    return further
