"""The drivers under test. A new driver is one entry of `DRIVERS`, and passes the suite unedited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.sqlite import library

StoreFactory = Callable[[], OrderStore]


def a_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return f"sqlite:///{place / 'orders.db'}"


def a_file_with_a_rollback_journal(place: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What users of an affected SQLite library get."""
    monkeypatch.setattr(library, "VERSION", (3, 40, 1))
    return f"sqlite:///{place / 'orders.db'}"


def memory(place: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return ":memory:"


DRIVERS = {
    "sqlite": a_file,
    "sqlite-rollback-journal": a_file_with_a_rollback_journal,
    "sqlite-memory": memory,
}
FORGETFUL = {"sqlite-memory"}
"""Drivers whose stores are empty when opened again."""


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty store."""
    return DRIVERS[driver](tmp_path, monkeypatch)


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
