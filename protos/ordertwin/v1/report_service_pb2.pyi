import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReportBucket(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORT_BUCKET_UNSPECIFIED: _ClassVar[ReportBucket]
    REPORT_BUCKET_DAY: _ClassVar[ReportBucket]
    REPORT_BUCKET_WEEK: _ClassVar[ReportBucket]
    REPORT_BUCKET_MONTH: _ClassVar[ReportBucket]

class ReportDimension(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORT_DIMENSION_UNSPECIFIED: _ClassVar[ReportDimension]
    REPORT_DIMENSION_CHANNEL: _ClassVar[ReportDimension]
    REPORT_DIMENSION_SOURCE: _ClassVar[ReportDimension]
    REPORT_DIMENSION_CUSTOMER: _ClassVar[ReportDimension]
    REPORT_DIMENSION_CLERK: _ClassVar[ReportDimension]
    REPORT_DIMENSION_RELATION: _ClassVar[ReportDimension]
REPORT_BUCKET_UNSPECIFIED: ReportBucket
REPORT_BUCKET_DAY: ReportBucket
REPORT_BUCKET_WEEK: ReportBucket
REPORT_BUCKET_MONTH: ReportBucket
REPORT_DIMENSION_UNSPECIFIED: ReportDimension
REPORT_DIMENSION_CHANNEL: ReportDimension
REPORT_DIMENSION_SOURCE: ReportDimension
REPORT_DIMENSION_CUSTOMER: ReportDimension
REPORT_DIMENSION_CLERK: ReportDimension
REPORT_DIMENSION_RELATION: ReportDimension

class GetDuplicateReportRequest(_message.Message):
    __slots__ = ("parent", "start_time", "end_time", "bucket", "top", "language_code")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    TOP_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    parent: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    bucket: ReportBucket
    top: int
    language_code: str
    def __init__(self, parent: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., bucket: _Optional[_Union[ReportBucket, str]] = ..., top: _Optional[int] = ..., language_code: _Optional[str] = ...) -> None: ...

class ReportEstimate(_message.Message):
    __slots__ = ("value", "low", "high", "answers")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    value: float
    low: float
    high: float
    answers: int
    def __init__(self, value: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., answers: _Optional[int] = ...) -> None: ...

class DuplicateFigures(_message.Message):
    __slots__ = ("orders_received", "flagged", "confirmed", "refuted", "caught", "value_prevented", "incidence", "false_alarm_rate")
    ORDERS_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    REFUTED_FIELD_NUMBER: _ClassVar[int]
    CAUGHT_FIELD_NUMBER: _ClassVar[int]
    VALUE_PREVENTED_FIELD_NUMBER: _ClassVar[int]
    INCIDENCE_FIELD_NUMBER: _ClassVar[int]
    FALSE_ALARM_RATE_FIELD_NUMBER: _ClassVar[int]
    orders_received: int
    flagged: int
    confirmed: int
    refuted: int
    caught: int
    value_prevented: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    incidence: float
    false_alarm_rate: ReportEstimate
    def __init__(self, orders_received: _Optional[int] = ..., flagged: _Optional[int] = ..., confirmed: _Optional[int] = ..., refuted: _Optional[int] = ..., caught: _Optional[int] = ..., value_prevented: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., incidence: _Optional[float] = ..., false_alarm_rate: _Optional[_Union[ReportEstimate, _Mapping]] = ...) -> None: ...

class ReportPeriod(_message.Message):
    __slots__ = ("start_time", "end_time", "figures")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    figures: DuplicateFigures
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., figures: _Optional[_Union[DuplicateFigures, _Mapping]] = ...) -> None: ...

class ReportRow(_message.Message):
    __slots__ = ("value", "label", "figures")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    value: str
    label: str
    figures: DuplicateFigures
    def __init__(self, value: _Optional[str] = ..., label: _Optional[str] = ..., figures: _Optional[_Union[DuplicateFigures, _Mapping]] = ...) -> None: ...

class ReportBreakdown(_message.Message):
    __slots__ = ("dimension", "rows", "further_rows")
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FURTHER_ROWS_FIELD_NUMBER: _ClassVar[int]
    dimension: ReportDimension
    rows: _containers.RepeatedCompositeFieldContainer[ReportRow]
    further_rows: int
    def __init__(self, dimension: _Optional[_Union[ReportDimension, str]] = ..., rows: _Optional[_Iterable[_Union[ReportRow, _Mapping]]] = ..., further_rows: _Optional[int] = ...) -> None: ...

class DuplicateReport(_message.Message):
    __slots__ = ("start_time", "end_time", "total", "periods", "breakdowns", "causes", "missed", "median_time_to_decision", "p90_time_to_decision", "backlog", "oldest_waiting_time", "reviews_worked", "review_minutes")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    BREAKDOWNS_FIELD_NUMBER: _ClassVar[int]
    CAUSES_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_TIME_TO_DECISION_FIELD_NUMBER: _ClassVar[int]
    P90_TIME_TO_DECISION_FIELD_NUMBER: _ClassVar[int]
    BACKLOG_FIELD_NUMBER: _ClassVar[int]
    OLDEST_WAITING_TIME_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_WORKED_FIELD_NUMBER: _ClassVar[int]
    REVIEW_MINUTES_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    total: DuplicateFigures
    periods: _containers.RepeatedCompositeFieldContainer[ReportPeriod]
    breakdowns: _containers.RepeatedCompositeFieldContainer[ReportBreakdown]
    causes: _containers.RepeatedScalarFieldContainer[str]
    missed: ReportEstimate
    median_time_to_decision: _duration_pb2.Duration
    p90_time_to_decision: _duration_pb2.Duration
    backlog: int
    oldest_waiting_time: _timestamp_pb2.Timestamp
    reviews_worked: int
    review_minutes: float
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., total: _Optional[_Union[DuplicateFigures, _Mapping]] = ..., periods: _Optional[_Iterable[_Union[ReportPeriod, _Mapping]]] = ..., breakdowns: _Optional[_Iterable[_Union[ReportBreakdown, _Mapping]]] = ..., causes: _Optional[_Iterable[str]] = ..., missed: _Optional[_Union[ReportEstimate, _Mapping]] = ..., median_time_to_decision: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., p90_time_to_decision: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., backlog: _Optional[int] = ..., oldest_waiting_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reviews_worked: _Optional[int] = ..., review_minutes: _Optional[float] = ...) -> None: ...
