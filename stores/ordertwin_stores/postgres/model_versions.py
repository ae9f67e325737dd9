"""Model versions in PostgreSQL. The contract is `ModelStore`."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, LiteralString

from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_stores.codec import from_micros, to_micros
from ordertwin_stores.model_versions import (
    EXAMPLES_KEPT,
    Artefact,
    Live,
    LiveModels,
    ModelChange,
    ModelDeed,
    ModelState,
    ModelVersion,
    Move,
    NewVersion,
    ShadowTally,
)
from ordertwin_stores.postgres import auditing
from ordertwin_stores.postgres.connections import Connections, Transaction
from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.records import reply_of, write_request
from ordertwin_stores.postgres.tenants import Tenants
from ordertwin_stores.postgres.texts import from_text, to_text

TABLES: tuple[LiteralString, ...] = (
    "CREATE TABLE model_versions (tenant bigint NOT NULL,"
    " number bigint GENERATED ALWAYS AS IDENTITY,"
    ' version text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL, digest bytea NOT NULL,'
    ' body text COLLATE "C" NOT NULL, size bigint NOT NULL, model bytea NOT NULL,'
    ' card text COLLATE "C" NOT NULL, signature bytea NOT NULL, published_at bigint NOT NULL,'
    " changed_at bigint NOT NULL, PRIMARY KEY (tenant, number), UNIQUE (tenant, version))",
    "CREATE INDEX model_versions_live ON model_versions (state)"
    " WHERE state IN ('ACTIVE', 'SHADOW')",
    "CREATE TABLE model_changes (tenant bigint NOT NULL,"
    " number bigint GENERATED ALWAYS AS IDENTITY,"
    ' version text COLLATE "C" NOT NULL, before text COLLATE "C", after text COLLATE "C" NOT NULL,'
    ' at bigint NOT NULL, actor text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL,'
    " PRIMARY KEY (tenant, number))",
    'CREATE TABLE shadow_counts (tenant bigint NOT NULL, version text COLLATE "C" NOT NULL,'
    ' name text COLLATE "C" NOT NULL, count bigint NOT NULL,'
    " PRIMARY KEY (tenant, version, name))",
    "CREATE TABLE shadow_examples (tenant bigint NOT NULL,"
    " number bigint GENERATED ALWAYS AS IDENTITY,"
    ' version text COLLATE "C" NOT NULL, body text COLLATE "C" NOT NULL,'
    " PRIMARY KEY (tenant, version, number))",
)
"""Statements of the migration."""

_VERSION = (
    "SELECT number, version, state, digest, body, size, published_at, changed_at"
    " FROM model_versions WHERE tenant = %s"
)
_NUMBERS = 2**62
"""Above every number."""


class PostgresModelArchive:
    """What was published and what was live, to read; it borrows a store's connections."""

    def __init__(self, connections: Connections, tenants: Tenants) -> None:
        self._connections, self._tenants = connections, tenants

    def live(self) -> Mapping[str, LiveModels]:
        """See `ModelStore.live`."""
        rows = self._connections.read(
            lambda each: run(
                each,
                "SELECT tenants.name, state, version, digest FROM model_versions"
                " JOIN tenants ON tenants.id = tenant WHERE state IN ('ACTIVE', 'SHADOW')",
            ).fetchall()
        )
        found: dict[str, dict[str, Live]] = {}
        for tenant, state, version, digest in rows:
            of_tenant = found.setdefault(from_text(tenant), {})
            of_tenant[state.lower()] = Live(from_text(version), bytes(digest))
        return {tenant: LiveModels(**models) for tenant, models in found.items()}

    def get(self, tenant: str, version: str) -> ModelVersion | None:
        """See `ModelStore.get`."""
        row = self._connections.read(
            lambda each: run(
                each,
                f"{_VERSION} AND version = %s",
                self._tenants.find(each, tenant),
                to_text(version),
            ).fetchone()
        )
        return None if row is None else _version(row)

    def list(self, tenant: str, size: int, before: int | None) -> tuple[ModelVersion, ...]:
        """See `ModelStore.list`."""
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

    def artefact(self, tenant: str, version: str) -> Artefact:
        """See `ModelStore.artefact`."""
        row = self._connections.read(
            lambda each: run(
                each,
                "SELECT model, card, signature FROM model_versions"
                " WHERE tenant = %s AND version = %s",
                self._tenants.find(each, tenant),
                to_text(version),
            ).fetchone()
        )
        if row is None:
            raise NotFound("model version", version)
        return Artefact(zlib.decompress(bytes(row[0])), from_text(row[1]), bytes(row[2]))

    def history(self, tenant: str, size: int, before: int | None) -> tuple[ModelChange, ...]:
        """See `ModelStore.history`."""
        rows = self._connections.read(
            lambda each: run(
                each,
                "SELECT number, version, before, after, at, actor, reason FROM model_changes"
                " WHERE tenant = %s AND number < %s ORDER BY number DESC LIMIT %s",
                self._tenants.find(each, tenant),
                before or _NUMBERS,
                size,
            ).fetchall()
        )
        return tuple(map(_change, rows))

    def shadow(self, tenant: str, version: str) -> ShadowTally:
        """See `ModelStore.shadow`."""

        def look(connection: Connection) -> ShadowTally:
            number, name = self._tenants.find(connection, tenant), to_text(version)
            counts = run(
                connection,
                "SELECT name, count FROM shadow_counts WHERE tenant = %s AND version = %s",
                number,
                name,
            ).fetchall()
            examples = run(
                connection,
                "SELECT body FROM shadow_examples WHERE tenant = %s AND version = %s"
                " ORDER BY number DESC",
                number,
                name,
            ).fetchall()
            return ShadowTally(
                {from_text(each): count for each, count in counts},
                tuple(from_text(body) for (body,) in examples),
            )

        return self._connections.read(look)


