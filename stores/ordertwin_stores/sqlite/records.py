"""What every change leaves behind: its request, an audit entry, an event for those who watch."""

from __future__ import annotations

from collections.abc import Mapping

from ordertwin_stores.events import pack_details
from ordertwin_stores.interface import AuditEntry, RequestRecord
from ordertwin_stores.rules import REQUESTS_FORGOTTEN_AT_ONCE, REQUESTS_KEPT, reply_for
from ordertwin_stores.sqlite.auditing import write_audit
from ordertwin_stores.sqlite.library import Connection

# The limit is written out: SQLite plans a statement anew each time a limit is bound to it.
_OLDEST_REQUESTS = (
    f"SELECT number, at FROM requests ORDER BY number LIMIT {REQUESTS_FORGOTTEN_AT_ONCE}"
)


def find_reply(
    connection: Connection, tenant: int, method: str, request_id: str, fingerprint: bytes
) -> str | None:
    """See `OrderStore.reply_to`."""
    row = connection.execute(
        "SELECT fingerprint, reply FROM requests"
        " WHERE tenant = ? AND request_id = ? AND method = ?",
        (tenant, request_id, method),
    ).fetchone()
    return reply_for(fingerprint, request_id, row)


def reply_of(connection: Connection, tenant: int, request: RequestRecord) -> str | None:
    """The stored reply to this very request."""
    return find_reply(connection, tenant, request.method, request.request_id, request.fingerprint)


def write_request(connection: Connection, tenant: int, request: RequestRecord, at: int) -> None:
    """Make the request repeatable, and forget two that are too old: no backlog, no clean-up."""
    connection.execute(
        "INSERT INTO requests (tenant, method, request_id, fingerprint, reply, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (tenant, request.method, request.request_id, request.fingerprint, request.reply, at),
    )
    for number, made_at in connection.execute(_OLDEST_REQUESTS).fetchall():
        if made_at < at - REQUESTS_KEPT:
            connection.execute("DELETE FROM requests WHERE number = ?", (number,))


def remember(
    connection: Connection, tenant: int, request: RequestRecord, entry: AuditEntry, at: int
) -> str | None:
    """See `OrderStore.remember`. Runs inside a write."""
    reply = reply_of(connection, tenant, request)
    if reply is None:
        write_request(connection, tenant, request, at)
        write_audit(connection, tenant, entry, at)
    return reply


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
    """
    connection.execute(
        "INSERT INTO outbox (tenant, event, sequence, decision, at, details)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (tenant, event, sequence, decision, at, pack_details(details)),
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
    connection.execute(
        "INSERT INTO state_changes (tenant, sequence, before, after, reason, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (tenant, sequence, before, after, reason, at),
    )
