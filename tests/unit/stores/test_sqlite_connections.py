"""Every connection is set up as declared, and every write transaction takes its lock at once."""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_registration,
    a_status_change,
    an_amendment,
    an_order,
    lookups,
    register,
)

from ordertwin_models.errors import StoreError
from ordertwin_models.order import OrderState
from ordertwin_stores.interface import OrderFilter
from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.store import SqliteStore

Connections = list[tuple[library.Connection, bool]]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Connections:
    """Every connection opened from now on, and whether it is a reader."""
    opened: Connections = []
    connect = library.connect

    def remember(
        path: str, journal: library.Journal, *, reader: bool = False
    ) -> library.Connection:
        connection = connect(path, journal, reader=reader)
        opened.append((connection, reader))
        return connection

    monkeypatch.setattr(library, "connect", remember)
    return opened


@pytest.fixture
def store(connections: Connections, tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(str(tmp_path / "orders.db")) as opened:
        yield opened


def use_everything(store: SqliteStore) -> None:
    register(store, a_registration("SO-1", blocking_keys=(1,), terms=(1,), review_key="review"))
    register(store, an_amendment(an_order("SO-1", note="x"), terms=(2,)))
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.SHIPPED))
    store.load(TENANT, [a_history_entry("SO-2")])
    store.candidates(TENANT, lookups([1]), 9)
    store.statistics(TENANT, [1])
    store.list_orders(TENANT, OrderFilter(), 9, None)
    store.get_orders(TENANT, ["order-SO-1"])
    store.contents_before(TENANT, ["order-SO-1"], MONDAY)
    store.latest_decision(TENANT, "order-SO-1")
    list(store.iterate_orders(TENANT))
    store.status(TENANT)


def setting(connection: library.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_every_connection_has_every_setting(store: SqliteStore, connections: Connections) -> None:
    use_everything(store)
    assert {reader for _, reader in connections} == {True, False}
    for connection, reader in connections:
        found = {
            name: setting(connection, name)
            for name in (
                "journal_mode",
                "synchronous",
                "fullfsync",
                "foreign_keys",
                "trusted_schema",
                "mmap_size",
                "busy_timeout",
                "journal_size_limit",
                "query_only",
            )
        }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "fullfsync": 1,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "mmap_size": 0,
            "busy_timeout": 5_000,
            "journal_size_limit": 64 * 1024 * 1024,
            "query_only": int(reader),
        }


def test_a_reader_cannot_write(store: SqliteStore, connections: Connections) -> None:
    register(store, "SO-1")
    store.status(TENANT)
    (reader,) = [connection for connection, reader in connections if reader]
    with pytest.raises(library.Error, match="readonly"):
        reader.execute("DELETE FROM orders")


def test_every_table_is_strict(store: SqliteStore, connections: Connections) -> None:
    tables = connections[0][0].execute("PRAGMA table_list").fetchall()
    ours = {row[1]: row[5] for row in tables if not row[1].startswith("sqlite_")}
    assert len(ours) >= 17
    assert set(ours.values()) == {1}


def test_every_write_transaction_takes_its_lock_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: dict[bool, list[str]] = {True: [], False: []}
    connect = library.connect

    def trace(path: str, journal: library.Journal, *, reader: bool = False) -> library.Connection:
        connection = connect(path, journal, reader=reader)
        connection.set_trace_callback(statements[reader].append)
        return connection

    monkeypatch.setattr(library, "connect", trace)
    with SqliteStore(str(tmp_path / "orders.db")) as store:
        use_everything(store)
    beginnings = {text for text in statements[False] if re.match(r"\s*BEGIN", text, re.I)}
    assert beginnings == {"BEGIN IMMEDIATE"}
    assert not [text for text in statements[True] if re.match(r"\s*(BEGIN|SAVEPOINT)", text, re.I)]
    depth = 0
    for text in statements[False]:
        word = text.split()[0].upper()
        depth += {"BEGIN": 1, "COMMIT": -1, "ROLLBACK": -(text.upper() == "ROLLBACK")}.get(word, 0)
        if word in {"INSERT", "UPDATE", "DELETE", "CREATE"}:
            assert depth == 1, text


