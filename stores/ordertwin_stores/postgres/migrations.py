"""The tables, and how a database of an older version becomes one of this version.

Each migration is a named function, run once, in one transaction together with its record: an
interrupted one leaves nothing behind and runs again at the next start. Servers that start together
wait for each other. Released migrations are never edited, and while a new version starts, servers
of the one before are still at work: a migration adds, and what it replaces goes a release later.

Numbers that grow come from one sequence. Counts have a row for each of `SLOTS` slots, and a
connection writes in its own: orders of one town or tenant would otherwise queue up for one row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import LiteralString

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores.codec import to_micros
from ordertwin_stores.postgres import library
from ordertwin_stores.postgres.address import Address
from ordertwin_stores.postgres.cases import table_for_cases
from ordertwin_stores.postgres.customers import TABLES as TABLES_FOR_CUSTOMERS
from ordertwin_stores.postgres.events import outbox_for_watchers
from ordertwin_stores.postgres.figure_tables import indexes_for_reports
from ordertwin_stores.postgres.library import Connection, Error, run
from ordertwin_stores.postgres.locks import Locks
from ordertwin_stores.postgres.model_versions import TABLES as TABLES_FOR_MODELS
from ordertwin_stores.postgres.policy_versions import TABLES as TABLES_FOR_POLICIES
from ordertwin_stores.postgres.resolutions import tables_for_resolutions
from ordertwin_stores.postgres.retaining import TABLES as TABLES_FOR_RETENTION
from ordertwin_stores.postgres.review_tables import tables_for_reviews, verdicts_are_not_emptied

RECORDS = "ordertwin_migrations"


def tables_for_orders(connection: Connection) -> None:
    """Tenants, orders and what finds them."""
    _run_all(
        connection,
        "CREATE SEQUENCE changes",
        "CREATE TABLE tenants (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        ' name text COLLATE "C" NOT NULL UNIQUE)',
        "CREATE TABLE tenant_counts (tenant bigint NOT NULL, slot bigint NOT NULL,"
        " orders bigint NOT NULL, decisions bigint NOT NULL, PRIMARY KEY (tenant, slot))",
        "CREATE TABLE orders (tenant bigint NOT NULL, sequence bigint NOT NULL,"
        ' key text COLLATE "C" NOT NULL, source text COLLATE "C" NOT NULL,'
        ' order_id text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL,'
        " state_changed_at bigint NOT NULL, version bigint NOT NULL, received_at bigint NOT NULL,"
        " updated_at bigint NOT NULL, digest bytea NOT NULL, features bytea NOT NULL,"
        " PRIMARY KEY (tenant, sequence), UNIQUE (tenant, key), UNIQUE (tenant, order_id, source))",
        "CREATE INDEX orders_by_state ON orders (tenant, state, sequence)",
        "CREATE INDEX orders_by_source ON orders (tenant, source, sequence)",
        "CREATE TABLE order_contents (tenant bigint NOT NULL, sequence bigint NOT NULL,"
        " content bytea NOT NULL, numbers bytea NOT NULL, PRIMARY KEY (tenant, sequence),"
        " FOREIGN KEY (tenant, sequence) REFERENCES orders)",
        "CREATE TABLE order_versions (tenant bigint NOT NULL, sequence bigint NOT NULL,"
        ' number bigint NOT NULL, version bigint NOT NULL, state text COLLATE "C" NOT NULL,'
        " digest bytea NOT NULL, content bytea NOT NULL, replaced_at bigint NOT NULL,"
        " PRIMARY KEY (tenant, sequence, number),"
        " FOREIGN KEY (tenant, sequence) REFERENCES orders)",
        # All that a lookup reads is in the index; `change` says which content had this key.
        "CREATE TABLE blocking_keys (tenant bigint NOT NULL, key bigint NOT NULL,"
        " sequence bigint NOT NULL, change bigint NOT NULL,"
        " PRIMARY KEY (tenant, key, sequence, change))",
        "CREATE TABLE terms (tenant bigint NOT NULL, term bigint NOT NULL, slot bigint NOT NULL,"
        " count bigint NOT NULL, PRIMARY KEY (tenant, term, slot))",
    )


def tables_for_decisions(connection: Connection) -> None:
    """Decisions, reviews, and what makes calls repeatable and accountable."""
    _run_all(
        connection,
        "CREATE TABLE decisions (tenant bigint NOT NULL, number bigint NOT NULL,"
        ' key text COLLATE "C" NOT NULL, sequence bigint NOT NULL,'
        ' outcome text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL,'
        ' review_key text COLLATE "C", decided_at bigint NOT NULL, body bytea NOT NULL,'
        " PRIMARY KEY (tenant, number), UNIQUE (tenant, key),"
        " FOREIGN KEY (tenant, sequence) REFERENCES orders)",
        "CREATE INDEX decisions_by_order ON decisions (tenant, sequence, number)",
        "CREATE TABLE reviews (tenant bigint NOT NULL, number bigint NOT NULL,"
        ' key text COLLATE "C" NOT NULL, sequence bigint NOT NULL,'
        ' state text COLLATE "C" NOT NULL, opened_at bigint NOT NULL,'
        " PRIMARY KEY (tenant, number), UNIQUE (tenant, key),"
        " FOREIGN KEY (tenant, number) REFERENCES decisions,"
        " FOREIGN KEY (tenant, sequence) REFERENCES orders)",
        'CREATE TABLE requests (tenant bigint NOT NULL, request_id text COLLATE "C" NOT NULL,'
        ' method text COLLATE "C" NOT NULL, fingerprint bytea NOT NULL,'
        ' reply text COLLATE "C" NOT NULL, at bigint NOT NULL,'
        " PRIMARY KEY (tenant, request_id, method))",
        "CREATE INDEX requests_by_age ON requests (tenant, at)",
        "CREATE TABLE state_changes (tenant bigint NOT NULL,"
        " number bigint GENERATED ALWAYS AS IDENTITY, sequence bigint NOT NULL,"
        ' before text COLLATE "C" NOT NULL, after text COLLATE "C" NOT NULL,'
        ' reason text COLLATE "C" NOT NULL, at bigint NOT NULL, PRIMARY KEY (tenant, number),'
        " FOREIGN KEY (tenant, sequence) REFERENCES orders)",
        "CREATE INDEX state_changes_by_order ON state_changes (tenant, sequence)",
        "CREATE TABLE outbox (tenant bigint NOT NULL, number bigint GENERATED ALWAYS AS IDENTITY,"
        ' event text COLLATE "C" NOT NULL, sequence bigint NOT NULL, decision bigint,'
        " at bigint NOT NULL, PRIMARY KEY (tenant, number))",
    )


def tables_for_audit(connection: Connection) -> None:
    """Who did what: one chain a tenant. Only the salt of an entry may ever be removed."""
    _run_all(
        connection,
        "CREATE TABLE audit (tenant bigint NOT NULL, position bigint NOT NULL, at bigint NOT NULL,"
        ' actor text COLLATE "C" NOT NULL, origin text COLLATE "C" NOT NULL,'
        ' action text COLLATE "C" NOT NULL, target text COLLATE "C" NOT NULL,'
        ' request_id text COLLATE "C" NOT NULL, outcome text COLLATE "C" NOT NULL,'
        " before bytea NOT NULL, after bytea NOT NULL, salt bytea, hash bytea NOT NULL,"
        " PRIMARY KEY (tenant, position))",
        "CREATE TABLE audit_heads (tenant bigint PRIMARY KEY, position bigint NOT NULL,"
        " hash bytea NOT NULL)",
        "CREATE FUNCTION audit_refuses_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'UPDATE' AND NEW.salt IS NULL THEN OLD.salt := NULL;"
        " IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; END IF;"
        " RAISE EXCEPTION 'audit entries are never changed or removed'; END $$",
        "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW"
        " EXECUTE FUNCTION audit_refuses_changes()",
    )


def table_for_access(connection: Connection) -> None:
    """Keys, rights and the like, as small documents that the server understands."""
    _run_all(
        connection,
        'CREATE TABLE access_records (tenant bigint NOT NULL, kind text COLLATE "C" NOT NULL,'
        ' name text COLLATE "C" NOT NULL, version bigint NOT NULL, body text COLLATE "C" NOT NULL,'
        " PRIMARY KEY (tenant, kind, name))",
        "CREATE INDEX access_records_of_any_tenant ON access_records (kind, name)",
    )


def table_for_the_secret(connection: Connection) -> None:
    """What chance gives a store once."""
    _run_all(
        connection,
        "CREATE TABLE store_secret (one integer PRIMARY KEY CHECK (one = 1),"
        " secret bytea NOT NULL)",
    )


def tables_for_flow(connection: Connection) -> None:
    """Orders of each source by the minute, and batches that wait for one review."""
    _run_all(
        connection,
        'CREATE TABLE source_minutes (tenant bigint NOT NULL, source text COLLATE "C" NOT NULL,'
        " minute bigint NOT NULL, slot bigint NOT NULL, orders bigint NOT NULL,"
        " flagged bigint NOT NULL, PRIMARY KEY (tenant, source, minute, slot))",
        "CREATE TABLE batches (tenant bigint NOT NULL, number bigint GENERATED ALWAYS AS IDENTITY,"
        ' source text COLLATE "C" NOT NULL, review_key text COLLATE "C" NOT NULL,'
        " opened_at bigint NOT NULL, last_at bigint NOT NULL, orders bigint NOT NULL,"
        " PRIMARY KEY (tenant, number))",
        "CREATE INDEX batches_of_a_source ON batches (tenant, source, last_at)",
    )


def decisions_name_their_actor(connection: Connection) -> None:
    """Who had an order decided: they entered it, so somebody else has to release it."""
    _run_all(
        connection,
        """ALTER TABLE decisions ADD COLUMN actor text COLLATE "C" NOT NULL DEFAULT ''""",
    )


def tables_for_models(connection: Connection) -> None:
    """Versions of models, what was live when, and what shadows counted."""
    _run_all(connection, *TABLES_FOR_MODELS)


def tables_for_policies(connection: Connection) -> None:
    """Versions of policies, and when each came into force."""
    _run_all(connection, *TABLES_FOR_POLICIES)


def cuts_of_the_log(connection: Connection) -> None:
    """Where logs begin. Only entries before such a place can be removed, and it only moves on."""
    _run_all(connection, *TABLES_FOR_RETENTION)


def tables_for_customers(connection: Connection) -> None:
    """Which customer numbers mean the same customer, now and at every revision."""
    _run_all(connection, *TABLES_FOR_CUSTOMERS)


def the_log_is_not_emptied(connection: Connection) -> None:
    """TRUNCATE removes rows without a trigger of their removal."""
    _run_all(
        connection,
        "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_cuts_refuse_changes()",
        "CREATE TRIGGER audit_cuts_are_not_emptied BEFORE TRUNCATE ON audit_cuts"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_cuts_refuse_changes()",
    )


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    tables_for_orders,
    tables_for_decisions,
    tables_for_audit,
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
    tables_for_customers,
    table_for_the_secret,
    table_for_cases,
    the_log_is_not_emptied,
    verdicts_are_not_emptied,
)


def migrate(connection: Connection, address: Address, at: datetime) -> None:
    """Bring the schema to this version; `StoreUnusable` when it is newer, or not one of ours."""
    user = connection.info.user
    try:
        applied = _applied(connection, address)
        _refuse_newer(applied, address)
        for migration in MIGRATIONS:
            if migration.__name__ not in applied:
                _apply(connection, address, migration, at)
    except Error as error:
        raise library.unusable(error, address, user) from None


def ensure_there(connection: Connection, address: Address) -> None:
    """Raise `StoreUnusable` when there is no store of this version to read."""
    try:
        applied = _applied(connection, address)
    except Error as error:
        raise library.unusable(error, address, connection.info.user) from None
    _refuse_newer(applied, address)
    if len(applied) < len(MIGRATIONS):
        raise StoreUnusable(
            f"The schema {address.schema} holds no orders of this version; start a server on it "
            "first, or name another with ?schema=NAME in the address."
        )


def _applied(connection: Connection, address: Address) -> set[str]:
    rows = run(
        connection, "SELECT tablename FROM pg_tables WHERE schemaname = %s", address.schema
    ).fetchall()
    tables = {name for (name,) in rows}
    if RECORDS in tables:
        names = run(connection, f"SELECT name FROM {RECORDS}").fetchall()
        return {name for (name,) in names}
    if tables:
        raise StoreUnusable(
            f"The schema {address.schema} holds tables of another program. Name another with "
            "?schema=NAME in the address."
        )
    return set()


def _refuse_newer(applied: set[str], address: Address) -> None:
    known = {migration.__name__ for migration in MIGRATIONS}
    newer = sorted(applied - known)
    if newer:
        raise StoreUnusable(
            f"The schema {address.schema} was written by a newer OrderTwin (it has "
            f"{', '.join(newer)}). Start that version, or restore the backup made before the "
            "upgrade."
        )


def _apply(
    connection: Connection,
    address: Address,
    migration: Callable[[Connection], None],
    at: datetime,
) -> None:
    """Whoever comes second waits for the lock, and then finds the migration recorded."""
    run(connection, "BEGIN")
    try:
        run(connection, "SET LOCAL statement_timeout = 0")
        run(connection, "SET LOCAL lock_timeout = 0")
        Locks.of(address.schema, "migrations").shut_gate(connection)
        if _schema_is_missing(connection, address):
            run(connection, f'CREATE SCHEMA "{address.schema}"')
        run(
            connection,
            f'CREATE TABLE IF NOT EXISTS {RECORDS} (name text COLLATE "C" PRIMARY KEY,'
            " at bigint NOT NULL)",
        )
        recorded = run(
            connection,
            f"INSERT INTO {RECORDS} (name, at) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING",
            migration.__name__,
            to_micros(at),
        )
        if recorded.rowcount:
            migration(connection)
        run(connection, "COMMIT")
    except BaseException:
        library.undo(connection)
        raise


def _schema_is_missing(connection: Connection, address: Address) -> bool:
    """Asked first, because CREATE SCHEMA IF NOT EXISTS wants the right to make one all the same."""
    found = run(connection, "SELECT 1 FROM pg_namespace WHERE nspname = %s", address.schema)
    return found.fetchone() is None


def _run_all(connection: Connection, *statements: LiteralString) -> None:
    for statement in statements:
        run(connection, statement)
