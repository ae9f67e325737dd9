"""Migrations of the operation log and of the records about access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ordertwin_stores.audit import AuditEntry, first_link, link

if TYPE_CHECKING:
    from sqlite_utils import Database

_CHAIN = """
CREATE TABLE audit_chain (
  tenant INTEGER NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL,
  actor TEXT NOT NULL, origin TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
  request_id TEXT NOT NULL, outcome TEXT NOT NULL, before BLOB NOT NULL, after BLOB NOT NULL,
  salt BLOB, hash BLOB NOT NULL, PRIMARY KEY (tenant, position)
) STRICT, WITHOUT ROWID
"""
_FIXED = (
    "tenant, position, at, actor, origin, action, target, request_id, outcome, before, after, hash"
)


def audit_as_a_chain(db: Database) -> None:
    """The operation log: one chain a tenant. Only the salt of an entry may ever be removed."""
    db.execute(_CHAIN)
    heads: dict[int, tuple[int, bytes]] = {}
    rows = db.execute(
        "SELECT tenants.id, name, at, actor, action, target, request_id, outcome"
        " FROM audit JOIN tenants ON tenants.id = audit.tenant ORDER BY number"
    )
    for tenant, name, at, *fields in rows.fetchall():
        position, previous = heads.get(tenant, (0, first_link(name)))
        entry = AuditEntry(*fields)
        digest = link(previous, position + 1, at, entry)
        heads[tenant] = (position + 1, digest)
        db.execute(
            "INSERT INTO audit_chain VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, x'', x'', NULL, ?)",
            (tenant, position + 1, at, *fields, digest),
        )
    db.execute("DROP TABLE audit")
    db.execute("ALTER TABLE audit_chain RENAME TO audit")
    refuse = "BEGIN SELECT RAISE(ABORT, 'audit entries are never changed or removed'); END"
    db.execute(f"CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit {refuse}")
    db.execute(f"CREATE TRIGGER audit_refuses_update BEFORE UPDATE OF {_FIXED} ON audit {refuse}")
    db.execute(
        "CREATE TRIGGER audit_gives_up_salts BEFORE UPDATE OF salt ON audit"
        f" WHEN NEW.salt IS NOT NULL {refuse}"
    )


def table_for_access(db: Database) -> None:
    """Keys, rights and the like, as small documents that the server understands."""
    db.execute(
        "CREATE TABLE access_records (tenant INTEGER NOT NULL, kind TEXT NOT NULL,"
        " name TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,"
        " PRIMARY KEY (tenant, kind, name)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX access_records_of_any_tenant ON access_records (kind, name)")


def nothing_takes_the_place_of_an_entry(db: Database) -> None:
    """REPLACE removes a row without a trigger of its removal, so an insertion is looked at too."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'audit entries are never changed or removed'); END"
    for table in ("audit", "audit_cuts"):
        db.execute(
            f"CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table} WHEN EXISTS"
            f" (SELECT 1 FROM {table} WHERE tenant = NEW.tenant AND position = NEW.position)"
            f" {refuse}"
        )


def table_for_the_secret(db: Database) -> None:
    """What chance gives a store once."""
    db.execute(
        "CREATE TABLE store_secret (one INTEGER PRIMARY KEY CHECK (one = 1),"
        " secret BLOB NOT NULL) STRICT"
    )


def decisions_name_their_actor(db: Database) -> None:
    """Who had an order decided: they entered it, so somebody else has to release it."""
    db.execute("ALTER TABLE decisions ADD COLUMN actor TEXT NOT NULL DEFAULT ''")
