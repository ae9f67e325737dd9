"""UpdateOrderStatus: what became of an order, for the orders that come after it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from ordertwin_models.errors import EtagMismatch, FieldViolation, InvalidRequest
from ordertwin_models.order import OrderState
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.outcomes import OrderOutcome
from ordertwin_server.commands.overrides import Overrides
from ordertwin_server.commands.release_rights import ReleaseRights
from ordertwin_server.commands.request_rules import request_id_violations
from ordertwin_server.commands.spoken_status import Said, SpokenStatus
from ordertwin_stores.interface import (
    OrderStore,
    Replayed,
    RequestRecord,
    StatusChange,
    StoredOrder,
)
from ordertwin_stores.reviews import OrderMove

METHOD = "UpdateOrderStatus"
MAX_REASON = 1024
RELEASED = "RELEASED_"
"""How the outcome begins in the operation log when a held order was let go on."""
_ETAG = re.compile(r'"([0-9]{1,18})"')


def etag_of(version: int) -> str:
    """The etag of a version of a resource.

    >>> etag_of(3)
    '"3"'
    """
    return f'"{version}"'


def version_of(etag: str) -> int | None:
    """The version of an etag, None when it was not made by `etag_of`.

    >>> version_of('"3"'), version_of('W/"abc"')
    (3, None)
    """
    ours = _ETAG.fullmatch(etag)
    return int(ours[1]) if ours else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdate:
    """What is asked for; `state` None means that the request named none, an empty `etag` any.

    `outcome` is what became of the order, `counterpart_key` the order that it duplicates.
    """

    order_key: str
    state: OrderState | None
    request_id: str
    reason: str = ""
    etag: str = ""
    outcome: OrderOutcome | None = None
    counterpart_key: str = ""

    def wanted_state(self) -> OrderState:
        """The state asked for, or `InvalidRequest` naming every broken field."""
        broken = request_id_violations(self.request_id)
        if self.state is None or self.state is OrderState.MERGED:
            choices = ", ".join(state for state in OrderState if state is not OrderState.MERGED)
            broken.append(FieldViolation("state", f"must be one of {choices}"))
        if self.counterpart_key == self.order_key:
            broken.append(FieldViolation("counterpart", "must be another order"))
        if len(self.reason) > MAX_REASON:
            broken.append(FieldViolation("reason", f"must have at most {MAX_REASON} characters"))
        if broken or self.state is None:
            raise InvalidRequest(broken)
        return self.state

    def fingerprint(self) -> bytes:
        """What makes two calls with one request id the same call."""
        parts = [self.order_key, self.state, self.reason, self.etag]
        if self.outcome is not None or self.counterpart_key:
            # Added when they are given, so that calls of earlier versions are recognised.
            parts += [self.outcome or "", self.counterpart_key]
        return hashlib.sha256(json.dumps(parts).encode()).digest()


class UpdateStatus:
    """Moves orders of one store along their state machine."""

    def __init__(
        self, store: OrderStore, *, clock: Clock, overrides: Overrides | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._rights = ReleaseRights(store, overrides)
        self._spoken = SpokenStatus(store)

    def __call__(self, call: Call, update: StatusUpdate) -> StoredOrder:
        """The order after the update; a repeated call gives the order as it stands now.

        Raises `InvalidRequest`, `NotFound`, `PermissionDenied`, `LimitExceeded`, `DutiesSeparated`,
        `RequestIdReused`, `EtagMismatch`, `StateTransitionRefused` or a `StoreError`.
        """
        state = update.wanted_state()
        call.trail.target = f"orders/{update.order_key}"
        expected = version_of(update.etag) if update.etag else None
        while True:
            current = self._store.get_order(call.tenant, update.order_key)
            if update.etag and expected is None:
                raise EtagMismatch(f"Order {update.order_key}")
            self._ensure_may(call, current, state)
            if update.outcome is not None:
                call.caller.ensure_may(Permission.ORDERS_UPDATE)
            released = releases(current.state, state)
            outcome = f"{RELEASED}{state}" if released else str(state)
            change = self._change(call, update, state, expected or current.version, outcome)
            said = Said(
                order=current,
                wanted=state,
                released=released,
                reason=update.reason,
                outcome=update.outcome,
                counterpart_key=update.counterpart_key,
            )
            try:
                return self._updated(call, change, said)
            except EtagMismatch:
                # Whoever gave no etag takes any version, but what was permitted was this one.
                if expected is not None:
                    raise

    def _change(
        self, call: Call, update: StatusUpdate, state: OrderState, version: int, outcome: str
    ) -> StatusChange:
        reply = json.dumps({"order": update.order_key})
        return StatusChange(
            order_key=update.order_key,
            state=state,
            reason=update.reason,
            expected_version=version,
            request=RequestRecord(METHOD, update.request_id, update.fingerprint(), reply),
            audit=call.entry(METHOD, call.trail.target, update.request_id, outcome),
            at=self._clock(),
        )

    def _updated(self, call: Call, change: StatusChange, said: Said) -> StoredOrder:
        call.ensure_waiting()
        result: StoredOrder | Replayed | None
        if said.speaks:
            spoken = self._spoken.change(call, said, _move_of(change), change.request, change.at)
            result = self._store.reviews.change(call.tenant, spoken)
        else:
            result = self._store.update_status(call.tenant, change)
        if isinstance(result, Replayed):
            call.trail.outcome = "REPLAYED"
            return self._store.get_order(call.tenant, change.order_key)
        call.trail.written = True
        return result or self._store.get_order(call.tenant, change.order_key)

    def _ensure_may(self, call: Call, current: StoredOrder, state: OrderState) -> None:
        if not releases(current.state, state):
            call.caller.ensure_may(Permission.ORDERS_UPDATE)
            return
        self._rights.ensure(call, current)


def _move_of(change: StatusChange) -> OrderMove:
    """The change as a move that carries a verdict."""
    assert change.expected_version is not None
    return OrderMove(
        change.order_key, change.expected_version, change.state, change.reason, change.audit
    )


def releases(current: OrderState, wanted: OrderState) -> bool:
    """Whether an order that was held as a possible duplicate would go on.

    >>> releases(OrderState.HELD, OrderState.ACCEPTED)
    True
    >>> releases(OrderState.HELD, OrderState.CANCELLED)
    False
    """
    held = (OrderState.HELD, OrderState.REJECTED_DUPLICATE)
    return current in held and wanted not in held and not wanted.is_dead
