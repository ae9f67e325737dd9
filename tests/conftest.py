from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.postgres_server import Database, a_database


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    """A database on the PostgreSQL server, for this run of tests."""
    with a_database() as made:
        yield made
