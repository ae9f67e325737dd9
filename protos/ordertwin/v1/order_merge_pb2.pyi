from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.type import decimal_pb2 as _decimal_pb2
from ordertwin.v1 import decision_pb2 as _decision_pb2
from ordertwin.v1 import order_pb2 as _order_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LineTake(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINE_TAKE_UNSPECIFIED: _ClassVar[LineTake]
    LINE_TAKE_KEEP: _ClassVar[LineTake]
    LINE_TAKE_SUM: _ClassVar[LineTake]
    LINE_TAKE_LARGER: _ClassVar[LineTake]
    LINE_TAKE_FIRST: _ClassVar[LineTake]
    LINE_TAKE_SECOND: _ClassVar[LineTake]
LINE_TAKE_UNSPECIFIED: LineTake
LINE_TAKE_KEEP: LineTake
LINE_TAKE_SUM: LineTake
LINE_TAKE_LARGER: LineTake
LINE_TAKE_FIRST: LineTake
LINE_TAKE_SECOND: LineTake

class MergeOrdersRequest(_message.Message):
    __slots__ = ("parent", "sources", "request_id", "validate_only", "line_choices", "field_choices", "order_id", "order_number", "reason", "language_code")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    LINE_CHOICES_FIELD_NUMBER: _ClassVar[int]
    FIELD_CHOICES_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    parent: str
    sources: _containers.RepeatedCompositeFieldContainer[MergeSource]
    request_id: str
    validate_only: bool
    line_choices: _containers.RepeatedCompositeFieldContainer[LineChoice]
    field_choices: _containers.RepeatedCompositeFieldContainer[FieldChoice]
    order_id: str
    order_number: str
    reason: str
    language_code: str
    def __init__(self, parent: _Optional[str] = ..., sources: _Optional[_Iterable[_Union[MergeSource, _Mapping]]] = ..., request_id: _Optional[str] = ..., validate_only: bool = ..., line_choices: _Optional[_Iterable[_Union[LineChoice, _Mapping]]] = ..., field_choices: _Optional[_Iterable[_Union[FieldChoice, _Mapping]]] = ..., order_id: _Optional[str] = ..., order_number: _Optional[str] = ..., reason: _Optional[str] = ..., language_code: _Optional[str] = ...) -> None: ...

class MergeSource(_message.Message):
    __slots__ = ("name", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    etag: str
    def __init__(self, name: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class LineChoice(_message.Message):
    __slots__ = ("order", "line_id", "take")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    TAKE_FIELD_NUMBER: _ClassVar[int]
    order: str
    line_id: str
    take: LineTake
    def __init__(self, order: _Optional[str] = ..., line_id: _Optional[str] = ..., take: _Optional[_Union[LineTake, str]] = ...) -> None: ...

class FieldChoice(_message.Message):
    __slots__ = ("field", "order")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    field: str
    order: str
    def __init__(self, field: _Optional[str] = ..., order: _Optional[str] = ...) -> None: ...

class MergeOrdersResponse(_message.Message):
    __slots__ = ("merge", "order", "lines", "conflicts", "obstacles", "relation")
    MERGE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    OBSTACLES_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    merge: str
    order: _order_pb2.Order
    lines: _containers.RepeatedCompositeFieldContainer[MergedLine]
    conflicts: _containers.RepeatedCompositeFieldContainer[MergeConflict]
    obstacles: _containers.RepeatedScalarFieldContainer[str]
    relation: _decision_pb2.Relation
    def __init__(self, merge: _Optional[str] = ..., order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[MergedLine, _Mapping]]] = ..., conflicts: _Optional[_Iterable[_Union[MergeConflict, _Mapping]]] = ..., obstacles: _Optional[_Iterable[str]] = ..., relation: _Optional[_Union[_decision_pb2.Relation, str]] = ...) -> None: ...

class MergedLine(_message.Message):
    __slots__ = ("line", "take", "parts", "first_quantity", "second_quantity", "text")
    LINE_FIELD_NUMBER: _ClassVar[int]
    TAKE_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    FIRST_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SECOND_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    line: _order_pb2.OrderLine
    take: LineTake
    parts: _containers.RepeatedCompositeFieldContainer[MergedPart]
    first_quantity: _decimal_pb2.Decimal
    second_quantity: _decimal_pb2.Decimal
    text: str
    def __init__(self, line: _Optional[_Union[_order_pb2.OrderLine, _Mapping]] = ..., take: _Optional[_Union[LineTake, str]] = ..., parts: _Optional[_Iterable[_Union[MergedPart, _Mapping]]] = ..., first_quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., second_quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., text: _Optional[str] = ...) -> None: ...

class MergedPart(_message.Message):
    __slots__ = ("order", "line_id")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    order: str
    line_id: str
    def __init__(self, order: _Optional[str] = ..., line_id: _Optional[str] = ...) -> None: ...

class MergeConflict(_message.Message):
    __slots__ = ("field", "first_value", "second_value", "chosen_order", "text")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    FIRST_VALUE_FIELD_NUMBER: _ClassVar[int]
    SECOND_VALUE_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_ORDER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    field: str
    first_value: str
    second_value: str
    chosen_order: str
    text: str
    def __init__(self, field: _Optional[str] = ..., first_value: _Optional[str] = ..., second_value: _Optional[str] = ..., chosen_order: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class UnmergeOrdersRequest(_message.Message):
    __slots__ = ("name", "request_id", "etag", "reason")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    name: str
    request_id: str
    etag: str
    reason: str
    def __init__(self, name: _Optional[str] = ..., request_id: _Optional[str] = ..., etag: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class UnmergeOrdersResponse(_message.Message):
    __slots__ = ("order", "restored")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    RESTORED_FIELD_NUMBER: _ClassVar[int]
    order: _order_pb2.Order
    restored: _containers.RepeatedCompositeFieldContainer[_order_pb2.Order]
    def __init__(self, order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., restored: _Optional[_Iterable[_Union[_order_pb2.Order, _Mapping]]] = ...) -> None: ...

class ResolveOrderRequest(_message.Message):
    __slots__ = ("name", "action", "existing_order", "etag", "existing_etag", "request_id", "reason")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    EXISTING_ORDER_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    EXISTING_ETAG_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    name: str
    action: _decision_pb2.Action
    existing_order: str
    etag: str
    existing_etag: str
    request_id: str
    reason: str
    def __init__(self, name: _Optional[str] = ..., action: _Optional[_Union[_decision_pb2.Action, str]] = ..., existing_order: _Optional[str] = ..., etag: _Optional[str] = ..., existing_etag: _Optional[str] = ..., request_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ResolveOrderResponse(_message.Message):
    __slots__ = ("order", "existing_order")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    EXISTING_ORDER_FIELD_NUMBER: _ClassVar[int]
    order: _order_pb2.Order
    existing_order: _order_pb2.Order
    def __init__(self, order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ..., existing_order: _Optional[_Union[_order_pb2.Order, _Mapping]] = ...) -> None: ...
