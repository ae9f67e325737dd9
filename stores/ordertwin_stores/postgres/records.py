"""What every change leaves behind: its request, an audit entry, an event for those who watch."""

from __future__ import annotations

from collections.abc import Mapping

from ordertwin_stores.events import pack_details
from ordertwin_stores.interface import AuditEntry, RequestRecord
from ordertwin_stores.postgres.auditing import write_audit
from ordertwin_stores.postgres.connections import Transaction
from ordertwin_stores.postgres.library import Connection, Cursor, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.texts import from_text, to_text
from ordertwin_stores.rules import REQUESTS_FORGOTTEN_AT_ONCE, REQUESTS_KEPT, reply_for


def ask_for_reply(
    connection: Connection, tenant: int | None, method: str, request_id: str
) -> Cursor:
    """The row of a request; `reply_in` reads it."""
    return run(
        connection,
        "SELECT fingerprint, reply FROM requests"
        " WHERE tenant = %s AND request_id = %s AND method = %s",
        tenant,
        to_text(request_id),
        to_text(method),
    )


def reply_in(asked: Cursor, request_id: str, fingerprint: bytes) -> str | None:
    """See `OrderStore.reply_to`."""
    row = asked.fetchone()
    stored = None if row is None else (row[0], from_text(row[1]))
    return reply_for(fingerprint, request_id, stored)


def reply_of(connection: Connection, tenant: int, request: RequestRecord) -> str | None:
    """The stored reply to this very request."""
    asked = ask_for_reply(connection, tenant, request.method, request.request_id)
    return reply_in(asked, request.request_id, request.fingerprint)


def write_request(connection: Connection, tenant: int, request: RequestRecord, at: int) -> None:
    """Make the request repeatable."""
    run(
        connection,
        "INSERT INTO requests (tenant, request_id, method, fingerprint, reply, at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        tenant,
        to_text(request.request_id),
        to_text(request.method),
        request.fingerprint,
        to_text(request.reply),
        at,
    )


def forget_requests(connection: Connection, tenant: int, at: int) -> None:
    """Forget a few that are too old, but none that another writer holds."""
    run(
        connection,
        "DELETE FROM requests WHERE tenant = %s AND (request_id, method) IN"
        " (SELECT request_id, method FROM requests WHERE tenant = %s AND at < %s"
        " ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED)",
        tenant,
        tenant,
        at - REQUESTS_KEPT,
        REQUESTS_FORGOTTEN_AT_ONCE,
    )


def remember(
    transaction: Transaction,
    locks: Locks,
    tenant: int,
    request: RequestRecord,
    entry: AuditEntry,
    at: int,
) -> str | None:
    """See `OrderStore.remember`."""
    connection = transaction.connection
    locks.take(connection, [locks.of_request(request)])
    reply = reply_of(connection, tenant, request)
    if reply is None:
        write_request(connection, tenant, request, at)
        forget_requests(connection, tenant, at)
        write_audit(connection, tenant, entry, at)
    return None if transaction.again else reply


def write_event(
    connection: Connection,
    tenant: int,
    event: str,
    sequence: int,
    decision: int | None,
    at: int,
    details: Mapping[str, object] | None = None,
) -> None:
    """Leave an event about an order in the outbox; sequence 0 for one about none.

    `details` tell `state` and `review` where the decision does not, and names of other things.
    Others of the tenant wait from here until the commit, so it comes late in a transaction: see
    `ordertwin_stores.postgres.events`.
    """
    run(connection, "SELECT 1 FROM audit_heads WHERE tenant = %s FOR UPDATE", tenant)
    run(
        connection,
        "INSERT INTO outbox (tenant, event, sequence, decision, at, details)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        tenant,
        event,
        sequence,
        decision,
        at,
        to_text(pack_details(details)),
    )


def write_state_change(
    connection: Connection,
    tenant: int,
    sequence: int,
    before: str,
    after: str,
    reason: str,
    at: int,
) -> None:
    """Remember that an order went from one state to another."""
    run(
        connection,
        "INSERT INTO state_changes (tenant, sequence, before, after, reason, at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        tenant,
        sequence,
        before,
        after,
        to_text(reason),
        at,
    )
