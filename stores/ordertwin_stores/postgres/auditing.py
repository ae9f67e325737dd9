"""The operation log in PostgreSQL: adding to the chain, and reading it.

One row a tenant holds the head of its chain. Adding an entry updates that row, so writers of a
tenant pass it one after the other; it comes last in a transaction, and the hash is made by the
database, so that nothing but the commit happens while others wait.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, LiteralString

from ordertwin_stores.audit import (
    SALT_BYTES,
    AuditEntry,
    AuditFilter,
    AuditPage,
    Head,
    LoggedEntry,
    first_link,
    link_text,
    sealed,
)
from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.texts import from_text, to_text

LOOKED_AT = 20_000
"""Entries that one page of a search reads at most."""

_NEWEST = "SELECT position, hash FROM audit WHERE tenant = %s ORDER BY position DESC LIMIT 1"
_ENTRY = (
    "SELECT position, at, actor, action, target, request_id, outcome, origin, before, after, hash"
    " FROM audit WHERE tenant = %s"
)
_ADD = (
    "WITH head AS (UPDATE audit_heads SET position = position + 1,"
    " hash = sha256(hash || convert_to(%s || (position + 1)::text || %s, 'UTF8'))"
    " WHERE tenant = %s RETURNING tenant, position, hash)"
    " INSERT INTO audit (tenant, position, at, actor, origin, action, target, request_id, outcome,"
    " before, after, salt, hash) SELECT tenant, position, %s, %s, %s, %s, %s, %s, %s,"
    " %s::bytea, %s::bytea, %s::bytea, hash FROM head"
)


def begin_chain(connection: Connection, tenant: int, name: str) -> None:
    """Make the head of a tenant's chain, unless it is there."""
    run(
        connection,
        "INSERT INTO audit_heads (tenant, position, hash) VALUES (%s, 0, %s)"
        " ON CONFLICT (tenant) DO NOTHING",
        tenant,
        first_link(name),
    )


def write_audit(connection: Connection, tenant: int, entry: AuditEntry, at: int) -> None:
    """Note who did what, at the end of the tenant's chain. Comes last in a transaction."""
    salt = os.urandom(SALT_BYTES) if entry.before or entry.after else None
    kept = entry if salt is None else sealed(entry, salt)
    before_position, after_position = link_text(at, kept)
    run(
        connection,
        _ADD,
        before_position,
        after_position,
        tenant,
        at,
        to_text(kept.actor),
        to_text(kept.origin),
        to_text(kept.action),
        to_text(kept.target),
        to_text(kept.request_id),
        to_text(kept.outcome),
        kept.before,
        kept.after,
        salt,
    )


def is_noted(connection: Connection, tenant: int, entry: AuditEntry, at: int) -> bool:
    """Whether such an entry is among the newest: asked after an answer was lost."""
    found = run(
        connection,
        "SELECT 1 FROM audit WHERE tenant = %s AND position > (SELECT max(position) - %s FROM audit"
        " WHERE tenant = %s) AND at = %s AND actor = %s AND action = %s AND target = %s"
        " AND request_id = %s LIMIT 1",
        tenant,
        LOOKED_AT,
        tenant,
        at,
        to_text(entry.actor),
        to_text(entry.action),
        to_text(entry.target),
        to_text(entry.request_id),
    )
    return found.fetchone() is not None


def read_head(connection: Connection, tenant: int | None, name: str) -> Head:
    """See `AccessStore.head`."""
    newest = run(connection, _NEWEST, tenant).fetchone()
    position, digest = newest or (0, first_link(name))
    return Head(name, position, digest)


def read_entries(
    connection: Connection, tenant: int | None, after: int, size: int
) -> tuple[LoggedEntry, ...]:
    """See `AccessStore.entries`."""
    rows = run(
        connection, f"{_ENTRY} AND position > %s ORDER BY position LIMIT %s", tenant, after, size
    )
    return tuple(map(_logged, rows.fetchall()))


def search(
    connection: Connection, tenant: int | None, where: AuditFilter, size: int, before: int | None
) -> AuditPage:
    """See `AccessStore.search`."""
    if before is None:
        before = read_head(connection, tenant, "").position + 1
    lowest = max(before - LOOKED_AT, 1)
    conditions: list[tuple[LiteralString, object]] = list(_conditions(where))
    tests = "".join(f" AND {test}" for test, _ in conditions)
    rows = run(
        connection,
        f"{_ENTRY} AND position < %s AND position >= %s{tests} ORDER BY position DESC LIMIT %s",
        tenant,
        before,
        lowest,
        *(value for _, value in conditions),
        size,
    ).fetchall()
    entries = tuple(map(_logged, rows))
    reached = entries[-1].position if len(entries) == size else lowest
    return AuditPage(entries, reached if reached > 1 else None)


def _conditions(where: AuditFilter) -> Iterator[tuple[LiteralString, object]]:
    texts: tuple[tuple[LiteralString, str | None], ...] = (
        ("actor = %s", where.actor),
        ("action = %s", where.action),
        ("target = %s", where.target),
        ("request_id = %s", where.request_id),
        ("outcome = %s", where.outcome),
    )
    yield from ((test, to_text(value)) for test, value in texts if value is not None)
    if where.since is not None:
        yield "at >= %s", to_micros(where.since)
    if where.until is not None:
        yield "at < %s", to_micros(where.until)


def _logged(row: tuple[Any, ...]) -> LoggedEntry:
    position, at, actor, action, target, request_id, outcome, origin, before, after, digest = row
    entry = AuditEntry(
        actor=from_text(actor),
        action=from_text(action),
        target=from_text(target),
        request_id=from_text(request_id),
        outcome=from_text(outcome),
        origin=from_text(origin),
        before=before,
        after=after,
    )
    return LoggedEntry(position, from_micros(at), entry, digest)
