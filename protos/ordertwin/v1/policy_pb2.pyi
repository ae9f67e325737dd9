import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ordertwin.v1 import decision_pb2 as _decision_pb2
from ordertwin.v1 import model_pb2 as _model_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PolicyOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POLICY_ORIGIN_UNSPECIFIED: _ClassVar[PolicyOrigin]
    POLICY_ORIGIN_DEFAULT: _ClassVar[PolicyOrigin]
    POLICY_ORIGIN_FILE: _ClassVar[PolicyOrigin]
    POLICY_ORIGIN_PUBLISHED: _ClassVar[PolicyOrigin]
POLICY_ORIGIN_UNSPECIFIED: PolicyOrigin
POLICY_ORIGIN_DEFAULT: PolicyOrigin
POLICY_ORIGIN_FILE: PolicyOrigin
POLICY_ORIGIN_PUBLISHED: PolicyOrigin

class PolicyVersion(_message.Message):
    __slots__ = ("name", "version", "document", "sha256", "published_by", "publish_time", "reason", "active", "serving")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_BY_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    SERVING_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    document: str
    sha256: str
    published_by: str
    publish_time: _timestamp_pb2.Timestamp
    reason: str
    active: bool
    serving: bool
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., document: _Optional[str] = ..., sha256: _Optional[str] = ..., published_by: _Optional[str] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., active: bool = ..., serving: bool = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("version", "document", "origin", "active_version", "model_version", "thresholds", "notes")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    version: str
    document: str
    origin: PolicyOrigin
    active_version: str
    model_version: str
    thresholds: _model_pb2.ModelThresholds
    notes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, version: _Optional[str] = ..., document: _Optional[str] = ..., origin: _Optional[_Union[PolicyOrigin, str]] = ..., active_version: _Optional[str] = ..., model_version: _Optional[str] = ..., thresholds: _Optional[_Union[_model_pb2.ModelThresholds, _Mapping]] = ..., notes: _Optional[_Iterable[str]] = ...) -> None: ...

class PolicyChange(_message.Message):
    __slots__ = ("version", "former_version", "time", "actor", "reason")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FORMER_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    version: str
    former_version: str
    time: _timestamp_pb2.Timestamp
    actor: str
    reason: str
    def __init__(self, version: _Optional[str] = ..., former_version: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PolicyDifference(_message.Message):
    __slots__ = ("order", "order_number", "decide_time", "before", "after", "counterpart", "counterpart_number", "match_probability", "thresholds", "rules", "value", "currency_code")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ORDER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    COUNTERPART_FIELD_NUMBER: _ClassVar[int]
    COUNTERPART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MATCH_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    order: str
    order_number: str
    decide_time: _timestamp_pb2.Timestamp
    before: _decision_pb2.Outcome
    after: _decision_pb2.Outcome
    counterpart: str
    counterpart_number: str
    match_probability: float
    thresholds: _model_pb2.ModelThresholds
    rules: _containers.RepeatedScalarFieldContainer[str]
    value: float
    currency_code: str
    def __init__(self, order: _Optional[str] = ..., order_number: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., before: _Optional[_Union[_decision_pb2.Outcome, str]] = ..., after: _Optional[_Union[_decision_pb2.Outcome, str]] = ..., counterpart: _Optional[str] = ..., counterpart_number: _Optional[str] = ..., match_probability: _Optional[float] = ..., thresholds: _Optional[_Union[_model_pb2.ModelThresholds, _Mapping]] = ..., rules: _Optional[_Iterable[str]] = ..., value: _Optional[float] = ..., currency_code: _Optional[str] = ...) -> None: ...

class PolicyOutcomeChange(_message.Message):
    __slots__ = ("before", "after", "orders", "examples")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    before: _decision_pb2.Outcome
    after: _decision_pb2.Outcome
    orders: int
    examples: _containers.RepeatedCompositeFieldContainer[PolicyDifference]
    def __init__(self, before: _Optional[_Union[_decision_pb2.Outcome, str]] = ..., after: _Optional[_Union[_decision_pb2.Outcome, str]] = ..., orders: _Optional[int] = ..., examples: _Optional[_Iterable[_Union[PolicyDifference, _Mapping]]] = ...) -> None: ...

class PolicyRuleCount(_message.Message):
    __slots__ = ("rule", "orders")
    RULE_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    rule: str
    orders: int
    def __init__(self, rule: _Optional[str] = ..., orders: _Optional[int] = ...) -> None: ...

class PolicyTrial(_message.Message):
    __slots__ = ("version", "orders", "changed", "changes", "rules", "left_out", "other_models", "truncated", "oldest_time", "newest_time")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    OTHER_MODELS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    OLDEST_TIME_FIELD_NUMBER: _ClassVar[int]
    NEWEST_TIME_FIELD_NUMBER: _ClassVar[int]
    version: str
    orders: int
    changed: int
    changes: _containers.RepeatedCompositeFieldContainer[PolicyOutcomeChange]
    rules: _containers.RepeatedCompositeFieldContainer[PolicyRuleCount]
    left_out: int
    other_models: int
    truncated: bool
    oldest_time: _timestamp_pb2.Timestamp
    newest_time: _timestamp_pb2.Timestamp
    def __init__(self, version: _Optional[str] = ..., orders: _Optional[int] = ..., changed: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[PolicyOutcomeChange, _Mapping]]] = ..., rules: _Optional[_Iterable[_Union[PolicyRuleCount, _Mapping]]] = ..., left_out: _Optional[int] = ..., other_models: _Optional[int] = ..., truncated: bool = ..., oldest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., newest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
