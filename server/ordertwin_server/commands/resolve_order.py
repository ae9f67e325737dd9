"""ResolveOrder: an order leaves for another one, or takes its place."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

from ordertwin_models.decision import Action
from ordertwin_models.errors import FieldViolation, InvalidRequest, StateTransitionRefused
from ordertwin_models.merging.proposal import GOING
from ordertwin_models.order import OrderState
from ordertwin_server.commands.call import Call, Clock, Keys
from ordertwin_server.commands.request_rules import request_id_violations
from ordertwin_server.commands.settled_pair import said_of_pair
from ordertwin_server.commands.settling import (
    ensure_apart,
    expected_version,
    reason_violations,
    relation_between,
)
from ordertwin_stores.interface import OrderStore, Replayed, RequestRecord, StoredOrder
from ordertwin_stores.resolutions import Leaving, Resolution

METHOD = "ResolveOrder"
ACTIONS = (Action.LINK, Action.ATTACH, Action.SUPERSEDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of an order and of the one that was there before it."""

    order_key: str
    existing_key: str
    action: Action | None
    request_id: str
    etag: str = ""
    existing_etag: str = ""
    reason: str = ""

    def ensure_valid(self) -> Action:
        """The action, or `InvalidRequest` that names every broken field."""
        broken = [*request_id_violations(self.request_id), *reason_violations(self.reason)]
        if self.action not in ACTIONS:
            choices = ", ".join(ACTIONS)
            broken.append(FieldViolation("action", f"must be one of {choices}"))
        if self.order_key == self.existing_key:
            broken.append(FieldViolation("existing_order", "must be another order"))
        if broken or self.action is None:
            raise InvalidRequest(broken)
        return self.action

    def fingerprint(self) -> bytes:
        """What makes two calls with one request id the same call."""
        parts = [self.order_key, self.existing_key, self.action, self.etag, self.existing_etag]
        return hashlib.sha256(json.dumps([*parts, self.reason]).encode()).digest()


class ResolveOrder:
    """Settles an order as a duplicate of another one, or as the one that replaces it."""

    def __init__(self, store: OrderStore, *, clock: Clock, keys: Keys) -> None:
        self._store, self._clock, self._keys = store, clock, keys

    def __call__(self, call: Call, settlement: Settlement) -> tuple[StoredOrder, StoredOrder]:
        """Both orders as they are now: the one that was named, and the other.

        Raises `InvalidRequest`, `NotFound`, `RequestIdReused`, `EtagMismatch`,
        `StateTransitionRefused`, `DutiesSeparated` or a `StoreError`.
        """
        action = settlement.ensure_valid()
        call.trail.target = f"orders/{settlement.order_key}"
        fingerprint = settlement.fingerprint()
        reply = self._store.reply_to(call.tenant, METHOD, settlement.request_id, fingerprint)
        if reply is None:
            reply = self._settle(call, settlement, action, fingerprint)
        if reply is not None:
            call.trail.outcome = "REPLAYED"
        keys = (settlement.order_key, settlement.existing_key)
        stored = self._store.get_orders(call.tenant, keys)
        return stored[keys[0]], stored[keys[1]]

    def _settle(
        self, call: Call, settlement: Settlement, action: Action, fingerprint: bytes
    ) -> str | None:
        order = self._store.get_order(call.tenant, settlement.order_key)
        existing = self._store.get_order(call.tenant, settlement.existing_key)
        version = expected_version(order, settlement.etag)
        existing_version = expected_version(existing, settlement.existing_etag)
        ensure_apart(self._store, call, order)
        if action is Action.SUPERSEDE:
            leaving, target = (existing, existing_version), (order, version)
            state = OrderState.CANCELLED
        else:
            leaving, target = (order, version), (existing, existing_version)
            state = OrderState.REJECTED_DUPLICATE
        _ensure_may_leave(leaving[0], state)
        if target[0].state.is_dead:
            raise StateTransitionRefused(target[0].state, OrderState.RECEIVED, [])
        goes_on = action is Action.SUPERSEDE and order.state is OrderState.HELD
        key = self._keys()
        resolution = Resolution(
            key=key,
            action=action,
            target_key=target[0].key,
            target_version=target[1],
            leaving=(Leaving(leaving[0].key, leaving[1], state, findable=True),),
            made=None,
            target_state=OrderState.RECEIVED if goes_on else None,
            attached=action is Action.ATTACH,
            reason=settlement.reason,
            request=RequestRecord(
                METHOD, settlement.request_id, fingerprint, json.dumps({"resolution": key})
            ),
            audit=call.entry(METHOD, call.trail.target, settlement.request_id, action),
            at=self._clock(),
        )
        relation = relation_between(self._store, call.tenant, existing.key, order.key)
        said = said_of_pair(self._store, call, (existing, order), relation, resolution)
        resolution = replace(resolution, said=said)
        call.ensure_waiting()
        result = self._store.resolutions.resolve(call.tenant, resolution)
        if isinstance(result, Replayed):
            return result.reply
        call.trail.written = True
        return None


def _ensure_may_leave(order: StoredOrder, state: OrderState) -> None:
    """What is being picked or has left stays, and so does what is dead."""
    if order.state not in GOING:
        raise StateTransitionRefused(order.state, state, [])
