from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.server.builders import score_command
from tests.unit.server.running import Running, running, settings_in

from ordertwin_client import OrderTwinClient
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A running server with a store of its own."""
    with running(settings_in(tmp_path)) as started:
        yield started


@pytest.fixture
def client(server: Running) -> Iterator[OrderTwinClient]:
    """A patient client of `server`."""
    with OrderTwinClient(server.address, timeout=10) as made:
        yield made


@pytest.fixture
def store() -> Iterator[OrderStore]:
    opened = open_store(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def score(store: OrderStore) -> ScoreOrder:
    return score_command(store)
