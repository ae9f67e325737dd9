"""AccessService and SessionService for blocking code: keys, roles, reviews of rights, the
operation log, passwords and sessions."""

from __future__ import annotations

from collections.abc import Iterator

from ordertwin.v1 import access_pb2
from ordertwin.v1 import access_service_pb2 as pb
from ordertwin.v1 import session_service_pb2 as sessions
from ordertwin.v1.access_service_pb2_grpc import AccessServiceStub
from ordertwin.v1.session_service_pb2_grpc import SessionServiceStub
from ordertwin_client.requests import Rpc
from ordertwin_client.service import ServiceClient

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


class AccessClient(ServiceClient):
    """Calls both services."""

    stubs = (AccessServiceStub, SessionServiceStub)

    def audit_events(self, request: pb.ListAuditEventsRequest) -> Iterator[access_pb2.AuditEvent]:
        """Entries of the operation log, the newest first, page after page."""
        for page in self.pages(LIST_AUDIT_EVENTS, request):
            yield from page.events
