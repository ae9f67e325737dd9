import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import decimal_pb2 as _decimal_pb2
from google.type import money_pb2 as _money_pb2
from google.type import postal_address_pb2 as _postal_address_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_KIND_UNSPECIFIED: _ClassVar[OrderKind]
    ORDER_KIND_SALES: _ClassVar[OrderKind]
    ORDER_KIND_PURCHASE: _ClassVar[OrderKind]

class Channel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANNEL_UNSPECIFIED: _ClassVar[Channel]
    CHANNEL_EDI: _ClassVar[Channel]
    CHANNEL_WEB: _ClassVar[Channel]
    CHANNEL_PHONE: _ClassVar[Channel]
    CHANNEL_EMAIL: _ClassVar[Channel]
    CHANNEL_REP: _ClassVar[Channel]
    CHANNEL_MARKETPLACE: _ClassVar[Channel]
    CHANNEL_POS: _ClassVar[Channel]
    CHANNEL_OTHER: _ClassVar[Channel]

class OrderState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATE_UNSPECIFIED: _ClassVar[OrderState]
    ORDER_STATE_RECEIVED: _ClassVar[OrderState]
    ORDER_STATE_HELD: _ClassVar[OrderState]
    ORDER_STATE_ACCEPTED: _ClassVar[OrderState]
    ORDER_STATE_IN_FULFILMENT: _ClassVar[OrderState]
    ORDER_STATE_SHIPPED: _ClassVar[OrderState]
    ORDER_STATE_COMPLETED: _ClassVar[OrderState]
    ORDER_STATE_CANCELLED: _ClassVar[OrderState]
    ORDER_STATE_RETURNED: _ClassVar[OrderState]
    ORDER_STATE_MERGED: _ClassVar[OrderState]
    ORDER_STATE_REJECTED_DUPLICATE: _ClassVar[OrderState]

class OrderOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_OUTCOME_UNSPECIFIED: _ClassVar[OrderOutcome]
    ORDER_OUTCOME_CANCELLED_AS_DUPLICATE: _ClassVar[OrderOutcome]
    ORDER_OUTCOME_RETURNED_AS_DUPLICATE: _ClassVar[OrderOutcome]
    ORDER_OUTCOME_CREDITED_AS_DUPLICATE: _ClassVar[OrderOutcome]
    ORDER_OUTCOME_SHIPPED_WITHOUT_COMPLAINT: _ClassVar[OrderOutcome]
ORDER_KIND_UNSPECIFIED: OrderKind
ORDER_KIND_SALES: OrderKind
ORDER_KIND_PURCHASE: OrderKind
CHANNEL_UNSPECIFIED: Channel
CHANNEL_EDI: Channel
CHANNEL_WEB: Channel
CHANNEL_PHONE: Channel
CHANNEL_EMAIL: Channel
CHANNEL_REP: Channel
CHANNEL_MARKETPLACE: Channel
CHANNEL_POS: Channel
CHANNEL_OTHER: Channel
ORDER_STATE_UNSPECIFIED: OrderState
ORDER_STATE_RECEIVED: OrderState
ORDER_STATE_HELD: OrderState
ORDER_STATE_ACCEPTED: OrderState
ORDER_STATE_IN_FULFILMENT: OrderState
ORDER_STATE_SHIPPED: OrderState
ORDER_STATE_COMPLETED: OrderState
ORDER_STATE_CANCELLED: OrderState
ORDER_STATE_RETURNED: OrderState
ORDER_STATE_MERGED: OrderState
ORDER_STATE_REJECTED_DUPLICATE: OrderState
ORDER_OUTCOME_UNSPECIFIED: OrderOutcome
ORDER_OUTCOME_CANCELLED_AS_DUPLICATE: OrderOutcome
ORDER_OUTCOME_RETURNED_AS_DUPLICATE: OrderOutcome
ORDER_OUTCOME_CREDITED_AS_DUPLICATE: OrderOutcome
ORDER_OUTCOME_SHIPPED_WITHOUT_COMPLAINT: OrderOutcome

