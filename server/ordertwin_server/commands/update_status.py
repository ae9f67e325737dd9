"""UpdateOrderStatus: what became of an order, for the orders that come after it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from ordertwin_models.errors import EtagMismatch, FieldViolation, InvalidRequest
from ordertwin_models.order import OrderState
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.request_rules import request_id_violations
from ordertwin_stores.interface import (
    AuditEntry,
    OrderStore,
    Replayed,
    RequestRecord,
    StatusChange,
    StoredOrder,
)

METHOD = "UpdateOrderStatus"
MAX_REASON = 1024
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
    """What is asked for; `state` None means that the request named none, an empty `etag` any."""

    order_key: str
    state: OrderState | None
    request_id: str
    reason: str = ""
    etag: str = ""

    def wanted_state(self) -> OrderState:
        """The state asked for, or `InvalidRequest` naming every broken field."""
        broken = request_id_violations(self.request_id)
        if self.state is None or self.state is OrderState.MERGED:
            choices = ", ".join(state for state in OrderState if state is not OrderState.MERGED)
            broken.append(FieldViolation("state", f"must be one of {choices}"))
        if len(self.reason) > MAX_REASON:
            broken.append(FieldViolation("reason", f"must have at most {MAX_REASON} characters"))
        if broken or self.state is None:
            raise InvalidRequest(broken)
        return self.state

    def fingerprint(self) -> bytes:
        """What makes two calls with one request id the same call."""
        parts = [self.order_key, self.state, self.reason, self.etag]
        return hashlib.sha256(json.dumps(parts).encode()).digest()


class UpdateStatus:
    """Moves orders of one store along their state machine."""

    def __init__(self, store: OrderStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, call: Call, update: StatusUpdate) -> StoredOrder:
        """The order after the update; a repeated call gives the order as it stands now.

        Raises `InvalidRequest`, `NotFound`, `RequestIdReused`, `EtagMismatch`,
        `StateTransitionRefused` or a `StoreError`.
        """
        state = update.wanted_state()
        expected = version_of(update.etag) if update.etag else None
        if update.etag and expected is None:
            self._store.get_order(call.tenant, update.order_key)
            raise EtagMismatch(f"Order {update.order_key}")
        call.ensure_waiting()
        result = self._store.update_status(
            call.tenant,
            StatusChange(
                order_key=update.order_key,
                state=state,
                reason=update.reason,
                expected_version=expected,
                request=RequestRecord(
                    METHOD,
                    update.request_id,
                    update.fingerprint(),
                    json.dumps({"order": update.order_key}),
                ),
                audit=AuditEntry(
                    actor=call.actor,
                    action=METHOD,
                    target=f"orders/{update.order_key}",
                    request_id=update.request_id,
                    outcome=state,
                ),
                at=self._clock(),
            ),
        )
        if isinstance(result, Replayed):
            return self._store.get_order(call.tenant, update.order_key)
        return result
