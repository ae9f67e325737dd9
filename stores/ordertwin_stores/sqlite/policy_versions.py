"""Policy versions in SQLite. The contract is `PolicyStore`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.policy_versions import (
    LivePolicy,
    NewPolicy,
    PolicyChange,
    PolicyDeed,
    PolicyVersion,
    Switch,
)
from ordertwin_stores.sqlite import auditing
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.records import reply_of, write_request
from ordertwin_stores.sqlite.tenants import Tenants
from ordertwin_stores.sqlite.writer import Writer

if TYPE_CHECKING:
    from sqlite_utils import Database

_VERSION = (
    "SELECT number, version, digest, published_by, published_at, reason, in_force"
    " FROM policy_versions WHERE tenant = ?"
)
_NUMBERS = 2**62
"""Above every number."""


def tables_for_policies(db: Database) -> None:
    """Versions of policies, and when each came into force."""
    for statement in (
        "CREATE TABLE policy_versions (number INTEGER PRIMARY KEY, tenant INTEGER NOT NULL,"
        " version TEXT NOT NULL, digest BLOB NOT NULL, document TEXT NOT NULL,"
        " published_by TEXT NOT NULL, published_at INTEGER NOT NULL, reason TEXT NOT NULL,"
        " in_force INTEGER NOT NULL, UNIQUE (tenant, version)) STRICT",
        "CREATE UNIQUE INDEX policy_versions_in_force ON policy_versions (tenant) WHERE in_force",
        "CREATE TABLE policy_changes (number INTEGER PRIMARY KEY, tenant INTEGER NOT NULL,"
        " version TEXT NOT NULL, former TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,"
        " reason TEXT NOT NULL) STRICT",
        "CREATE INDEX policy_changes_of_a_tenant ON policy_changes (tenant, number)",
    ):
        db.execute(statement)


class SqlitePolicies:
    """The part of a SQLite store that is about policies."""

    def __init__(self, writer: Writer, readers: Readers, tenants: Tenants) -> None:
        self._writer, self._readers, self._tenants = writer, readers, tenants

    def live(self) -> Mapping[str, LivePolicy]:
        """See `PolicyStore.live`."""
        with self._readers.borrow() as connection:
            rows = connection.execute(
                "SELECT tenants.name, version, digest FROM policy_versions"
                " JOIN tenants ON tenants.id = tenant WHERE in_force"
            ).fetchall()
        return {tenant: LivePolicy(version, bytes(digest)) for tenant, version, digest in rows}

    def get(self, tenant: str, version: str) -> PolicyVersion | None:
        """See `PolicyStore.get`."""
        with self._readers.borrow() as connection:
            row = connection.execute(
                f"{_VERSION} AND version = ?", (self._tenants.find(connection, tenant), version)
            ).fetchone()
        return None if row is None else _version_in(*row)

    def list(self, tenant: str, size: int, before: int | None) -> tuple[PolicyVersion, ...]:
        """See `PolicyStore.list`."""
        with self._readers.borrow() as connection:
            rows = connection.execute(
                f"{_VERSION} AND number < ? ORDER BY number DESC LIMIT ?",
                (self._tenants.find(connection, tenant), before or _NUMBERS, size),
            ).fetchall()
        return tuple(_version_in(*row) for row in rows)

    def document(self, tenant: str, version: str) -> str:
        """See `PolicyStore.document`."""
        with self._readers.borrow() as connection:
            row = connection.execute(
                "SELECT document FROM policy_versions WHERE tenant = ? AND version = ?",
                (self._tenants.find(connection, tenant), version),
            ).fetchone()
        if row is None:
            raise NotFound("policy version", version)
        return str(row[0])

    def history(self, tenant: str, size: int, before: int | None) -> tuple[PolicyChange, ...]:
        """See `PolicyStore.history`."""
        with self._readers.borrow() as connection:
            rows = connection.execute(
                "SELECT number, version, former, at, actor, reason FROM policy_changes"
                " WHERE tenant = ? AND number < ? ORDER BY number DESC LIMIT ?",
                (self._tenants.find(connection, tenant), before or _NUMBERS, size),
            ).fetchall()
        return tuple(
            PolicyChange(number, version, former, from_micros(at), actor, reason)
            for number, version, former, at, actor, reason in rows
        )

    def change(self, tenant: str, deed: PolicyDeed) -> str | None:
        """See `PolicyStore.change`."""

        def work(connection: Connection) -> str | None:
            number = self._tenants.ensure(connection, tenant)
            reply = reply_of(connection, number, deed.request)
            if reply is not None:
                return reply
            for new in deed.added:
                _add(connection, number, new, deed)
            if deed.switch is not None:
                _switch(connection, number, deed.switch, deed)
            write_request(connection, number, deed.request, to_micros(deed.at))
            auditing.write_audit(connection, number, deed.audit, to_micros(deed.at))
            return None

        return self._writer.write(work)


def _version_in(
    number: int,
    version: str,
    digest: bytes,
    published_by: str,
    published_at: int,
    reason: str,
    in_force: int,
) -> PolicyVersion:
    at = from_micros(published_at)
    return PolicyVersion(number, version, bytes(digest), published_by, at, reason, bool(in_force))


def _add(connection: Connection, tenant: int, new: NewPolicy, deed: PolicyDeed) -> None:
    taken = connection.execute(
        "SELECT 1 FROM policy_versions WHERE tenant = ? AND version = ?", (tenant, new.version)
    ).fetchone()
    if taken:
        raise EtagMismatch(f"Policy version {new.version}")
    connection.execute(
        "INSERT INTO policy_versions (tenant, version, digest, document, published_by,"
        " published_at, reason, in_force) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        (
            tenant,
            new.version,
            new.digest,
            new.document,
            new.published_by,
            to_micros(deed.at),
            new.reason,
        ),
    )


def _switch(connection: Connection, tenant: int, switch: Switch, deed: PolicyDeed) -> None:
    row = connection.execute(
        "SELECT version FROM policy_versions WHERE tenant = ? AND in_force", (tenant,)
    ).fetchone()
    if (row[0] if row else "") != switch.before:
        raise EtagMismatch("The policy in force")
    connection.execute(
        "UPDATE policy_versions SET in_force = 0 WHERE tenant = ? AND in_force", (tenant,)
    )
    found = connection.execute(
        "UPDATE policy_versions SET in_force = 1 WHERE tenant = ? AND version = ?",
        (tenant, switch.after),
    )
    if not found.rowcount:
        raise NotFound("policy version", switch.after)
    connection.execute(
        "INSERT INTO policy_changes (tenant, version, former, at, actor, reason)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (tenant, switch.after, switch.before, to_micros(deed.at), deed.audit.actor, deed.reason),
    )
