"""Migration of reviews: from a note that one is open to a queue with verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ordertwin_stores.reviewing.upgrade import Earlier, filled

if TYPE_CHECKING:
    from sqlite_utils import Database

_NEW_COLUMNS = (
    "kind TEXT NOT NULL DEFAULT 'DOUBT'",
    "waiting INTEGER NOT NULL DEFAULT 1",
    "place INTEGER NOT NULL DEFAULT 0",
    "priority INTEGER NOT NULL DEFAULT 0",
    "value REAL NOT NULL DEFAULT 0.0",
    "relation TEXT NOT NULL DEFAULT ''",
    "channel TEXT NOT NULL DEFAULT 'UNKNOWN'",
    "source INTEGER NOT NULL DEFAULT 0",
    "customer INTEGER NOT NULL DEFAULT 0",
    "blind INTEGER NOT NULL DEFAULT 0",
    "opinions INTEGER NOT NULL DEFAULT 1",
    "inclusion REAL NOT NULL DEFAULT 1.0",
    "claimed_by TEXT NOT NULL DEFAULT ''",
    "claimed_until INTEGER NOT NULL DEFAULT 0",
    "closed_at INTEGER NOT NULL DEFAULT 0",
    "version INTEGER NOT NULL DEFAULT 1",
)
_TABLES = (
    # Everything that a list is filtered by is in the index, so that a filter reads nothing else.
    "CREATE INDEX reviews_in_order ON reviews (tenant, waiting, place, state, kind, channel,"
    " source, customer, relation, blind, claimed_by, claimed_until, opened_at, value)",
    "CREATE INDEX reviews_of_a_customer ON reviews (tenant, waiting, customer, place)",
    "CREATE INDEX reviews_of_a_source ON reviews (tenant, waiting, source, place)",
    "CREATE INDEX reviews_of_an_order ON reviews (tenant, sequence)",
    "CREATE INDEX decisions_of_a_review ON decisions (tenant, review_key)"
    " WHERE review_key IS NOT NULL",
    "CREATE TABLE verdicts (tenant INTEGER NOT NULL, position INTEGER NOT NULL,"
    " act INTEGER NOT NULL, review_key TEXT NOT NULL, at INTEGER NOT NULL,"
    " order_key TEXT NOT NULL, counterpart_key TEXT NOT NULL, decision_key TEXT NOT NULL,"
    " answer TEXT NOT NULL, relation TEXT NOT NULL, reason TEXT NOT NULL, reviewer TEXT NOT NULL,"
    " blind INTEGER NOT NULL, model_version TEXT NOT NULL, probability REAL, source TEXT NOT NULL,"
    " inclusion REAL NOT NULL, seen_at INTEGER NOT NULL, outcome TEXT NOT NULL,"
    " opinion INTEGER NOT NULL, state_before TEXT NOT NULL, state_after TEXT NOT NULL,"
    " PRIMARY KEY (tenant, position)) STRICT, WITHOUT ROWID",
    "CREATE INDEX verdicts_of_a_review ON verdicts (tenant, review_key)",
    "CREATE INDEX verdicts_on_an_order ON verdicts (tenant, order_key)",
    "CREATE INDEX verdicts_on_a_counterpart ON verdicts (tenant, counterpart_key)",
    "CREATE INDEX verdicts_of_an_act ON verdicts (tenant, act)",
    "CREATE INDEX verdicts_given_second ON verdicts (tenant, review_key) WHERE opinion = 2",
    "CREATE TABLE verdict_endings (tenant INTEGER NOT NULL, verdict INTEGER NOT NULL,"
    " position INTEGER NOT NULL, at INTEGER NOT NULL, ended_by TEXT NOT NULL,"
    " reason TEXT NOT NULL, superseded_by INTEGER NOT NULL, PRIMARY KEY (tenant, verdict))"
    " STRICT, WITHOUT ROWID",
    "CREATE TABLE verdict_heads (tenant INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT",
    "CREATE TABLE suppressions (number INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL,"
    " key TEXT NOT NULL, order_key TEXT NOT NULL, counterpart_key TEXT NOT NULL,"
    " until INTEGER NOT NULL, reason TEXT NOT NULL, made_by TEXT NOT NULL, at INTEGER NOT NULL)"
    " STRICT",
    "CREATE UNIQUE INDEX suppressions_by_key ON suppressions (tenant, key)",
    "CREATE INDEX suppressions_of_an_order ON suppressions (tenant, order_key)",
    "CREATE INDEX suppressions_of_a_counterpart ON suppressions (tenant, counterpart_key)",
)
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'verdicts are never changed or removed'); END"


def tables_for_reviews(db: Database) -> None:
    """The queue, verdicts that are never changed, and pairs that are not asked about again."""
    for column in _NEW_COLUMNS:
        db.execute(f"ALTER TABLE reviews ADD COLUMN {column}")
    for statement in _TABLES:
        db.execute(statement)
    for table in ("verdicts", "verdict_endings"):
        db.execute(f"CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table} {_REFUSE}")
        # Only what a person wrote may go, when a customer is erased.
        fixed = "NEW.reason <> '' OR NEW.position <> OLD.position OR NEW.at <> OLD.at"
        columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})").fetchall()]
        kept = ", ".join(name for name in columns if name != "reason")
        db.execute(
            f"CREATE TRIGGER {table}_refuse_update BEFORE UPDATE OF {kept} ON {table} {_REFUSE}"
        )
        db.execute(
            f"CREATE TRIGGER {table}_give_up_reasons BEFORE UPDATE OF reason ON {table}"
            f" WHEN {fixed} {_REFUSE}"
        )
    rows = db.execute(
        "SELECT reviews.number, reviews.key, orders.state, reviews.opened_at, content, body,"
        " EXISTS (SELECT 1 FROM batches WHERE batches.review_key = reviews.key)"
        " FROM reviews JOIN orders ON orders.sequence = reviews.sequence"
        " JOIN order_contents ON order_contents.sequence = reviews.sequence"
        " JOIN decisions ON decisions.number = reviews.number"
    )
    for row in rows.fetchall():
        db.execute(
            "UPDATE reviews SET kind = ?, state = ?, waiting = ?, closed_at = ?, place = ?,"
            " priority = ?, value = ?, relation = ?, channel = ?, source = ?, customer = ?"
            " WHERE number = ?",
            (*filled(Earlier(*row)), row[0]),
        )


def nothing_takes_the_place_of_a_verdict(db: Database) -> None:
    """REPLACE removes a row without a trigger of its removal, so an insertion is looked at too."""
    for table, key in (("verdicts", "position"), ("verdict_endings", "verdict")):
        db.execute(
            f"CREATE TRIGGER {table}_refuse_replacement BEFORE INSERT ON {table} WHEN EXISTS"
            f" (SELECT 1 FROM {table} WHERE tenant = NEW.tenant AND {key} = NEW.{key}) {_REFUSE}"
        )
