"""The PostgreSQL server that tests use, and a database of their own on it.

`ORDERTWIN_TEST_POSTGRES` names the server, by a user who may make databases. Without a server these
tests are skipped; with `ORDERTWIN_REQUIRE_POSTGRES=1` they fail instead, so that nobody takes a
skipped test for one that passed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from secrets import token_hex
from urllib.parse import urlsplit

import psycopg
import pytest

ADDRESS = os.environ.get("ORDERTWIN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REQUIRED = os.environ.get("ORDERTWIN_REQUIRE_POSTGRES", "") not in ("", "0")


class Database:
    """A database for one run of tests."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.address = urlsplit(ADDRESS)._replace(path=f"/{name}").geturl()
        self._schemas = count(1)

    def empty_store_address(self, **parameters: object) -> str:
        """The address of a store without any rows. All such stores are one, emptied: that is much
        faster than making its tables again."""
        tables = self.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'emptied'"
            " AND tablename <> 'ordertwin_migrations'"
        )
        # Neither foreign keys nor triggers, one of which keeps audit entries.
        deletes = [f"DELETE FROM emptied.{table}" for (table,) in tables]
        self.execute("; ".join(["SET session_replication_role = replica", *deletes]))
        return self.store_address(**{"schema": "emptied", **parameters})

    def store_address(self, **parameters: object) -> str:
        """The address of a store that is not there yet."""
        given = {"schema": f"store_{next(self._schemas)}", **parameters}
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return f"{self.address}{'&' if '?' in self.address else '?'}{query}"

    def execute(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Run one statement and return its rows."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def end_connections(self) -> int:
        """Break every connection to this database, as an operator would; returns how many."""
        ended = self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return len(ended)


@contextmanager
def a_database() -> Iterator[Database]:
    """A new database, gone afterwards; skips, or fails where that is wanted, without a server."""
    name = f"ordertwin_test_{token_hex(6)}"
    try:
        server = psycopg.connect(ADDRESS, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        words = f"no PostgreSQL to test with ({' '.join(str(error).split())}); see CONTRIBUTING.md"
        if REQUIRED:
            pytest.fail(words)
        pytest.skip(words)
    with server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield Database(name)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
