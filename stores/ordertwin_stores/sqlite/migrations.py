"""The tables, and how a database of an older version becomes one of this version.

Each migration is a named function, run once, in one transaction together with its record: an
interrupted one leaves nothing behind and runs again at the next start. Released migrations are
never edited. Everything is keyed by a small tenant number first; the tenant's orders and decisions
are counted in `tenants`, because counting rows would take longer the more there are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores.codec import to_micros
from ordertwin_stores.sqlite.access_tables import (
    audit_as_a_chain,
    decisions_name_their_actor,
    nothing_takes_the_place_of_an_entry,
    table_for_access,
    table_for_the_secret,
)
from ordertwin_stores.sqlite.cases import table_for_cases
from ordertwin_stores.sqlite.customers import tables_for_customers
from ordertwin_stores.sqlite.events import outbox_for_watchers
from ordertwin_stores.sqlite.figure_tables import (
    indexes_for_reports,
    plans_for_verdicts_and_decisions,
)
from ordertwin_stores.sqlite.flow import tables_for_flow
from ordertwin_stores.sqlite.library import Connection
from ordertwin_stores.sqlite.model_versions import tables_for_models
from ordertwin_stores.sqlite.policy_versions import tables_for_policies
from ordertwin_stores.sqlite.resolutions import tables_for_resolutions
from ordertwin_stores.sqlite.retaining import cuts_of_the_log
from ordertwin_stores.sqlite.review_tables import (
    nothing_takes_the_place_of_a_verdict,
    tables_for_reviews,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x4F54574E
"""Marks our files ("OTWN"), so that another program's database is not taken for ours."""


def tables_for_orders(db: Database) -> None:
    """Tenants, orders and what finds them."""
    _create(db, "tenants", {"id": int, "name": str, "orders": int, "decisions": int}, pk="id")
    _index(db, "tenants", ["name"], unique=True)
    _create(
        db,
        "orders",
        {
            "sequence": int,
            "tenant": int,
            "key": str,
            "source": str,
            "order_id": str,
            "state": str,
            "state_changed_at": int,
            "version": int,
            "received_at": int,
            "updated_at": int,
            "digest": bytes,
            "features": bytes,
        },
        pk="sequence",
        foreign_keys=[("tenant", "tenants", "id")],
    )
    _index(db, "orders", ["tenant", "key"], unique=True)
    _index(db, "orders", ["tenant", "source", "order_id"], unique=True)
    for columns in (["tenant"], ["tenant", "state"], ["tenant", "source"]):
        _index(db, "orders", columns)
    _create(
        db,
        "order_contents",
        {"sequence": int, "content": bytes, "numbers": bytes},
        pk="sequence",
        foreign_keys=[("sequence", "orders", "sequence")],
    )
    _create(
        db,
        "order_versions",
        {
            "number": int,
            "tenant": int,
            "sequence": int,
            "version": int,
            "state": str,
            "digest": bytes,
            "content": bytes,
            "replaced_at": int,
        },
        pk="number",
        foreign_keys=[("sequence", "orders", "sequence")],
    )
    _index(db, "order_versions", ["sequence"])
    db.execute(
        "CREATE TABLE blocking_keys (tenant INTEGER NOT NULL, key INTEGER NOT NULL,"
        " sequence INTEGER NOT NULL, PRIMARY KEY (tenant, key, sequence)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE terms (tenant INTEGER NOT NULL, term INTEGER NOT NULL,"
        " count INTEGER NOT NULL, PRIMARY KEY (tenant, term)) STRICT, WITHOUT ROWID"
    )


