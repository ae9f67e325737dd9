"""AccessService, one method an RPC: message in, command, message out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ordertwin.v1 import access_pb2
from ordertwin.v1 import access_service_pb2 as pb
from ordertwin_models.errors import FieldViolation, InvalidRequest, NotFound
from ordertwin_server.access.heads import HeadExport, SignedHead
from ordertwin_server.access.table import ROLES
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.erase_subject import EraseSubject, Subject
from ordertwin_server.commands.manage_keys import ManageKeys
from ordertwin_server.commands.manage_roles import ManageRoles
from ordertwin_server.commands.overrides import Overrides
from ordertwin_server.commands.read_audit import ReadAudit
from ordertwin_server.commands.review_access import ReviewAccess
from ordertwin_server.convert import access_in, access_out
from ordertwin_server.convert.values import time_to_proto
from ordertwin_server.names import ensure_parent, key_in, version_in


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessService:
    """The service for whoever answers for access. `settle` sees that the operation log is complete
    before it is read."""

    settle: Callable[[], None]
    keys: ManageKeys
    roles: ManageRoles
    overrides: Overrides
    audit: ReadAudit
    review: ReviewAccess
    heads: HeadExport
    erase: EraseSubject

    def get_caller(self, call: Call, request: pb.GetCallerRequest) -> access_pb2.Caller:
        """Who the caller is."""
        return access_out.caller_to_proto(call.caller)

    def create_api_key(
        self, call: Call, request: pb.CreateApiKeyRequest
    ) -> pb.CreateApiKeyResponse:
        """A new key."""
        ensure_parent(request.parent, call.tenant)
        ttl = access_in.duration_in(request.ttl, "ttl") if request.HasField("ttl") else None
        key, secret = self.keys.create(call, request.request_id, request.client, ttl)
        return pb.CreateApiKeyResponse(
            api_key=access_out.key_to_proto(call.tenant, key), secret=secret
        )

    def list_api_keys(self, call: Call, request: pb.ListApiKeysRequest) -> pb.ListApiKeysResponse:
        """The keys of the tenant."""
        ensure_parent(request.parent, call.tenant)
        keys = self.keys.all_keys(call)
        return pb.ListApiKeysResponse(
            api_keys=[access_out.key_to_proto(call.tenant, key) for key in keys]
        )

    def revoke_api_key(self, call: Call, request: pb.RevokeApiKeyRequest) -> access_pb2.ApiKey:
        """The key that ended."""
        key_id = key_in(request.name, "apiKey", call.tenant)
        with _named(request.name):
            key = self.keys.revoke(call, request.request_id, key_id)
        return access_out.key_to_proto(call.tenant, key)

    def grant_role(self, call: Call, request: pb.GrantRoleRequest) -> access_pb2.RoleBinding:
        """The grant as it stands."""
        ensure_parent(request.parent, call.tenant)
        wanted = request.binding
        limit = access_in.limit_in(wanted.limits)
        binding = self.roles.grant(call, request.request_id, wanted.member, wanted.role, limit)
        return access_out.binding_to_proto(binding)

    def withdraw_role(self, call: Call, request: pb.WithdrawRoleRequest) -> pb.WithdrawRoleResponse:
        """Nothing: the role is gone."""
        ensure_parent(request.parent, call.tenant)
        self.roles.withdraw(call, request.request_id, request.member, request.role)
        return pb.WithdrawRoleResponse()

    def confirm_role(self, call: Call, request: pb.ConfirmRoleRequest) -> access_pb2.RoleBinding:
        """The grant as it stands."""
        ensure_parent(request.parent, call.tenant)
        binding = self.roles.confirm(call, request.request_id, request.member, request.role)
        return access_out.binding_to_proto(binding)

    def list_role_bindings(
        self, call: Call, request: pb.ListRoleBindingsRequest
    ) -> pb.ListRoleBindingsResponse:
        """Who has which role."""
        ensure_parent(request.parent, call.tenant)
        bindings = map(access_out.binding_to_proto, self.roles.bindings(call))
        return pb.ListRoleBindingsResponse(bindings=bindings)

    def define_role(self, call: Call, request: pb.DefineRoleRequest) -> access_pb2.Role:
        """The role as it stands."""
        ensure_parent(request.parent, call.tenant)
        role = request.role
        permissions = self.roles.define(
            call, request.request_id, role.role, tuple(role.permissions)
        )
        return access_pb2.Role(role=role.role, permissions=permissions)

    def list_roles(self, call: Call, request: pb.ListRolesRequest) -> pb.ListRolesResponse:
        """The roles there are."""
        ensure_parent(request.parent, call.tenant)
        return pb.ListRolesResponse(
            roles=[
                access_pb2.Role(role=name, permissions=permissions, built_in=name in ROLES)
                for name, permissions in self.roles.roles(call).items()
            ]
        )

    def request_override(
        self, call: Call, request: pb.RequestOverrideRequest
    ) -> access_pb2.Override:
        """The override that waits for a second person."""
        ensure_parent(request.parent, call.tenant)
        asked = (call, request.request_id)
        with _named(request.target):
            if "/modelVersions/" in request.target:
                version = version_in(request.target, call.tenant, field="target")
                key, override = self.overrides.request_activation(*asked, version, request.reason)
            else:
                order_key = key_in(request.target, "order", call.tenant, field="target")
                key, override = self.overrides.request(*asked, order_key, request.reason)
        state = self.overrides.state(override)
        return access_out.override_to_proto(call.tenant, key, override, state)

    def approve_override(
        self, call: Call, request: pb.ApproveOverrideRequest
    ) -> access_pb2.Override:
        """The override that can be used now."""
        key = key_in(request.name, "override", call.tenant)
        with _named(request.name):
            override = self.overrides.approve(call, request.request_id, key)
        state = self.overrides.state(override)
        return access_out.override_to_proto(call.tenant, key, override, state)

    def review_access(self, call: Call, request: pb.ReviewAccessRequest) -> pb.ReviewAccessResponse:
        """Who can do what."""
        ensure_parent(request.parent, call.tenant)
        self.settle()
        since = access_in.time_in(request.since, "since") if request.HasField("since") else None
        return access_out.review_to_proto(call.tenant, self.review(call, since))

    def list_audit_events(
        self, call: Call, request: pb.ListAuditEventsRequest
    ) -> pb.ListAuditEventsResponse:
        """A page of the operation log."""
        ensure_parent(request.parent, call.tenant)
        self.settle()
        where = access_in.filter_in(request)
        page = self.audit.list_events(call, where, request.page_size, request.page_token)
        return pb.ListAuditEventsResponse(
            events=[access_out.event_to_proto(call.tenant, logged) for logged in page.entries],
            next_page_token=page.next_token,
        )

    def verify_audit(self, call: Call, request: pb.VerifyAuditRequest) -> pb.VerifyAuditResponse:
        """Whether the operation log holds."""
        ensure_parent(request.parent, call.tenant)
        self.settle()
        heads = [self._genuine(index, message) for index, message in enumerate(request.heads)]
        verdict = self.audit.verify(call, [signed.head for signed in heads])
        finding = verdict.finding
        problem = f"AUDIT_PROBLEM_{finding.problem}" if finding else "AUDIT_PROBLEM_UNSPECIFIED"
        return pb.VerifyAuditResponse(
            valid=finding is None,
            head=access_out.head_to_proto(self.heads.signed(verdict.head)),
            heads_met=verdict.heads_met,
            problem=problem,
            first_bad_position=finding.position if finding else 0,
            last_possible_position=finding.until if finding else 0,
            first_position=self.audit.first_position(call),
        )

    def erase_subject(self, call: Call, request: pb.EraseSubjectRequest) -> pb.EraseSubjectResponse:
        """The receipt."""
        ensure_parent(request.parent, call.tenant)
        subject = Subject(request.party_id, request.email, request.follow_numbers)
        receipt = self.erase(call, request.request_id, subject)
        return pb.EraseSubjectResponse(
            name=f"tenants/{call.tenant}/erasures/{receipt.key}",
            time=time_to_proto(receipt.at),
            orders=receipt.orders,
            head=access_out.head_to_proto(self.heads.signed_now(call.tenant)),
        )

    def _genuine(self, index: int, message: access_pb2.AuditHead) -> SignedHead:
        field = f"heads[{index}]"
        signed = access_in.head_in(message, field)
        if not self.heads.is_genuine(signed):
            text = "was not signed by the key of this server; check it offline with its public key"
            raise InvalidRequest([FieldViolation(f"{field}.signature", text)])
        return signed


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Commands know keys; the caller hears the name they used."""
    try:
        yield
    except NotFound as error:
        raise NotFound(error.kind, name) from error
