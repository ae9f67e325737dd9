"""Migrations of reports: since when reviews are claimed, indexes by time, and their use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE reviews ADD COLUMN claimed_at INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX orders_by_arrival ON orders (tenant, received_at, source)",
    # Partial, so that an order that passes costs nothing.
    "CREATE INDEX decisions_that_flag ON decisions (tenant, decided_at, number)"
    " WHERE outcome <> 'UNIQUE'",
    "CREATE INDEX reviews_for_audit ON reviews (tenant, opened_at) WHERE kind = 'AUDIT'",
    "CREATE INDEX reviews_worked_on ON reviews (tenant, closed_at, claimed_at)"
    " WHERE claimed_at > 0",
)

# Of each index: its rows, those of one tenant, those that agree in the next column too, and so on.
_EXPECTED = {
    "verdicts": {
        "verdicts": "100000 100000 1",
        "verdicts_of_a_review": "100000 100000 2",
        "verdicts_on_an_order": "100000 100000 2",
        "verdicts_on_a_counterpart": "100000 100000 2",
        "verdicts_of_an_act": "100000 100000 2",
        "verdicts_given_second": "10000 10000 2",
    },
    "suppressions": {
        "suppressions_by_key": "10000 10000 1",
        "suppressions_of_an_order": "10000 10000 2",
        "suppressions_of_a_counterpart": "10000 10000 2",
    },
    # So that it is used only where it is asked for by its name.
    "decisions": {"decisions_in_order": "1000000 1000000"},
}


def indexes_for_reports(db: Database) -> None:
    """What is counted is found by time."""
    for statement in _STATEMENTS:
        db.execute(statement)


def plans_for_verdicts_and_decisions(db: Database) -> None:
    """SQLite knows nothing of how many rows a table has. It took a tenant's verdicts for few, and
    read all of them to find those on one order; so it is told what they will be. The newest
    decisions are read from an index in their order, and no longer sorted."""
    db.execute("CREATE INDEX decisions_in_order ON decisions (tenant)")
    # Of a table with hardly a row: what it is for is the table of statistics.
    db.execute("ANALYZE verdict_heads")
    for table, indexes in _EXPECTED.items():
        for index, rows in indexes.items():
            db.execute("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (table, index, rows))
    db.execute("ANALYZE sqlite_schema")
