"""Stores that the serving benchmark fills and asks: SQLite files, or schemas of a PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from benchmarks.bulk_orders import history
from ordertwin_cli.progress import counting
from ordertwin_stores import open_store

TOGETHER = 5_000
"""Orders loaded in one transaction."""
TENANT = "default"


class Places(Protocol):
    """Where stores are kept."""

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""

    def address(self, name: str) -> str:
        """The address of the store of this name, for `open_store` and for a server."""

    def bytes(self, name: str) -> int:
        """What it takes on disk, indexes included."""


@dataclass(frozen=True, slots=True)
class Files:
    """SQLite files in a folder."""

    folder: Path
    kind: str = "sqlite"

    def address(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"

    def bytes(self, name: str) -> int:
        return sum(file.stat().st_size for file in self.folder.glob(f"{name}.db*"))


@dataclass(frozen=True, slots=True)
class Schemas:
    """Schemas of one PostgreSQL database, each a store."""

    database: str
    kind: str = "postgresql"

    def address(self, name: str) -> str:
        return f"{self.database}{'&' if '?' in self.database else '?'}schema=bench_{name}"

    def bytes(self, name: str) -> int:
        total = (
            "SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relkind = 'r'"
        )
        return int(self._execute(total, f"bench_{name}")[0][0] or 0)

    def drop(self, names: list[str]) -> None:
        """Remove stores with everything in them."""
        for name in names:
            self._execute(f"DROP SCHEMA IF EXISTS bench_{name} CASCADE")

    def _execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def places(store: str, folder: Path, names: list[str], *, kept: bool) -> Iterator[Places]:
    """Where the stores named are filled: `store` is `sqlite` or the address of a PostgreSQL.

    Schemas are removed before and after, unless they are `kept`; files go with their folder.
    """
    if store == "sqlite":
        yield Files(folder)
        return
    schemas = Schemas(store)
    if not kept:
        schemas.drop(names)
    try:
        yield schemas
    finally:
        if not kept:
            schemas.drop(names)


def kind_of(store: str) -> str:
    """`sqlite` or `postgresql`.

    >>> kind_of("postgresql://ordertwin@db.example/orders"), kind_of("sqlite")
    ('postgresql', 'sqlite')
    """
    return "postgresql" if urlsplit(store).scheme.startswith("postgres") else "sqlite"


def filled(
    at: Places, name: str, orders: int, seed: int, *, only: int | None = None
) -> dict[str, Any]:
    """Fill a store with a history, unless it holds as much; what was left over goes on."""
    started, address = time.perf_counter(), at.address(name)
    with closing(open_store(address)) as store:
        there = store.status(TENANT).orders
        if there < orders:
            with counting(name, orders) as progress:
                entries = history(orders, seed, progress, only=only)
                while part := [entry for _, entry in zip(range(TOGETHER), entries, strict=False)]:
                    store.load(TENANT, part)
        stored = store.status(TENANT).orders
    seconds = time.perf_counter() - started
    loading = {} if there else {"load_orders_per_second": round(stored / seconds)}
    return {
        "store": at.kind,
        "stored_orders": stored,
        **loading,
        "bytes_per_order": round(at.bytes(name) / max(stored, 1)),
    }


def loaded(path: Path, orders: int, seed: int, *, only: int | None = None) -> dict[str, Any]:
    """Fill a SQLite file with a history."""
    return filled(Files(path.parent), path.stem, orders, seed, only=only)
