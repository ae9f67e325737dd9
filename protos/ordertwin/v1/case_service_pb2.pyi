from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from ordertwin.v1 import case_pb2 as _case_pb2
from ordertwin.v1 import decision_pb2 as _decision_pb2
from ordertwin.v1 import review_pb2 as _review_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateCaseRequest(_message.Message):
    __slots__ = ("parent", "verdict", "texts", "relation", "seed", "validate_only", "request_id", "language_code")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    parent: str
    verdict: str
    texts: _containers.RepeatedCompositeFieldContainer[_case_pb2.CaseText]
    relation: _decision_pb2.Relation
    seed: int
    validate_only: bool
    request_id: str
    language_code: str
    def __init__(self, parent: _Optional[str] = ..., verdict: _Optional[str] = ..., texts: _Optional[_Iterable[_Union[_case_pb2.CaseText, _Mapping]]] = ..., relation: _Optional[_Union[_decision_pb2.Relation, str]] = ..., seed: _Optional[int] = ..., validate_only: bool = ..., request_id: _Optional[str] = ..., language_code: _Optional[str] = ...) -> None: ...

class ListCasesRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "relation", "answer", "query", "withdrawn", "verdict")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    relation: _decision_pb2.Relation
    answer: _review_pb2.Answer
    query: str
    withdrawn: bool
    verdict: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., relation: _Optional[_Union[_decision_pb2.Relation, str]] = ..., answer: _Optional[_Union[_review_pb2.Answer, str]] = ..., query: _Optional[str] = ..., withdrawn: bool = ..., verdict: _Optional[str] = ...) -> None: ...

class ListCasesResponse(_message.Message):
    __slots__ = ("cases", "next_page_token", "counts")
    CASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    cases: _containers.RepeatedCompositeFieldContainer[_case_pb2.Case]
    next_page_token: str
    counts: _containers.RepeatedCompositeFieldContainer[_case_pb2.CaseCount]
    def __init__(self, cases: _Optional[_Iterable[_Union[_case_pb2.Case, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., counts: _Optional[_Iterable[_Union[_case_pb2.CaseCount, _Mapping]]] = ...) -> None: ...

class GetCaseRequest(_message.Message):
    __slots__ = ("name", "language_code")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    name: str
    language_code: str
    def __init__(self, name: _Optional[str] = ..., language_code: _Optional[str] = ...) -> None: ...

class EditCaseRequest(_message.Message):
    __slots__ = ("name", "texts", "relation", "etag", "request_id", "language_code")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    name: str
    texts: _containers.RepeatedCompositeFieldContainer[_case_pb2.CaseText]
    relation: _decision_pb2.Relation
    etag: str
    request_id: str
    language_code: str
    def __init__(self, name: _Optional[str] = ..., texts: _Optional[_Iterable[_Union[_case_pb2.CaseText, _Mapping]]] = ..., relation: _Optional[_Union[_decision_pb2.Relation, str]] = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ..., language_code: _Optional[str] = ...) -> None: ...

class WithdrawCaseRequest(_message.Message):
    __slots__ = ("name", "restore", "etag", "request_id", "language_code")
    NAME_FIELD_NUMBER: _ClassVar[int]
    RESTORE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    name: str
    restore: bool
    etag: str
    request_id: str
    language_code: str
    def __init__(self, name: _Optional[str] = ..., restore: bool = ..., etag: _Optional[str] = ..., request_id: _Optional[str] = ..., language_code: _Optional[str] = ...) -> None: ...
