"""A server with the sample orders that asks for keys, and its page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from tests.unit.reviewer.web_world import web
from tests.unit.server.access_world import World, world

from ordertwin_cli.sample_stream import send_sample


@dataclass
class Office:
    """A running server, the keys of the people in it, and where its page is."""

    world: World
    page: str

    def key(self, client: str) -> str:
        """The key of a client."""
        return self.world.keys[client]


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An office on its first day: the sample orders came in, nobody has looked at them."""
    with world(folder, model="") as made, web(made.server.address) as page:
        with made.orders("erp") as client:
            send_sample(client, Console(file=io.StringIO()))
        yield Office(made, page)
