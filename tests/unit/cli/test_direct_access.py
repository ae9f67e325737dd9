"""Commands that open a store past its server are in the operation log, as calls are."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.conformance.stores.entries import register
from tests.postgres_server import Database
from typer.testing import CliRunner, Result

from ordertwin_cli import direct_access
from ordertwin_cli.failures import CommandFailed
from ordertwin_cli.main import app
from ordertwin_models.errors import StoreUnavailable
from ordertwin_stores import open_archive, open_store
from ordertwin_stores.audit import AuditEntry, check_log
from ordertwin_stores.postgres.address import parse
from ordertwin_stores.sqlite.archive import SqliteArchive
from ordertwin_training.retraining import from_store

POLICY = Path(__file__).parents[3] / "docs" / "policy.toml"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with an order of each of two tenants."""
    path = tmp_path / "orders.db"
    with closing(open_store(str(path))) as opened:
        register(opened, "SO-1", tenant="default")
        register(opened, "SO-1", tenant="far")
    return path


def ran(*command: str) -> Result:
    return CliRunner().invoke(app, command)


def noted(store: str, tenant: str = "default") -> list[AuditEntry]:
    """Entries of what was done past the server; the whole log must hold."""
    with closing(open_archive(store)) as archive:
        entries = archive.audit_entries(tenant, 0, 999)
    assert check_log(tenant, entries).finding is None
    return [each.entry for each in entries if each.entry.origin.startswith("user ")]


@pytest.mark.parametrize(
    ("action", "command"),
    [
        ("TryPolicy", f"policy try {POLICY} --store STORE"),
        ("ListVerdicts", "model worst --store STORE"),
        ("ReplayDecisions", "model verify-decisions --store STORE"),
        ("WatchDrift", "model drift --store STORE"),
        ("ScanOrders", "scan STORE --model none --workers 1 --out FOLDER/scan"),
        ("ExportOrders", "export FOLDER/a.jsonl --store STORE --in-the-clear"),
        ("Retain", "retain --orders 1000 --store STORE"),
    ],
)
def test_a_command_that_reads_a_store_is_noted(
    store: Path, tmp_path: Path, action: str, command: str
) -> None:
    words = command.replace("STORE", str(store)).replace("FOLDER", str(tmp_path)).split()
    ran(*words)
    (entry,) = noted(str(store))
    assert (entry.actor, entry.action) == ("local", action)


def test_training_from_a_store_is_noted_before_anything_is_read(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(from_store, "read_store", broken_off)
    assert ran("train", "--from-store", str(store)).exit_code == 130
    assert [entry.action for entry in noted(str(store))] == ["TrainModel"]


def test_nothing_is_read_when_it_cannot_be_noted(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable("The disk is full")

    monkeypatch.setattr(SqliteArchive, "note", full)
    refused = ran("export", str(tmp_path / "a.jsonl"), "--store", str(store), "--in-the-clear")
    assert refused.exit_code == 1
    assert "operation log cannot be written: The disk is full" in refused.output
    assert not (tmp_path / "a.jsonl").exists()
    assert "not in the operation log" in ran("backup", str(tmp_path / "b.db"),
                                            "--store", str(store)).output  # fmt: skip
    assert (tmp_path / "b.db").exists()


def test_who_loads_orders_is_noted(store: Path, tmp_path: Path) -> None:
    ran("export", str(tmp_path / "a.jsonl"), "--store", str(store), "--in-the-clear")
    other = str(tmp_path / "other.db")
    assert ran("import", str(tmp_path / "a.jsonl"), "--store", other).exit_code == 0
    assert [entry.action for entry in noted(other)] == ["ImportOrders"]


def test_copies_are_noted_in_the_logs_of_all_tenants(store: Path, tmp_path: Path) -> None:
    backup, copy = str(tmp_path / "backup.db"), str(tmp_path / "copy.db")
    assert ran("backup", backup, "--store", str(store)).exit_code == 0
    assert ran("backup", backup, "--store", str(store)).exit_code == 1
    assert ran("restore", backup, "--store", copy).exit_code == 0
    for tenant in ("default", "far"):
        assert [each.action for each in noted(str(store), tenant)] == ["BackUpStore"]
        assert [each.action for each in noted(copy, tenant)] == ["BackUpStore", "RestoreStore"]


def test_a_database_user_who_may_only_read_reads_nothing_unseen(postgres: Database) -> None:
    address = postgres.store_address()
    with closing(open_store(address)) as opened:
        register(opened, "SO-1", tenant="default")
    direct_access.note_reading(address, "default", "ScanOrders")
    user, schema = f"{postgres.name}_reader", parse(address).schema
    postgres.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'reads'")
    try:
        postgres.execute(f"GRANT USAGE ON SCHEMA {schema} TO {user}")
        postgres.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {user}")
        place = urlsplit(address)
        port = f":{place.port}" if place.port else ""
        reader = place._replace(netloc=f"{user}:reads@{place.hostname}{port}").geturl()
        with pytest.raises(CommandFailed, match="operation log cannot be written"):
            direct_access.note_reading(reader, "default", "ScanOrders")
    finally:
        postgres.execute(f"DROP OWNED BY {user}")
        postgres.execute(f"DROP ROLE {user}")
    assert [entry.action for entry in noted(address)] == ["ScanOrders"]


@pytest.mark.skipif(os.name != "posix", reason="other systems know their users otherwise")
def test_variables_do_not_say_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert "somebody-else" not in direct_access.entry_of("ExportOrders").origin
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert direct_access.entry_of("ExportOrders").origin == "user 4000000"


def test_a_tenant_that_nobody_knows_gets_no_log(store: Path) -> None:
    direct_access.note_reading(str(store), "nobody", "ScanOrders")
    with closing(open_archive(str(store))) as archive:
        assert archive.tenants() == ("default", "far")
        archive.note("nobody", AuditEntry("a", "b", "", "", "OK"), datetime.now(UTC))
        assert archive.audit_entries("nobody", 0, 9) == ()