class PostgresModels(PostgresModelArchive):
    """The part of a PostgreSQL store that is about models."""

    def __init__(
        self, connections: Connections, tenants: Tenants, locks: Callable[[str], Locks]
    ) -> None:
        super().__init__(connections, tenants)
        self._locks = locks

    def change(self, tenant: str, deed: ModelDeed) -> str | None:
        """See `ModelStore.change`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)

        def work(transaction: Transaction) -> str | None:
            connection = transaction.connection
            # One at a time: which version is active is a question about all of them.
            locks.take(connection, [locks.of_record("models", ""), locks.of_request(deed.request)])
            reply = reply_of(connection, number, deed.request)
            if reply is not None:
                return None if transaction.again else reply
            for new in deed.added:
                _add(connection, number, new, deed)
            for move in deed.moves:
                _move(connection, number, move, deed)
            write_request(connection, number, deed.request, to_micros(deed.at))
            auditing.write_audit(connection, number, deed.audit, to_micros(deed.at))
            return None

        return self._connections.write(work)

    def tally(
        self, tenant: str, version: str, counts: Mapping[str, int], examples: Sequence[str]
    ) -> None:
        """See `ModelStore.tally`."""
        number, locks = self._tenants.ensure(tenant), self._locks(tenant)

        def work(transaction: Transaction) -> None:
            connection = transaction.connection
            locks.take(connection, [locks.of_record("shadow", version)])
            run(
                connection,
                "INSERT INTO shadow_counts (tenant, version, name, count)"
                " SELECT %s, %s, name, count FROM unnest(%s::text[], %s::bigint[])"
                " AS given (name, count) ON CONFLICT (tenant, version, name)"
                " DO UPDATE SET count = shadow_counts.count + excluded.count",
                number,
                to_text(version),
                [to_text(name) for name in counts],
                list(counts.values()),
            )
            run(
                connection,
                "INSERT INTO shadow_examples (tenant, version, body)"
                " SELECT %s, %s, body FROM unnest(%s::text[]) AS given (body)",
                number,
                to_text(version),
                [to_text(body) for body in examples],
            )
            run(
                connection,
                "DELETE FROM shadow_examples WHERE tenant = %s AND version = %s AND number <="
                " (SELECT number FROM shadow_examples WHERE tenant = %s AND version = %s"
                " ORDER BY number DESC LIMIT 1 OFFSET %s)",
                number,
                to_text(version),
                number,
                to_text(version),
                EXAMPLES_KEPT,
            )

        self._connections.write(work)


def _version(row: Any) -> ModelVersion:
    number, version, state, digest, body, size, published_at, changed_at = row
    return ModelVersion(
        number=number,
        version=from_text(version),
        state=ModelState(state),
        digest=bytes(digest),
        body=from_text(body),
        size=size,
        published_at=from_micros(published_at),
        changed_at=from_micros(changed_at),
    )


def _change(row: Any) -> ModelChange:
    number, version, before, after, at, actor, reason = row
    return ModelChange(
        number=number,
        version=from_text(version),
        before=ModelState(before) if before else None,
        after=ModelState(after),
        at=from_micros(at),
        actor=from_text(actor),
        reason=from_text(reason),
    )


def _add(connection: Connection, tenant: int, new: NewVersion, deed: ModelDeed) -> None:
    at, artefact = to_micros(deed.at), new.artefact
    taken = run(
        connection,
        "SELECT 1 FROM model_versions WHERE tenant = %s AND version = %s",
        tenant,
        to_text(new.version),
    ).fetchone()
    if taken:
        raise EtagMismatch(f"Model version {new.version}")
    run(
        connection,
        "INSERT INTO model_versions (tenant, version, state, digest, body, size, model, card,"
        " signature, published_at, changed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        tenant,
        to_text(new.version),
        new.state.value,
        new.digest,
        to_text(new.body),
        len(artefact.model),
        zlib.compress(artefact.model),
        to_text(artefact.card),
        artefact.signature,
        at,
        at,
    )
    _write_change(connection, tenant, new.version, None, new.state, deed)


def _move(connection: Connection, tenant: int, move: Move, deed: ModelDeed) -> None:
    row = run(
        connection,
        "SELECT state FROM model_versions WHERE tenant = %s AND version = %s",
        tenant,
        to_text(move.version),
    ).fetchone()
    if row is None:
        raise NotFound("model version", move.version)
    if row[0] != move.before:
        raise EtagMismatch(f"Model version {move.version}")
    run(
        connection,
        "UPDATE model_versions SET state = %s, changed_at = %s WHERE tenant = %s AND version = %s",
        move.after.value,
        to_micros(deed.at),
        tenant,
        to_text(move.version),
    )
    _write_change(connection, tenant, move.version, move.before, move.after, deed)


def _write_change(
    connection: Connection,
    tenant: int,
    version: str,
    before: ModelState | None,
    after: ModelState,
    deed: ModelDeed,
) -> None:
    run(
        connection,
        "INSERT INTO model_changes (tenant, version, before, after, at, actor, reason)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        tenant,
        to_text(version),
        before.value if before else None,
        after.value,
        to_micros(deed.at),
        to_text(deed.audit.actor),
        to_text(deed.reason),
    )
