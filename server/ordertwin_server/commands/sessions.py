"""SignIn, SignOut, SetPassword: people who have no identity provider."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from ordertwin_models.errors import EtagMismatch, FieldViolation, InvalidRequest, RequestIdReused
from ordertwin_server.access.attempts import Attempts
from ordertwin_server.access.keys import SESSION_PREFIX, new_key
from ordertwin_server.access.passwords import Passwords, password_violations
from ordertwin_server.commands.access_records import (
    PASSWORD,
    SESSION,
    PasswordRecord,
    SessionRecord,
    password_from,
    session_from,
    to_body,
)
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.deeds import Deed, Deeds, put
from ordertwin_server.faults import SignInRefused
from ordertwin_stores.access import Put, Record

T = TypeVar("T")

LIVE_SESSIONS = 10
"""Sessions that a person may have; a further one ends the oldest."""
LONGEST_TRIED = 1_024
ROUNDS = 3
"""How often an ending of sessions is tried when others end them at the same moment."""
_PERSON = re.compile(r"people/[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that began; `token` is never to be seen again."""

    token: str
    expires_at: datetime
    restricted: bool

    def __repr__(self) -> str:
        return f"SignedIn(expires_at={self.expires_at!r})"


class Sessions:
    """Passwords and sessions of people. `lasts` is how long a session lives at most; `ended` is
    told when sessions or rights ended, so that this server forgets them at once."""

    def __init__(
        self,
        deeds: Deeds,
        passwords: Passwords,
        attempts: Attempts,
        *,
        lasts: timedelta,
        ended: Callable[[], None],
    ) -> None:
        self._deeds = deeds
        self._passwords = passwords
        self._attempts = attempts
        self._lasts = lasts
        self._ended = ended

    def sign_in(self, call: Call, tenant: str, member: str, password: str) -> SignedIn:
        """A session of the member; `InvalidRequest`, `TooManyAttempts` or `SignInRefused`."""
        broken = _member_violations(member)
        if not 0 < len(password) <= LONGEST_TRIED:
            broken.append(FieldViolation("password", f"must be 1 to {LONGEST_TRIED} characters"))
        if broken:
            raise InvalidRequest(broken)
        who = f"{tenant}/{member}"
        self._attempts.begin(who, call.origin)
        stored = self._stored(tenant, member)
        if stored is not None:
            # The name of a member who exists; what else was typed there may be a password.
            call.trail.tenant, call.trail.target = tenant, member
        if not self._fits(password, stored):
            raise SignInRefused
        self._attempts.succeeded(who)
        restricted = stored is None or stored.set_by != member
        return _unless_overtaken(lambda: self._begin(call, tenant, member, restricted))

    def sign_out(self, call: Call, everywhere: bool) -> int:
        """End the session of the call, or all of the caller; how many ended."""
        ended = _unless_overtaken(lambda: self._end(call, everywhere))
        if ended:
            self._ended()
        return ended

    def ensure_may_set(self, call: Call, member: str) -> None:
        """Raise `PermissionDenied` unless it is one's own, or one may manage access."""
        if not _is_own(call, member):
            call.caller.ensure_may(Permission.ACCESS_MANAGE)

    def set_password(
        self, call: Call, request_id: str, member: str, password: str, old: str, remove: bool
    ) -> int:
        """Set or remove a password; how many sessions of the member ended with it.

        Raises `PermissionDenied`, `InvalidRequest`, `TooManyAttempts`, `SignInRefused` (the old
        one is wrong), or what `Deeds.do` raises.
        """
        seen = self._deeds.access.get(call.tenant, PASSWORD, member)
        stored = password_from(seen.body) if seen else None
        if not _is_own(call, member) or stored is None:
            call.caller.ensure_may(Permission.ACCESS_MANAGE)
        # Not the password: what is kept to recognise a repeated request is a fast digest.
        deed = Deed("SetPassword", request_id, (member, remove))
        deed.ensure_valid(_change_violations(member, password, remove))
        earlier = self._deeds.reply_to(call, deed)
        if earlier is not None:
            if not remove:
                self._ensure_repeated(call, deed, member, password, stored)
            ended: int = earlier["sessions"]
            return ended
        if _is_own(call, member) and stored is not None:
            self._ensure_old(call, member, old, stored)
        if remove:
            body = None
        else:
            now, kept = self._deeds.clock(), self._passwords.kept(password)
            body = to_body(PasswordRecord(digest=kept, set_at=now, set_by=call.actor))
        sessions = [(r, s) for r, s in self._all(call.tenant) if s.member == member]
        puts = [put(SESSION, record.name, None, record) for record, _ in sessions]
        if seen is not None or body is not None:
            puts.append(put(PASSWORD, member, body, seen))
        outcome = "REMOVED" if remove else "OK"
        reply = {"sessions": len(sessions)}
        self._deeds.do(call, deed, puts, target=member, reply=reply, outcome=outcome)
        self._ended()
        return len(sessions)

    def _ensure_repeated(
        self, call: Call, deed: Deed, member: str, password: str, stored: PasswordRecord | None
    ) -> None:
        """Whether it is the password of the first call; counted, or it could be guessed so."""
        who = f"{call.tenant}/{member}"
        self._attempts.begin(who, call.origin)
        if not self._fits(password, stored):
            raise RequestIdReused(deed.request_id)
        self._attempts.succeeded(who)

    def _ensure_old(self, call: Call, member: str, old: str, stored: PasswordRecord) -> None:
        who = f"{call.tenant}/{member}"
        self._attempts.begin(who, call.origin)
        if len(old) > LONGEST_TRIED or not self._fits(old, stored):
            raise SignInRefused
        self._attempts.succeeded(who)

    def _end(self, call: Call, everywhere: bool) -> int:
        caller = call.caller
        puts = [
            put(SESSION, record.name, None, record)
            for record, session in self._all(call.tenant)
            if record.name == caller.session_id or (everywhere and session.member == call.actor)
        ]
        if puts:
            target = call.actor if everywhere else f"sessions/{caller.session_id}"
            entry = call.entry("SignOut", target, "", f"SESSIONS_ENDED {len(puts)}")
            self._deeds.access.change(call.tenant, puts, None, entry, self._deeds.clock())
            call.trail.written = True
        return len(puts)

    def _begin(self, call: Call, tenant: str, member: str, restricted: bool) -> SignedIn:
        access, now, made = self._deeds.access, self._deeds.clock(), new_key(prefix=SESSION_PREFIX)
        session = SessionRecord(
            member=member,
            digest=made.digest.hex(),
            created_at=now,
            expires_at=now + self._lasts,
            restricted=restricted,
        )
        mine = [(r, s) for r, s in self._all(tenant) if s.member == member]
        live = sorted((s.created_at, r.name) for r, s in mine if s.expires_at > now)
        kept = {name for _, name in live[-(LIVE_SESSIONS - 1) :]}
        puts: list[Put] = [put(SESSION, r.name, None, r) for r, _ in mine if r.name not in kept]
        puts.append(put(SESSION, made.key_id, to_body(session), None))
        entry = replace(
            call.entry("SignIn", f"sessions/{made.key_id}", "", "OK"),
            actor=member,
        )
        access.change(tenant, puts, None, entry, now)
        call.trail.written = True
        return SignedIn(made.text, session.expires_at, restricted)

    def _fits(self, password: str, stored: PasswordRecord | None) -> bool:
        return self._passwords.fits(password, stored.digest if stored else None)

    def _stored(self, tenant: str, member: str) -> PasswordRecord | None:
        record = self._deeds.access.get(tenant, PASSWORD, member)
        return password_from(record.body) if record else None

    def _all(self, tenant: str) -> list[tuple[Record, SessionRecord]]:
        records = self._deeds.access.list(tenant, SESSION)
        return [(record, session_from(record.body)) for record in records]


def _unless_overtaken(work: Callable[[], T]) -> T:
    """What `work` returns; tried again when others ended sessions at the same moment."""
    for _ in range(ROUNDS - 1):
        try:
            return work()
        except EtagMismatch:
            continue
    return work()


def _is_own(call: Call, member: str) -> bool:
    return call.caller.identified and member == call.actor


def _member_violations(member: str) -> list[FieldViolation]:
    if _PERSON.fullmatch(member):
        return []
    return [FieldViolation("member", "must look like people/anna")]


def _change_violations(member: str, password: str, remove: bool) -> list[FieldViolation]:
    broken = _member_violations(member)
    if not remove:
        broken += password_violations(member, password)
    elif password:
        broken.append(FieldViolation("password", "must be empty together with `remove`"))
    return broken
