"""From a credential to a caller: whose it is, in which tenant, and what they may do.

What was found is remembered for half a second, so that the store is asked twice a second for a key
in use, and a key that is revoked, or a role that is withdrawn, is gone within a second on every
server of the store.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ordertwin_server.access import keys
from ordertwin_server.access.table import LOCAL, LOCAL_PERMISSIONS, ROLES
from ordertwin_server.commands.access_records import (
    KEY,
    MEMBER,
    ROLE,
    Grant,
    key_from,
    member_from,
    role_from,
)
from ordertwin_server.commands.call import Clock
from ordertwin_server.commands.caller import Caller, Permission, ReleaseLimit
from ordertwin_server.faults import Unauthenticated
from ordertwin_stores.access import AccessStore

if TYPE_CHECKING:
    from ordertwin_server.access.tokens import Person, TokenReader

REMEMBERED_SECONDS = 0.5
TOKEN_LEEWAY = timedelta(seconds=60)
"""How far the clock of whoever signs tokens may differ from ours."""
REMEMBERED_CALLERS = 10_000
BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class _Remembered:
    caller: Caller
    until: float
    expires_at: datetime | None


class Authenticator:
    """Knows callers by their API keys, and by tokens if there are `tokens`, which name people of
    `tenant` unless they name another. `local_tenant` is where callers without a credential work;
    None refuses them. Safe to use from many threads."""

    def __init__(
        self,
        access: AccessStore,
        *,
        clock: Clock,
        local_tenant: str | None,
        tokens: TokenReader | None = None,
        tenant: str = "default",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._access = access
        self._clock = clock
        self._local = local_caller(local_tenant) if local_tenant else None
        self._tokens, self._tenant = tokens, tenant
        self._monotonic = monotonic
        self._remembered: dict[bytes, _Remembered] = {}

    def identify(self, authorization: str) -> Caller:
        """The caller with this `authorization` header, empty for none; `Unauthenticated`.

        A bad credential is refused even where none is needed: whoever sent it meant to be known.
        """
        if not authorization:
            if self._local is None:
                raise Unauthenticated("missing")
            return self._local
        if authorization[: len(BEARER)].lower() != BEARER:
            raise Unauthenticated("malformed")
        return self._caller_with(authorization[len(BEARER) :].strip())

    def _caller_with(self, text: str) -> Caller:
        digest = keys.digest_of(text)
        known = self._remembered.get(digest)
        if known is not None and self._monotonic() < known.until:
            if known.expires_at is not None and self._clock() >= known.expires_at:
                raise Unauthenticated("expired", known.caller.member)
            return known.caller
        self._remembered.pop(digest, None)
        until = self._monotonic() + REMEMBERED_SECONDS
        caller, expires_at = self._looked_up(text, digest)
        if len(self._remembered) >= REMEMBERED_CALLERS:
            self._remembered.clear()
        self._remembered[digest] = _Remembered(caller, until, expires_at)
        return caller

    def _looked_up(self, text: str, digest: bytes) -> tuple[Caller, datetime | None]:
        if self._tokens is not None and not keys.looks_like_key(text):
            return self._person(self._tokens.read(text))
        key_id = keys.key_id_in(text)
        if key_id is None:
            raise Unauthenticated("malformed")
        record = self._access.find(KEY, key_id)
        if record is None:
            raise Unauthenticated("unknown")
        key = key_from(record.body)
        if not hmac.compare_digest(digest.hex(), key.digest):
            raise Unauthenticated("unknown")
        if key.revoked_at is not None:
            raise Unauthenticated("revoked", key.member)
        if not key.is_live(self._clock()):
            raise Unauthenticated("expired", key.member)
        return self._member(record.tenant, key.member, key_id), key.expires_at

    def _member(self, tenant: str, member: str, key_id: str) -> Caller:
        record = self._access.get(tenant, MEMBER, member)
        grants = member_from(record.body).grants if record else ()
        granted = [(grant, self._permissions(tenant, grant.role)) for grant in grants]
        return caller_of(tenant, member, granted, key_id)

    def _person(self, person: Person) -> tuple[Caller, datetime]:
        """A person with the roles of their token, and those that were granted here."""
        tenant, now = person.tenant or self._tenant, self._clock()
        record = self._access.get(tenant, MEMBER, person.member)
        grants = [Grant(role=role, granted_at=now, granted_by="token") for role in person.roles]
        grants += member_from(record.body).grants if record else ()
        granted = [(grant, self._permissions(tenant, grant.role)) for grant in grants]
        return caller_of(tenant, person.member, granted), person.expires_at + TOKEN_LEEWAY

    def _permissions(self, tenant: str, role: str) -> frozenset[str]:
        if role in ROLES:
            return frozenset(ROLES[role])
        record = self._access.get(tenant, ROLE, role)
        return frozenset(role_from(record.body).permissions) if record else frozenset()


def caller_of(
    tenant: str, member: str, granted: Iterable[tuple[Grant, frozenset[str]]], key_id: str = ""
) -> Caller:
    """A caller with all that their roles permit."""
    granted = tuple(granted)
    return Caller(
        tenant=tenant,
        member=member,
        roles=tuple(grant.role for grant, _ in granted),
        permissions=frozenset().union(*(permissions for _, permissions in granted)),
        release_limits=tuple(
            grant.release_limit
            for grant, permissions in granted
            if Permission.ORDERS_RELEASE in permissions
        ),
        key_id=key_id,
    )


def local_caller(tenant: str) -> Caller:
    """A program on the server's own machine that showed no credential."""
    return Caller(
        tenant=tenant,
        member=LOCAL,
        roles=(LOCAL,),
        permissions=frozenset(LOCAL_PERMISSIONS),
        release_limits=(ReleaseLimit(),),
        identified=False,
    )
