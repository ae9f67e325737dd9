"""`ordertwin merge`, `unmerge` and `resolve`: what becomes of a pair of orders."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.connection import ServerOption
from ordertwin_cli.failures import CommandFailed
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    from ordertwin.v1.order_merge_pb2 import MergeOrdersResponse

FirstArgument = Annotated[
    str, typer.Argument(metavar="FIRST", help="The order that was there first, by its name.")
]
SecondArgument = Annotated[
    str, typer.Argument(metavar="SECOND", help="The order that came later, by its name.")
]
ReasonOption = Annotated[str, typer.Option(help="Why, for the record.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


class How(StrEnum):
    """What becomes of a pair that is not merged."""

    LINK = "link"
    ATTACH = "attach"
    SUPERSEDE = "supersede"


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    app.command()(merge)
    app.command()(unmerge)
    app.command()(resolve)


def merge(
    first: FirstArgument,
    second: SecondArgument,
    preview: Annotated[bool, typer.Option("--preview", help="Show the result only.")] = False,
    take: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LINE=HOW",
            help="What becomes of a line of the second order: sum, larger, first or second.",
        ),
    ] = None,
    choose: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=WHOSE", help="Whose company, customer, ship_to or currency_code it is."
        ),
    ] = None,
    order_id: Annotated[str, typer.Option(help="Id of the merged order in the ERP.")] = "",
    reason: ReasonOption = "",
    language: Annotated[str, typer.Option(help="Language of the reasons: en or zh.")] = "en",
    server: ServerOption = DEFAULT_TARGET,
    as_json: JsonOption = False,
) -> None:
    """Make one order of two, line by line, or show what would come of it.

    Example: `ordertwin merge tenants/default/orders/A tenants/default/orders/B --preview`, then
    with `--take 2=sum --choose ship_to=second` and without `--preview`.
    """
    from ordertwin.v1.order_merge_pb2 import FieldChoice, LineChoice
    from ordertwin_cli.connection import connected

    orders = {"first": first, "second": second}
    lines = [
        LineChoice(order=second, line_id=line, take=f"LINE_TAKE_{how.upper()}")
        for line, how in _pairs("--take", take, ("sum", "larger", "first", "second"))
    ]
    fields = [
        FieldChoice(field=field, order=orders[whose])
        for field, whose in _pairs("--choose", choose, tuple(orders))
    ]
    with connected(server) as client:
        merged = client.merge_orders(
            first,
            second,
            validate_only=preview,
            line_choices=lines,
            field_choices=fields,
            order_id=order_id,
            reason=reason,
            language_code=language,
        )
    _say(merged, as_json)


def unmerge(
    name: Annotated[str, typer.Argument(metavar="MERGE", help="The merge, by its name.")],
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
) -> None:
    """Undo a merge: both orders are as they were, the merged one is cancelled.

    Example: `ordertwin unmerge tenants/default/merges/M`.
    """
    from ordertwin_cli.connection import connected

    with connected(server) as client:
        undone = client.unmerge_orders(name, reason=reason)
    back = " and ".join(order.order_id for order in undone.restored)
    print(f"{back} are as they were; {undone.order.order_id} is cancelled.")


def resolve(
    name: Annotated[str, typer.Argument(metavar="ORDER", help="The order, by its name.")],
    how: Annotated[How, typer.Argument(help="What becomes of the pair.")],
    existing: Annotated[str, typer.Argument(metavar="EXISTING", help="The other order.")],
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
) -> None:
    """Settle an order as a duplicate of another one (link, attach), or let it replace that one.

    Example: `ordertwin resolve tenants/default/orders/B attach tenants/default/orders/A`.
    """
    from ordertwin.v1 import decision_pb2
    from ordertwin.v1.order_pb2 import OrderState
    from ordertwin_cli.connection import connected

    with connected(server) as client:
        answer = client.resolve_order(
            name, getattr(decision_pb2, f"ACTION_{how.name}"), existing, reason=reason
        )
    for order in (answer.order, answer.existing_order):
        state = OrderState.Name(order.state).removeprefix("ORDER_STATE_").lower()
        print(f"{order.order_id}: {state.replace('_', ' ')}")


def _pairs(option: str, given: list[str] | None, allowed: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for text in given or []:
        left, sign, right = text.rpartition("=")
        if not sign or right not in allowed:
            raise CommandFailed(f"{option} {text} must end in = and one of {', '.join(allowed)}")
        found.append((left, right))
    return found


def _say(merged: MergeOrdersResponse, as_json: bool) -> None:
    import json

    from google.protobuf.json_format import MessageToDict

    if as_json:
        print(json.dumps(MessageToDict(merged)))
        return
    for line in view(merged):
        print(line)


def view(merged: MergeOrdersResponse) -> list[str]:
    """A merge or its preview in lines.

    >>> from ordertwin.v1.order_merge_pb2 import MergeOrdersResponse
    >>> response = MergeOrdersResponse(merge="tenants/default/merges/m")
    >>> response.order.name = "tenants/default/orders/o"
    >>> view(response)
    ['tenants/default/orders/o is the merged order; tenants/default/merges/m can be undone.']
    """
    said: list[str] = []
    for each in merged.lines:
        made: Any = each.line
        amount = f"{made.quantity.value} {made.unit}".strip()
        what = made.sku or made.gtin or made.customer_sku or made.name
        said.append(f"{made.line_id:>4}  {amount} {what}: {each.text}")
    for conflict in merged.conflicts:
        chosen = " (chosen)" if conflict.chosen_order else f" Say --choose {conflict.field}=..."
        said.append(conflict.text + chosen)
    said += merged.obstacles
    if merged.merge:
        said.append(f"{merged.order.name} is the merged order; {merged.merge} can be undone.")
    return said
