"""Backups are whole and checked; restoring one changes nothing unless it can be done."""

from __future__ import annotations

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from sqlite_utils import Database
from tests.conformance.stores.entries import TENANT, a_registration, register

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores.sqlite import backup, library, migrations
from ordertwin_stores.sqlite.backup import back_up
from ordertwin_stores.sqlite.store import SqliteStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of three orders, closed."""
    path = tmp_path / "orders.db"
    with SqliteStore(str(path)) as store:
        for number in range(3):
            register(store, f"SO-{number}")
    return path


def restore(source: Path, destination: Path, *, replace: bool = False) -> backup.Copied:
    return backup.restore(source, destination, replace=replace, at=NOON)


def order_ids(path: Path) -> set[str]:
    with SqliteStore(str(path)) as store:
        return {each.order.order_id for each in store.iterate_orders(TENANT)}


def files_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_a_backup_restores_to_the_same_orders(path: Path, tmp_path: Path) -> None:
    made = back_up(path, tmp_path / "copy.db")
    assert (made.orders, made.size) == (3, (tmp_path / "copy.db").stat().st_size)
    assert restore(made.path, tmp_path / "again.db").orders == 3
    assert order_ids(tmp_path / "again.db") == {"SO-0", "SO-1", "SO-2"}


def test_a_backup_is_one_file_that_only_its_owner_reads(path: Path, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    place.mkdir()
    back_up(path, place / "copy.db")
    assert files_in(place) == {"copy.db"}
    with Database(place / "copy.db") as database:
        assert database.journal_mode == "delete"
    if sys.platform != "win32":
        assert stat.S_IMODE((place / "copy.db").stat().st_mode) == 0o600


def test_progress_is_told_to_the_last_page(path: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    back_up(path, tmp_path / "copy.db", lambda *step: steps.append(step))
    assert steps[-1][0] == steps[-1][1] > 0


def test_a_store_in_use_is_copied_as_it_was_at_one_moment(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES_AT_ONCE", 1)
    begun, written = Event(), Event()

    def after_the_first_page(done: int, total: int) -> None:
        begun.set()
        assert written.wait(20)

    with SqliteStore(str(path)) as store, ThreadPoolExecutor(1) as pool:
        copying = pool.submit(back_up, path, tmp_path / "copy.db", after_the_first_page)
        assert begun.wait(20)
        for number in range(10, 40):
            register(store, a_registration(f"SO-{number}", blocking_keys=range(100)))
        written.set()
        assert copying.result().orders == 3
        assert store.status(TENANT).orders == 33
    restore(tmp_path / "copy.db", tmp_path / "again.db")
    assert order_ids(tmp_path / "again.db") == {"SO-0", "SO-1", "SO-2"}


def test_what_a_killed_server_left_in_its_log_is_copied_too(path: Path, tmp_path: Path) -> None:
    with SqliteStore(str(path)) as store:
        register(store, "SO-9")
        for ending in ("", "-wal"):
            crashed = Path(f"{tmp_path / 'crashed.db'}{ending}")
            crashed.write_bytes(Path(f"{path}{ending}").read_bytes())
    assert back_up(tmp_path / "crashed.db", tmp_path / "copy.db").orders == 4


def test_nothing_is_overwritten(path: Path, tmp_path: Path) -> None:
    taken = tmp_path / "copy.db"
    taken.write_text("mine")
    with pytest.raises(StoreUnusable, match="backups overwrite nothing"):
        back_up(path, taken)
    assert taken.read_text() == "mine"


def test_a_file_that_came_in_between_is_not_overwritten(path: Path, tmp_path: Path) -> None:
    taken = tmp_path / "copy.db"
    with pytest.raises(StoreUnusable, match="made by somebody else meanwhile"):
        back_up(path, taken, lambda *_: taken.write_text("mine") and None)
    assert taken.read_text() == "mine"
    assert not [name for name in files_in(tmp_path) if "partial" in name]


@pytest.mark.parametrize(
    ("source", "destination", "said"),
    [
        ("missing.db", "copy.db", "There is no database"),
        ("orders.db", "missing/copy.db", "There is no directory"),
        ("orders.db", ".", "is a directory; name a file in it"),
        ("text.txt", "copy.db", "not a SQLite database"),
        ("empty.db", "copy.db", "is empty"),
        ("other.db", "copy.db", "belongs to another program"),
        ("newer.db", "copy.db", r"newer OrderTwin .*tables_of_tomorrow"),
    ],
)
def test_what_cannot_be_backed_up_is_refused_with_the_reason(
    path: Path, tmp_path: Path, source: str, destination: str, said: str
) -> None:
    strange_files(tmp_path)
    before = files_in(tmp_path)
    with pytest.raises(StoreUnusable, match=said):
        back_up(tmp_path / source, tmp_path / destination)
    assert files_in(tmp_path) == before


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("missing.db", "There is no backup"),
        ("text.txt", "not a SQLite database"),
        ("empty.db", "is empty"),
        ("other.db", "belongs to another program"),
        ("newer.db", r"newer OrderTwin .*tables_of_tomorrow"),
        ("damaged.db", "is damaged"),
        ("unfinished.db", "no finished backup: unfinished.db-wal"),
    ],
)
def test_what_cannot_be_restored_is_refused_and_changes_nothing(
    path: Path, tmp_path: Path, source: str, said: str
) -> None:
    strange_files(tmp_path)
    (tmp_path / "unfinished.db").write_bytes(path.read_bytes())
    (tmp_path / "unfinished.db-wal").write_bytes(b"log")
    damaged = bytearray(path.read_bytes())
    damaged[8192:12288] = bytes(4096)
    (tmp_path / "damaged.db").write_bytes(damaged)
    before, content = files_in(tmp_path), path.read_bytes()
    with pytest.raises(StoreUnusable, match=said):
        restore(tmp_path / source, path, replace=True)
    assert files_in(tmp_path) == before
    assert path.read_bytes() == content


def strange_files(folder: Path) -> None:
    (folder / "text.txt").write_text("order_id,customer\n" * 500)
    (folder / "empty.db").touch()
    with Database(folder / "other.db") as other:
        other.table("orders").insert({"id": 1})
    SqliteStore(str(folder / "newer.db")).close()
    with Database(folder / "newer.db") as newer:
        newer.table("migrations").insert({"name": "tables_of_tomorrow", "at": 0})


def test_a_store_that_is_there_is_replaced_only_when_asked_and_then_kept(
    path: Path, tmp_path: Path
) -> None:
    made = back_up(path, tmp_path / "copy.db").path
    with SqliteStore(str(path)) as store:
        register(store, "SO-later")
    with pytest.raises(StoreUnusable, match="is there already"):
        restore(made, path)
    assert "SO-later" in order_ids(path)
    aside = restore(made, path, replace=True).aside
    assert order_ids(path) == {"SO-0", "SO-1", "SO-2"}
    assert aside == tmp_path / "orders.db.until-20260302T120000Z"
    assert "SO-later" in order_ids(aside)


def test_a_store_that_is_past_help_is_replaced_with_its_log(path: Path, tmp_path: Path) -> None:
    made = back_up(path, tmp_path / "copy.db").path
    path.write_text("overwritten by accident " * 1000)
    Path(f"{path}-wal").write_text("and its log")
    aside = restore(made, path, replace=True).aside
    assert order_ids(path) == {"SO-0", "SO-1", "SO-2"}
    assert aside is not None
    assert aside.read_text().startswith("overwritten")


def test_a_store_in_use_is_not_replaced(path: Path, tmp_path: Path) -> None:
    made = back_up(path, tmp_path / "copy.db").path
    with SqliteStore(str(path)) as store:
        with pytest.raises(StoreUnusable, match=f"in use by process {os.getpid()}"):
            restore(made, path, replace=True)
        register(store, "SO-9")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are other ones there")
def test_who_could_use_the_store_can_use_the_restored_one(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    restore(back_up(path, tmp_path / "copy.db").path, path, replace=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_backup_of_an_earlier_version_is_brought_up_to_date_when_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old.db"
    with monkeypatch.context() as earlier:
        earlier.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:2])
        with closing(library.connect(str(old), library.WRITE_AHEAD)) as connection:
            migrations.migrate(connection, str(old), NOON)
    restore(back_up(old, tmp_path / "copy.db").path, tmp_path / "again.db")
    with SqliteStore(str(tmp_path / "again.db")) as store:
        register(store, "SO-1")
