"""`ordertwin serve`: run a server; every setting is an option."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.failures import CommandFailed
from ordertwin_server.settings import SETTINGS, Setting, Settings

if TYPE_CHECKING:
    from ordertwin_server.app import Ready

METAVARS = {str: "TEXT", int: "NUMBER", float: "SECONDS"}
EXAMPLE = """Run the server. Ctrl-C stops it once calls in progress are answered.

Example: `ordertwin serve --sample` keeps orders in ./data and, when there are none yet, scores a
few sample orders first. `ordertwin serve --store sqlite:////var/lib/ordertwin/orders.db` keeps them
elsewhere.

Every option can be given as an environment variable too; an option wins.
"""


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command(help=EXAMPLE)(serve)


def _orders_held(settings: Settings) -> int:
    """Orders already in the store; the sample is for an empty one."""
    from contextlib import closing

    from ordertwin_stores import open_store

    with closing(open_store(settings.store)) as store:
        return store.status(settings.tenant).orders


def _parameter(setting: Setting) -> inspect.Parameter:
    """The option for one setting; what it may be is checked by the settings themselves."""
    help_text = f"{setting.help} [{setting.variable}; default: {shown(setting.default)}]"
    is_flag = setting.kind is bool
    option = typer.Option(
        f"{setting.flag}/--no-{setting.flag.removeprefix('--')}" if is_flag else setting.flag,
        help=help_text,
        show_default=False,
        metavar=None if is_flag else METAVARS[setting.kind],
    )
    kind = bool if is_flag else str
    return inspect.Parameter(
        setting.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )


def shown(default: object) -> str:
    """A default as a person would type it.

    >>> shown(""), shown(True), shown(0.5)
    ('empty', 'true', '0.5')
    """
    return str(default).lower() if isinstance(default, bool) else str(default) or "empty"


def serve(sample: bool, web: str, **flags: Any) -> None:
    """Run the server; `flags` are settings by name, None where not given."""
    from ordertwin_server.process import announce, run

    settings = Settings.load(flags=flags)
    tell: Callable[[Ready], None] = announce
    if sample:
        from ordertwin_cli.welcome import Welcome

        # A page on a port that the system picks says itself where it is.
        tell = Welcome(_orders_held(settings), page="" if web.endswith(":0") else web)
    if not web:
        raise typer.Exit(run(settings, tell))
    _ensure_page_possible(settings, web)
    from ordertwin_cli.web import web_beside

    with ExitStack() as open_until_the_end:

        def begin(ready: Ready) -> None:
            open_until_the_end.enter_context(web_beside(_from_here(ready.address), web))
            tell(ready)

        raise typer.Exit(run(settings, begin))


def _ensure_page_possible(settings: Settings, web: str) -> None:
    """Raise before anything starts when the page could not be served beside the server."""
    from ordertwin_cli.web import ensure_installed
    from ordertwin_server.binding import Address, ensure_free

    ensure_installed()
    if settings.tls_certificate:
        raise CommandFailed(
            "--web reaches the server without TLS; run the page as a process of its own: "
            "ordertwin --tls-ca FILE web --server HOST:PORT"
        )
    ensure_free(Address.parse(web))


def _from_here(address: str) -> str:
    """How a program on this machine reaches an address that was listened on.

    >>> _from_here("0.0.0.0:50551"), _from_here("127.0.0.1:1")
    ('127.0.0.1:50551', '127.0.0.1:1')
    """
    host, _, port = address.rpartition(":")
    return {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host) + f":{port}"


_SAMPLE = inspect.Parameter(
    "sample",
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    default=False,
    annotation=Annotated[
        bool, typer.Option("--sample", help="Score the sample orders if the store is empty.")
    ],
)
_WEB = inspect.Parameter(
    "web",
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    default="",
    annotation=Annotated[
        str,
        typer.Option(
            "--web",
            metavar="HOST:PORT",
            envvar="ORDERTWIN_WEB",
            help="Serve the review page and JSON there as well, for example 127.0.0.1:8551.",
        ),
    ],
)
_PARAMETERS = [_SAMPLE, _WEB, *(_parameter(setting) for setting in SETTINGS)]
# The options come from the table of settings, so that there is one place to add one.
serve.__signature__ = inspect.Signature(_PARAMETERS)  # type: ignore[attr-defined]
serve.__annotations__ = {parameter.name: parameter.annotation for parameter in _PARAMETERS}
