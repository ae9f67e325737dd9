import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from ordertwin.v1 import decision_pb2 as _decision_pb2
from ordertwin.v1 import order_pb2 as _order_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReviewKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_KIND_UNSPECIFIED: _ClassVar[ReviewKind]
    REVIEW_KIND_DOUBT: _ClassVar[ReviewKind]
    REVIEW_KIND_BATCH: _ClassVar[ReviewKind]
    REVIEW_KIND_AUDIT: _ClassVar[ReviewKind]
    REVIEW_KIND_CONFIDENT: _ClassVar[ReviewKind]

class ReviewState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_STATE_UNSPECIFIED: _ClassVar[ReviewState]
    REVIEW_STATE_OPEN: _ClassVar[ReviewState]
    REVIEW_STATE_SECOND_OPINION: _ClassVar[ReviewState]
    REVIEW_STATE_CONFLICT: _ClassVar[ReviewState]
    REVIEW_STATE_DECIDED: _ClassVar[ReviewState]
    REVIEW_STATE_CLOSED: _ClassVar[ReviewState]

class Answer(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANSWER_UNSPECIFIED: _ClassVar[Answer]
    ANSWER_MATCH: _ClassVar[Answer]
    ANSWER_DISTINCT: _ClassVar[Answer]
    ANSWER_UNSURE: _ClassVar[Answer]

class VerdictSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_SOURCE_UNSPECIFIED: _ClassVar[VerdictSource]
    VERDICT_SOURCE_REVIEW: _ClassVar[VerdictSource]
    VERDICT_SOURCE_AUDIT: _ClassVar[VerdictSource]
    VERDICT_SOURCE_RELEASE: _ClassVar[VerdictSource]
    VERDICT_SOURCE_OUTCOME: _ClassVar[VerdictSource]
REVIEW_KIND_UNSPECIFIED: ReviewKind
REVIEW_KIND_DOUBT: ReviewKind
REVIEW_KIND_BATCH: ReviewKind
REVIEW_KIND_AUDIT: ReviewKind
REVIEW_KIND_CONFIDENT: ReviewKind
REVIEW_STATE_UNSPECIFIED: ReviewState
REVIEW_STATE_OPEN: ReviewState
REVIEW_STATE_SECOND_OPINION: ReviewState
REVIEW_STATE_CONFLICT: ReviewState
REVIEW_STATE_DECIDED: ReviewState
REVIEW_STATE_CLOSED: ReviewState
ANSWER_UNSPECIFIED: Answer
ANSWER_MATCH: Answer
ANSWER_DISTINCT: Answer
ANSWER_UNSURE: Answer
VERDICT_SOURCE_UNSPECIFIED: VerdictSource
VERDICT_SOURCE_REVIEW: VerdictSource
VERDICT_SOURCE_AUDIT: VerdictSource
VERDICT_SOURCE_RELEASE: VerdictSource
VERDICT_SOURCE_OUTCOME: VerdictSource

class Review(_message.Message):
    __slots__ = ("name", "kind", "state", "order", "order_count", "candidates", "likeliest", "decision", "priority", "blind", "opinions_wanted", "inclusion_probability", "claimed_by", "claim_expire_time", "open_time", "close_time", "verdicts", "batch", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ORDER_COUNT_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    LIKELIEST_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    BLIND_FIELD_NUMBER: _ClassVar[int]
    OPINIONS_WANTED_FIELD_NUMBER: _ClassVar[int]
    INCLUSION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_BY_FIELD_NUMBER: _ClassVar[int]
    CLAIM_EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    OPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    CLOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    VERDICTS_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: ReviewKind
    state: ReviewState
    order: ReviewedOrder
    order_count: int
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    likeliest: Candidate
    decision: _decision_pb2.Decision
    priority: int
    blind: bool
    opinions_wanted: int
    inclusion_probability: float
    claimed_by: str
    claim_expire_time: _timestamp_pb2.Timestamp
    open_time: _timestamp_pb2.Timestamp
    close_time: _timestamp_pb2.Timestamp
    verdicts: _containers.RepeatedCompositeFieldContainer[Verdict]
    batch: _containers.RepeatedCompositeFieldContainer[BatchOrder]
    etag: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[ReviewKind, str]] = ..., state: _Optional[_Union[ReviewState, str]] = ..., order: _Optional[_Union[ReviewedOrder, _Mapping]] = ..., order_count: _Optional[int] = ..., candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ..., likeliest: _Optional[_Union[Candidate, _Mapping]] = ..., decision: _Optional[_Union[_decision_pb2.Decision, _Mapping]] = ..., priority: _Optional[int] = ..., blind: bool = ..., opinions_wanted: _Optional[int] = ..., inclusion_probability: _Optional[float] = ..., claimed_by: _Optional[str] = ..., claim_expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., open_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., close_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., verdicts: _Optional[_Iterable[_Union[Verdict, _Mapping]]] = ..., batch: _Optional[_Iterable[_Union[BatchOrder, _Mapping]]] = ..., etag: _Optional[str] = ...) -> None: ...

