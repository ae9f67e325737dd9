"""Choosing a store by its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ordertwin_models.errors import StoreUnusable
from ordertwin_stores.archive import OrderArchive
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.sqlite import library
from ordertwin_stores.sqlite.archive import SqliteArchive
from ordertwin_stores.sqlite.store import SqliteStore

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+)://(.*)$", re.DOTALL)
_POSTGRES = {"postgres", "postgresql"}
_PASSWORDS = re.compile(r"(://[^:/?#@]*:)[^/?#]*(?=@)|([?&]password=)[^&#]*", re.IGNORECASE)


def open_store(url: str) -> OrderStore:
    """Open the store at `url`, creating what is missing.

    `sqlite:///relative/path.db`, `sqlite:////absolute/path.db`, a plain path, or `:memory:` for one
    that is gone when closed; `postgresql://user@host/database` for one that several servers share.
    Raises `StoreUnusable`, with what to do.

    >>> store = open_store(":memory:")
    >>> store.find_order("default", "shop", "SO-1") is None
    True
    >>> store.close()
    """
    if _scheme(url) in _POSTGRES:
        with _packages_of_the_extra():
            from ordertwin_stores.postgres.store import PostgresStore
        return PostgresStore(url)
    return SqliteStore(sqlite_path(url))


def open_archive(url: str) -> OrderArchive:
    """Open the store at `url` to read it, also while a server has it open.

    Raises `StoreUnusable` when there is no store.
    """
    if _scheme(url) in _POSTGRES:
        with _packages_of_the_extra():
            from ordertwin_stores.postgres.archive import PostgresArchive
        return PostgresArchive(url)
    return SqliteArchive(sqlite_path(url))


def place_of(url: str) -> Path | None:
    """The directory of a store's file, for what a server keeps beside it; None in memory, and
    `data` for a store that has no file.

    >>> str(place_of("sqlite:///orders/ordertwin.db")), place_of(":memory:")
    ('orders', None)
    """
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() != "sqlite":
        return Path("data")
    path = sqlite_path(url)
    return None if path == library.MEMORY else Path(path).parent


def sqlite_path(url: str) -> str:
    """The file that a store address names.

    >>> sqlite_path("sqlite:///data/ordertwin.db"), sqlite_path("sqlite://")
    ('data/ordertwin.db', ':memory:')
    """
    match = _SCHEME.match(url)
    scheme, path = match.groups() if match else ("sqlite", f"/{url}")
    if scheme.lower() != "sqlite":
        raise StoreUnusable(
            f"There is no store for {scheme}:// addresses; use sqlite:///path/to/file.db or "
            "postgresql://user@host/database."
        )
    if path and not path.startswith("/"):
        raise StoreUnusable(f"{url} is no address of a file; did you mean sqlite:///{path}?")
    if not url:
        raise StoreUnusable("The address of the store is empty; use sqlite:///path/to/file.db.")
    return path[1:] or ":memory:"


def shown_address(url: str) -> str:
    """The address of a store for a log or a screen: without passwords.

    >>> shown_address("postgresql://ot:secret@db.example:5432/orders?password=secret&schema=eu")
    'postgresql://ot:***@db.example:5432/orders?password=***&schema=eu'
    >>> shown_address("sqlite:///data/ordertwin.db")
    'sqlite:///data/ordertwin.db'
    """
    return _PASSWORDS.sub(r"\1\2***", url) if _scheme(url) in _POSTGRES else url


def _scheme(url: str) -> str:
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


@contextmanager
def _packages_of_the_extra() -> Iterator[None]:
    """Say what to install when the driver's packages, which not everybody has, are missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in {"psycopg", "psycopg_pool"}:
            raise
        raise StoreUnusable(
            "PostgreSQL needs packages that are not installed: pip install 'ordertwin[postgres]'."
        ) from None
