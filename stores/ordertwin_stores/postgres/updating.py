"""Moving an order to another state."""

from __future__ import annotations

from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_models.order import OrderState
from ordertwin_stores.codec import to_micros
from ordertwin_stores.interface import Replayed, StatusChange, StoredOrder
from ordertwin_stores.postgres.connections import Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.reading import get_order
from ordertwin_stores.postgres.records import (
    forget_requests,
    reply_of,
    write_audit,
    write_event,
    write_request,
    write_state_change,
)
from ordertwin_stores.postgres.texts import to_text
from ordertwin_stores.rules import STATUS_CHANGED, ensure_transition


def update_status(
    transaction: Transaction, locks: Locks, tenant: int, change: StatusChange
) -> StoredOrder | Replayed:
    """See `OrderStore.update_status`."""
    connection = transaction.connection
    locks.take(connection, [locks.of_request(change.request)])
    row = run(
        connection,
        "SELECT sequence, state, version FROM orders WHERE tenant = %s AND key = %s FOR UPDATE",
        tenant,
        to_text(change.order_key),
    ).fetchone()
    if row is None:
        raise NotFound("order", change.order_key)
    sequence, state, version = row
    reply = reply_of(connection, tenant, change.request)
    if reply is not None:
        done = get_order(connection, tenant, change.order_key) if transaction.again else None
        return done or Replayed(reply)
    if change.expected_version not in (None, version):
        raise EtagMismatch(change.order_key)
    at = to_micros(change.at)
    current = OrderState(state)
    if current is not change.state:
        ensure_transition(current, change.state)
        _move(connection, tenant, sequence, current, change, at)
    write_request(connection, tenant, change.request, at)
    write_audit(connection, tenant, change.audit, at)
    forget_requests(connection, tenant, at)
    return get_order(connection, tenant, change.order_key)


def _move(
    connection: Connection,
    tenant: int,
    sequence: int,
    before: OrderState,
    change: StatusChange,
    at: int,
) -> None:
    run(
        connection,
        "UPDATE orders SET state = %s, state_changed_at = %s, updated_at = %s,"
        " version = version + 1 WHERE tenant = %s AND sequence = %s",
        change.state.value,
        at,
        at,
        tenant,
        sequence,
    )
    write_state_change(
        connection, tenant, sequence, before.value, change.state.value, change.reason, at
    )
    write_event(connection, tenant, STATUS_CHANGED, sequence, None, at)
