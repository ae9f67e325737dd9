"""The operation log in SQLite: adding to the chain, and reading it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ordertwin_stores.audit import (
    SALT_BYTES,
    AuditEntry,
    AuditFilter,
    AuditPage,
    Head,
    LoggedEntry,
    first_link,
    link,
    sealed,
)
from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.sqlite.library import Connection

LOOKED_AT = 20_000
"""Entries that one page of a search reads at most."""

_NEWEST = "SELECT position, hash FROM audit WHERE tenant = ? ORDER BY position DESC LIMIT 1"
_ENTRY = (
    "SELECT position, at, actor, action, target, request_id, outcome, origin, before, after, hash"
    " FROM audit WHERE tenant = ?"
)


def write_audit(connection: Connection, tenant: int, entry: AuditEntry, at: int) -> None:
    """Note who did what, at the end of the tenant's chain. Runs inside a write."""
    newest = connection.execute(_NEWEST, (tenant,)).fetchone()
    position, previous = newest or (0, first_link(_name(connection, tenant)))
    salt = os.urandom(SALT_BYTES) if entry.before or entry.after else None
    kept = entry if salt is None else sealed(entry, salt)
    connection.execute(
        "INSERT INTO audit (tenant, position, at, actor, origin, action, target, request_id,"
        " outcome, before, after, salt, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            tenant,
            position + 1,
            at,
            kept.actor,
            kept.origin,
            kept.action,
            kept.target,
            kept.request_id,
            kept.outcome,
            kept.before,
            kept.after,
            salt,
            link(previous, position + 1, at, kept),
        ),
    )


def read_head(connection: Connection, tenant: int | None, name: str) -> Head:
    """See `AccessStore.head`."""
    newest = connection.execute(_NEWEST, (tenant,)).fetchone()
    position, digest = newest or (0, first_link(name))
    return Head(name, position, digest)


def read_entries(
    connection: Connection, tenant: int | None, after: int, size: int
) -> tuple[LoggedEntry, ...]:
    """See `AccessStore.entries`."""
    rows = connection.execute(
        f"{_ENTRY} AND position > ? ORDER BY position LIMIT ?", (tenant, after, size)
    )
    return tuple(map(_logged, rows.fetchall()))


def search(
    connection: Connection, tenant: int | None, where: AuditFilter, size: int, before: int | None
) -> AuditPage:
    """See `AccessStore.search`."""
    if before is None:
        before = read_head(connection, tenant, "").position + 1
    lowest = max(before - LOOKED_AT, 1)
    conditions = dict(_conditions(where))
    tests = "".join(f" AND {condition}" for condition in conditions)
    rows = connection.execute(
        f"{_ENTRY} AND position < ? AND position >= ?{tests} ORDER BY position DESC LIMIT ?",
        (tenant, before, lowest, *conditions.values(), size),
    ).fetchall()
    entries = tuple(map(_logged, rows))
    reached = entries[-1].position if len(entries) == size else lowest
    return AuditPage(entries, reached if reached > 1 else None)


def _conditions(where: AuditFilter) -> Iterator[tuple[str, str | int]]:
    for column in ("actor", "action", "target", "request_id", "outcome"):
        value = getattr(where, column)
        if value is not None:
            yield f"{column} = ?", value
    if where.since is not None:
        yield "at >= ?", to_micros(where.since)
    if where.until is not None:
        yield "at < ?", to_micros(where.until)


def _logged(row: tuple[Any, ...]) -> LoggedEntry:
    position, at, *fields, digest = row
    return LoggedEntry(position, from_micros(at), AuditEntry(*fields), digest)


def _name(connection: Connection, tenant: int) -> str:
    (name,) = connection.execute("SELECT name FROM tenants WHERE id = ?", (tenant,)).fetchone()
    return str(name)
