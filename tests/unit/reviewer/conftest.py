from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.unit.reviewer.web_world import web
from tests.unit.server.access_world import World, world
from tests.unit.server.running import running, settings_in

from ordertwin_client import OrderTwinClient


@dataclass
class Twins:
    """The same server by gRPC and by HTTP."""

    grpc: OrderTwinClient
    http: httpx.Client
    address: str = ""


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """A server that lets this machine in without a key."""
    settings = settings_in(tmp_path_factory.mktemp("twins"))
    with (
        running(settings) as server,
        web(server.address, max_body_bytes=100_000) as address,
        OrderTwinClient(server.address, timeout=10) as client,
        httpx.Client(base_url=address, timeout=20) as http,
    ):
        yield Twins(client, http, server.address)


@dataclass
class Closed:
    """A server that asks for keys, and its page."""

    world: World
    http: httpx.Client

    def as_(self, client: str) -> dict[str, str]:
        """Headers that show the key of a client."""
        return {"authorization": f"Bearer {self.world.keys[client]}"}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    """A server that asks for keys."""
    folder: Path = tmp_path_factory.mktemp("closed")
    with (
        world(folder) as made,
        web(made.server.address) as address,
        httpx.Client(base_url=address, timeout=20) as http,
    ):
        yield Closed(made, http)