def tables_for_decisions(db: Database) -> None:
    """Decisions, reviews, and what makes calls repeatable and accountable."""
    _create(
        db,
        "decisions",
        {
            "number": int,
            "tenant": int,
            "key": str,
            "sequence": int,
            "outcome": str,
            "state": str,
            "review_key": str,
            "decided_at": int,
            "body": bytes,
        },
        pk="number",
        optional=["review_key"],
        foreign_keys=[("sequence", "orders", "sequence")],
    )
    _index(db, "decisions", ["tenant", "key"], unique=True)
    _index(db, "decisions", ["sequence"])
    _create(
        db,
        "reviews",
        {"number": int, "tenant": int, "key": str, "sequence": int, "state": str, "opened_at": int},
        pk="number",
        foreign_keys=[("number", "decisions", "number"), ("sequence", "orders", "sequence")],
    )
    _index(db, "reviews", ["tenant", "key"], unique=True)
    _create(
        db,
        "requests",
        {
            "number": int,
            "tenant": int,
            "method": str,
            "request_id": str,
            "fingerprint": bytes,
            "reply": str,
            "at": int,
        },
        pk="number",
    )
    _index(db, "requests", ["tenant", "request_id", "method"], unique=True)
    _create(
        db,
        "state_changes",
        {
            "number": int,
            "tenant": int,
            "sequence": int,
            "before": str,
            "after": str,
            "reason": str,
            "at": int,
        },
        pk="number",
        foreign_keys=[("sequence", "orders", "sequence")],
    )
    _index(db, "state_changes", ["sequence"])
    _create(
        db,
        "outbox",
        {"number": int, "tenant": int, "event": str, "sequence": int, "decision": int, "at": int},
        pk="number",
        optional=["decision"],
    )


def table_for_audit(db: Database) -> None:
    """Who did what: rows are added, never changed or removed."""
    _create(
        db,
        "audit",
        {
            "number": int,
            "tenant": int,
            "at": int,
            "actor": str,
            "action": str,
            "target": str,
            "request_id": str,
            "outcome": str,
        },
        pk="number",
    )
    for event in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER audit_refuses_{event.lower()} BEFORE {event} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'audit entries are never changed or removed'); END"
        )


MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    tables_for_orders,
    tables_for_decisions,
    table_for_audit,
    audit_as_a_chain,
    table_for_access,
    tables_for_flow,
    decisions_name_their_actor,
    tables_for_models,
    outbox_for_watchers,
    cuts_of_the_log,
    tables_for_reviews,
    tables_for_resolutions,
    indexes_for_reports,
    tables_for_policies,
    plans_for_verdicts_and_decisions,
    tables_for_customers,
    table_for_the_secret,
    table_for_cases,
    nothing_takes_the_place_of_an_entry,
    nothing_takes_the_place_of_a_verdict,
)


def migrate(connection: Connection, path: str, at: datetime) -> None:
    """Bring a database to this version; `StoreUnusable` when it is newer, or not one of ours."""
    applied = applied_to(connection, path)
    pending = [migration for migration in MIGRATIONS if migration.__name__ not in applied]
    if pending:
        database = open_database(connection)
        for migration in pending:
            _apply(connection, database, migration, at)


def applied_to(connection: Connection, path: str) -> list[str]:
    """Names of the migrations that a database has had, none for an empty file.

    `StoreUnusable` when a newer version wrote it, or another program.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    if application != APPLICATION_ID:
        if tables:
            raise StoreUnusable(f"{path} belongs to another program. Name another file.")
        return []
    applied = [name for (name,) in connection.execute("SELECT name FROM migrations ORDER BY rowid")]
    known = [migration.__name__ for migration in MIGRATIONS]
    newer = [name for name in applied if name not in known]
    if newer:
        raise StoreUnusable(
            f"{path} was written by a newer OrderTwin (it has {', '.join(newer)}). Start that "
            "version, or restore the backup made before the upgrade."
        )
    return applied


def open_database(connection: Connection) -> Database:
    """The connection as a sqlite-utils `Database`.

    sqlite-utils loads pandas when it is installed, for types that are never stored here: a second
    and 100 MB, so it is told that there is none.
    """
    hidden = "pandas" not in sys.modules
    if hidden:
        sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        from sqlite_utils import Database
    finally:
        if hidden:
            del sys.modules["pandas"]
    return Database(connection, execute_plugins=False, strict=True)


def _apply(
    connection: Connection, database: Database, migration: Callable[[Database], None], at: datetime
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY,"
            " at INTEGER NOT NULL) STRICT"
        )
        migration(database)
        connection.execute(
            "INSERT INTO migrations (name, at) VALUES (?, ?)",
            (migration.__name__, to_micros(at)),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _create(
    db: Database,
    name: str,
    columns: dict[str, type],
    *,
    pk: str,
    optional: Iterable[str] = (),
    foreign_keys: Iterable[tuple[str, str, str]] = (),
) -> None:
    db.table(name).create(
        columns,
        pk=pk,
        not_null=set(columns) - {pk, *optional},
        foreign_keys=list(foreign_keys),
        strict=True,
    )


def _index(db: Database, table: str, columns: list[str], *, unique: bool = False) -> None:
    db.table(table).create_index(columns, unique=unique)
