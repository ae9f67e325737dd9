"""The active model on several server processes: taken up by all, whole after a kill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import grpc
import pytest
from tests.end_to_end.fleet import PATIENCE, Server, fleet
from tests.postgres_server import Database
from tests.unit.server.trained_models import a_file

from benchmarks.access_matrix import Issuer
from ordertwin_client.errors import OrderTwinError
from ordertwin_client.models import ModelClient
from ordertwin_stores import open_store
from ordertwin_stores.model_versions import ModelState


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'orders.db'}"
    database: Database = request.getfixturevalue("postgres")
    return database.empty_store_address()


@contextmanager
def models(server: Server, key: str) -> Iterator[ModelClient]:
    header = (("authorization", f"Bearer {key}"),)
    with grpc.insecure_channel(server.address) as channel:
        grpc.channel_ready_future(channel).result(timeout=PATIENCE)
        yield ModelClient(channel, header, timeout=PATIENCE)


def keys_in(store: str) -> tuple[str, str]:
    with closing(open_store(store)) as opened:
        issuer = Issuer(opened)
        return issuer.key("scientist", "data-scientist"), issuer.key("boss", "admin")


def until(came: Callable[[], bool]) -> None:
    """Wait for something that comes by itself."""
    give_up = time.monotonic() + PATIENCE
    while not came():
        assert time.monotonic() < give_up, "it never came"
        time.sleep(0.02)


def test_every_server_of_a_store_takes_up_what_was_activated_on_one(postgres: Database) -> None:
    address = postgres.empty_store_address()
    scientist, boss = keys_in(address)
    with fleet(address, 2, "--model", "none") as (one, other):
        with models(one, scientist) as door:
            door.publish(a_file("own/1"))
        with models(one, boss) as door, models(other, boss) as elsewhere:
            door.activate("own/1")
            assert door.page().serving_version == "own/1"
            until(lambda: elsewhere.page().serving_version == "own/1")


def test_a_server_killed_while_it_activates_leaves_one_version_active(store: str) -> None:
    scientist, boss = keys_in(store)
    with fleet(store, 1, "--model", "none") as (server,):
        with models(server, scientist) as door:
            for number in range(6):
                door.publish(a_file(f"own/{number}"))

        def activate_all(door: ModelClient) -> None:
            try:
                for _ in range(50):
                    for number in range(6):
                        door.activate(f"own/{number}")
            except OrderTwinError:
                return

        for pause in (0.05, 0.2):
            with models(server, boss) as door:
                worker = Thread(target=activate_all, args=(door,))
                worker.start()
                time.sleep(pause)
                server.kill()
                worker.join()
            server.start()
            with models(server, boss) as door:
                serving = door.page().serving_version
        server.stop()
        with closing(open_store(store)) as opened:
            versions = opened.models.list("default", 50, None)
            history = opened.models.history("default", 1000, None)
    active = [each.version for each in versions if each.state is ModelState.ACTIVE]
    assert active == [serving]
    assert next(each.version for each in history if each.after is ModelState.ACTIVE) == serving
