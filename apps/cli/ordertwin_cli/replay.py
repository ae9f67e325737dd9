"""`ordertwin replay`: send a stream of orders to a server and judge its answers."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="Stream file: JSON Lines, plain or .gz.")
]


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(replay)


def replay(
    file: FileArgument,
    server: ServerOption = DEFAULT_TARGET,
    spawn: Annotated[
        bool, typer.Option("--spawn", help="Use a temporary server with a fresh store instead.")
    ] = False,
    model: Annotated[
        str, typer.Option(help="Model file for the temporary server; needs --spawn.")
    ] = "",
    tenant: TenantOption = "default",
    errors: Annotated[
        Path | None,
        typer.Option(help="Write every order that was judged wrongly to this file: JSON Lines."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as one line of JSON, last.")
    ] = False,
) -> None:
    """Send orders and status changes in file order, and report how well duplicates were told.

    The file is checked to its end before anything is sent. Where orders carry their truth, each
    relation gets its figures, next to the rule "same customer, same reference", and `--errors` says
    which orders were missed or flagged wrongly. A replay may be repeated: what was sent before is
    answered from the store.

    Example: `ordertwin generate history.jsonl` and then `ordertwin replay history.jsonl --spawn`.

    The file is described in docs/replay.md.
    """
    import json
    from datetime import UTC, datetime

    from rich.console import Console

    from ordertwin_cli.connection import connected
    from ordertwin_cli.embedded import embedded_server
    from ordertwin_cli.failures import EXIT_INTERRUPTED, CommandFailed
    from ordertwin_cli.progress import counting
    from ordertwin_cli.replaying.errors import writing_errors
    from ordertwin_cli.replaying.plan import checked
    from ordertwin_cli.replaying.report import report_of, view
    from ordertwin_cli.replaying.send import Sender

    if model and not spawn:
        raise CommandFailed("--model is for a temporary server; add --spawn")
    plan = checked(file, now=datetime.now(UTC))
    with ExitStack() as stack:
        wrong = stack.enter_context(writing_errors(errors, file)) if errors else None
        if spawn:
            server = stack.enter_context(embedded_server(model=model, tenant=tenant)).address
        sender = Sender(stack.enter_context(connected(server)), plan, tenant, errors=wrong)
        sender.send_all(stack.enter_context(counting("events", plan.events)))
    report = report_of(sender.tally, [sender.judge])
    console = Console(soft_wrap=True, highlight=False)
    console.print(*view(report), sep="\n")
    if wrong:
        console.print(wrong.summary(), markup=False)
    if as_json:
        print(json.dumps(report), flush=True)
    if sender.tally.interrupted:
        raise typer.Exit(EXIT_INTERRUPTED)
