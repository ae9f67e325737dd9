"""Emergency overrides: one person asks, another agrees, and the first may do it once.

An override opens what limits and separation of duties close, for one order or model version, for an
hour. It never opens what no role of the member permits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ordertwin_models.errors import FieldViolation, NotFound
from ordertwin_server.commands.access_records import (
    OVERRIDE,
    OverrideRecord,
    override_from,
    to_body,
)
from ordertwin_server.commands.call import Call, Keys
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.deeds import Deed, Deeds, put
from ordertwin_server.faults import DutiesSeparated, OverrideNotUsable
from ordertwin_stores.access import Record
from ordertwin_stores.interface import OrderStore

LASTS = timedelta(hours=1)
MAX_REASON = 1024
USED = "UseOverride"


class Overrides:
    """Overrides of a tenant."""

    def __init__(self, store: OrderStore, deeds: Deeds, keys: Keys) -> None:
        self._store = store
        self._deeds = deeds
        self._keys = keys

    def request(
        self, call: Call, request_id: str, order_key: str, reason: str
    ) -> tuple[str, OverrideRecord]:
        """Ask for leave to release an order; `NotFound` when there is no such order."""
        call.caller.ensure_may(Permission.ORDERS_RELEASE)
        target = f"orders/{order_key}"
        return self._request(
            call,
            Deed("RequestOverride", request_id, (order_key, reason)),
            target,
            reason,
            lambda: self._store.get_order(call.tenant, order_key),
        )

    def request_activation(
        self, call: Call, request_id: str, version: str, reason: str
    ) -> tuple[str, OverrideRecord]:
        """Ask for leave to activate a model version that the caller had a hand in; `NotFound` when
        there is no such version."""
        call.caller.ensure_may(Permission.MODELS_ACTIVATE)

        def find() -> None:
            if self._store.models.get(call.tenant, version) is None:
                raise NotFound("model version", version)

        deed = Deed("RequestOverride", request_id, ("model", version, reason))
        return self._request(call, deed, model_target(version), reason, find)

    def _request(
        self, call: Call, deed: Deed, target: str, reason: str, find: Callable[[], object]
    ) -> tuple[str, OverrideRecord]:
        deed.ensure_valid(_violations(reason))
        reply = self._deeds.reply_to(call, deed)
        if reply is None:
            find()
            key = self._keys()
            record = OverrideRecord(
                target=target,
                reason=reason,
                requested_by=call.actor,
                expires_at=self._deeds.clock() + LASTS,
            )
            reply = self._deeds.do(
                call,
                deed,
                [put(OVERRIDE, key, to_body(record), None)],
                target=f"overrides/{key}",
                reply={"override": key},
            )
        return reply["override"], self._found(call, reply["override"])[1]

    def approve(self, call: Call, request_id: str, key: str) -> OverrideRecord:
        """Agree to what somebody else asked for.

        Raises `NotFound`, `DutiesSeparated` (one's own), `OverrideNotUsable`.
        """
        deed = Deed("ApproveOverride", request_id, (key,))
        deed.ensure_valid()
        if self._deeds.reply_to(call, deed) is None:
            seen, record = self._found(call, key)
            if record.requested_by == call.actor:
                raise DutiesSeparated("Nobody approves their own override")
            state = self.state(record)
            if state != "REQUESTED":
                raise OverrideNotUsable(f"tenants/{call.tenant}/overrides/{key}", state)
            approved = replace(record, approved_by=call.actor)
            self._deeds.do(
                call,
                deed,
                [put(OVERRIDE, key, to_body(approved), seen)],
                target=f"overrides/{key}",
                reply={"override": key},
            )
        return self._found(call, key)[1]

    def use(self, call: Call, target: str) -> bool:
        """Use up an approved override of the caller for this target, for example `orders/{order}`;
        false when there is none.

        Noted as an entry of its own, before what it opens is done: an override that was used for
        nothing is better than a deed without one.
        """
        for record in self._deeds.access.list(call.tenant, OVERRIDE):
            override = override_from(record.body)
            mine = override.requested_by == call.actor and override.target == target
            if mine and self.state(override) == "APPROVED":
                used = replace(override, used_at=self._deeds.clock())
                puts = [put(OVERRIDE, record.name, to_body(used), record)]
                entry = call.entry(USED, target, "", f"overrides/{record.name}")
                self._deeds.access.change(call.tenant, puts, None, entry, self._deeds.clock())
                return True
        return False

    def state(self, override: OverrideRecord) -> str:
        """Where an override stands: REQUESTED, APPROVED, USED or EXPIRED."""
        if override.used_at is not None:
            return "USED"
        if self._deeds.clock() >= override.expires_at:
            return "EXPIRED"
        return "APPROVED" if override.approved_by else "REQUESTED"

    def _found(self, call: Call, key: str) -> tuple[Record, OverrideRecord]:
        record = self._deeds.access.get(call.tenant, OVERRIDE, key)
        if record is None:
            raise NotFound("override", key)
        return record, override_from(record.body)


def model_target(version: str) -> str:
    """How a model version is named as a target, here and in the operation log.

    >>> model_target("duplicate-order/2")
    'modelVersions/duplicate-order~2'
    """
    return f"modelVersions/{version.replace('/', '~')}"


def _violations(reason: str) -> list[FieldViolation]:
    if 1 <= len(reason) <= MAX_REASON:
        return []
    return [FieldViolation("reason", f"must have 1 to {MAX_REASON} characters")]
