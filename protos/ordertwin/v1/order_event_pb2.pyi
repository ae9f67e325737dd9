import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ordertwin.v1 import decision_pb2 as _decision_pb2
from ordertwin.v1 import order_pb2 as _order_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_KIND_UNSPECIFIED: _ClassVar[EventKind]
    EVENT_KIND_ORDER_DECIDED: _ClassVar[EventKind]
    EVENT_KIND_STATUS_CHANGED: _ClassVar[EventKind]
    EVENT_KIND_BATCH_OPENED: _ClassVar[EventKind]
    EVENT_KIND_VERDICT_GIVEN: _ClassVar[EventKind]
    EVENT_KIND_VERDICT_WITHDRAWN: _ClassVar[EventKind]
    EVENT_KIND_ORDERS_MERGED: _ClassVar[EventKind]
    EVENT_KIND_ORDERS_UNMERGED: _ClassVar[EventKind]
    EVENT_KIND_ORDER_RESOLVED: _ClassVar[EventKind]
    EVENT_KIND_DECISION_TURNED: _ClassVar[EventKind]
    EVENT_KIND_REVIEW_CLAIMED: _ClassVar[EventKind]
    EVENT_KIND_CLAIM_RELEASED: _ClassVar[EventKind]
EVENT_KIND_UNSPECIFIED: EventKind
EVENT_KIND_ORDER_DECIDED: EventKind
EVENT_KIND_STATUS_CHANGED: EventKind
EVENT_KIND_BATCH_OPENED: EventKind
EVENT_KIND_VERDICT_GIVEN: EventKind
EVENT_KIND_VERDICT_WITHDRAWN: EventKind
EVENT_KIND_ORDERS_MERGED: EventKind
EVENT_KIND_ORDERS_UNMERGED: EventKind
EVENT_KIND_ORDER_RESOLVED: EventKind
EVENT_KIND_DECISION_TURNED: EventKind
EVENT_KIND_REVIEW_CLAIMED: EventKind
EVENT_KIND_CLAIM_RELEASED: EventKind

class OrderEvent(_message.Message):
    __slots__ = ("kind", "happened_at", "order", "order_id", "source", "state", "previous_state", "outcome", "decision", "review", "related_orders", "resume_token")
    KIND_FIELD_NUMBER: _ClassVar[int]
    HAPPENED_AT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_STATE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    RELATED_ORDERS_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kind: EventKind
    happened_at: _timestamp_pb2.Timestamp
    order: str
    order_id: str
    source: str
    state: _order_pb2.OrderState
    previous_state: _order_pb2.OrderState
    outcome: _decision_pb2.Outcome
    decision: str
    review: str
    related_orders: _containers.RepeatedScalarFieldContainer[str]
    resume_token: str
    def __init__(self, kind: _Optional[_Union[EventKind, str]] = ..., happened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., order: _Optional[str] = ..., order_id: _Optional[str] = ..., source: _Optional[str] = ..., state: _Optional[_Union[_order_pb2.OrderState, str]] = ..., previous_state: _Optional[_Union[_order_pb2.OrderState, str]] = ..., outcome: _Optional[_Union[_decision_pb2.Outcome, str]] = ..., decision: _Optional[str] = ..., review: _Optional[str] = ..., related_orders: _Optional[_Iterable[str]] = ..., resume_token: _Optional[str] = ...) -> None: ...

class WatchOrdersRequest(_message.Message):
    __slots__ = ("parent", "resume_token", "sources", "states", "outcomes", "kinds")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    parent: str
    resume_token: str
    sources: _containers.RepeatedScalarFieldContainer[str]
    states: _containers.RepeatedScalarFieldContainer[_order_pb2.OrderState]
    outcomes: _containers.RepeatedScalarFieldContainer[_decision_pb2.Outcome]
    kinds: _containers.RepeatedScalarFieldContainer[EventKind]
    def __init__(self, parent: _Optional[str] = ..., resume_token: _Optional[str] = ..., sources: _Optional[_Iterable[str]] = ..., states: _Optional[_Iterable[_Union[_order_pb2.OrderState, str]]] = ..., outcomes: _Optional[_Iterable[_Union[_decision_pb2.Outcome, str]]] = ..., kinds: _Optional[_Iterable[_Union[EventKind, str]]] = ...) -> None: ...

class WatchOrdersResponse(_message.Message):
    __slots__ = ("events", "resume_token", "closing")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[OrderEvent]
    resume_token: str
    closing: bool
    def __init__(self, events: _Optional[_Iterable[_Union[OrderEvent, _Mapping]]] = ..., resume_token: _Optional[str] = ..., closing: bool = ...) -> None: ...
