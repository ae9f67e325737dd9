"""GrantRole, WithdrawRole, ConfirmRole, ListRoleBindings, DefineRole, ListRoles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from ordertwin_models.errors import FieldViolation, NotFound
from ordertwin_models.order import Channel
from ordertwin_server.access.table import LOCAL, ROLES
from ordertwin_server.commands.access_records import (
    MEMBER,
    ROLE,
    Grant,
    MemberRecord,
    RoleRecord,
    member_from,
    role_from,
    to_body,
)
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission, ReleaseLimit, sorted_permissions
from ordertwin_server.commands.deeds import Deed, Deeds, put
from ordertwin_server.faults import DutiesSeparated
from ordertwin_stores.access import Record

RECERTIFIED_EVERY = timedelta(days=180)
"""How long a grant stands before somebody has to confirm or withdraw it."""
_MEMBER = re.compile(r"(clients|people)/[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Binding:
    """A member's grant."""

    member: str
    grant: Grant


class ManageRoles:
    """Who has which role in a tenant."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds

    def grant(
        self, call: Call, request_id: str, member: str, role: str, limit: ReleaseLimit
    ) -> Binding:
        """Give a member a role, or other limits in it.

        Raises `InvalidRequest`, `NotFound` (the role), `DutiesSeparated` (one's own), or what
        `Deeds.do` raises.
        """
        question = (member, role, sorted(limit.channels), str(limit.amount), limit.currency)
        deed = Deed("GrantRole", request_id, question)
        deed.ensure_valid([*_member_violations(member), *_limit_violations(limit)])
        if self._deeds.reply_to(call, deed) is None:
            _ensure_not_oneself(call, member, "Nobody grants a role to themselves")
            self._ensure_role(call, role)
            now, seen = self._deeds.clock(), self._deeds.access.get(call.tenant, MEMBER, member)
            before = member_from(seen.body) if seen else MemberRecord(created_at=now)
            grant = Grant(
                role=role,
                granted_at=now,
                granted_by=call.actor,
                channels=tuple(sorted(limit.channels)),
                amount=None if limit.amount is None else str(limit.amount),
                currency=limit.currency,
                due_at=now + RECERTIFIED_EVERY,
            )
            self._write(call, deed, member, with_grant(before, grant), seen, role)
        return self._binding(call, member, role)

    def withdraw(self, call: Call, request_id: str, member: str, role: str) -> None:
        """Take a role away; `NotFound` when the member has it not."""
        deed = Deed("WithdrawRole", request_id, (member, role))
        deed.ensure_valid(_member_violations(member))
        if self._deeds.reply_to(call, deed) is None:
            seen, before, _ = self._seen(call, member, role)
            grants = tuple(grant for grant in before.grants if grant.role != role)
            self._write(call, deed, member, replace(before, grants=grants), seen, role)

    def confirm(self, call: Call, request_id: str, member: str, role: str) -> Binding:
        """Say that the member still needs the role; it is due again half a year later."""
        deed = Deed("ConfirmRole", request_id, (member, role))
        deed.ensure_valid(_member_violations(member))
        if self._deeds.reply_to(call, deed) is None:
            _ensure_not_oneself(call, member, "Nobody confirms their own role")
            seen, before, grant = self._seen(call, member, role)
            now = self._deeds.clock()
            confirmed = replace(
                grant,
                confirmed_at=now,
                confirmed_by=call.actor,
                due_at=now + RECERTIFIED_EVERY,
            )
            self._write(call, deed, member, with_grant(before, confirmed), seen, role)
        return self._binding(call, member, role)

    def bindings(self, call: Call) -> list[Binding]:
        """Every grant, by member and role."""
        return [
            Binding(record.name, grant)
            for record in self._deeds.access.list(call.tenant, MEMBER)
            for grant in sorted(member_from(record.body).grants, key=lambda each: each.role)
        ]

    def define(
        self, call: Call, request_id: str, role: str, permissions: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Make or change a role of the tenant's own; returns its permissions as they are now.

        Raises `InvalidRequest`, or `DutiesSeparated` when the caller has that role.
        """
        deed = Deed("DefineRole", request_id, (role, sorted(permissions)))
        deed.ensure_valid(_role_violations(role, permissions))
        access = self._deeds.access
        if self._deeds.reply_to(call, deed) is None:
            if call.caller.identified and role in self._roles_of(call):
                raise DutiesSeparated(
                    "Nobody changes what a role permits that they have themselves"
                )
            seen = access.get(call.tenant, ROLE, role)
            record = RoleRecord(
                permissions=tuple(sorted_permissions(set(permissions))),
                changed_at=self._deeds.clock(),
                changed_by=call.actor,
            )
            puts = [put(ROLE, role, to_body(record), seen)]
            self._deeds.do(call, deed, puts, target=f"roles/{role}", reply={"role": role})
        return self.roles(call)[role]

    def roles(self, call: Call) -> Mapping[str, tuple[str, ...]]:
        """The permissions of every role, built-in ones first."""
        own = self._deeds.access.list(call.tenant, ROLE)
        built_in = {name: tuple(sorted_permissions(held)) for name, held in ROLES.items()}
        return built_in | {record.name: role_from(record.body).permissions for record in own}

    def _roles_of(self, call: Call) -> set[str]:
        """The caller's roles, those included that they were given a moment ago."""
        record = self._deeds.access.get(call.tenant, MEMBER, call.actor)
        grants = member_from(record.body).grants if record else ()
        return {*call.caller.roles, *(grant.role for grant in grants)}

    def _ensure_role(self, call: Call, role: str) -> None:
        if role not in ROLES and self._deeds.access.get(call.tenant, ROLE, role) is None:
            raise NotFound("role", role)

    def _seen(self, call: Call, member: str, role: str) -> tuple[Record, MemberRecord, Grant]:
        record = self._deeds.access.get(call.tenant, MEMBER, member)
        if record is None:
            raise NotFound("member", member)
        known = member_from(record.body)
        grant = known.grant_of(role)
        if grant is None:
            raise NotFound("grant", f"of {role} to {member}")
        return record, known, grant

    def _binding(self, call: Call, member: str, role: str) -> Binding:
        return Binding(member, self._seen(call, member, role)[2])

    def _write(
        self,
        call: Call,
        deed: Deed,
        member: str,
        record: MemberRecord,
        seen: Record | None,
        role: str,
    ) -> None:
        puts = [put(MEMBER, member, to_body(record), seen)]
        target, reply = f"{member}/roles/{role}", {"member": member}
        self._deeds.do(call, deed, puts, target=target, reply=reply)


def with_grant(member: MemberRecord, grant: Grant) -> MemberRecord:
    """The member with this grant in place of an earlier one of the same role."""
    others = tuple(each for each in member.grants if each.role != grant.role)
    return replace(member, grants=(*others, grant))


def _ensure_not_oneself(call: Call, member: str, duty: str) -> None:
    if call.caller.identified and member == call.actor:
        raise DutiesSeparated(duty)


def _member_violations(member: str) -> list[FieldViolation]:
    if _MEMBER.fullmatch(member):
        return []
    return [FieldViolation("member", "must look like clients/erp-1 or people/anna")]


def _limit_violations(limit: ReleaseLimit) -> list[FieldViolation]:
    broken = []
    if Channel.UNKNOWN in limit.channels:
        broken.append(FieldViolation("limits.channels", "must name known channels"))
    if limit.amount is not None:
        if limit.amount < Decimal(0):
            broken.append(FieldViolation("limits.max_release_amount", "must not be negative"))
        if not re.fullmatch("[A-Z]{3}", limit.currency):
            broken.append(
                FieldViolation("limits.max_release_amount.currency_code", "must be like EUR")
            )
    return broken


def _role_violations(role: str, permissions: tuple[str, ...]) -> list[FieldViolation]:
    broken = []
    if not _ROLE.fullmatch(role) or role in ROLES or role == LOCAL:
        broken.append(
            FieldViolation("role", "must be lower case letters, digits and `-`, and not built in")
        )
    unknown = set(permissions) - set(Permission)
    if unknown or not permissions:
        choices = ", ".join(Permission)
        broken.append(FieldViolation("permissions", f"must be some of {choices}"))
    return broken
