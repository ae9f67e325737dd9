"""What the store's records about access say: keys, members and their grants, roles, sessions.

Records are JSON with sorted names; times are ISO 8601 in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ordertwin_models.order import Channel
from ordertwin_server.commands.caller import ReleaseLimit

KEY, MEMBER, ROLE, OVERRIDE = "key", "member", "role", "override"
PASSWORD, SESSION = "password", "session"
USE, KEY_USE, SESSION_USE = "use", "key-use", "session-use"
"""Kinds of records; the last three are notes of when something was last used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key: whose it is, SHA-256 of its text in hexadecimal digits, and when it ends."""

    member: str
    digest: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still works."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role that a member has, and how far it reaches."""

    role: str
    granted_at: datetime
    granted_by: str
    channels: tuple[str, ...] = ()
    amount: str | None = None
    currency: str = ""
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    due_at: datetime | None = None

    @property
    def release_limit(self) -> ReleaseLimit:
        """How far it reaches for held orders."""
        amount = None if self.amount is None else Decimal(self.amount)
        return ReleaseLimit(frozenset(map(Channel, self.channels)), amount, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRecord:
    """A client or person: its keys, by id, and its grants, by role."""

    created_at: datetime
    keys: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()

    def grant_of(self, role: str) -> Grant | None:
        """Its grant of a role."""
        return next((grant for grant in self.grants if grant.role == role), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRecord:
    """A role of one's own."""

    permissions: tuple[str, ...]
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRecord:
    """Leave for one member to do one thing once: to release the order `orders/{order}`, or to
    activate the model version `modelVersions/{version}`."""

    target: str
    reason: str
    requested_by: str
    expires_at: datetime
    approved_by: str = ""
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRecord:
    """A person's password as argon2 keeps it, and who set it."""

    digest: str
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A session: whose, SHA-256 of its token in hexadecimal digits, and when it ends at the latest.

    A `restricted` one permits nothing but to change the password that somebody else had set.
    """

    member: str
    digest: str
    created_at: datetime
    expires_at: datetime
    restricted: bool = False


def to_body(record: object) -> str:
    """A record as the store keeps it.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> body = to_body(RoleRecord(permissions=("audit.read",), changed_at=noon, changed_by="k"))
    >>> role_from(body).changed_at == noon
    True
    """
    document = asdict(record)  # type: ignore[call-overload]
    return json.dumps(document, default=datetime.isoformat, sort_keys=True, ensure_ascii=False)


def key_from(body: str) -> KeyRecord:
    """A key, read back."""
    return KeyRecord(**_read(body, "created_at", "expires_at", "revoked_at"))


def member_from(body: str) -> MemberRecord:
    """A member, read back."""
    found = _read(body, "created_at")
    grants = tuple(
        Grant(
            **_times(grant, "granted_at", "confirmed_at", "due_at")
            | {"channels": tuple(grant["channels"])}
        )
        for grant in found["grants"]
    )
    return MemberRecord(**found | {"keys": tuple(found["keys"]), "grants": grants})


def role_from(body: str) -> RoleRecord:
    """A role, read back."""
    found = _read(body, "changed_at")
    return RoleRecord(**found | {"permissions": tuple(found["permissions"])})


def override_from(body: str) -> OverrideRecord:
    """An override, read back."""
    return OverrideRecord(**_read(body, "expires_at", "used_at"))


def password_from(body: str) -> PasswordRecord:
    """A password, read back."""
    return PasswordRecord(**_read(body, "set_at"))


def session_from(body: str) -> SessionRecord:
    """A session, read back."""
    return SessionRecord(**_read(body, "created_at", "expires_at"))


def _read(body: str, *times: str) -> dict[str, Any]:
    return _times(json.loads(body), *times)


def _times(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    found = dict(document)
    for name in names:
        if found.get(name) is not None:
            found[name] = datetime.fromisoformat(found[name])
    return found
