"""Tampering with the operation log is found, and the first bad entry is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from ordertwin_stores.audit import (
    AuditEntry,
    Finding,
    Head,
    LoggedEntry,
    Problem,
    check_log,
    first_link,
    link,
)
from ordertwin_stores.codec import to_micros
from ordertwin_stores.sqlite import migrations
from ordertwin_stores.sqlite.store import SqliteStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Log = list[LoggedEntry]


def chained(entries: list[AuditEntry], tenant: str = "default") -> Log:
    """A log as a store would have written it."""
    log: Log = []
    previous = first_link(tenant)
    for position, entry in enumerate(entries, start=1):
        previous = link(previous, position, to_micros(NOON), entry)
        log.append(LoggedEntry(position, NOON, entry, previous))
    return log


def an_entry(number: int) -> AuditEntry:
    return AuditEntry("keys/k1", "ScoreOrder", f"orders/o{number}", f"r-{number}", "UNIQUE")


def a_log() -> Log:
    return chained([an_entry(number) for number in range(1, 11)])


def heads_of(log: Log, *positions: int) -> list[Head]:
    return [Head("default", position, log[position - 1].hash) for position in positions]


def flipped(log: Log) -> Log:
    bad = replace(log[4], entry=replace(log[4].entry, outcome="DUPLICATE"))
    return [*log[:4], bad, *log[5:]]


def with_a_flipped_hash(log: Log) -> Log:
    return [*log[:4], replace(log[4], hash=b"\0" * 32), *log[5:]]


def deleted(log: Log) -> Log:
    return log[:4] + log[5:]


def inserted(log: Log) -> Log:
    later = [replace(each, position=each.position + 1) for each in log[4:]]
    return [*log[:4], replace(later[0], position=5, entry=an_entry(99)), *later]


def swapped(log: Log) -> Log:
    fifth, sixth = replace(log[5], position=5), replace(log[4], position=6)
    return [*log[:4], fifth, sixth, *log[6:]]


def truncated(log: Log) -> Log:
    return log[:4]


def rewritten(log: Log) -> Log:
    entries = [logged.entry for logged in log]
    entries[4] = replace(entries[4], outcome="DUPLICATE")
    return chained(entries)


@pytest.mark.parametrize(
    ("tamper", "finding"),
    [
        (flipped, Finding(5, 5, Problem.ALTERED)),
        (with_a_flipped_hash, Finding(5, 5, Problem.ALTERED)),
        (deleted, Finding(5, 5, Problem.MISSING)),
        (inserted, Finding(5, 5, Problem.ALTERED)),
        (swapped, Finding(5, 5, Problem.ALTERED)),
        (truncated, Finding(5, 10, Problem.CUT_OFF)),
        (rewritten, Finding(5, 10, Problem.REWRITTEN)),
    ],
)
def test_tampering_is_found_and_the_first_bad_entry_named(
    tamper: Callable[[Log], Log], finding: Finding
) -> None:
    heads = heads_of(a_log(), 4, 10)
    assert check_log("default", a_log(), heads).finding is None
    assert check_log("default", tamper(a_log()), heads).finding == finding


def test_a_log_extends_every_head_it_once_had() -> None:
    verdict = check_log("default", a_log(), heads_of(a_log(), 3, 7))
    assert (verdict.heads_met, verdict.head.position, verdict.finding) == (2, 10, None)


def test_a_log_of_another_tenant_does_not_pass_for_this_one() -> None:
    log = chained([an_entry(1)], tenant="other")
    assert check_log("default", log).finding == Finding(1, 1, Problem.ALTERED)
    assert check_log("default", [], [Head("other", 5, b"x")]).finding is None


def test_entries_of_the_first_version_become_a_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "orders.db"
    known = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", known[:3])
    SqliteStore(str(path)).close()
    with Database(path) as old:
        old.table("tenants").insert({"id": 1, "name": "default", "orders": 0, "decisions": 0})
        for number in (1, 2, 3):
            old.execute(
                "INSERT INTO audit (tenant, at, actor, action, target, request_id, outcome)"
                " VALUES (1, ?, 'anonymous', 'ScoreOrder', 'orders/o', ?, 'UNIQUE')",
                (number, f"r-{number}"),
            )
        old.conn.commit()
    monkeypatch.setattr(migrations, "MIGRATIONS", known)
    with SqliteStore(str(path)) as store:
        log = store.access.entries("default", 0, 10)
    assert [logged.entry.request_id for logged in log] == ["r-1", "r-2", "r-3"]
    assert check_log("default", log).finding is None


def test_only_the_salt_of_an_entry_can_be_removed(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with SqliteStore(str(path)) as store:
        entry = replace(an_entry(1), after=b"d" * 32)
        store.access.note("default", [(NOON, entry)])
    with Database(path) as database:
        with pytest.raises(Exception, match="never changed or removed"):
            database.execute("UPDATE audit SET salt = x'00'")
        database.execute("UPDATE audit SET salt = NULL")
        database.conn.commit()
    with SqliteStore(str(path)) as store:
        assert check_log("default", store.access.entries("default", 0, 10)).finding is None
