import datetime

from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ordertwin.v1 import order_pb2 as _order_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_UNIQUE: _ClassVar[Outcome]
    OUTCOME_REVIEW: _ClassVar[Outcome]
    OUTCOME_DUPLICATE: _ClassVar[Outcome]

class Action(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTION_UNSPECIFIED: _ClassVar[Action]
    ACTION_ACCEPT: _ClassVar[Action]
    ACTION_HOLD: _ClassVar[Action]
    ACTION_LINK: _ClassVar[Action]
    ACTION_ATTACH: _ClassVar[Action]
    ACTION_SUPERSEDE: _ClassVar[Action]
    ACTION_MERGE: _ClassVar[Action]
    ACTION_CONFIRM_WITH_CUSTOMER: _ClassVar[Action]

class Relation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RELATION_UNSPECIFIED: _ClassVar[Relation]
    RELATION_RESEND: _ClassVar[Relation]
    RELATION_DOUBLE_SUBMIT: _ClassVar[Relation]
    RELATION_RETRY: _ClassVar[Relation]
    RELATION_REKEYED: _ClassVar[Relation]
    RELATION_CROSS_CHANNEL: _ClassVar[Relation]
    RELATION_CONFIRMATION: _ClassVar[Relation]
    RELATION_AMENDMENT: _ClassVar[Relation]
    RELATION_SUPERSET: _ClassVar[Relation]
    RELATION_PARTIAL: _ClassVar[Relation]
    RELATION_WRONG_CUSTOMER: _ClassVar[Relation]
    RELATION_EVASION: _ClassVar[Relation]
    RELATION_STANDING: _ClassVar[Relation]
    RELATION_BLANKET_RELEASE: _ClassVar[Relation]
    RELATION_SPLIT: _ClassVar[Relation]
    RELATION_FAN_OUT: _ClassVar[Relation]
    RELATION_REPLACEMENT: _ClassVar[Relation]
    RELATION_REORDER: _ClassVar[Relation]
    RELATION_VARIANT: _ClassVar[Relation]
    RELATION_COINCIDENCE: _ClassVar[Relation]
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_UNIQUE: Outcome
OUTCOME_REVIEW: Outcome
OUTCOME_DUPLICATE: Outcome
ACTION_UNSPECIFIED: Action
ACTION_ACCEPT: Action
ACTION_HOLD: Action
ACTION_LINK: Action
ACTION_ATTACH: Action
ACTION_SUPERSEDE: Action
ACTION_MERGE: Action
ACTION_CONFIRM_WITH_CUSTOMER: Action
RELATION_UNSPECIFIED: Relation
RELATION_RESEND: Relation
RELATION_DOUBLE_SUBMIT: Relation
RELATION_RETRY: Relation
RELATION_REKEYED: Relation
RELATION_CROSS_CHANNEL: Relation
RELATION_CONFIRMATION: Relation
RELATION_AMENDMENT: Relation
RELATION_SUPERSET: Relation
RELATION_PARTIAL: Relation
RELATION_WRONG_CUSTOMER: Relation
RELATION_EVASION: Relation
RELATION_STANDING: Relation
RELATION_BLANKET_RELEASE: Relation
RELATION_SPLIT: Relation
RELATION_FAN_OUT: Relation
RELATION_REPLACEMENT: Relation
RELATION_REORDER: Relation
RELATION_VARIANT: Relation
RELATION_COINCIDENCE: Relation

class Decision(_message.Message):
    __slots__ = ("name", "order", "outcome", "action", "summary", "matches", "policy_rules", "review", "model_version", "candidates_considered", "candidates_truncated", "degraded", "decided_at", "policy_version")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    POLICY_RULES_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_CONSIDERED_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    order: str
    outcome: Outcome
    action: Action
    summary: str
    matches: _containers.RepeatedCompositeFieldContainer[Match]
    policy_rules: _containers.RepeatedScalarFieldContainer[str]
    review: str
    model_version: str
    candidates_considered: int
    candidates_truncated: bool
    degraded: bool
    decided_at: _timestamp_pb2.Timestamp
    policy_version: str
    def __init__(self, name: _Optional[str] = ..., order: _Optional[str] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., action: _Optional[_Union[Action, str]] = ..., summary: _Optional[str] = ..., matches: _Optional[_Iterable[_Union[Match, _Mapping]]] = ..., policy_rules: _Optional[_Iterable[str]] = ..., review: _Optional[str] = ..., model_version: _Optional[str] = ..., candidates_considered: _Optional[int] = ..., candidates_truncated: bool = ..., degraded: bool = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., policy_version: _Optional[str] = ...) -> None: ...

class Match(_message.Message):
    __slots__ = ("order", "match_probability", "match_weight", "prior_weight", "contributions", "relation", "relation_probability", "line_alignments", "blocking_rules", "counterfactual", "against")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    MATCH_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    MATCH_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    PRIOR_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    RELATION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    LINE_ALIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    BLOCKING_RULES_FIELD_NUMBER: _ClassVar[int]
    COUNTERFACTUAL_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    order: MatchedOrder
    match_probability: float
    match_weight: float
    prior_weight: float
    contributions: _containers.RepeatedCompositeFieldContainer[Contribution]
    relation: Relation
    relation_probability: float
    line_alignments: _containers.RepeatedCompositeFieldContainer[LineAlignment]
    blocking_rules: _containers.RepeatedScalarFieldContainer[str]
    counterfactual: str
    against: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order: _Optional[_Union[MatchedOrder, _Mapping]] = ..., match_probability: _Optional[float] = ..., match_weight: _Optional[float] = ..., prior_weight: _Optional[float] = ..., contributions: _Optional[_Iterable[_Union[Contribution, _Mapping]]] = ..., relation: _Optional[_Union[Relation, str]] = ..., relation_probability: _Optional[float] = ..., line_alignments: _Optional[_Iterable[_Union[LineAlignment, _Mapping]]] = ..., blocking_rules: _Optional[_Iterable[str]] = ..., counterfactual: _Optional[str] = ..., against: _Optional[_Iterable[str]] = ...) -> None: ...

