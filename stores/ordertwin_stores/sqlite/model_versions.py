"""Model versions in SQLite. The contract is `ModelStore`."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
from ordertwin_stores.sqlite import auditing
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.readers import Readers
from ordertwin_stores.sqlite.records import reply_of, write_request
from ordertwin_stores.sqlite.tenants import Tenants
from ordertwin_stores.sqlite.writer import Writer

if TYPE_CHECKING:
    from sqlite_utils import Database

_VERSION = (
    "SELECT number, version, state, digest, body, size, published_at, changed_at"
    " FROM model_versions WHERE tenant = ?"
)
_NUMBERS = 2**62
"""Above every number."""


def tables_for_models(db: Database) -> None:
    """Versions of models, what was live when, and what shadows counted."""
    for statement in (
        "CREATE TABLE model_versions (number INTEGER PRIMARY KEY, tenant INTEGER NOT NULL,"
        " version TEXT NOT NULL, state TEXT NOT NULL, digest BLOB NOT NULL, body TEXT NOT NULL,"
        " size INTEGER NOT NULL, model BLOB NOT NULL, card TEXT NOT NULL, signature BLOB NOT NULL,"
        " published_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,"
        " UNIQUE (tenant, version)) STRICT",
        "CREATE INDEX model_versions_live ON model_versions (state)"
        " WHERE state IN ('ACTIVE', 'SHADOW')",
        "CREATE TABLE model_changes (number INTEGER PRIMARY KEY, tenant INTEGER NOT NULL,"
        " version TEXT NOT NULL, before TEXT, after TEXT NOT NULL, at INTEGER NOT NULL,"
        " actor TEXT NOT NULL, reason TEXT NOT NULL) STRICT",
        "CREATE INDEX model_changes_of_a_tenant ON model_changes (tenant, number)",
        "CREATE TABLE shadow_counts (tenant INTEGER NOT NULL, version TEXT NOT NULL,"
        " name TEXT NOT NULL, count INTEGER NOT NULL,"
        " PRIMARY KEY (tenant, version, name)) STRICT, WITHOUT ROWID",
        "CREATE TABLE shadow_examples (number INTEGER PRIMARY KEY, tenant INTEGER NOT NULL,"
        " version TEXT NOT NULL, body TEXT NOT NULL) STRICT",
        "CREATE INDEX shadow_examples_of_a_version ON shadow_examples (tenant, version, number)",
    ):
        db.execute(statement)


class SqliteModelArchive:
    """What was published and what was live, to read; it borrows a store's connections."""

    def __init__(self, readers: Readers, tenants: Tenants) -> None:
        self._readers, self._tenants = readers, tenants

    def live(self) -> Mapping[str, LiveModels]:
        """See `ModelStore.live`."""
        with self._readers.borrow() as connection:
            rows = connection.execute(
                "SELECT tenants.name, state, version, digest FROM model_versions"
                " JOIN tenants ON tenants.id = tenant WHERE state IN ('ACTIVE', 'SHADOW')"
            ).fetchall()
        return _live_models(rows)

    def get(self, tenant: str, version: str) -> ModelVersion | None:
        """See `ModelStore.get`."""
        with self._readers.borrow() as connection:
            row = connection.execute(
                f"{_VERSION} AND version = ?", (self._tenants.find(connection, tenant), version)
            ).fetchone()
        return None if row is None else _version_in(row)

    def list(self, tenant: str, size: int, before: int | None) -> tuple[ModelVersion, ...]:
        """See `ModelStore.list`."""
        with self._readers.borrow() as connection:
            rows = connection.execute(
                f"{_VERSION} AND number < ? ORDER BY number DESC LIMIT ?",
                (self._tenants.find(connection, tenant), before or _NUMBERS, size),
            ).fetchall()
        return tuple(map(_version_in, rows))

    def artefact(self, tenant: str, version: str) -> Artefact:
        """See `ModelStore.artefact`."""
        with self._readers.borrow() as connection:
            row = connection.execute(
                "SELECT model, card, signature FROM model_versions"
                " WHERE tenant = ? AND version = ?",
                (self._tenants.find(connection, tenant), version),
            ).fetchone()
        if row is None:
            raise NotFound("model version", version)
        return Artefact(zlib.decompress(row[0]), row[1], row[2])

    def history(self, tenant: str, size: int, before: int | None) -> tuple[ModelChange, ...]:
        """See `ModelStore.history`."""
        with self._readers.borrow() as connection:
            rows = connection.execute(
                "SELECT number, version, before, after, at, actor, reason FROM model_changes"
                " WHERE tenant = ? AND number < ? ORDER BY number DESC LIMIT ?",
                (self._tenants.find(connection, tenant), before or _NUMBERS, size),
            ).fetchall()
        return tuple(map(_change_in, rows))

    def shadow(self, tenant: str, version: str) -> ShadowTally:
        """See `ModelStore.shadow`."""
        with self._readers.borrow() as connection:
            named = (self._tenants.find(connection, tenant), version)
            counts = connection.execute(
                "SELECT name, count FROM shadow_counts WHERE tenant = ? AND version = ?", named
            ).fetchall()
            examples = connection.execute(
                "SELECT body FROM shadow_examples WHERE tenant = ? AND version = ?"
                " ORDER BY number DESC",
                named,
            ).fetchall()
        return ShadowTally(dict(counts), tuple(body for (body,) in examples))


