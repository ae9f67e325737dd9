"""Policy versions in PostgreSQL. The contract is `PolicyStore`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, LiteralString

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
from ordertwin_stores.postgres import auditing
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.records import reply_of, write_request
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.postgres.texts import from_text, to_text

TABLES: tuple[LiteralString, ...] = (
    "CREATE TABLE policy_versions (tenant bigint NOT NULL,"
    " number bigint GENERATED ALWAYS AS IDENTITY,"
    ' version text COLLATE "C" NOT NULL, digest bytea NOT NULL,'
    ' document text COLLATE "C" NOT NULL, published_by text COLLATE "C" NOT NULL,'
    ' published_at bigint NOT NULL, reason text COLLATE "C" NOT NULL, in_force boolean NOT NULL,'
    " PRIMARY KEY (tenant, number), UNIQUE (tenant, version))",
    "CREATE UNIQUE INDEX policy_versions_in_force ON policy_versions (tenant) WHERE in_force",
    "CREATE TABLE policy_changes (tenant bigint NOT NULL,"
    " number bigint GENERATED ALWAYS AS IDENTITY,"
    ' version text COLLATE "C" NOT NULL, former text COLLATE "C" NOT NULL, at bigint NOT NULL,'
    ' actor text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL,'
    " PRIMARY KEY (tenant, number))",
)
"""Statements of the migration."""

_VERSION = (
    "SELECT number, version, digest, published_by, published_at, reason, in_force"
    " FROM policy_versions WHERE tenant = %s"
)
_NUMBERS = 2**62
"""Above every number."""


class PostgresPolicies:
    """The part of a PostgreSQL store that is about policies."""

    def __init__(
        self, connections: Connections, tenants: Tenants, locks: Callable[[str], Locks]
    ) -> None:
        self._connections, self._tenants, self._locks = connections, tenants, locks

    def live(self) -> Mapping[str, LivePolicy]:
        """See `PolicyStore.live`."""
        rows = self._connections.read(
            lambda each: run(
                each,
                "SELECT tenants.name, version, digest FROM policy_versions"
                " JOIN tenants ON tenants.id = tenant WHERE in_force",
            ).fetchall()
        )
        return {
            from_text(tenant): LivePolicy(from_text(version), bytes(digest))
            for tenant, version, digest in rows
        }

    def get(self, tenant: str, version: str) -> PolicyVersion | None:
        """See `PolicyStore.get`."""
        row = self._connections.read(
            lambda each: run(
                each,
                f"{_VERSION} AND version = %s",
                self._tenants.find(each, tenant),
                to_text(version),
            ).fetchone()
        )
        return None if row is None else _version(row)

    def list(self, tenant: str, size: int, before: int | None) -> tuple[PolicyVersion, ...]:
        """See `PolicyStore.list`."""
        rows = self._connections.read(
            lambda each: run(
                each,
                f"{_VERSION} AND number < %s ORDER BY number DESC LIMIT %s",
                self._tenants.find(each, tenant),
                before or _NUMBERS,
                size,
            ).fetchall()
        )
        return tuple(map(_version, rows))

    def document(self, tenant: str, version: str) -> str:
        """See `PolicyStore.document`."""
        row = self._connections.read(
            lambda each: run(
                each,
                "SELECT document FROM policy_versions WHERE tenant = %s AND version = %s",
                self._tenants.find(each, tenant),
                to_text(version),
            ).fetchone()
        )
        if row is None:
            raise NotFound("policy version", version)
        return from_text(row[0])

    def history(self, tenant: str, size: int, before: int | None) -> tuple[PolicyChange, ...]:
        """See `PolicyStore.history`."""
        rows = self._connections.read(
            lambda each: run(
                each,
                "SELECT number, version, former, at, actor, reason FROM policy_changes"
                " WHERE tenant = %s AND number < %s ORDER BY number DESC LIMIT %s",
                self._tenants.find(each, tenant),
                before or _NUMBERS,
                size,
            ).fetchall()
        )
        return tuple(
            PolicyChange(
                number,
                from_text(version),
                from_text(former),
                from_micros(at),
                from_text(actor),
                from_text(reason),
            )
            for number, version, former, at, actor, reason in rows
        )

    def change(self, tenant: str, deed: PolicyDeed) -> str | None:
        """See `PolicyStore.change`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)

        def work(transaction: Transaction) -> str | None:
            connection = transaction.connection
            # One at a time: which version is in force is a question about all of them.
            locks.take(
                connection, [locks.of_record("policies", ""), locks.of_request(deed.request)]
            )
            reply = reply_of(connection, number, deed.request)
            if reply is not None:
                return None if transaction.again else reply
            for new in deed.added:
                _add(connection, number, new, deed)
            if deed.switch is not None:
                _switch(connection, number, deed.switch, deed)
            write_request(connection, number, deed.request, to_micros(deed.at))
            auditing.write_audit(connection, number, deed.audit, to_micros(deed.at))
            return None

        return self._connections.write(work)


def _version(row: Any) -> PolicyVersion:
    number, version, digest, published_by, published_at, reason, in_force = row
    return PolicyVersion(
        number=number,
        version=from_text(version),
        digest=bytes(digest),
        published_by=from_text(published_by),
        published_at=from_micros(published_at),
        reason=from_text(reason),
        in_force=in_force,
    )


def _add(connection: Connection, tenant: int, new: NewPolicy, deed: PolicyDeed) -> None:
    taken = run(
        connection,
        "SELECT 1 FROM policy_versions WHERE tenant = %s AND version = %s",
        tenant,
        to_text(new.version),
    ).fetchone()
    if taken:
        raise EtagMismatch(f"Policy version {new.version}")
    run(
        connection,
        "INSERT INTO policy_versions (tenant, version, digest, document, published_by,"
        " published_at, reason, in_force) VALUES (%s, %s, %s, %s, %s, %s, %s, false)",
        tenant,
        to_text(new.version),
        new.digest,
        to_text(new.document),
        to_text(new.published_by),
        to_micros(deed.at),
        to_text(new.reason),
    )


def _switch(connection: Connection, tenant: int, switch: Switch, deed: PolicyDeed) -> None:
    row = run(
        connection, "SELECT version FROM policy_versions WHERE tenant = %s AND in_force", tenant
    ).fetchone()
    if (from_text(row[0]) if row else "") != switch.before:
        raise EtagMismatch("The policy in force")
    run(
        connection,
        "UPDATE policy_versions SET in_force = false WHERE tenant = %s AND in_force",
        tenant,
    )
    found = run(
        connection,
        "UPDATE policy_versions SET in_force = true WHERE tenant = %s AND version = %s"
        " RETURNING number",
        tenant,
        to_text(switch.after),
    )
    if found.fetchone() is None:
        raise NotFound("policy version", switch.after)
    run(
        connection,
        "INSERT INTO policy_changes (tenant, version, former, at, actor, reason)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        tenant,
        to_text(switch.after),
        to_text(switch.before),
        to_micros(deed.at),
        to_text(deed.audit.actor),
        to_text(deed.reason),
    )