class MatchedOrder(_message.Message):
    __slots__ = ("name", "order_id", "order_number", "customer_reference", "ordered_at", "state")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ORDERED_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    name: str
    order_id: str
    order_number: str
    customer_reference: str
    ordered_at: _timestamp_pb2.Timestamp
    state: _order_pb2.OrderState
    def __init__(self, name: _Optional[str] = ..., order_id: _Optional[str] = ..., order_number: _Optional[str] = ..., customer_reference: _Optional[str] = ..., ordered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[_order_pb2.OrderState, str]] = ...) -> None: ...

class Contribution(_message.Message):
    __slots__ = ("comparison", "weight", "incoming_value", "existing_value", "text")
    COMPARISON_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    INCOMING_VALUE_FIELD_NUMBER: _ClassVar[int]
    EXISTING_VALUE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    comparison: str
    weight: float
    incoming_value: str
    existing_value: str
    text: str
    def __init__(self, comparison: _Optional[str] = ..., weight: _Optional[float] = ..., incoming_value: _Optional[str] = ..., existing_value: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class LineAlignment(_message.Message):
    __slots__ = ("incoming_line_id", "existing_line_id", "agreement", "quantity_ratio", "price_ratio")
    INCOMING_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    EXISTING_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_RATIO_FIELD_NUMBER: _ClassVar[int]
    PRICE_RATIO_FIELD_NUMBER: _ClassVar[int]
    incoming_line_id: str
    existing_line_id: str
    agreement: float
    quantity_ratio: float
    price_ratio: float
    def __init__(self, incoming_line_id: _Optional[str] = ..., existing_line_id: _Optional[str] = ..., agreement: _Optional[float] = ..., quantity_ratio: _Optional[float] = ..., price_ratio: _Optional[float] = ...) -> None: ...
