"""`ordertwin score`: ask about the orders in a file."""

from __future__ import annotations

from typing import Annotated

import typer

from ordertwin_cli.connection import ServerOption
from ordertwin_client.requests import DEFAULT_TARGET

FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="Order documents: a JSON object, a list, or JSON Lines; - is stdin."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(score)


def score(
    file: FileArgument,
    server: ServerOption = DEFAULT_TARGET,
    validate_only: Annotated[
        bool, typer.Option("--validate-only", help="Ask without storing the order.")
    ] = False,
    attended: Annotated[
        bool, typer.Option("--attended", help="A person is waiting: show doubtful orders earlier.")
    ] = False,
    language: Annotated[str, typer.Option(help="Language of the reasons: en or zh.")] = "en",
    max_matches: Annotated[
        int, typer.Option(min=1, max=50, help="How many existing orders to show.")
    ] = 5,
    request_id: Annotated[
        str, typer.Option(help="Makes the call repeatable; for one order only.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each answer as one line of JSON.")
    ] = False,
) -> None:
    """Ask whether orders are already there, and register them.

    Example: `ordertwin score order.json`, or without storing anything:
    `ordertwin score order.json --validate-only`.

    The order document is described in docs/order-document.md.
    """
    from google.protobuf.json_format import MessageToJson
    from rich.console import Console

    from ordertwin_cli.answer_view import full
    from ordertwin_cli.connection import connected
    from ordertwin_cli.documents import read_orders
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_client.requests import new_request_id
    from ordertwin_server.convert.order_out import order_to_proto

    orders = read_orders(file)
    if request_id and len(orders) > 1:
        raise CommandFailed("--request-id is for one order; leave it out and each gets its own")
    console = Console(soft_wrap=True, highlight=False)
    with connected(server) as client:
        for order in orders:
            response = client.score_order(
                order_to_proto(order),
                request_id=request_id or new_request_id(),
                validate_only=validate_only,
                attended=attended,
                language_code=language,
                max_matches=max_matches,
            )
            if as_json:
                line = MessageToJson(response, preserving_proto_field_name=True, indent=None)
                print(line, flush=True)
            else:
                console.print(*full(order.order_number or order.order_id, response), sep="\n")
