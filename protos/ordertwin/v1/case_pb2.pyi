import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ordertwin.v1 import decision_pb2 as _decision_pb2
from ordertwin.v1 import order_pb2 as _order_pb2
from ordertwin.v1 import review_pb2 as _review_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Case(_message.Message):
    __slots__ = ("name", "texts", "relation", "answer", "incoming", "existing", "decision", "withdrawn", "verdict", "create_time", "created_by", "update_time", "updated_by", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    INCOMING_FIELD_NUMBER: _ClassVar[int]
    EXISTING_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    texts: _containers.RepeatedCompositeFieldContainer[CaseText]
    relation: _decision_pb2.Relation
    answer: _review_pb2.Answer
    incoming: _order_pb2.Order
    existing: _order_pb2.Order
    decision: _decision_pb2.Decision
    withdrawn: bool
    verdict: str
    create_time: _timestamp_pb2.Timestamp
    created_by: str
    update_time: _timestamp_pb2.Timestamp
    updated_by: str
    etag: str
    def __init__(self, name: _Optional[str] = ..., texts: _Optional[_Iterable[_Union[CaseText, _Mapping]]] = ..., relation: _Optional[_Union[_decision_pb2.Relation, str]] = ..., answer: _Optional[_Union[_review_pb2.Answer, str]] = ..., incoming: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., existing: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., decision: _Optional[_Union[_decision_pb2.Decision, _Mapping]] = ..., withdrawn: bool = ..., verdict: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_by: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_by: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class CaseText(_message.Message):
    __slots__ = ("language_code", "title", "note")
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    language_code: str
    title: str
    note: str
    def __init__(self, language_code: _Optional[str] = ..., title: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class CaseCount(_message.Message):
    __slots__ = ("relation", "cases")
    RELATION_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    relation: _decision_pb2.Relation
    cases: int
    def __init__(self, relation: _Optional[_Union[_decision_pb2.Relation, str]] = ..., cases: _Optional[int] = ...) -> None: ...
