"""Puts the web application together from its options."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from ordertwin_reviewer.backend import Backend
from ordertwin_reviewer.options import WebOptions
from ordertwin_reviewer.pages.home import nowhere, pages
from ordertwin_reviewer.pages.rendering import Templates
from ordertwin_reviewer.pages.sessions import Sessions
from ordertwin_reviewer.pages.shell import Shell
from ordertwin_reviewer.rest.routes import JsonDoor
from ordertwin_reviewer.strangers import Doorkeeper


def application(options: WebOptions) -> Starlette:
    """The application; it must be made inside the event loop that runs it.

    Raises `OptionsRefused` when the options would not be safe.
    """
    backend = Backend(options.server, options.tls, timeout=options.timeout)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await backend.close()

    shell = Shell(backend, options, Sessions(), Templates())
    routes: list[BaseRoute] = [
        Route("/healthz", _health),
        *JsonDoor(backend, options).routes(),
        *pages(shell),
        Mount("/static", StaticFiles(packages=[("ordertwin_reviewer", "static")])),
    ]
    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Doorkeeper, options=options)],
        exception_handlers={404: shell.elsewhere(nowhere)},
    )


async def _health(_request: Request) -> Response:
    return PlainTextResponse("SERVING\n")
