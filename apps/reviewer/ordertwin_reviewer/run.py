"""Runs the web application until Ctrl-C, SIGTERM, or the end of the process that started it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable

import uvicorn

from ordertwin_reviewer.app import application
from ordertwin_reviewer.options import OptionsRefused, WebOptions

GRACE_SECONDS = 5


def run(
    options: WebOptions, announce: Callable[[str], None], *, until_input_ends: bool = False
) -> None:
    """Serve; `announce` is called with the address of the page once it answers.

    With `until_input_ends` it also stops when standard input ends: the process that holds the other
    end then cannot leave it behind, however it dies. Raises `OptionsRefused`.
    """
    asyncio.run(_serve(options.checked(), announce, until_input_ends))


async def _serve(
    options: WebOptions, announce: Callable[[str], None], until_input_ends: bool
) -> None:
    listener = listening(options)
    try:
        app = application(options)
    except ValueError as error:
        raise OptionsRefused(str(error)) from None
    server = _Server(
        uvicorn.Config(
            app,
            lifespan="on",
            access_log=False,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        ),
        lambda: announce(options.public_url or address_of(listener)),
    )
    if until_input_ends:
        threading.Thread(target=_wait_for_end, args=(server,), daemon=True).start()
    await server.serve([listener])


class _Server(uvicorn.Server):
    """A server that says when it has begun to answer."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()


def listening(options: WebOptions) -> socket.socket:
    """A socket that listens; OptionsRefused says why nobody can listen there."""
    host, port = options.address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the protocol, asyncio leaves Nagle's algorithm on: 40 ms more for every answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise OptionsRefused(
            f"The page cannot listen on {options.listen}: {error.strerror or error}. "
            "Stop the program that does, or choose another address."
        ) from None
    return listener


def address_of(listener: socket.socket) -> str:
    """Where a browser finds a socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _wait_for_end(server: uvicorn.Server) -> None:
    # Not through `sys.stdin`: Python aborts when it ends while a thread waits inside that.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.should_exit = True
