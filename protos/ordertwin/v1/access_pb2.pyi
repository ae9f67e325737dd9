import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import money_pb2 as _money_pb2
from ordertwin.v1 import order_pb2 as _order_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OverrideState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OVERRIDE_STATE_UNSPECIFIED: _ClassVar[OverrideState]
    OVERRIDE_STATE_REQUESTED: _ClassVar[OverrideState]
    OVERRIDE_STATE_APPROVED: _ClassVar[OverrideState]
    OVERRIDE_STATE_USED: _ClassVar[OverrideState]
    OVERRIDE_STATE_EXPIRED: _ClassVar[OverrideState]

class AuditProblem(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIT_PROBLEM_UNSPECIFIED: _ClassVar[AuditProblem]
    AUDIT_PROBLEM_MISSING: _ClassVar[AuditProblem]
    AUDIT_PROBLEM_ALTERED: _ClassVar[AuditProblem]
    AUDIT_PROBLEM_REWRITTEN: _ClassVar[AuditProblem]
    AUDIT_PROBLEM_CUT_OFF: _ClassVar[AuditProblem]
OVERRIDE_STATE_UNSPECIFIED: OverrideState
OVERRIDE_STATE_REQUESTED: OverrideState
OVERRIDE_STATE_APPROVED: OverrideState
OVERRIDE_STATE_USED: OverrideState
OVERRIDE_STATE_EXPIRED: OverrideState
AUDIT_PROBLEM_UNSPECIFIED: AuditProblem
AUDIT_PROBLEM_MISSING: AuditProblem
AUDIT_PROBLEM_ALTERED: AuditProblem
AUDIT_PROBLEM_REWRITTEN: AuditProblem
AUDIT_PROBLEM_CUT_OFF: AuditProblem

class Caller(_message.Message):
    __slots__ = ("member", "tenant", "roles", "permissions", "key_id")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    member: str
    tenant: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    permissions: _containers.RepeatedScalarFieldContainer[str]
    key_id: str
    def __init__(self, member: _Optional[str] = ..., tenant: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., permissions: _Optional[_Iterable[str]] = ..., key_id: _Optional[str] = ...) -> None: ...

class ApiKey(_message.Message):
    __slots__ = ("name", "client", "create_time", "created_by", "expire_time", "revoke_time", "last_use_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_USE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    client: str
    create_time: _timestamp_pb2.Timestamp
    created_by: str
    expire_time: _timestamp_pb2.Timestamp
    revoke_time: _timestamp_pb2.Timestamp
    last_use_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., client: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_by: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_use_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Role(_message.Message):
    __slots__ = ("role", "permissions", "built_in")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    BUILT_IN_FIELD_NUMBER: _ClassVar[int]
    role: str
    permissions: _containers.RepeatedScalarFieldContainer[str]
    built_in: bool
    def __init__(self, role: _Optional[str] = ..., permissions: _Optional[_Iterable[str]] = ..., built_in: bool = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("channels", "max_release_amount")
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    MAX_RELEASE_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    channels: _containers.RepeatedScalarFieldContainer[_order_pb2.Channel]
    max_release_amount: _money_pb2.Money
    def __init__(self, channels: _Optional[_Iterable[_Union[_order_pb2.Channel, str]]] = ..., max_release_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class RoleBinding(_message.Message):
    __slots__ = ("member", "role", "limits", "grant_time", "granted_by", "confirm_time", "confirmed_by", "due_time")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    GRANT_TIME_FIELD_NUMBER: _ClassVar[int]
    GRANTED_BY_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_TIME_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_BY_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    member: str
    role: str
    limits: Limits
    grant_time: _timestamp_pb2.Timestamp
    granted_by: str
    confirm_time: _timestamp_pb2.Timestamp
    confirmed_by: str
    due_time: _timestamp_pb2.Timestamp
    def __init__(self, member: _Optional[str] = ..., role: _Optional[str] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., grant_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., granted_by: _Optional[str] = ..., confirm_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confirmed_by: _Optional[str] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Override(_message.Message):
    __slots__ = ("name", "target", "reason", "requested_by", "approved_by", "state", "expire_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    APPROVED_BY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    target: str
    reason: str
    requested_by: str
    approved_by: str
    state: OverrideState
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., target: _Optional[str] = ..., reason: _Optional[str] = ..., requested_by: _Optional[str] = ..., approved_by: _Optional[str] = ..., state: _Optional[_Union[OverrideState, str]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AuditEvent(_message.Message):
    __slots__ = ("name", "position", "time", "actor", "origin", "action", "target", "request_id", "outcome", "before", "after", "hash")
    NAME_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    name: str
    position: int
    time: _timestamp_pb2.Timestamp
    actor: str
    origin: str
    action: str
    target: str
    request_id: str
    outcome: str
    before: bytes
    after: bytes
    hash: bytes
    def __init__(self, name: _Optional[str] = ..., position: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., origin: _Optional[str] = ..., action: _Optional[str] = ..., target: _Optional[str] = ..., request_id: _Optional[str] = ..., outcome: _Optional[str] = ..., before: _Optional[bytes] = ..., after: _Optional[bytes] = ..., hash: _Optional[bytes] = ...) -> None: ...

class AuditHead(_message.Message):
    __slots__ = ("tenant", "position", "hash", "sign_time", "key_id", "signature")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    SIGN_TIME_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    position: int
    hash: bytes
    sign_time: _timestamp_pb2.Timestamp
    key_id: str
    signature: bytes
    def __init__(self, tenant: _Optional[str] = ..., position: _Optional[int] = ..., hash: _Optional[bytes] = ..., sign_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., key_id: _Optional[str] = ..., signature: _Optional[bytes] = ...) -> None: ...
