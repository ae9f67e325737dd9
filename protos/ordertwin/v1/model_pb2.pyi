import datetime

from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ordertwin.v1 import decision_pb2 as _decision_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ModelState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_STATE_UNSPECIFIED: _ClassVar[ModelState]
    MODEL_STATE_CANDIDATE: _ClassVar[ModelState]
    MODEL_STATE_SHADOW: _ClassVar[ModelState]
    MODEL_STATE_ACTIVE: _ClassVar[ModelState]
    MODEL_STATE_RETIRED: _ClassVar[ModelState]
MODEL_STATE_UNSPECIFIED: ModelState
MODEL_STATE_CANDIDATE: ModelState
MODEL_STATE_SHADOW: ModelState
MODEL_STATE_ACTIVE: ModelState
MODEL_STATE_RETIRED: ModelState

class ModelVersion(_message.Message):
    __slots__ = ("name", "version", "state", "sha256", "size_bytes", "publish_time", "published_by", "change_time", "trained_by", "labelled_by", "signed_by", "released", "serving", "metadata", "thresholds", "card", "curves", "shadow", "prior_weight")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_BY_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    TRAINED_BY_FIELD_NUMBER: _ClassVar[int]
    LABELLED_BY_FIELD_NUMBER: _ClassVar[int]
    SIGNED_BY_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    SERVING_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    CARD_FIELD_NUMBER: _ClassVar[int]
    CURVES_FIELD_NUMBER: _ClassVar[int]
    SHADOW_FIELD_NUMBER: _ClassVar[int]
    PRIOR_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    state: ModelState
    sha256: str
    size_bytes: int
    publish_time: _timestamp_pb2.Timestamp
    published_by: str
    change_time: _timestamp_pb2.Timestamp
    trained_by: str
    labelled_by: _containers.RepeatedScalarFieldContainer[str]
    signed_by: str
    released: bool
    serving: bool
    metadata: _containers.ScalarMap[str, str]
    thresholds: ModelThresholds
    card: str
    curves: _containers.RepeatedCompositeFieldContainer[ModelCurve]
    shadow: ShadowReport
    prior_weight: float
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., state: _Optional[_Union[ModelState, str]] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., published_by: _Optional[str] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., trained_by: _Optional[str] = ..., labelled_by: _Optional[_Iterable[str]] = ..., signed_by: _Optional[str] = ..., released: bool = ..., serving: bool = ..., metadata: _Optional[_Mapping[str, str]] = ..., thresholds: _Optional[_Union[ModelThresholds, _Mapping]] = ..., card: _Optional[str] = ..., curves: _Optional[_Iterable[_Union[ModelCurve, _Mapping]]] = ..., shadow: _Optional[_Union[ShadowReport, _Mapping]] = ..., prior_weight: _Optional[float] = ...) -> None: ...

class ModelThresholds(_message.Message):
    __slots__ = ("review", "duplicate", "attended_review")
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    ATTENDED_REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: float
    duplicate: float
    attended_review: float
    def __init__(self, review: _Optional[float] = ..., duplicate: _Optional[float] = ..., attended_review: _Optional[float] = ...) -> None: ...

class ModelCurve(_message.Message):
    __slots__ = ("comparisons", "meaning", "edges", "weights")
    COMPARISONS_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    comparisons: _containers.RepeatedScalarFieldContainer[str]
    meaning: str
    edges: _containers.RepeatedScalarFieldContainer[float]
    weights: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, comparisons: _Optional[_Iterable[str]] = ..., meaning: _Optional[str] = ..., edges: _Optional[_Iterable[float]] = ..., weights: _Optional[_Iterable[float]] = ...) -> None: ...

class ModelChange(_message.Message):
    __slots__ = ("version", "before", "after", "time", "actor", "reason")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    version: str
    before: ModelState
    after: ModelState
    time: _timestamp_pb2.Timestamp
    actor: str
    reason: str
    def __init__(self, version: _Optional[str] = ..., before: _Optional[_Union[ModelState, str]] = ..., after: _Optional[_Union[ModelState, str]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class OutcomeChange(_message.Message):
    __slots__ = ("before", "after", "count")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    before: _decision_pb2.Outcome
    after: _decision_pb2.Outcome
    count: int
    def __init__(self, before: _Optional[_Union[_decision_pb2.Outcome, str]] = ..., after: _Optional[_Union[_decision_pb2.Outcome, str]] = ..., count: _Optional[int] = ...) -> None: ...

class ModelJudgement(_message.Message):
    __slots__ = ("outcome", "counterpart", "match_probability")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    COUNTERPART_FIELD_NUMBER: _ClassVar[int]
    MATCH_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    outcome: _decision_pb2.Outcome
    counterpart: str
    match_probability: float
    def __init__(self, outcome: _Optional[_Union[_decision_pb2.Outcome, str]] = ..., counterpart: _Optional[str] = ..., match_probability: _Optional[float] = ...) -> None: ...

class WeightDifference(_message.Message):
    __slots__ = ("comparison", "meaning", "before", "after")
    COMPARISON_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    comparison: str
    meaning: str
    before: float
    after: float
    def __init__(self, comparison: _Optional[str] = ..., meaning: _Optional[str] = ..., before: _Optional[float] = ..., after: _Optional[float] = ...) -> None: ...

class DecisionDifference(_message.Message):
    __slots__ = ("decision", "order", "before", "after", "reasons")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    decision: str
    order: str
    before: ModelJudgement
    after: ModelJudgement
    reasons: _containers.RepeatedCompositeFieldContainer[WeightDifference]
    def __init__(self, decision: _Optional[str] = ..., order: _Optional[str] = ..., before: _Optional[_Union[ModelJudgement, _Mapping]] = ..., after: _Optional[_Union[ModelJudgement, _Mapping]] = ..., reasons: _Optional[_Iterable[_Union[WeightDifference, _Mapping]]] = ...) -> None: ...

class ModelComparison(_message.Message):
    __slots__ = ("baseline", "challenger", "decisions", "skipped", "changed", "changes", "examples", "oldest_time", "newest_time")
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    CHALLENGER_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    OLDEST_TIME_FIELD_NUMBER: _ClassVar[int]
    NEWEST_TIME_FIELD_NUMBER: _ClassVar[int]
    baseline: str
    challenger: str
    decisions: int
    skipped: int
    changed: int
    changes: _containers.RepeatedCompositeFieldContainer[OutcomeChange]
    examples: _containers.RepeatedCompositeFieldContainer[DecisionDifference]
    oldest_time: _timestamp_pb2.Timestamp
    newest_time: _timestamp_pb2.Timestamp
    def __init__(self, baseline: _Optional[str] = ..., challenger: _Optional[str] = ..., decisions: _Optional[int] = ..., skipped: _Optional[int] = ..., changed: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[OutcomeChange, _Mapping]]] = ..., examples: _Optional[_Iterable[_Union[DecisionDifference, _Mapping]]] = ..., oldest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., newest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ShadowReport(_message.Message):
    __slots__ = ("scored", "dropped", "differing", "changes", "examples", "failed")
    SCORED_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    DIFFERING_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    scored: int
    dropped: int
    differing: int
    changes: _containers.RepeatedCompositeFieldContainer[OutcomeChange]
    examples: _containers.RepeatedCompositeFieldContainer[DecisionDifference]
    failed: int
    def __init__(self, scored: _Optional[int] = ..., dropped: _Optional[int] = ..., differing: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[OutcomeChange, _Mapping]]] = ..., examples: _Optional[_Iterable[_Union[DecisionDifference, _Mapping]]] = ..., failed: _Optional[int] = ...) -> None: ...