class ReviewedOrder(_message.Message):
    __slots__ = ("name", "order_id", "order_number", "customer_reference", "party_id", "customer_name", "channel", "source", "ordered_at", "total_amount", "line_count", "state", "order")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    PARTY_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_NAME_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ORDERED_AT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    name: str
    order_id: str
    order_number: str
    customer_reference: str
    party_id: str
    customer_name: str
    channel: _order_pb2.Channel
    source: str
    ordered_at: _timestamp_pb2.Timestamp
    total_amount: _money_pb2.Money
    line_count: int
    state: _order_pb2.OrderState
    order: _order_pb2.Order
    def __init__(self, name: _Optional[str] = ..., order_id: _Optional[str] = ..., order_number: _Optional[str] = ..., customer_reference: _Optional[str] = ..., party_id: _Optional[str] = ..., customer_name: _Optional[str] = ..., channel: _Optional[_Union[_order_pb2.Channel, str]] = ..., source: _Optional[str] = ..., ordered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., total_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., line_count: _Optional[int] = ..., state: _Optional[_Union[_order_pb2.OrderState, str]] = ..., order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("order", "order_id", "order_number", "ordered_at", "state", "existing", "match_probability", "relation")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ORDERED_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EXISTING_FIELD_NUMBER: _ClassVar[int]
    MATCH_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    order: str
    order_id: str
    order_number: str
    ordered_at: _timestamp_pb2.Timestamp
    state: _order_pb2.OrderState
    existing: _order_pb2.Order
    match_probability: float
    relation: _decision_pb2.Relation
    def __init__(self, order: _Optional[str] = ..., order_id: _Optional[str] = ..., order_number: _Optional[str] = ..., ordered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[_order_pb2.OrderState, str]] = ..., existing: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., match_probability: _Optional[float] = ..., relation: _Optional[_Union[_decision_pb2.Relation, str]] = ...) -> None: ...

class BatchOrder(_message.Message):
    __slots__ = ("order", "likeliest", "decision")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    LIKELIEST_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    order: ReviewedOrder
    likeliest: Candidate
    decision: str
    def __init__(self, order: _Optional[_Union[ReviewedOrder, _Mapping]] = ..., likeliest: _Optional[_Union[Candidate, _Mapping]] = ..., decision: _Optional[str] = ...) -> None: ...

class Verdict(_message.Message):
    __slots__ = ("name", "position", "act", "review", "decision", "order", "counterpart", "answer", "relation", "reason", "reviewer", "time", "blind", "model_version", "match_probability", "source", "outcome", "inclusion_probability", "opinion", "end_time", "ended_by", "end_reason", "superseded_by", "settled")
    NAME_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    COUNTERPART_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REVIEWER_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    BLIND_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    MATCH_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    INCLUSION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    OPINION_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ENDED_BY_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_BY_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    name: str
    position: int
    act: int
    review: str
    decision: str
    order: str
    counterpart: str
    answer: Answer
    relation: _decision_pb2.Relation
    reason: str
    reviewer: str
    time: _timestamp_pb2.Timestamp
    blind: bool
    model_version: str
    match_probability: float
    source: VerdictSource
    outcome: _order_pb2.OrderOutcome
    inclusion_probability: float
    opinion: int
    end_time: _timestamp_pb2.Timestamp
    ended_by: str
    end_reason: str
    superseded_by: str
    settled: bool
    def __init__(self, name: _Optional[str] = ..., position: _Optional[int] = ..., act: _Optional[int] = ..., review: _Optional[str] = ..., decision: _Optional[str] = ..., order: _Optional[str] = ..., counterpart: _Optional[str] = ..., answer: _Optional[_Union[Answer, str]] = ..., relation: _Optional[_Union[_decision_pb2.Relation, str]] = ..., reason: _Optional[str] = ..., reviewer: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., blind: bool = ..., model_version: _Optional[str] = ..., match_probability: _Optional[float] = ..., source: _Optional[_Union[VerdictSource, str]] = ..., outcome: _Optional[_Union[_order_pb2.OrderOutcome, str]] = ..., inclusion_probability: _Optional[float] = ..., opinion: _Optional[int] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_by: _Optional[str] = ..., end_reason: _Optional[str] = ..., superseded_by: _Optional[str] = ..., settled: bool = ...) -> None: ...

class Suppression(_message.Message):
    __slots__ = ("name", "order", "counterpart", "end_time", "reason", "created_by", "create_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    COUNTERPART_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    order: str
    counterpart: str
    end_time: _timestamp_pb2.Timestamp
    reason: str
    created_by: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., order: _Optional[str] = ..., counterpart: _Optional[str] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., created_by: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Agreement(_message.Message):
    __slots__ = ("first", "second", "questions", "agreed", "kappa")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    SECOND_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    AGREED_FIELD_NUMBER: _ClassVar[int]
    KAPPA_FIELD_NUMBER: _ClassVar[int]
    first: str
    second: str
    questions: int
    agreed: int
    kappa: float
    def __init__(self, first: _Optional[str] = ..., second: _Optional[str] = ..., questions: _Optional[int] = ..., agreed: _Optional[int] = ..., kappa: _Optional[float] = ...) -> None: ...