class Order(_message.Message):
    __slots__ = ("name", "order_id", "order_number", "customer_reference", "revision", "blanket_reference", "release_number", "quote_reference", "company", "kind", "channel", "source", "message_function", "entered_by", "ordered_at", "requested_delivery_date", "customer", "ship_to", "bill_to", "lines", "currency_code", "total_amount", "note", "attributes", "state", "received_at", "updated_at", "etag", "decision")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    BLANKET_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    RELEASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    QUOTE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    COMPANY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FUNCTION_FIELD_NUMBER: _ClassVar[int]
    ENTERED_BY_FIELD_NUMBER: _ClassVar[int]
    ORDERED_AT_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_DELIVERY_DATE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    SHIP_TO_FIELD_NUMBER: _ClassVar[int]
    BILL_TO_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    name: str
    order_id: str
    order_number: str
    customer_reference: str
    revision: str
    blanket_reference: str
    release_number: str
    quote_reference: str
    company: str
    kind: OrderKind
    channel: Channel
    source: str
    message_function: str
    entered_by: str
    ordered_at: _timestamp_pb2.Timestamp
    requested_delivery_date: _date_pb2.Date
    customer: Party
    ship_to: _postal_address_pb2.PostalAddress
    bill_to: _postal_address_pb2.PostalAddress
    lines: _containers.RepeatedCompositeFieldContainer[OrderLine]
    currency_code: str
    total_amount: _money_pb2.Money
    note: str
    attributes: _containers.ScalarMap[str, str]
    state: OrderState
    received_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    etag: str
    decision: str
    def __init__(self, name: _Optional[str] = ..., order_id: _Optional[str] = ..., order_number: _Optional[str] = ..., customer_reference: _Optional[str] = ..., revision: _Optional[str] = ..., blanket_reference: _Optional[str] = ..., release_number: _Optional[str] = ..., quote_reference: _Optional[str] = ..., company: _Optional[str] = ..., kind: _Optional[_Union[OrderKind, str]] = ..., channel: _Optional[_Union[Channel, str]] = ..., source: _Optional[str] = ..., message_function: _Optional[str] = ..., entered_by: _Optional[str] = ..., ordered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., requested_delivery_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., customer: _Optional[_Union[Party, _Mapping]] = ..., ship_to: _Optional[_Union[_postal_address_pb2.PostalAddress, _Mapping]] = ..., bill_to: _Optional[_Union[_postal_address_pb2.PostalAddress, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., currency_code: _Optional[str] = ..., total_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., note: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ..., state: _Optional[_Union[OrderState, str]] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., decision: _Optional[str] = ...) -> None: ...

class Party(_message.Message):
    __slots__ = ("party_id", "name", "contact_name", "phone", "email", "tax_id")
    PARTY_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTACT_NAME_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    TAX_ID_FIELD_NUMBER: _ClassVar[int]
    party_id: str
    name: str
    contact_name: str
    phone: str
    email: str
    tax_id: str
    def __init__(self, party_id: _Optional[str] = ..., name: _Optional[str] = ..., contact_name: _Optional[str] = ..., phone: _Optional[str] = ..., email: _Optional[str] = ..., tax_id: _Optional[str] = ...) -> None: ...

class OrderLine(_message.Message):
    __slots__ = ("line_id", "sku", "gtin", "customer_sku", "name", "specification", "quantity", "unit", "unit_price", "requested_date")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    GTIN_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_SKU_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SPECIFICATION_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_DATE_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    sku: str
    gtin: str
    customer_sku: str
    name: str
    specification: str
    quantity: _decimal_pb2.Decimal
    unit: str
    unit_price: _money_pb2.Money
    requested_date: _date_pb2.Date
    def __init__(self, line_id: _Optional[str] = ..., sku: _Optional[str] = ..., gtin: _Optional[str] = ..., customer_sku: _Optional[str] = ..., name: _Optional[str] = ..., specification: _Optional[str] = ..., quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., unit: _Optional[str] = ..., unit_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., requested_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...
