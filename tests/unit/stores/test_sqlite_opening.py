"""A store that cannot be opened says why, and what to do; one that was interrupted opens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pytest
from sqlite_utils import Database
from tests.conformance.stores.entries import TENANT, a_registration, lookups, register

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores import open_store
from ordertwin_stores.sqlite import library, migrations
from ordertwin_stores.sqlite.store import SqliteStore

NOBODY = 65_534


def python(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Run a script in another process."""
    command = [sys.executable, "-c", dedent(script), *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()
    )


def test_the_directory_is_made_when_its_parent_is_there(tmp_path: Path) -> None:
    path = tmp_path / "data" / "orders.db"
    SqliteStore(str(path)).close()
    assert path.is_file()


def test_a_missing_parent_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match=r"no directory .*/typo .* Create it"):
        SqliteStore(str(tmp_path / "typo" / "data" / "orders.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="is a directory; name a file in it"):
        SqliteStore(str(tmp_path))


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreUnusable, match="Create it, or name another place"):
        SqliteStore(str(tmp_path / "data" / "orders.db"))


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    path.write_text("order_id,customer\n" * 100)
    with pytest.raises(StoreUnusable, match="not a SQLite database"):
        SqliteStore(str(path))
    assert path.read_text() == "order_id,customer\n" * 100


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with Database(path) as other:
        other.table("orders").insert({"id": 1})
    with pytest.raises(StoreUnusable, match="belongs to another program"):
        SqliteStore(str(path))
    with Database(path) as other:
        assert other.table_names() == ["orders"]


def test_a_truncated_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    SqliteStore(str(path)).close()
    path.write_bytes(path.read_bytes()[:5_000])
    with pytest.raises(StoreUnusable, match=r"damaged\. Restore it from a backup"):
        SqliteStore(str(path))


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    SqliteStore(str(path)).close()
    with Database(path) as database:
        database.table("migrations").insert({"name": "tables_of_tomorrow", "at": 0})
    with pytest.raises(StoreUnusable, match=r"newer OrderTwin .*tables_of_tomorrow"):
        SqliteStore(str(path))


def test_opening_again_applies_nothing(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    SqliteStore(str(path)).close()
    with Database(path) as database:
        before = list(database.table("migrations").rows)
    SqliteStore(str(path)).close()
    with Database(path) as database:
        assert list(database.table("migrations").rows) == before
    assert [row["name"] for row in before] == [each.__name__ for each in migrations.MIGRATIONS]


def test_a_migration_that_fails_leaves_nothing_and_runs_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tables_half_made(db: Database) -> None:
        db.table("halves").create({"id": int}, pk="id")
        raise RuntimeError("interrupted")

    path = tmp_path / "orders.db"
    SqliteStore(str(path)).close()
    known = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", (*known, tables_half_made))
    with pytest.raises(RuntimeError, match="interrupted"):
        SqliteStore(str(path))
    with Database(path) as database:
        assert "halves" not in database.table_names()
        assert database.table("migrations").count == len(known)
    monkeypatch.setattr(migrations, "MIGRATIONS", known)
    SqliteStore(str(path)).close()


def test_a_migration_that_is_killed_resumes(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    script = """
        import os, signal, sys
        from ordertwin_stores.sqlite import migrations
        from ordertwin_stores.sqlite.store import SqliteStore

        def killed(db):
            db.execute("CREATE TABLE halves (id INTEGER PRIMARY KEY) STRICT")
            os.kill(os.getpid(), signal.SIGKILL)

        migrations.MIGRATIONS = (migrations.MIGRATIONS[0], killed)
        SqliteStore(sys.argv[1])
    """
    process = python(script, path)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    with SqliteStore(str(path)) as store:
        register(store, "SO-1")
        assert store.status(TENANT).orders == 1
    with Database(path) as database:
        assert "halves" not in database.table_names()


def test_a_second_store_of_the_same_process_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "orders.db")
    with SqliteStore(path):
        with pytest.raises(StoreUnusable, match=f"in use by process {os.getpid()} since"):
            SqliteStore(path)
        with pytest.raises(StoreUnusable):
            open_store(f"sqlite:///{path}")
    SqliteStore(path).close()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_to_a_file_in_use_is_refused_too(tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    (place / "link.db").symlink_to(tmp_path / "orders.db")
    first = open_store(str(tmp_path / "orders.db"))
    with closing(first), pytest.raises(StoreUnusable, match="in use by process"):
        open_store(str(place / "link.db"))
    open_store(str(place / "link.db")).close()


def test_a_second_process_is_refused_at_once_and_told_who_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    holder = python(
        """
        import sys
        from ordertwin_stores import open_store
        store = open_store(sys.argv[1])
        print("open", flush=True)
        sys.stdin.read()
        """,
        path,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        start = time.monotonic()
        with pytest.raises(StoreUnusable, match=f"in use by process {holder.pid} .* Stop that"):
            SqliteStore(str(path))
        assert time.monotonic() - start < 2
    finally:
        holder.kill()
        holder.communicate()
    SqliteStore(str(path)).close()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are other ones there")
@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_is_read_only_is_named(tmp_path: Path, what: str) -> None:
    path = tmp_path / "data" / "orders.db"
    SqliteStore(str(path)).close()
    place = {"file": path, "directory": path.parent}[what]
    path.chmod(0o666)
    path.parent.chmod(0o777)
    place.chmod(place.stat().st_mode & ~0o222)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.getuid() and "pytest" in str(parent):
            parent.chmod(parent.stat().st_mode | 0o055)
    tmp_path.chmod(0o755)
    script = """
        import os, sys
        from ordertwin_models.errors import StoreUnusable
        from ordertwin_stores.sqlite.store import SqliteStore
        SqliteStore(":memory:").close()
        if os.getuid() == 0:
            os.setuid(int(sys.argv[2]))
        try:
            SqliteStore(sys.argv[1])
        except StoreUnusable as error:
            print(error)
    """
    said, trouble = python(script, path, NOBODY).communicate()
    assert not trouble
    assert "read-only" in said or "writable" in said
    assert str(place) in said
    assert len(said.splitlines()) == 1


def test_a_library_too_old_for_strict_tables_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "VERSION", (3, 36, 0))
    with pytest.raises(StoreUnusable, match=r"SQLite 3.36.0 is too old.*Install pysqlite3"):
        SqliteStore(str(tmp_path / "orders.db"))


@pytest.mark.parametrize("address", ["sqlite:///{}", "{}"])
def test_a_file_has_several_addresses(tmp_path: Path, address: str) -> None:
    path = tmp_path / "orders 2026.db"
    open_store(address.format(path)).close()
    assert path.is_file()


@pytest.mark.parametrize("address", [":memory:", "sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_leaves_no_file(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = open_store(address), open_store(address)
    register(one, a_registration(blocking_keys=(1,)))
    assert other.candidates(TENANT, lookups([1]), 9).candidates == ()
    one.close()
    other.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://host/db", "no store for mysql:// addresses; use sqlite:///"),
        ("sqlite://data/orders.db", "did you mean sqlite:///data/orders.db"),
        ("", "address of the store is empty"),
    ],
)
def test_other_addresses_are_refused_with_the_right_one(address: str, said: str) -> None:
    with pytest.raises(StoreUnusable, match=said):
        open_store(address)
