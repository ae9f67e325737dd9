import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CustomerLink(_message.Message):
    __slots__ = ("customer_id", "same_as", "name", "same_as_name")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SAME_AS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SAME_AS_NAME_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    same_as: str
    name: str
    same_as_name: str
    def __init__(self, customer_id: _Optional[str] = ..., same_as: _Optional[str] = ..., name: _Optional[str] = ..., same_as_name: _Optional[str] = ...) -> None: ...

class LinkCustomersRequest(_message.Message):
    __slots__ = ("parent", "links", "request_id", "reason")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    parent: str
    links: _containers.RepeatedCompositeFieldContainer[CustomerLink]
    request_id: str
    reason: str
    def __init__(self, parent: _Optional[str] = ..., links: _Optional[_Iterable[_Union[CustomerLink, _Mapping]]] = ..., request_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class LinkCustomersResponse(_message.Message):
    __slots__ = ("linked", "known", "customers")
    LINKED_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    linked: int
    known: int
    customers: _containers.RepeatedCompositeFieldContainer[Customer]
    def __init__(self, linked: _Optional[int] = ..., known: _Optional[int] = ..., customers: _Optional[_Iterable[_Union[Customer, _Mapping]]] = ...) -> None: ...

class SeparateCustomerRequest(_message.Message):
    __slots__ = ("parent", "customer_id", "request_id", "reason")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    parent: str
    customer_id: str
    request_id: str
    reason: str
    def __init__(self, parent: _Optional[str] = ..., customer_id: _Optional[str] = ..., request_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SeparateCustomerResponse(_message.Message):
    __slots__ = ("customer",)
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    customer: Customer
    def __init__(self, customer: _Optional[_Union[Customer, _Mapping]] = ...) -> None: ...

class ListCustomersRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "customer_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    customer_id: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., customer_id: _Optional[str] = ...) -> None: ...

class ListCustomersResponse(_message.Message):
    __slots__ = ("customers", "next_page_token")
    CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    customers: _containers.RepeatedCompositeFieldContainer[Customer]
    next_page_token: str
    def __init__(self, customers: _Optional[_Iterable[_Union[Customer, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Customer(_message.Message):
    __slots__ = ("customer_id", "numbers")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    numbers: _containers.RepeatedCompositeFieldContainer[CustomerNumber]
    def __init__(self, customer_id: _Optional[str] = ..., numbers: _Optional[_Iterable[_Union[CustomerNumber, _Mapping]]] = ...) -> None: ...

class CustomerNumber(_message.Message):
    __slots__ = ("customer_id", "name", "linked_at", "linked_by", "reason")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LINKED_AT_FIELD_NUMBER: _ClassVar[int]
    LINKED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    name: str
    linked_at: _timestamp_pb2.Timestamp
    linked_by: str
    reason: str
    def __init__(self, customer_id: _Optional[str] = ..., name: _Optional[str] = ..., linked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., linked_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...
