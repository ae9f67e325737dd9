"""A client that is known to reach a server, or a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from ordertwin_cli.failures import CommandFailed
from ordertwin_client import OrderTwinClient
from ordertwin_client.requests import CHANNEL_OPTIONS, DEFAULT_TARGET

PATIENCE = 30.0
"""Seconds a command waits for one answer; a person would rather wait than be told to repeat."""

ServerOption = Annotated[
    str, typer.Option("--server", metavar="HOST:PORT", help="Server to talk to.")
]
TenantOption = Annotated[str, typer.Option("--tenant", help="Tenant whose orders are meant.")]


@contextmanager
def connected(server: str = DEFAULT_TARGET, *, within: float = 3.0) -> Iterator[OrderTwinClient]:
    """A client of the server, once it answers; CommandFailed after `within` seconds."""
    import grpc

    with grpc.insecure_channel(server, CHANNEL_OPTIONS) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=within)
        except grpc.FutureTimeoutError:
            raise CommandFailed(
                f"no server answers at {server}; start one with `ordertwin serve` in another "
                "terminal, or say with --server where it listens"
            ) from None
        with OrderTwinClient(channel=channel, timeout=PATIENCE, read_timeout=PATIENCE) as client:
            yield client
