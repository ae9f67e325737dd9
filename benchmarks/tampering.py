"""Somebody who owns the database file alters the operation log; is it found, and where?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ordertwin_stores import open_store
from ordertwin_stores.audit import (
    AuditEntry,
    Finding,
    Head,
    Problem,
    check_log,
    first_link,
    link,
)
from ordertwin_stores.codec import to_micros
from ordertwin_stores.open import open_archive
from ordertwin_stores.sqlite import library

ENTRIES, VICTIM = 200, 120
HEADS = (50, 100, 150, 200)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def an_entry(number: int) -> AuditEntry:
    """An entry like many."""
    return AuditEntry("clients/erp", "ScoreOrder", f"orders/o{number}", f"r-{number}", "UNIQUE")


def flip(database: Any) -> Finding:
    """Change one word."""
    database.execute("UPDATE audit SET outcome = 'DUPLICATE' WHERE position = ?", (VICTIM,))
    return Finding(VICTIM, VICTIM, Problem.ALTERED)


def delete(database: Any) -> Finding:
    """Remove one entry."""
    database.execute("DELETE FROM audit WHERE position = ?", (VICTIM,))
    return Finding(VICTIM, VICTIM, Problem.MISSING)


def insert(database: Any) -> Finding:
    """Push an entry in between."""
    database.execute("UPDATE audit SET position = -position - 1 WHERE position >= ?", (VICTIM,))
    database.execute("UPDATE audit SET position = -position WHERE position < 0")
    database.execute(
        "INSERT INTO audit SELECT tenant, ?, at, actor, origin, action, 'orders/forged',"
        " request_id, outcome, before, after, salt, hash FROM audit WHERE position = 1",
        (VICTIM,),
    )
    return Finding(VICTIM, VICTIM, Problem.ALTERED)


def swap(database: Any) -> Finding:
    """Change the order of two entries."""
    for before, after in ((VICTIM, -1), (VICTIM + 1, VICTIM), (-1, VICTIM + 1)):
        database.execute("UPDATE audit SET position = ? WHERE position = ?", (after, before))
    return Finding(VICTIM, VICTIM, Problem.ALTERED)


def truncate(database: Any) -> Finding:
    """Cut off the end."""
    database.execute("DELETE FROM audit WHERE position >= ?", (VICTIM,))
    return Finding(VICTIM, 150, Problem.CUT_OFF)


def rewrite(database: Any) -> Finding:
    """Change one word and make all hashes fit again."""
    (previous,) = database.execute(
        "SELECT hash FROM audit WHERE position = ?", (VICTIM - 1,)
    ).fetchone()
    for number in range(VICTIM, ENTRIES + 1):
        entry = an_entry(number)
        if number == VICTIM:
            entry = replace(entry, outcome="DUPLICATE")
        previous = link(previous, number, to_micros(NOON), entry)
        database.execute(
            "UPDATE audit SET outcome = ?, hash = ? WHERE position = ?",
            (entry.outcome, previous, number),
        )
    return Finding(101, 150, Problem.REWRITTEN)


KINDS: tuple[Callable[[Any], Finding], ...] = (flip, delete, insert, swap, truncate, rewrite)


def attacks(folder: Path) -> Iterator[tuple[str, Finding | None, Finding]]:
    """Each kind of tampering with what was found and what there was to find."""
    for kind in KINDS:
        path = folder / f"{kind.__name__}.db"
        with closing(open_store(str(path))) as store:
            numbers = range(1, ENTRIES + 1)
            store.access.note("default", [(NOON, an_entry(number)) for number in numbers])
            entries = store.access.entries("default", 0, ENTRIES)
        heads = [Head("default", each, entries[each - 1].hash) for each in HEADS]
        assert entries[0].hash == link(first_link("default"), 1, to_micros(NOON), an_entry(1))
        database = library.connect(str(path), library.ROLLBACK)
        for trigger in ("audit_refuses_delete", "audit_refuses_update", "audit_gives_up_salts"):
            database.execute(f"DROP TRIGGER {trigger}")
        expected = kind(database)
        database.close()
        with closing(open_archive(str(path))) as archive:
            verdict = check_log("default", archive.audit_entries("default", 0, 10_000), heads)
        yield kind.__name__, verdict.finding, expected
