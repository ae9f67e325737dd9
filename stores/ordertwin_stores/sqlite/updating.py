"""Moving an order to another state."""

from __future__ import annotations

from ordertwin_models.errors import EtagMismatch
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import to_micros
from ordertwin_stores.events import STATUS_CHANGED
from ordertwin_stores.interface import Replayed, StatusChange, StoredOrder
from ordertwin_stores.reviewing.writing import leave_queue
from ordertwin_stores.rules import ensure_transition, marked
from ordertwin_stores.sqlite.auditing import write_audit
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.reading import get_order
from ordertwin_stores.sqlite.records import (
    reply_of,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.sqlite.reviews import SqliteSession


def update_status(
    connection: Connection, tenant: int, change: StatusChange
) -> StoredOrder | Replayed:
    """See `OrderStore.update_status`. Runs inside a write."""
    current = get_order(connection, tenant, change.order_key)
    reply = reply_of(connection, tenant, change.request)
    if reply is not None:
        return Replayed(reply)
    if change.expected_version not in (None, current.version):
        raise EtagMismatch(change.order_key)
    at = to_micros(change.at)
    if current.state is not change.state:
        ensure_transition(current.state, change.state)
        _move(connection, tenant, current.state, change, at)
    write_request(connection, tenant, change.request, at)
    updated = get_order(connection, tenant, change.order_key)
    write_audit(connection, tenant, marked(change.audit, current, updated), at)
    return updated


def _move(
    connection: Connection, tenant: int, before: OrderState, change: StatusChange, at: int
) -> None:
    (sequence,) = connection.execute(
        "UPDATE orders SET state = ?, state_changed_at = ?, updated_at = ?, version = version + 1"
        " WHERE tenant = ? AND key = ? RETURNING sequence",
        (change.state.value, at, at, tenant, change.order_key),
    ).fetchone()
    write_state_change(
        connection, tenant, sequence, before.value, change.state.value, change.reason, at
    )
    states = {"state": change.state, "before": before}
    write_event(connection, tenant, STATUS_CHANGED, sequence, None, at, states)
    if before is OrderState.HELD:
        leave_queue(SqliteSession(connection, tenant), [sequence], at)
