"""`ordertwin web`: the review page and JSON, as a client of a server; and the same as its child."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ordertwin_cli.connection import CREDENTIALS, ServerOption, key_in
from ordertwin_cli.failures import CommandFailed
from ordertwin_client.requests import DEFAULT_TARGET

NEEDED = ("starlette", "uvicorn", "jinja2", "multipart", "babel", "httpx")
SECONDS_TO_STOP = 8.0


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(web)


def web(
    server: ServerOption = DEFAULT_TARGET,
    listen: Annotated[
        str, typer.Option(envvar="ORDERTWIN_WEB", help="Address and port of the page.")
    ] = "127.0.0.1:8551",
    public_url: Annotated[
        str,
        typer.Option(
            envvar="ORDERTWIN_WEB_URL",
            help="Where people reach the page behind a proxy that ends TLS: https://...",
        ),
    ] = "",
    oidc_issuer: Annotated[
        str,
        typer.Option(
            envvar="ORDERTWIN_OIDC_ISSUER",
            help="OpenID Connect provider that people sign in with; the server has to know it too.",
        ),
    ] = "",
    oidc_client_id: Annotated[
        str,
        typer.Option(
            envvar="ORDERTWIN_OIDC_AUDIENCE",
            help="Name of the page at the provider: the audience that the server asks for.",
        ),
    ] = "ordertwin",
    oidc_client_secret_file: Annotated[
        Path | None,
        typer.Option(
            envvar="ORDERTWIN_OIDC_CLIENT_SECRET_FILE",
            help="File with the secret of the page, for providers that want one beside PKCE.",
        ),
    ] = None,
    until_input_ends: Annotated[
        bool,
        typer.Option("--until-input-ends", help="Stop when standard input ends, as a child does."),
    ] = False,
) -> None:
    """Serve the review page and JSON for a server that runs.

    Example: `ordertwin web --server 127.0.0.1:50551 --listen 127.0.0.1:8551`, then open
    http://127.0.0.1:8551. `ordertwin serve --web 127.0.0.1:8551` does both at once. Who comes from
    this machine needs no key while the server asks for none; everybody else signs in.
    """
    ensure_installed()
    from ordertwin_reviewer.options import Oidc, OptionsRefused, WebOptions
    from ordertwin_reviewer.run import run

    secret = key_in(oidc_client_secret_file) if oidc_client_secret_file else ""
    options = WebOptions(
        server=server,
        listen=listen,
        public_url=public_url,
        tls=CREDENTIALS.get().tls,
        oidc=Oidc(oidc_issuer, oidc_client_id, secret) if oidc_issuer else None,
    )
    try:
        run(options, _say, until_input_ends=until_input_ends)
    except OptionsRefused as error:
        raise CommandFailed(str(error)) from None


def _say(address: str) -> None:
    print(f"Review page and JSON: {address} (documentation of JSON: {address}/docs)", flush=True)


def ensure_installed() -> None:
    """Raise ModuleNotFoundError when what the page needs is not installed."""
    for module in NEEDED:
        if find_spec(module) is None:
            raise ModuleNotFoundError(name=module)


@contextmanager
def page_beside(server: str) -> Iterator[str]:
    """The address of a page on a free port, until the block ends."""
    with web_beside(server, "127.0.0.1:0", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = process.stdout.readline().decode()
        yield said.partition(": ")[2].partition(" ")[0]


@contextmanager
def web_beside(
    server: str, listen: str, *, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The page as a process of its own, until the block ends or this process does.

    It has a session of its own, so that Ctrl-C reaches the server first and answers still get out.
    """
    command = [sys.executable, "-m", "ordertwin_cli", "web", "--until-input-ends"]
    process = subprocess.Popen(
        [*command, "--server", server, "--listen", listen],
        stdin=subprocess.PIPE,
        stdout=stdout,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
