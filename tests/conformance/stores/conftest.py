"""The drivers under test. A new driver is one entry of `DRIVERS`, and passes the suite unedited."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.postgres import connections, library, locks
from ordertwin_stores.sqlite import library as sqlite_library

StoreFactory = Callable[[], OrderStore]


def a_file(request: pytest.FixtureRequest) -> str:
    return f"sqlite:///{request.getfixturevalue('tmp_path') / 'orders.db'}"


def a_file_with_a_rollback_journal(request: pytest.FixtureRequest) -> str:
    """What users of an affected SQLite library get."""
    request.getfixturevalue("monkeypatch").setattr(sqlite_library, "VERSION", (3, 40, 1))
    return a_file(request)


def memory(request: pytest.FixtureRequest) -> str:
    return ":memory:"


def be_patient(request: pytest.FixtureRequest) -> None:
    """What is promised holds on a busy machine too, where 64 writers take long to get by."""
    patch = request.getfixturevalue("monkeypatch")
    patch.setattr(connections, "WAIT_SECONDS", 120.0)
    patch.setattr(library, "LOCK_MS", 120_000)
    patch.setattr(library, "STATEMENT_MS", 120_000)


def postgres(request: pytest.FixtureRequest) -> str:
    be_patient(request)
    return request.getfixturevalue("postgres").empty_store_address()


def postgres_without_locks(request: pytest.FixtureRequest) -> str:
    """How engines are used that speak PostgreSQL's language and have no advisory locks: the
    database itself must notice that transactions do not fit each other."""
    be_patient(request)
    request.getfixturevalue("monkeypatch").setattr(locks, "run", lambda *_: None)
    return request.getfixturevalue("postgres").empty_store_address(isolation="serializable")


DRIVERS = {
    "sqlite": a_file,
    "sqlite-rollback-journal": a_file_with_a_rollback_journal,
    "sqlite-memory": memory,
    "postgres": postgres,
    "postgres-without-locks": postgres_without_locks,
}
FORGETFUL = {"sqlite-memory"}
"""Drivers whose stores are empty when opened again."""


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(driver: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty store."""
    return DRIVERS[driver](request)


@pytest.fixture
def store(url: str) -> Iterator[OrderStore]:
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def reopen(driver: str, url: str, store: OrderStore) -> Iterator[StoreFactory]:
    """Closes the store and opens it again, as a new process would."""
    if driver in FORGETFUL:
        pytest.skip("gone when closed")
    opened: list[OrderStore] = [store]

    def again() -> OrderStore:
        opened[-1].close()
        opened.append(open_store(url))
        return opened[-1]

    yield again
    opened[-1].close()