class SqliteModels(SqliteModelArchive):
    """The part of a SQLite store that is about models."""

    def __init__(self, writer: Writer, readers: Readers, tenants: Tenants) -> None:
        super().__init__(readers, tenants)
        self._writer = writer

    def change(self, tenant: str, deed: ModelDeed) -> str | None:
        """See `ModelStore.change`."""

        def work(connection: Connection) -> str | None:
            number = self._tenants.ensure(connection, tenant)
            reply = reply_of(connection, number, deed.request)
            if reply is not None:
                return reply
            for new in deed.added:
                _add(connection, number, new, deed)
            for move in deed.moves:
                _move(connection, number, move, deed)
            write_request(connection, number, deed.request, to_micros(deed.at))
            auditing.write_audit(connection, number, deed.audit, to_micros(deed.at))
            return None

        return self._writer.write(work)

    def tally(
        self, tenant: str, version: str, counts: Mapping[str, int], examples: Sequence[str]
    ) -> None:
        """See `ModelStore.tally`."""

        def work(connection: Connection) -> None:
            number = self._tenants.ensure(connection, tenant)
            connection.executemany(
                "INSERT INTO shadow_counts (tenant, version, name, count) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET count = count + excluded.count",
                [(number, version, name, count) for name, count in counts.items()],
            )
            connection.executemany(
                "INSERT INTO shadow_examples (tenant, version, body) VALUES (?, ?, ?)",
                [(number, version, body) for body in examples],
            )
            connection.execute(
                "DELETE FROM shadow_examples WHERE tenant = ? AND version = ? AND number <="
                " (SELECT number FROM shadow_examples WHERE tenant = ? AND version = ?"
                " ORDER BY number DESC LIMIT 1 OFFSET ?)",
                (number, version, number, version, EXAMPLES_KEPT),
            )

        self._writer.write(work)


def _live_models(rows: Sequence[Any]) -> Mapping[str, LiveModels]:
    """What is live of each tenant, from rows of tenant, state, version and digest."""
    found: dict[str, dict[str, Live]] = defaultdict(dict)
    for tenant, state, version, digest in rows:
        found[tenant][state.lower()] = Live(version, bytes(digest))
    return {tenant: LiveModels(**models) for tenant, models in found.items()}


def _version_in(row: Any) -> ModelVersion:
    """A version from its row."""
    number, version, state, digest, body, size, published_at, changed_at = row
    return ModelVersion(
        number=number,
        version=version,
        state=ModelState(state),
        digest=bytes(digest),
        body=body,
        size=size,
        published_at=from_micros(published_at),
        changed_at=from_micros(changed_at),
    )


def _change_in(row: Any) -> ModelChange:
    """An entry of the history from its row."""
    number, version, before, after, at, actor, reason = row
    known = ModelState(before) if before else None
    return ModelChange(number, version, known, ModelState(after), from_micros(at), actor, reason)


def _add(connection: Connection, tenant: int, new: NewVersion, deed: ModelDeed) -> None:
    at, artefact = to_micros(deed.at), new.artefact
    taken = connection.execute(
        "SELECT 1 FROM model_versions WHERE tenant = ? AND version = ?", (tenant, new.version)
    ).fetchone()
    if taken:
        raise EtagMismatch(f"Model version {new.version}")
    connection.execute(
        "INSERT INTO model_versions (tenant, version, state, digest, body, size, model, card,"
        " signature, published_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            tenant,
            new.version,
            new.state,
            new.digest,
            new.body,
            len(artefact.model),
            zlib.compress(artefact.model),
            artefact.card,
            artefact.signature,
            at,
            at,
        ),
    )
    _write_change(connection, tenant, new.version, None, new.state, deed)


def _move(connection: Connection, tenant: int, move: Move, deed: ModelDeed) -> None:
    row = connection.execute(
        "SELECT state FROM model_versions WHERE tenant = ? AND version = ?", (tenant, move.version)
    ).fetchone()
    if row is None:
        raise NotFound("model version", move.version)
    if row[0] != move.before:
        raise EtagMismatch(f"Model version {move.version}")
    connection.execute(
        "UPDATE model_versions SET state = ?, changed_at = ? WHERE tenant = ? AND version = ?",
        (move.after, to_micros(deed.at), tenant, move.version),
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
    connection.execute(
        "INSERT INTO model_changes (tenant, version, before, after, at, actor, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (tenant, version, before, after, to_micros(deed.at), deed.audit.actor, deed.reason),
    )