def test_no_read_stays_open_between_calls(store: SqliteStore, connections: Connections) -> None:
    use_everything(store)
    orders = store.iterate_orders(TENANT)
    next(orders)
    writer = connections[0][0]
    busy, _, _ = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 40, 1), "delete"),
        ((3, 44, 5), "delete"),
        ((3, 44, 6), "wal"),
        ((3, 45, 0), "delete"),
        ((3, 50, 6), "delete"),
        ((3, 50, 7), "wal"),
        ((3, 51, 2), "delete"),
        ((3, 51, 3), "wal"),
        ((3, 53, 4), "wal"),
        ((4, 0, 0), "wal"),
    ],
)
def test_a_library_that_can_lose_writes_gets_a_rollback_journal_and_one_warning(
    version: tuple[int, ...],
    journal: str,
    connections: Connections,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(library, "VERSION", version)
    with caplog.at_level(logging.WARNING), SqliteStore(str(tmp_path / "orders.db")) as store:
        use_everything(store)
        found = {setting(connection, "journal_mode") for connection, _ in connections}
        synchronous = {setting(connection, "synchronous") for connection, _ in connections}
    assert found == {journal}
    assert synchronous == {2 if journal == "wal" else 3}
    assert len(caplog.records) == (journal == "delete")


def test_a_write_ahead_database_is_converted_for_an_affected_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "orders.db")
    with SqliteStore(path) as store:
        register(store, "SO-1")
    monkeypatch.setattr(library, "VERSION", (3, 51, 2))
    with SqliteStore(path) as store:
        assert store.status(TENANT).details["journal"] == "delete, synchronous EXTRA"
        register(store, "SO-2")
        assert store.status(TENANT).orders == 2
    assert not Path(f"{path}-wal").exists()


@pytest.mark.parametrize(
    "where",
    [
        OrderFilter(),
        OrderFilter(state=OrderState.HELD),
        OrderFilter(source="shop"),
        OrderFilter(source="shop", state=OrderState.HELD, received_after=MONDAY),
        OrderFilter(source="shop", order_id="SO-1"),
    ],
)
@pytest.mark.parametrize("position", [None, 100])
def test_a_page_is_read_from_an_index_in_its_order(
    store: SqliteStore, connections: Connections, where: OrderFilter, position: int | None
) -> None:
    register(store, "SO-1")
    store.status(TENANT)
    (reader,) = [connection for connection, reader in connections if reader]
    statements: list[str] = []
    reader.set_trace_callback(statements.append)
    store.list_orders(TENANT, where, 10, position)
    reader.set_trace_callback(None)
    (statement,) = [text for text in statements if "order_contents" in text]
    plan = [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert plan[0].startswith("SEARCH orders USING INDEX idx_orders_tenant")
    assert not [step for step in plan if "SCAN" in step or "B-TREE FOR ORDER BY" in step]


def test_figures_and_verdicts_of_an_order_are_found_without_reading_others(
    store: SqliteStore, connections: Connections
) -> None:
    register(store, "SO-1")
    store.status(TENANT)
    (reader,) = [connection for connection, reader in connections if reader]
    statements: list[str] = []
    reader.set_trace_callback(statements.append)
    until = MONDAY + timedelta(days=1)
    store.reviews.verdicts_on(TENANT, "order-SO-1")
    store.reviews.apart(TENANT, "order-SO-1", MONDAY)
    store.reviews.flagged(TENANT, MONDAY, until, 9, None)
    store.reviews.received(TENANT, MONDAY, until)
    store.reviews.audited(TENANT, MONDAY, until)
    store.decision_history.newest(TENANT, 9, 100)
    reader.set_trace_callback(None)
    asked = [text for text in statements if "FROM tenants" not in text]
    plans = [
        [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {text}") if "B-TREE" not in row[3]]
        for text in asked
    ]
    assert len(plans) == 6
    assert plans[-1][0] == "SEARCH decisions USING INDEX decisions_in_order (tenant=? AND rowid<?)"
    others = [step for plan in plans[:-1] for step in plan]
    assert not [step for step in others if step.startswith("SCAN ") or "(tenant=?)" in step]


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights of files")
def test_a_new_file_is_for_its_owner_alone_and_an_old_one_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with closing(SqliteStore(str(path))) as store:
        register(store, "SO-1")
        modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob("orders.db*")
                 if each.suffix != ".lock"}  # fmt: skip
        assert modes == {0o600}
    path.chmod(0o640)
    with closing(SqliteStore(str(path))):
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_audit_entries_are_only_ever_added(store: SqliteStore, connections: Connections) -> None:
    register(store, "SO-1")
    for statement in (
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "REPLACE INTO audit SELECT * FROM audit",
        "INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT DO UPDATE SET actor = 'x'",
    ):
        with pytest.raises(library.Error, match="never changed or removed"):
            connections[0][0].execute(statement)


def test_errors_say_what_they_mean_for_the_caller() -> None:
    class Refusal(library.Error):
        def __init__(self, code: int) -> None:
            super().__init__("disk I/O error")
            self.sqlite_errorcode = code

    def kind(code: int, *, writing: bool) -> str:
        translated = library.translate(Refusal(code), writing=writing)
        assert isinstance(translated, StoreError)
        return type(translated).__name__

    busy, readonly, io_error_on_fsync, corrupt, full, constraint = 5, 8, 1034, 11, 13, 19
    for code in (busy, readonly, full):
        assert kind(code, writing=True) == kind(code, writing=False) == "StoreUnavailable"
    for code in (io_error_on_fsync, corrupt):
        assert kind(code, writing=True) == "StoreOutcomeUnknown"
        assert kind(code, writing=False) == "StoreUnavailable"
    assert kind(constraint, writing=True) == "StoreError"
