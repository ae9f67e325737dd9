"""What every driver decides in the same way. Knows no database."""

from __future__ import annotations

from dataclasses import replace

from ordertwin_models.errors import RequestIdReused, StateTransitionRefused
from ordertwin_models.order import STATE_TRANSITIONS, OrderState
from ordertwin_stores.codec import order_digest, order_mark
from ordertwin_stores.interface import AuditEntry, StoredOrder

FLOW_KEPT_MINUTES = 24 * 60
"""How long orders are counted by source and minute."""

_MINUTE = 60 * 1_000_000

REQUESTS_KEPT = 30 * 86_400 * 1_000_000
"""How long a request can be repeated, in microseconds; behind it the natural key holds for ever."""

REQUESTS_FORGOTTEN_AT_ONCE = 2
"""Every new request forgets so many that are too old: no backlog, no clean-up."""


def minute_of(micros: int) -> int:
    """The minute that a time in microseconds lies in.

    >>> minute_of(119_999_999), minute_of(-1)
    (1, -1)
    """
    return micros // _MINUTE


def reply_for(fingerprint: bytes, request_id: str, stored: tuple[bytes, str] | None) -> str | None:
    """The stored reply to a request; None when nothing is stored, an error for other bytes.

    >>> reply_for(b"same", "r-1", (b"same", "the reply")), reply_for(b"same", "r-1", None)
    ('the reply', None)
    >>> reply_for(b"other", "r-1", (b"same", "the reply"))
    Traceback (most recent call last):
    ordertwin_models.errors.RequestIdReused: Request id r-1 was used before with another ...
    """
    if stored is None:
        return None
    if stored[0] != fingerprint:
        raise RequestIdReused(request_id)
    return stored[1]


def ensure_transition(current: OrderState, wanted: OrderState) -> None:
    """Raise `StateTransitionRefused` when an order cannot go from one state to the other."""
    if not current.may_become(wanted):
        allowed = sorted(state.value for state in STATE_TRANSITIONS[current])
        raise StateTransitionRefused(current.value, wanted.value, allowed)


_S = OrderState
_BY_VERDICT = frozenset(
    {
        # A verdict rejects what has not left yet, and lets go what was held or rejected.
        (_S.RECEIVED, _S.REJECTED_DUPLICATE),
        (_S.ACCEPTED, _S.REJECTED_DUPLICATE),
        # Its withdrawal puts the order back.
        (_S.REJECTED_DUPLICATE, _S.RECEIVED),
        (_S.REJECTED_DUPLICATE, _S.HELD),
        (_S.RECEIVED, _S.HELD),
    }
)


def ensure_verdict_may_move(current: OrderState, wanted: OrderState) -> None:
    """Raise `StateTransitionRefused` when not even a verdict can bring an order there."""
    if (current, wanted) not in _BY_VERDICT:
        ensure_transition(current, wanted)


def marked(entry: AuditEntry, before: StoredOrder, after: StoredOrder) -> AuditEntry:
    """The audit entry of a change with digests of the order before and after it."""
    return replace(entry, before=_mark(before), after=_mark(after))


def _mark(stored: StoredOrder) -> bytes:
    return order_mark(order_digest(stored.order), stored.state, stored.version)
