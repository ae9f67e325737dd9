"""Group commit, and what happens when the disk does not play along."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from threading import Event, get_ident

import pytest
from tests.conformance.stores.entries import MONDAY, TENANT, a_registration, register, seen_now

from ordertwin_models.errors import (
    NotFound,
    StoreError,
    StoreOutcomeUnknown,
    StoreUnavailable,
)
from ordertwin_stores.interface import AlreadyStored
from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.store import SqliteStore


class Watched:
    """A store, its writing connection and the statements it runs."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        self.path = path
        connect = library.connect

        def watch(
            path: str, journal: library.Journal, *, reader: bool = False
        ) -> library.Connection:
            connection = connect(path, journal, reader=reader)
            if not reader:
                self.connection = connection
                connection.set_trace_callback(self.statements.append)
            return connection

        monkeypatch.setattr(library, "connect", watch)
        self.store = SqliteStore(str(path))

    def write_together(self, works: list[object]) -> list[object]:
        """Hand in work while the writer is kept busy, so that it is taken as one group."""
        busy, go = Event(), Event()

        def occupy(connection: library.Connection) -> None:
            busy.set()
            go.wait()

        def run(work: object) -> object:
            try:
                return self.store._writer.write(work)  # type: ignore[arg-type]
            except Exception as error:
                return error

        with ThreadPoolExecutor(len(works) + 1) as pool:
            first = pool.submit(run, occupy)
            busy.wait()
            results = [pool.submit(run, work) for work in works]
            while self.store._writer.waiting < len(works):
                pass
            self.statements.clear()
            go.set()
            first.result()
            return [result.result() for result in results]


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    watched = Watched(tmp_path / "orders.db", monkeypatch)
    register(watched.store, "SO-0")
    yield watched
    watched.store.close()


def insert_term(term: int, outcome: object = None) -> object:
    def work(connection: library.Connection) -> object:
        connection.execute("INSERT INTO terms (tenant, term, count) VALUES (1, ?, 1)", (term,))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return work


def terms(store: SqliteStore) -> set[int]:
    counts = store.statistics(TENANT, range(100)).counts
    return {term for term, count in counts.items() if count}


def test_waiting_work_is_committed_together(watched: Watched) -> None:
    results = watched.write_together([insert_term(n, n) for n in range(40)])
    assert results == list(range(40))
    assert watched.statements.count("COMMIT") == 2, "one for the work that kept the writer busy"
    assert terms(watched.store) == set(range(40))


def test_a_caller_alone_commits_in_its_own_thread(watched: Watched) -> None:
    assert watched.store._writer.write(lambda connection: get_ident()) == get_ident()


def test_a_group_has_a_largest_size(watched: Watched) -> None:
    watched.write_together([insert_term(n) for n in range(100)])
    assert watched.statements.count("COMMIT") == 3


def test_work_that_fails_leaves_the_others_of_its_group_alone(watched: Watched) -> None:
    works = [
        insert_term(1, "one"),
        insert_term(2, NotFound("order", "x")),
        insert_term(1),
        insert_term(3, ZeroDivisionError("a bug")),
        insert_term(4, "four"),
    ]
    one, missing, clash, bug, four = watched.write_together(works)
    assert (one, four) == ("one", "four")
    assert isinstance(missing, NotFound)
    assert isinstance(clash, StoreError)
    assert isinstance(bug, ZeroDivisionError)
    assert terms(watched.store) == {1, 4}


def test_nothing_is_acknowledged_when_the_commit_fails(watched: Watched) -> None:
    def leave_a_broken_reference(connection: library.Connection) -> None:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("INSERT INTO order_contents VALUES (999, x'', x'')")

    first, second = watched.write_together([insert_term(1), leave_a_broken_reference])
    assert isinstance(first, StoreError)
    assert isinstance(second, StoreError)
    assert terms(watched.store) == set()
    register(watched.store, "SO-1")


def test_a_key_made_twice_is_refused_without_naming_content(watched: Watched) -> None:
    clash = a_registration("SO-1", order_key="order-SO-0")
    with pytest.raises(StoreError, match=r"UNIQUE constraint failed: orders\.tenant, orders\.key"):
        watched.store.register(TENANT, clash, seen_now(watched.store, clash))
    assert watched.store.find_order(TENANT, "shop", "SO-1") is None


def test_requests_older_than_a_month_make_room(watched: Watched) -> None:
    def requests() -> int:
        return int(watched.connection.execute("SELECT count(*) FROM requests").fetchone()[0])

    for n in range(1, 11):
        register(watched.store, f"SO-{n}")
    for n in range(11, 31):
        late = MONDAY + timedelta(days=30, seconds=n)
        register(watched.store, a_registration(f"SO-{n}", at=late))
    assert requests() == 20
    again = a_registration("SO-1")
    result = watched.store.register(TENANT, again, seen_now(watched.store, again))
    assert result == AlreadyStored("order-SO-1")


def limit_pages(watched: Watched, *, spare: int | None) -> None:
    (pages,) = watched.connection.execute("PRAGMA page_count").fetchone()
    most = 2**32 - 2 if spare is None else pages + spare
    watched.connection.execute(f"PRAGMA max_page_count = {most}").fetchall()


