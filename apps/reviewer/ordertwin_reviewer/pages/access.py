"""Who can do what: members, roles, keys, and what looks wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.duration_pb2 import Duration
from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import N_

DAY = 86_400
KEY_DAYS = (30, 90, 365)


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
            days=KEY_DAYS,
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
        """Grant, withdraw or confirm a role; the server refuses what one does for oneself."""
        member, role = visit.said("member"), visit.said("role")
        words = visit.reader.words
        match visit.request.path_params["deed"]:
            case "grant":
                await visit.ask("GrantRole", binding={"member": member, "role": role})
                note = words(N_("The role is granted."))
            case "withdraw":
                await visit.ask("WithdrawRole", member=member, role=role)
                note = words(N_("The role is withdrawn."))
            case _:
                await visit.ask("ConfirmRole", member=member, role=role)
                note = words(N_("The role is confirmed."))
        return visit.go("/access", f"{member}, {role}: {note}")
