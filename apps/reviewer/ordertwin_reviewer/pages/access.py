"""Who can do what: members, roles, keys, and what looks wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.duration_pb2 import Duration
from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_reviewer.pages.language import moment_of
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import N_

DAY = 86_400
KEY_DAYS = (30, 90, 365)
MOST_CHANGES = 20
FINDINGS = {
    "CONFLICTING_RIGHTS": N_("Rights that do not go together"),
    "UNUSED_RIGHTS": N_("Rights that are not used"),
    "CONFIRMATION_DUE": N_("Confirmation is due"),
    "LOOKS_SHARED": N_("Looks shared"),
    "DORMANT_KEY": N_("Key that is not used"),
    "SELF_APPROVAL_ATTEMPTED": N_("Tried to approve their own"),
    "PASSWORD_SET_BY_ANOTHER": N_("Password set by somebody else"),
    "RIGHTS_FROM_PROVIDER": N_("Rights from the provider"),
}
"""Kinds of findings in words."""


@dataclass(frozen=True, slots=True)
class Access:
    """Pages about rights."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        page, deed = self.shell.page, self.shell.deed
        return [
            page("/access", self._overview),
            deed("/access/keys", self._create_key),
            deed("/access/keys/{key}/revoke", self._revoke_key),
            deed("/access/roles/{deed}", self._change_role),
        ]

    async def _overview(self, visit: Visit) -> Response:
        return await self._shown(visit)

    async def _shown(self, visit: Visit, made: Any = None) -> Response:
        review = await visit.ask("ReviewAccess")
        keys = await visit.ask("ListApiKeys")
        roles = await visit.ask("ListRoles")
        live = [key for key in keys.api_keys if not key.HasField("revoke_time")]
        ended = [key for key in keys.api_keys if key.HasField("revoke_time")]
        return visit.show(
            "access.html",
            review=review,
            live=live,
            ended=ended,
            roles=roles.roles,
            made=made,
            due={
                (binding.member, binding.role)
                for member in review.members
                for binding in member.bindings
                if binding.HasField("due_time") and moment_of(binding.due_time) <= visit.now
            },
            days=KEY_DAYS,
            permissions=sorted({name for role in roles.roles for name in role.permissions}),
            most_changes=MOST_CHANGES,
            FINDINGS=FINDINGS,
        )

    async def _create_key(self, visit: Visit) -> Response:
        """A new key; it is shown in this answer and never again."""
        days = visit.said("days")
        ttl = Duration(seconds=int(days) * DAY) if days.isdecimal() and len(days) < 5 else None
        made = await visit.ask("CreateApiKey", client=visit.said("client"), ttl=ttl)
        return await self._shown(visit, made)

    async def _revoke_key(self, visit: Visit) -> Response:
        name = f"{visit.parent}/apiKeys/{visit.request.path_params['key']}"
        key = await visit.ask("RevokeApiKey", name=name)
        note = visit.reader.words(N_("The key is revoked, on every server within a second."))
        return visit.go("/access#keys", f"{key.client}: {note}")

    async def _change_role(self, visit: Visit) -> Response:
        """Define, grant, withdraw or confirm a role; what one does for oneself is refused."""
        member, role = visit.said("member"), visit.said("role")
        words = visit.reader.words
        match visit.request.path_params["deed"]:
            case "grant":
                await visit.ask("GrantRole", binding={"member": member, "role": role})
                note = words(N_("The role is granted."))
            case "withdraw":
                await visit.ask("WithdrawRole", member=member, role=role)
                note = words(N_("The role is withdrawn."))
            case "define":
                permissions = visit.all_said("permission")
                await visit.ask("DefineRole", role={"role": role, "permissions": permissions})
                note = words(N_("The role is defined."))
            case _:
                await visit.ask("ConfirmRole", member=member, role=role)
                note = words(N_("The role is confirmed."))
        return visit.go("/access", f"{', '.join(filter(None, (member, role)))}: {note}")
