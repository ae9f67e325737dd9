import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DriftLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DRIFT_LEVEL_UNSPECIFIED: _ClassVar[DriftLevel]
    DRIFT_LEVEL_STEADY: _ClassVar[DriftLevel]
    DRIFT_LEVEL_WATCH: _ClassVar[DriftLevel]
    DRIFT_LEVEL_ALARM: _ClassVar[DriftLevel]
DRIFT_LEVEL_UNSPECIFIED: DriftLevel
DRIFT_LEVEL_STEADY: DriftLevel
DRIFT_LEVEL_WATCH: DriftLevel
DRIFT_LEVEL_ALARM: DriftLevel

class DriftFinding(_message.Message):
    __slots__ = ("kind", "name", "reference", "current", "measure", "level")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    kind: str
    name: str
    reference: float
    current: float
    measure: float
    level: DriftLevel
    def __init__(self, kind: _Optional[str] = ..., name: _Optional[str] = ..., reference: _Optional[float] = ..., current: _Optional[float] = ..., measure: _Optional[float] = ..., level: _Optional[_Union[DriftLevel, str]] = ...) -> None: ...

class DecisionWindow(_message.Message):
    __slots__ = ("decisions", "oldest_time", "newest_time", "flagged", "answered", "overturned", "model_versions")
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    OLDEST_TIME_FIELD_NUMBER: _ClassVar[int]
    NEWEST_TIME_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    OVERTURNED_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    decisions: int
    oldest_time: _timestamp_pb2.Timestamp
    newest_time: _timestamp_pb2.Timestamp
    flagged: int
    answered: int
    overturned: int
    model_versions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, decisions: _Optional[int] = ..., oldest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., newest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., flagged: _Optional[int] = ..., answered: _Optional[int] = ..., overturned: _Optional[int] = ..., model_versions: _Optional[_Iterable[str]] = ...) -> None: ...

class ModelHealth(_message.Message):
    __slots__ = ("serving_version", "drift", "findings", "figures", "current", "reference", "look_time")
    SERVING_VERSION_FIELD_NUMBER: _ClassVar[int]
    DRIFT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    LOOK_TIME_FIELD_NUMBER: _ClassVar[int]
    serving_version: str
    drift: DriftLevel
    findings: _containers.RepeatedCompositeFieldContainer[DriftFinding]
    figures: int
    current: DecisionWindow
    reference: DecisionWindow
    look_time: _timestamp_pb2.Timestamp
    def __init__(self, serving_version: _Optional[str] = ..., drift: _Optional[_Union[DriftLevel, str]] = ..., findings: _Optional[_Iterable[_Union[DriftFinding, _Mapping]]] = ..., figures: _Optional[int] = ..., current: _Optional[_Union[DecisionWindow, _Mapping]] = ..., reference: _Optional[_Union[DecisionWindow, _Mapping]] = ..., look_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
