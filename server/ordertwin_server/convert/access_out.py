"""Messages about access, from what commands return."""

from __future__ import annotations

from google.type.money_pb2 import Money

from ordertwin.v1 import access_pb2, access_service_pb2
from ordertwin_models.order import Channel
from ordertwin_server.access.heads import SignedHead
from ordertwin_server.commands.access_records import OverrideRecord
from ordertwin_server.commands.caller import Caller, sorted_permissions
from ordertwin_server.commands.manage_keys import StoredKey
from ordertwin_server.commands.manage_roles import Binding
from ordertwin_server.commands.review_access import AccessReview
from ordertwin_server.convert.enums import CHANNEL
from ordertwin_server.convert.values import amount_to_proto, time_to_proto
from ordertwin_stores.audit import LoggedEntry


def caller_to_proto(caller: Caller) -> access_pb2.Caller:
    """Who calls."""
    return access_pb2.Caller(
        member=caller.member,
        tenant=caller.tenant,
        roles=caller.roles,
        permissions=sorted_permissions(caller.permissions),
        key_id=caller.key_id,
    )


def key_to_proto(tenant: str, key: StoredKey) -> access_pb2.ApiKey:
    """A key, without the key itself."""
    record = key.record
    return access_pb2.ApiKey(
        name=f"tenants/{tenant}/apiKeys/{key.key_id}",
        client=record.member.removeprefix("clients/"),
        create_time=time_to_proto(record.created_at),
        created_by=record.created_by,
        expire_time=record.expires_at and time_to_proto(record.expires_at),
        revoke_time=record.revoked_at and time_to_proto(record.revoked_at),
        last_use_time=key.last_use and time_to_proto(key.last_use),
    )


def binding_to_proto(binding: Binding) -> access_pb2.RoleBinding:
    """A grant with its history."""
    grant, limit = binding.grant, binding.grant.release_limit
    amount: Money | None = None
    if limit.amount is not None:
        amount = amount_to_proto(limit.amount, limit.currency, "limits.max_release_amount")
    return access_pb2.RoleBinding(
        member=binding.member,
        role=grant.role,
        limits=access_pb2.Limits(
            channels=[CHANNEL.number(Channel(name)) for name in grant.channels],
            max_release_amount=amount,
        ),
        grant_time=time_to_proto(grant.granted_at),
        granted_by=grant.granted_by,
        confirm_time=grant.confirmed_at and time_to_proto(grant.confirmed_at),
        confirmed_by=grant.confirmed_by,
        due_time=grant.due_at and time_to_proto(grant.due_at),
    )


def override_to_proto(
    tenant: str, key: str, override: OverrideRecord, state: str
) -> access_pb2.Override:
    """An override as it stands."""
    return access_pb2.Override(
        name=f"tenants/{tenant}/overrides/{key}",
        target=f"tenants/{tenant}/{override.target}",
        reason=override.reason,
        requested_by=override.requested_by,
        approved_by=override.approved_by,
        state=f"OVERRIDE_STATE_{state}",
        expire_time=time_to_proto(override.expires_at),
    )


def event_to_proto(tenant: str, logged: LoggedEntry) -> access_pb2.AuditEvent:
    """An entry of the operation log."""
    entry = logged.entry
    return access_pb2.AuditEvent(
        name=f"tenants/{tenant}/auditEvents/{logged.position}",
        position=logged.position,
        time=time_to_proto(logged.at),
        actor=entry.actor,
        origin=entry.origin,
        action=entry.action,
        target=entry.target,
        request_id=entry.request_id,
        outcome=entry.outcome,
        before=entry.before,
        after=entry.after,
        hash=logged.hash,
    )


def head_to_proto(signed: SignedHead) -> access_pb2.AuditHead:
    """A signed head."""
    return access_pb2.AuditHead(
        tenant=signed.head.tenant,
        position=signed.head.position,
        hash=signed.head.hash,
        sign_time=time_to_proto(signed.at),
        key_id=signed.key_id,
        signature=signed.signature,
    )


def review_to_proto(tenant: str, review: AccessReview) -> access_service_pb2.ReviewAccessResponse:
    """A review of rights."""
    pb = access_service_pb2
    return pb.ReviewAccessResponse(
        time=time_to_proto(review.at),
        members=[
            pb.MemberReview(
                member=member.name,
                bindings=map(binding_to_proto, member.bindings),
                permissions=member.permissions,
                unused_permissions=member.unused,
                last_use_time=member.last_use and time_to_proto(member.last_use),
                live_keys=member.live_keys,
            )
            for member in review.members
        ],
        findings=[
            pb.AccessFinding(kind=each.kind, subject=each.subject, text=each.text)
            for each in review.findings
        ],
        releases=[
            pb.ReleaseReview(
                member=each.member,
                released=each.released,
                later_duplicates=each.later_duplicates,
                overrides=each.overrides,
            )
            for each in review.releases
        ],
        changes=[event_to_proto(tenant, logged) for logged in review.changes],
    )
