from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from tests.postgres_server import Database, a_database

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    """A database on the PostgreSQL server, for this run of tests."""
    with a_database() as made:
        yield made
