from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.server.running import Running, running, settings_in

from ordertwin_client import OrderTwinClient


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
