"""The first admin key: made when nobody could administer a tenant otherwise.

That is so on a fresh store, and after the last admin key expired or was revoked; then whoever may
restart the server and read its files has the way back in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from ordertwin_models.errors import EtagMismatch
from ordertwin_server.access.heads import write_secret
from ordertwin_server.access.keys import new_key
from ordertwin_server.access.table import ROLES
from ordertwin_server.commands.access_records import (
    KEY,
    MEMBER,
    ROLE,
    Grant,
    KeyRecord,
    MemberRecord,
    key_from,
    member_from,
    role_from,
    to_body,
)
from ordertwin_server.commands.call import Clock
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.deeds import put
from ordertwin_stores.access import AccessStore
from ordertwin_stores.audit import AuditEntry

FILE = "admin.key"
MEMBER_NAME = "clients/first-admin"
SERVER = "server"


@dataclass(frozen=True, slots=True)
class FirstKey:
    """The key just made, and the file that it was saved in, if any."""

    text: str = field(repr=False)
    path: Path | None


def ensure_somebody_administers(
    access: AccessStore, tenant: str, clock: Clock, folder: Path | None
) -> FirstKey | None:
    """Make a key with every built-in role when no live one may manage access; None otherwise."""
    if _somebody_administers(access, tenant, clock):
        return None
    now, made = clock(), new_key()
    seen = access.get(tenant, MEMBER, MEMBER_NAME)
    member = member_from(seen.body) if seen else MemberRecord(created_at=now)
    grants = tuple(Grant(role=role, granted_at=now, granted_by=SERVER) for role in ROLES)
    member = replace(member, keys=(*member.keys, made.key_id), grants=grants)
    key = KeyRecord(member=MEMBER_NAME, digest=made.digest.hex(), created_at=now, created_by=SERVER)
    puts = [
        put(KEY, made.key_id, to_body(key), None),
        put(MEMBER, MEMBER_NAME, to_body(member), seen),
    ]
    entry = AuditEntry(SERVER, "CreateFirstKey", f"apiKeys/{made.key_id}", "", "OK")
    try:
        access.change(tenant, puts, None, entry, now)
    except EtagMismatch:
        # Another server of the same store was faster and saved it.
        return None
    path = None
    if folder is not None:
        path = folder / FILE
        write_secret(path, f"{made.text}\n".encode())
    return FirstKey(made.text, path)


def _somebody_administers(access: AccessStore, tenant: str, clock: Clock) -> bool:
    now = clock()
    roles = {name: frozenset[str](permissions) for name, permissions in ROLES.items()} | {
        record.name: frozenset(role_from(record.body).permissions)
        for record in access.list(tenant, ROLE)
    }
    admins = {
        record.name
        for record in access.list(tenant, MEMBER)
        for grant in member_from(record.body).grants
        if Permission.ACCESS_MANAGE in roles.get(grant.role, frozenset())
    }
    if any(name.startswith("people/") for name in admins):
        return True
    return any(
        key.member in admins and key.is_live(now)
        for key in (key_from(record.body) for record in access.list(tenant, KEY))
    )
