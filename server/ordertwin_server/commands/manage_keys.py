"""CreateApiKey, ListApiKeys, RevokeApiKey."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ordertwin_models.errors import FieldViolation, NotFound
from ordertwin_server.access.keys import NewKey, new_key
from ordertwin_server.commands.access_records import (
    KEY,
    KEY_USE,
    MEMBER,
    KeyRecord,
    MemberRecord,
    key_from,
    member_from,
    to_body,
)
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.deeds import Deed, Deeds, put
from ordertwin_server.faults import TooManyKeys
from ordertwin_stores.access import Record

LIVE_KEYS = 2
"""One in use and one to change to."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=3660)
_CLIENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as it is stored, and when it was last used."""

    key_id: str
    record: KeyRecord
    last_use: datetime | None = None


class ManageKeys:
    """Keys of the clients of a tenant."""

    def __init__(self, deeds: Deeds, make: Callable[[], NewKey] = new_key) -> None:
        self._deeds = deeds
        self._make = make

    def create(
        self, call: Call, request_id: str, client: str, ttl: timedelta | None
    ) -> tuple[StoredKey, str]:
        """A new key and its text; the text is empty when the request is repeated.

        Raises `InvalidRequest`, `TooManyKeys`, `RequestIdReused` or `EtagMismatch`.
        """
        deed = Deed("CreateApiKey", request_id, (client, ttl and ttl.total_seconds()))
        deed.ensure_valid(_violations(client, ttl))
        earlier = self._deeds.reply_to(call, deed)
        if earlier is not None:
            return self._stored(call, earlier["key"]), ""
        access, now, made = self._deeds.access, self._deeds.clock(), self._make()
        name = f"clients/{client}"
        seen = access.get(call.tenant, MEMBER, name)
        member = member_from(seen.body) if seen else MemberRecord(created_at=now)
        live = [key for key in member.keys if self._stored(call, key).record.is_live(now)]
        if len(live) >= LIVE_KEYS:
            raise TooManyKeys(client, LIVE_KEYS)
        key = KeyRecord(
            member=name,
            digest=made.digest.hex(),
            created_at=now,
            created_by=call.actor,
            expires_at=now + ttl if ttl else None,
        )
        member = replace(member, keys=(*member.keys, made.key_id))
        reply = self._deeds.do(
            call,
            deed,
            [
                put(KEY, made.key_id, to_body(key), None),
                put(MEMBER, name, to_body(member), seen),
            ],
            target=f"apiKeys/{made.key_id}",
            reply={"key": made.key_id},
        )
        if reply["key"] != made.key_id:
            return self._stored(call, reply["key"]), ""
        return StoredKey(made.key_id, key), made.text

    def all_keys(self, call: Call) -> list[StoredKey]:
        """All keys of the tenant, the oldest first."""
        uses = {
            record.name: datetime.fromisoformat(record.body)
            for record in self._deeds.access.list(call.tenant, KEY_USE)
        }
        records = self._deeds.access.list(call.tenant, KEY)
        keys = [StoredKey(r.name, key_from(r.body), uses.get(r.name)) for r in records]
        return sorted(keys, key=lambda each: each.record.created_at)

    def revoke(self, call: Call, request_id: str, key_id: str) -> StoredKey:
        """The key, which no longer works; revoking it again changes nothing.

        Raises `InvalidRequest`, `NotFound`, `RequestIdReused` or `EtagMismatch`.
        """
        deed = Deed("RevokeApiKey", request_id, (key_id,))
        deed.ensure_valid()
        if self._deeds.reply_to(call, deed) is None:
            seen = self._seen(call, key_id)
            key = key_from(seen.body)
            if key.revoked_at is None:
                key = replace(key, revoked_at=self._deeds.clock())
            self._deeds.do(
                call,
                deed,
                [put(KEY, key_id, to_body(key), seen)],
                target=f"apiKeys/{key_id}",
                reply={"key": key_id},
            )
        return self._stored(call, key_id)

    def _stored(self, call: Call, key_id: str) -> StoredKey:
        return StoredKey(key_id, key_from(self._seen(call, key_id).body))

    def _seen(self, call: Call, key_id: str) -> Record:
        record = self._deeds.access.get(call.tenant, KEY, key_id)
        if record is None:
            raise NotFound("API key", key_id)
        return record


def _violations(client: str, ttl: timedelta | None) -> list[FieldViolation]:
    broken = []
    if not _CLIENT.fullmatch(client):
        broken.append(FieldViolation("client", "must be 1 to 64 letters, digits, `.`, `_` or `-`"))
    if ttl is not None and not SHORTEST <= ttl <= LONGEST:
        broken.append(FieldViolation("ttl", "must be from one minute to ten years"))
    return broken
