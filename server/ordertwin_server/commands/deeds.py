"""Changes of keys, rights and overrides: repeatable by request id, and noted in the same breath."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.request_rules import MAX_VIOLATIONS, request_id_violations
from ordertwin_stores.access import AccessStore, Put, Record
from ordertwin_stores.interface import OrderStore, RequestRecord


@dataclass(frozen=True, slots=True)
class Deed:
    """One request: its RPC, its id, and everything that makes a repetition the same request."""

    method: str
    request_id: str
    question: tuple[object, ...]

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the question."""
        return hashlib.sha256(json.dumps(self.question, default=str).encode()).digest()

    def ensure_valid(self, broken: Sequence[FieldViolation] = ()) -> None:
        """Raise `InvalidRequest` that names every broken field, the request id included."""
        found = [*request_id_violations(self.request_id), *broken]
        if found:
            raise InvalidRequest(found[:MAX_VIOLATIONS])


class Deeds:
    """Does what was decided, or finds that it was done before."""

    def __init__(self, store: OrderStore, clock: Clock) -> None:
        self._store = store
        self.clock = clock

    @property
    def access(self) -> AccessStore:
        """The records that deeds change."""
        return self._store.access

    def reply_to(self, call: Call, deed: Deed) -> Any:
        """What was answered to this very request before, None when it is new."""
        reply = self._store.reply_to(call.tenant, deed.method, deed.request_id, deed.fingerprint)
        if reply is None:
            return None
        call.trail.outcome = "REPLAYED"
        return json.loads(reply)

    def do(
        self,
        call: Call,
        deed: Deed,
        puts: Sequence[Put],
        *,
        target: str,
        reply: object,
        outcome: str = "OK",
    ) -> Any:
        """Write it; returns the reply, the earlier one if the same request was faster.

        Raises `EtagMismatch` when a record changed in between.
        """
        entry = call.entry(deed.method, target, deed.request_id, outcome)
        request = RequestRecord(deed.method, deed.request_id, deed.fingerprint, json.dumps(reply))
        call.ensure_waiting()
        earlier = self.access.change(call.tenant, puts, request, entry, self.clock())
        if earlier is not None:
            call.trail.outcome = "REPLAYED"
            return json.loads(earlier)
        call.trail.written = True
        return reply


def put(kind: str, name: str, body: str | None, seen: Record | None) -> Put:
    """What to write in place of the record that was seen."""
    return Put(kind, name, body, seen.version if seen else 0)
