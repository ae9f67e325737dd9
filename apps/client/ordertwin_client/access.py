"""AccessService and SessionService for blocking code: keys, roles, reviews of rights, the
operation log, passwords and sessions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from ordertwin.v1 import access_pb2
from ordertwin.v1 import access_service_pb2 as pb
from ordertwin.v1 import session_service_pb2 as sessions
from ordertwin.v1.access_service_pb2_grpc import AccessServiceStub
from ordertwin.v1.session_service_pb2_grpc import SessionServiceStub
from ordertwin_client.channel import Metadata
from ordertwin_client.errors import error_from_call
from ordertwin_client.requests import READ_TIMEOUT, Rpc

R = TypeVar("R", bound=Message)

GET_CALLER = Rpc("GetCaller", access_pb2.Caller)
CREATE_API_KEY = Rpc("CreateApiKey", pb.CreateApiKeyResponse)
LIST_API_KEYS = Rpc("ListApiKeys", pb.ListApiKeysResponse)
REVOKE_API_KEY = Rpc("RevokeApiKey", access_pb2.ApiKey)
GRANT_ROLE = Rpc("GrantRole", access_pb2.RoleBinding)
WITHDRAW_ROLE = Rpc("WithdrawRole", pb.WithdrawRoleResponse)
CONFIRM_ROLE = Rpc("ConfirmRole", access_pb2.RoleBinding)
LIST_ROLE_BINDINGS = Rpc("ListRoleBindings", pb.ListRoleBindingsResponse)
DEFINE_ROLE = Rpc("DefineRole", access_pb2.Role)
LIST_ROLES = Rpc("ListRoles", pb.ListRolesResponse)
REQUEST_OVERRIDE = Rpc("RequestOverride", access_pb2.Override)
APPROVE_OVERRIDE = Rpc("ApproveOverride", access_pb2.Override)
REVIEW_ACCESS = Rpc("ReviewAccess", pb.ReviewAccessResponse)
LIST_AUDIT_EVENTS = Rpc("ListAuditEvents", pb.ListAuditEventsResponse)
VERIFY_AUDIT = Rpc("VerifyAudit", pb.VerifyAuditResponse)

ERASE_SUBJECT = Rpc("EraseSubject", pb.EraseSubjectResponse)

SIGN_IN = Rpc("SignIn", sessions.SignInResponse)
SIGN_OUT = Rpc("SignOut", sessions.SignOutResponse)
SET_PASSWORD = Rpc("SetPassword", sessions.SetPasswordResponse)
_OF_SESSIONS = frozenset({SIGN_IN.name, SIGN_OUT.name, SET_PASSWORD.name})


class AccessClient:
    """Calls both services on a channel, with the metadata that carries a credential."""

    def __init__(
        self,
        channel: grpc.Channel,
        metadata: Metadata | None = None,
        *,
        timeout: float = READ_TIMEOUT,
        stub: Any = None,
    ) -> None:
        self._stub: Any = stub or AccessServiceStub(channel)  # type: ignore[no-untyped-call]
        self._sessions: Any = SessionServiceStub(channel)  # type: ignore[no-untyped-call]
        self._metadata = metadata
        self._timeout = timeout

    def call(self, rpc: Rpc[R], request: Message) -> R:
        """The answer to one request, or an error of `ordertwin_client.errors`."""
        stub = self._sessions if rpc.name in _OF_SESSIONS else self._stub
        try:
            response: R = getattr(stub, rpc.name)(
                request, timeout=self._timeout, metadata=self._metadata
            )
            return response
        except grpc.RpcError as error:
            raise error_from_call(error) from None

    def audit_events(self, request: pb.ListAuditEventsRequest) -> Iterator[access_pb2.AuditEvent]:
        """Entries of the operation log, the newest first, page after page."""
        further = pb.ListAuditEventsRequest()
        further.CopyFrom(request)
        while True:
            page = self.call(LIST_AUDIT_EVENTS, further)
            yield from page.events
            if not page.next_page_token:
                return
            further.page_token = page.next_page_token
