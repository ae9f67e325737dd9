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
from hashlib import sha256
from typing import TYPE_CHECKING

from ordertwin_server.access import keys
from ordertwin_server.access.table import LOCAL, LOCAL_PERMISSIONS, ROLES
from ordertwin_server.commands.access_records import (
    KEY,
    MEMBER,
    ROLE,
    SESSION,
    SESSION_USE,
    Grant,
    key_from,
    member_from,
    role_from,
    session_from,
)
from ordertwin_server.commands.call import Clock
from ordertwin_server.commands.caller import Caller, Permission, ReleaseLimit
from ordertwin_server.faults import Unauthenticated
from ordertwin_stores.access import AccessStore, Record

if TYPE_CHECKING:
    from ordertwin_server.access.client_certificates import CertificateReader, Certified
    from ordertwin_server.access.tokens import Person, TokenReader

REMEMBERED_SECONDS = 0.5
TOKEN_LEEWAY = timedelta(seconds=60)
"""How far the clock of whoever signs tokens may differ from ours."""
REMEMBERED_CALLERS = 10_000
BEARER = "bearer "
UNKNOWN = "unknown"
OVER = "of a session that is over"
IDLE = timedelta(minutes=30)
"""How long a session may rest by default before it ends."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    caller: Caller
    until: float
    expires_at: datetime | None


class Authenticator:
    """Knows callers by their API keys and sessions, and by tokens if there are `tokens`, which name
    people of `tenant` unless they name another, and by certificates if there are `certificates`,
    which do likewise. Sessions end when they rest for `idle`.
    `local_tenant` is where callers without a credential work; None refuses them. Safe to use from
    many threads."""

    def __init__(
        self,
        access: AccessStore,
        *,
        clock: Clock,
        local_tenant: str | None,
        tokens: TokenReader | None = None,
        certificates: CertificateReader | None = None,
        tenant: str = "default",
        idle: timedelta = IDLE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._access = access
        self._clock = clock
        self._local = local_caller(local_tenant) if local_tenant else None
        self._tokens, self._tenant = tokens, tenant
        self._monotonic = monotonic
        self._certificates = certificates
        self._idle = idle
        self._remembered: dict[bytes, _Remembered] = {}
        self._seen: dict[str, datetime] = {}
        self._named: dict[bytes, Certified] = {}
        self.stranger = Caller(tenant, UNKNOWN, identified=False)
        """Whoever calls what is open to callers without a credential."""

    @property
    def reads_certificates(self) -> bool:
        """Whether the certificate of a connection can say who calls."""
        return self._certificates is not None

    def identify(
        self, authorization: str, certificate: bytes = b"", *, counted: bool = True
    ) -> Caller:
        """The caller with this `authorization` header, empty for none; `Unauthenticated`.

        A bad credential is refused even where none is needed: whoever sent it meant to be known.
        Who shows none is whom the `certificate` (PEM) of their connection names. A call that is
        not `counted` leaves a session as rested as it is.
        """
        if not authorization:
            named = self._certified(certificate)
            if named is not None:
                return named
            if self._local is None:
                raise Unauthenticated("missing")
            return self._local
        if authorization[: len(BEARER)].lower() != BEARER:
            raise Unauthenticated("malformed")
        text = authorization[len(BEARER) :].strip()
        digest = keys.digest_of(text)
        caller = self._caller(digest, lambda: self._looked_up(text, digest))
        if counted and caller.session_id:
            if len(self._seen) >= REMEMBERED_CALLERS:
                self._seen.clear()
            self._seen[caller.session_id] = self._clock()
        return caller

    def forget(self) -> None:
        """Look everybody up again: a session or right just ended here."""
        self._remembered.clear()

    def _caller(
        self, digest: bytes, look_up: Callable[[], tuple[Caller, datetime | None]]
    ) -> Caller:
        """The caller with a credential of this digest, looked up when it is not remembered."""
        known = self._remembered.get(digest)
        if known is not None and self._monotonic() < known.until:
            if known.expires_at is not None and self._clock() >= known.expires_at:
                raise Unauthenticated("expired", known.caller.member)
            return known.caller
        self._remembered.pop(digest, None)
        until = self._monotonic() + REMEMBERED_SECONDS
        caller, expires_at = look_up()
        if len(self._remembered) >= REMEMBERED_CALLERS:
            self._remembered.clear()
        self._remembered[digest] = _Remembered(caller, until, expires_at)
        return caller

    def _looked_up(self, text: str, digest: bytes) -> tuple[Caller, datetime | None]:
        if keys.looks_like_session(text):
            return self._in_session(text, digest)
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

    def _certified(self, pem: bytes) -> Caller | None:
        """The member that a certificate names, None for nobody."""
        if self._certificates is None or not pem:
            return None
        digest = sha256(b"certificate\0" + pem).digest()
        named = self._named.get(digest)
        if named is None:
            named = self._certificates.read(pem)
            if named is None:
                return None
            if len(self._named) >= REMEMBERED_CALLERS:
                self._named.clear()
            self._named[digest] = named
        member, tenant, ends = named.member, named.tenant or self._tenant, named.expires_at
        # A connection outlives the certificate that it was opened with.
        if self._clock() >= ends:
            raise Unauthenticated("expired", member)
        return self._caller(digest, lambda: (self._member(tenant, member), ends))

    def _in_session(self, text: str, digest: bytes) -> tuple[Caller, datetime]:
        session_id = keys.key_id_in(text, keys.SESSION_PREFIX)
        if session_id is None:
            raise Unauthenticated("malformed")
        record = self._access.find(SESSION, session_id)
        if record is None:
            raise Unauthenticated(OVER)
        session, now = session_from(record.body), self._clock()
        if not hmac.compare_digest(digest.hex(), session.digest):
            raise Unauthenticated("unknown")
        rested = now - self._last_use(record, session.created_at)
        if now >= session.expires_at or rested >= self._idle:
            raise Unauthenticated(OVER, session.member)
        if session.restricted:
            caller = caller_of(record.tenant, session.member, (), session_id=session_id)
        else:
            caller = self._member(record.tenant, session.member, session_id=session_id)
        return caller, session.expires_at

    def _last_use(self, session: Record, created_at: datetime) -> datetime:
        """When a session was last used: as far as this server knows, or another had it noted."""
        noted = self._access.get(session.tenant, SESSION_USE, session.name)
        used = datetime.fromisoformat(noted.body) if noted else created_at
        return max(created_at, used, self._seen.get(session.name, created_at))

    def _member(self, tenant: str, member: str, key_id: str = "", session_id: str = "") -> Caller:
        record = self._access.get(tenant, MEMBER, member)
        grants = member_from(record.body).grants if record else ()
        granted = [(grant, self._permissions(tenant, grant.role)) for grant in grants]
        return caller_of(tenant, member, granted, key_id, session_id)

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
    tenant: str,
    member: str,
    granted: Iterable[tuple[Grant, frozenset[str]]],
    key_id: str = "",
    session_id: str = "",
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
        session_id=session_id,
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
