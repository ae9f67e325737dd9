"""Moving an order to another state."""

from __future__ import annotations

from dataclasses import replace

from ordertwin_models.errors import EtagMismatch
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.events import STATUS_CHANGED
from ordertwin_stores.interface import Replayed, StatusChange, StoredOrder
from ordertwin_stores.postgres.auditing import write_audit
from ordertwin_stores.postgres.connections import Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.reading import lock_order
from ordertwin_stores.postgres.records import (
    forget_requests,
    reply_of,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.postgres.reviews import PostgresSession
from ordertwin_stores.reviewing.writing import leave_queue
from ordertwin_stores.rules import ensure_transition, marked


def update_status(
    transaction: Transaction, locks: Locks, tenant: int, change: StatusChange
) -> StoredOrder | Replayed:
    """See `OrderStore.update_status`."""
    connection = transaction.connection
    locks.take(connection, [locks.of_request(change.request)])
    sequence, current = lock_order(connection, tenant, change.order_key)
    reply = reply_of(connection, tenant, change.request)
    if reply is not None:
        return current if transaction.again else Replayed(reply)
    if change.expected_version not in (None, current.version):
        raise EtagMismatch(change.order_key)
    at, updated = to_micros(change.at), current
    if current.state is not change.state:
        ensure_transition(current.state, change.state)
        _move(connection, tenant, sequence, current, change, at)
        updated = replace(
            current, state=change.state, version=current.version + 1, updated_at=from_micros(at)
        )
    write_request(connection, tenant, change.request, at)
    forget_requests(connection, tenant, at)
    if updated is not current:
        states = {"state": updated.state, "before": current.state}
        write_event(connection, tenant, STATUS_CHANGED, sequence, None, at, states)
    write_audit(connection, tenant, marked(change.audit, current, updated), at)
    return updated


def _move(
    connection: Connection,
    tenant: int,
    sequence: int,
    current: StoredOrder,
    change: StatusChange,
    at: int,
) -> None:
    before, after = current.state.value, change.state.value
    run(
        connection,
        "UPDATE orders SET state = %s, state_changed_at = %s, updated_at = %s,"
        " version = version + 1 WHERE tenant = %s AND sequence = %s",
        after,
        at,
        at,
        tenant,
        sequence,
    )
    write_state_change(connection, tenant, sequence, before, after, change.reason, at)
    if current.state is OrderState.HELD:
        leave_queue(PostgresSession(connection, tenant), [sequence], at)
