"""The short reads on the way to a registration use the writer's connection while nobody writes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from tests.conformance.stores.entries import TENANT, a_registration, lookups, register

from ordertwin_models.errors import StoreOutcomeUnknown, StoreUnavailable
from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.store import SqliteStore

READER, WRITER = True, False


class Traced:
    """A store with the statements that its readers and its writer run."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: dict[bool, list[str]] = {READER: [], WRITER: []}
        self.planned: list[object] = []
        connect = library.connect

        def trace(
            path: str, journal: library.Journal, *, reader: bool = False
        ) -> library.Connection:
            connection = connect(path, journal, reader=reader)
            connection.set_trace_callback(self.statements[reader].append)
            connection.set_authorizer(lambda *what: self.planned.append(what) or 0)
            return connection

        monkeypatch.setattr(library, "connect", trace)
        self.store = SqliteStore(str(path))

    def looked(self, reader: bool) -> bool:
        """Whether terms were counted with such a connection since this was last asked."""
        looked = any("FROM json_each" in text for text in self.statements[reader])
        self.statements[reader].clear()
        return looked


@pytest.fixture
def traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Traced]:
    traced = Traced(tmp_path / "orders.db", monkeypatch)
    register(traced.store, a_registration("SO-1", blocking_keys=(1,), terms=(5,)))
    yield traced
    traced.store.close()


def look(store: SqliteStore) -> int:
    return store.statistics(TENANT, [5]).counts[5]


def test_nobody_else_reads_while_nothing_is_written(traced: Traced) -> None:
    assert look(traced.store) == 1
    assert [each.key for each in traced.store.candidates(TENANT, lookups([1]), 9).candidates]
    assert traced.store.find_order(TENANT, "edi", "SO-0") is None
    assert traced.looked(WRITER)
    assert not traced.statements[READER]


def test_during_a_write_another_connection_reads_what_is_committed(traced: Traced) -> None:
    written, go = Event(), Event()

    def work(connection: library.Connection) -> None:
        connection.execute("UPDATE terms SET count = 7")
        written.set()
        go.wait()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(traced.store._writer.write, work)
        written.wait()
        traced.looked(WRITER)
        assert look(traced.store) == 1
        assert traced.looked(READER)
        go.set()
        writing.result()
    assert not traced.looked(WRITER)
    assert look(traced.store) == 7
    assert traced.looked(WRITER)


def test_a_write_waits_for_what_is_lent_and_nothing_more_is_lent_then(traced: Traced) -> None:
    writer = traced.store._writer
    assert writer.lend() is not None
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(writer.write, lambda connection: connection.in_transaction)
        while not writer._busy:
            pass
        assert look(traced.store) == 1
        assert traced.looked(READER)
        assert not writing.done()
        writer.take_back()
        assert writing.result()
    assert writer.lend() is not None
    writer.take_back()


def test_nothing_is_lent_when_writing_has_ended(traced: Traced) -> None:
    traced.store._writer._broken = StoreOutcomeUnknown("The disk is gone.")
    assert look(traced.store) == 1
    assert traced.looked(READER)
    traced.store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        look(traced.store)


def test_a_read_that_fails_gives_the_connection_back(traced: Traced) -> None:
    writing = traced.store._writer._connection
    writing.set_progress_handler(lambda: 1, 1)
    with pytest.raises(StoreUnavailable, match="interrupted"):
        look(traced.store)
    writing.set_progress_handler(None, 1)
    assert look(traced.store) == 1
    assert traced.looked(WRITER)


def test_no_statement_of_a_registration_is_planned_anew(traced: Traced) -> None:
    for number in range(2, 5):
        register(traced.store, a_registration(f"SO-{number}", blocking_keys=(1,), terms=(5,)))
    traced.planned.clear()
    register(traced.store, a_registration("SO-5", blocking_keys=(1,), terms=(5,)))
    assert not traced.planned
