import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ordertwin.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetCallerRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreateApiKeyRequest(_message.Message):
    __slots__ = ("parent", "client", "request_id", "ttl")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    parent: str
    client: str
    request_id: str
    ttl: _duration_pb2.Duration
    def __init__(self, parent: _Optional[str] = ..., client: _Optional[str] = ..., request_id: _Optional[str] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class CreateApiKeyResponse(_message.Message):
    __slots__ = ("api_key", "secret")
    API_KEY_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    api_key: _access_pb2.ApiKey
    secret: str
    def __init__(self, api_key: _Optional[_Union[_access_pb2.ApiKey, _Mapping]] = ..., secret: _Optional[str] = ...) -> None: ...

class ListApiKeysRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class ListApiKeysResponse(_message.Message):
    __slots__ = ("api_keys",)
    API_KEYS_FIELD_NUMBER: _ClassVar[int]
    api_keys: _containers.RepeatedCompositeFieldContainer[_access_pb2.ApiKey]
    def __init__(self, api_keys: _Optional[_Iterable[_Union[_access_pb2.ApiKey, _Mapping]]] = ...) -> None: ...

class RevokeApiKeyRequest(_message.Message):
    __slots__ = ("name", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class GrantRoleRequest(_message.Message):
    __slots__ = ("parent", "binding", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    BINDING_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    binding: _access_pb2.RoleBinding
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., binding: _Optional[_Union[_access_pb2.RoleBinding, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class WithdrawRoleRequest(_message.Message):
    __slots__ = ("parent", "member", "role", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    member: str
    role: str
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., member: _Optional[str] = ..., role: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class WithdrawRoleResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ConfirmRoleRequest(_message.Message):
    __slots__ = ("parent", "member", "role", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    member: str
    role: str
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., member: _Optional[str] = ..., role: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListRoleBindingsRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class ListRoleBindingsResponse(_message.Message):
    __slots__ = ("bindings",)
    BINDINGS_FIELD_NUMBER: _ClassVar[int]
    bindings: _containers.RepeatedCompositeFieldContainer[_access_pb2.RoleBinding]
    def __init__(self, bindings: _Optional[_Iterable[_Union[_access_pb2.RoleBinding, _Mapping]]] = ...) -> None: ...

class DefineRoleRequest(_message.Message):
    __slots__ = ("parent", "role", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    role: _access_pb2.Role
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., role: _Optional[_Union[_access_pb2.Role, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListRolesRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class ListRolesResponse(_message.Message):
    __slots__ = ("roles",)
    ROLES_FIELD_NUMBER: _ClassVar[int]
    roles: _containers.RepeatedCompositeFieldContainer[_access_pb2.Role]
    def __init__(self, roles: _Optional[_Iterable[_Union[_access_pb2.Role, _Mapping]]] = ...) -> None: ...

class RequestOverrideRequest(_message.Message):
    __slots__ = ("parent", "target", "reason", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    target: str
    reason: str
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., target: _Optional[str] = ..., reason: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ApproveOverrideRequest(_message.Message):
    __slots__ = ("name", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ReviewAccessRequest(_message.Message):
    __slots__ = ("parent", "since")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    parent: str
    since: _timestamp_pb2.Timestamp
    def __init__(self, parent: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MemberReview(_message.Message):
    __slots__ = ("member", "bindings", "permissions", "unused_permissions", "last_use_time", "live_keys")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    BINDINGS_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    UNUSED_PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    LAST_USE_TIME_FIELD_NUMBER: _ClassVar[int]
    LIVE_KEYS_FIELD_NUMBER: _ClassVar[int]
    member: str
    bindings: _containers.RepeatedCompositeFieldContainer[_access_pb2.RoleBinding]
    permissions: _containers.RepeatedScalarFieldContainer[str]
    unused_permissions: _containers.RepeatedScalarFieldContainer[str]
    last_use_time: _timestamp_pb2.Timestamp
    live_keys: int
    def __init__(self, member: _Optional[str] = ..., bindings: _Optional[_Iterable[_Union[_access_pb2.RoleBinding, _Mapping]]] = ..., permissions: _Optional[_Iterable[str]] = ..., unused_permissions: _Optional[_Iterable[str]] = ..., last_use_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., live_keys: _Optional[int] = ...) -> None: ...

class AccessFinding(_message.Message):
    __slots__ = ("kind", "subject", "text")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    subject: str
    text: str
    def __init__(self, kind: _Optional[str] = ..., subject: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class ReleaseReview(_message.Message):
    __slots__ = ("member", "released", "later_duplicates", "overrides")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    LATER_DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    member: str
    released: int
    later_duplicates: int
    overrides: int
    def __init__(self, member: _Optional[str] = ..., released: _Optional[int] = ..., later_duplicates: _Optional[int] = ..., overrides: _Optional[int] = ...) -> None: ...

class ReviewAccessResponse(_message.Message):
    __slots__ = ("time", "members", "findings", "releases", "changes")
    TIME_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    RELEASES_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    time: _timestamp_pb2.Timestamp
    members: _containers.RepeatedCompositeFieldContainer[MemberReview]
    findings: _containers.RepeatedCompositeFieldContainer[AccessFinding]
    releases: _containers.RepeatedCompositeFieldContainer[ReleaseReview]
    changes: _containers.RepeatedCompositeFieldContainer[_access_pb2.AuditEvent]
    def __init__(self, time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., members: _Optional[_Iterable[_Union[MemberReview, _Mapping]]] = ..., findings: _Optional[_Iterable[_Union[AccessFinding, _Mapping]]] = ..., releases: _Optional[_Iterable[_Union[ReleaseReview, _Mapping]]] = ..., changes: _Optional[_Iterable[_Union[_access_pb2.AuditEvent, _Mapping]]] = ...) -> None: ...

class ListAuditEventsRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "actor", "action", "target", "request_id", "outcome", "since", "until")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    actor: str
    action: str
    target: str
    request_id: str
    outcome: str
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., actor: _Optional[str] = ..., action: _Optional[str] = ..., target: _Optional[str] = ..., request_id: _Optional[str] = ..., outcome: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListAuditEventsResponse(_message.Message):
    __slots__ = ("events", "next_page_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[_access_pb2.AuditEvent]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[_access_pb2.AuditEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class VerifyAuditRequest(_message.Message):
    __slots__ = ("parent", "heads")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    HEADS_FIELD_NUMBER: _ClassVar[int]
    parent: str
    heads: _containers.RepeatedCompositeFieldContainer[_access_pb2.AuditHead]
    def __init__(self, parent: _Optional[str] = ..., heads: _Optional[_Iterable[_Union[_access_pb2.AuditHead, _Mapping]]] = ...) -> None: ...

class VerifyAuditResponse(_message.Message):
    __slots__ = ("valid", "head", "heads_met", "problem", "first_bad_position", "last_possible_position", "first_position")
    VALID_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    HEADS_MET_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    FIRST_BAD_POSITION_FIELD_NUMBER: _ClassVar[int]
    LAST_POSSIBLE_POSITION_FIELD_NUMBER: _ClassVar[int]
    FIRST_POSITION_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    head: _access_pb2.AuditHead
    heads_met: int
    problem: _access_pb2.AuditProblem
    first_bad_position: int
    last_possible_position: int
    first_position: int
    def __init__(self, valid: bool = ..., head: _Optional[_Union[_access_pb2.AuditHead, _Mapping]] = ..., heads_met: _Optional[int] = ..., problem: _Optional[_Union[_access_pb2.AuditProblem, str]] = ..., first_bad_position: _Optional[int] = ..., last_possible_position: _Optional[int] = ..., first_position: _Optional[int] = ...) -> None: ...

class EraseSubjectRequest(_message.Message):
    __slots__ = ("parent", "party_id", "email", "request_id", "follow_numbers")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PARTY_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    parent: str
    party_id: str
    email: str
    request_id: str
    follow_numbers: bool
    def __init__(self, parent: _Optional[str] = ..., party_id: _Optional[str] = ..., email: _Optional[str] = ..., request_id: _Optional[str] = ..., follow_numbers: bool = ...) -> None: ...

class EraseSubjectResponse(_message.Message):
    __slots__ = ("name", "time", "orders", "head")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    name: str
    time: _timestamp_pb2.Timestamp
    orders: int
    head: _access_pb2.AuditHead
    def __init__(self, name: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., orders: _Optional[int] = ..., head: _Optional[_Union[_access_pb2.AuditHead, _Mapping]] = ...) -> None: ...
