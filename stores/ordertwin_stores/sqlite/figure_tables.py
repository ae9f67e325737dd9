"""Migration of reports: since when reviews are claimed, and indexes by time."""

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


def indexes_for_reports(db: Database) -> None:
    """What is counted is found by time."""
    for statement in _STATEMENTS:
        db.execute(statement)