def test_a_full_disk_refuses_writes_lets_reads_go_on_and_recovers(watched: Watched) -> None:
    limit_pages(watched, spare=0)
    large = a_registration("SO-1", features=b"x" * 100_000)
    with pytest.raises(StoreUnavailable, match="disk is full; nothing was written"):
        register(watched.store, large)
    assert watched.store.get_order(TENANT, "order-SO-0").version == 1
    assert watched.store.find_order(TENANT, "shop", "SO-1") is None
    assert watched.store.status(TENANT).writable
    limit_pages(watched, spare=None)
    register(watched.store, large)
    assert watched.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_on_a_full_disk_small_work_is_not_lost_with_the_large(watched: Watched) -> None:
    limit_pages(watched, spare=0)

    def too_large(connection: library.Connection) -> None:
        connection.execute("INSERT INTO migrations VALUES (?, 0)", ("x" * 100_000,))

    one, large, two = watched.write_together([insert_term(1), too_large, insert_term(2)])
    assert isinstance(large, StoreUnavailable)
    assert (one, two) == (None, None)
    assert terms(watched.store) == {1, 2}


def test_a_lock_held_by_another_program_passes(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.connection.execute("PRAGMA busy_timeout = 50").fetchall()
    other = library.connect(str(watched.path), library.WRITE_AHEAD)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="Another program holds the database locked"):
        register(watched.store, "SO-1")
    assert watched.store.get_order(TENANT, "order-SO-0")
    other.execute("ROLLBACK")
    other.close()
    register(watched.store, "SO-1")


def test_what_was_handed_in_before_closing_is_finished(watched: Watched) -> None:
    busy, go = Event(), Event()

    def occupy(connection: library.Connection) -> None:
        busy.set()
        go.wait()

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(watched.store._writer.write, occupy)
        busy.wait()
        second = pool.submit(watched.store._writer.write, insert_term(1, "done"))
        while not watched.store._writer.waiting:
            pass
        closing = pool.submit(watched.store.close)
        go.set()
        first.result()
        assert second.result() == "done"
        closing.result()
    with pytest.raises(StoreUnavailable, match="closed"):
        watched.store._writer.write(insert_term(2))
    with SqliteStore(str(watched.path)) as store:
        assert terms(store) == {1}


BREAKING_DISK = """
    import json, resource, sys
    from pathlib import Path
    from ordertwin_models.errors import StoreOutcomeUnknown
    from ordertwin_stores.sqlite.store import SqliteStore
    from tests.conformance.stores.entries import TENANT, a_registration, register

    path = Path(sys.argv[1])
    store = SqliteStore(str(path))
    written, outcomes = [], []
    for n in range(200):
        if n == 20:
            size = path.with_name(path.name + "-wal").stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        try:
            register(store, a_registration(f"SO-{n}"))
            written.append(n)
        except Exception as error:
            outcomes.append([type(error).__name__, str(error)])
            if len(outcomes) == 3:
                break
    status = store.status(TENANT)
    store.close()
    print(json.dumps([written, outcomes, status.writable, status.orders]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
def test_a_write_that_the_disk_refuses_ends_all_writing(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    ran = subprocess.run(
        [sys.executable, "-c", dedent(BREAKING_DISK), str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    written, outcomes, writable, orders = json.loads(ran.stdout)
    assert len(written) >= 20
    assert [kind for kind, _ in outcomes] == [StoreOutcomeUnknown.__name__] * 3
    assert "restart the server" in outcomes[0][1]
    assert not writable
    assert orders >= 20
    with SqliteStore(str(path)) as store:
        keys = {each.key for each in store.iterate_orders(TENANT)}
        assert {f"order-SO-{n}" for n in written} <= keys
        assert register(store, "SO-after")


FULL_DISK = """
    import json, sys
    from pathlib import Path
    from ordertwin_models.errors import StoreUnavailable
    from ordertwin_stores.sqlite.store import SqliteStore
    from tests.conformance.stores.entries import TENANT, a_registration, register

    place = Path(sys.argv[1])
    ballast = place / "ballast"
    store = SqliteStore(str(place / "orders.db"))
    ballast.write_bytes(bytes(1_000_000))
    written = 0
    try:
        while True:
            register(store, a_registration(f"SO-{written}", features=bytes(2_000)))
            written += 1
    except StoreUnavailable as error:
        said = str(error)
    readable = store.status(TENANT).orders
    ballast.unlink()
    register(store, "SO-after")
    count = store.status(TENANT)
    print(json.dumps([written, said, readable, count.orders, count.writable]))
    store.close()
"""


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="needs a file system of its own",
)
def test_a_file_system_that_runs_full_and_is_freed_again(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=4m none {tmp_path} && exec {sys.executable} - {tmp_path}"
    ran = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mount],
        input=dedent(FULL_DISK),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    if "unshare" in ran.stderr or "mount" in ran.stderr:
        pytest.skip(ran.stderr.strip())
    assert ran.returncode == 0, ran.stderr
    written, said, readable, after, writable = json.loads(ran.stdout)
    assert "The disk is full; nothing was written" in said
    assert written == readable
    assert after == written + 1
    assert writable
