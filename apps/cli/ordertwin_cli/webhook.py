"""`ordertwin webhook`: addresses that events are posted to."""

from __future__ import annotations

from typing import Annotated

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_cli.watch import numbers_of
from ordertwin_client.requests import DEFAULT_TARGET, new_request_id

NameArgument = Annotated[str, typer.Argument(metavar="WEBHOOK", help="The webhook, by its name.")]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    group = typer.Typer(no_args_is_help=True, help="Have events posted to an address.")
    group.command()(create)
    group.command(name="list")(list_all)
    group.command()(delete)
    group.command()(dead)
    group.command()(retry)
    app.add_typer(group, name="webhook")


def create(
    url: Annotated[str, typer.Argument(help="Where to post to: https, or http on this machine.")],
    source: Annotated[list[str] | None, typer.Option(help="Only orders of this source.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="Only orders in this state.")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="Only this outcome.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only events of this kind.")] = None,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Have events from now on posted to an address; prints the secret that signs them, once.

    Example: `ordertwin webhook create https://erp.example/ordertwin --outcome duplicate`.
    """
    from ordertwin.v1.decision_pb2 import Outcome
    from ordertwin.v1.order_event_pb2 import EventKind
    from ordertwin.v1.order_pb2 import OrderState
    from ordertwin.v1.webhook_pb2 import CreateWebhookRequest, Webhook
    from ordertwin_cli.connection import managing_webhooks
    from ordertwin_client.webhooks import CREATE_WEBHOOK

    wanted = Webhook(
        url=url,
        sources=source or [],
        states=numbers_of("--state", state, OrderState, "ORDER_STATE_"),
        outcomes=numbers_of("--outcome", outcome, Outcome, "OUTCOME_"),
        kinds=numbers_of("--kind", kind, EventKind, "EVENT_KIND_"),
    )
    request = CreateWebhookRequest(
        parent=f"tenants/{tenant}", webhook=wanted, request_id=new_request_id()
    )
    with managing_webhooks(server) as client:
        made = client.call(CREATE_WEBHOOK, request)
    print(f"{made.webhook.name} posts to {made.webhook.url}")
    print(f"secret, shown once: {made.secret}")


def list_all(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List webhooks, and how their deliveries go.

    Example: `ordertwin webhook list`.
    """
    from ordertwin.v1.webhook_pb2 import ListWebhooksRequest
    from ordertwin_cli.connection import managing_webhooks
    from ordertwin_client.webhooks import LIST_WEBHOOKS

    with managing_webhooks(server) as client:
        request = ListWebhooksRequest(parent=f"tenants/{tenant}")
        found = client.call(LIST_WEBHOOKS, request)
    for each in found.webhooks:
        trouble = f", failed {each.failures} times: {each.last_error}" if each.failures else ""
        dead_ones = f", {each.dead_letters} dead letters" if each.dead_letters else ""
        print(f"{each.name} {each.url}{trouble}{dead_ones}")


def delete(name: NameArgument, server: ServerOption = DEFAULT_TARGET) -> None:
    """End a webhook; its dead letters go with it.

    Example: `ordertwin webhook delete tenants/default/webhooks/06eanm1o000000000000000000`.
    """
    from ordertwin.v1.webhook_pb2 import DeleteWebhookRequest
    from ordertwin_cli.connection import managing_webhooks
    from ordertwin_client.webhooks import DELETE_WEBHOOK

    with managing_webhooks(server) as client:
        request = DeleteWebhookRequest(name=name, request_id=new_request_id())
        client.call(DELETE_WEBHOOK, request)
    print(f"{name} has ended")


def dead(name: NameArgument, server: ServerOption = DEFAULT_TARGET) -> None:
    """List deliveries of a webhook that were given up.

    Example: `ordertwin webhook dead tenants/default/webhooks/06eanm1o000000000000000000`.
    """
    from ordertwin.v1.webhook_pb2 import ListDeadLettersRequest
    from ordertwin_cli.connection import managing_webhooks
    from ordertwin_client.webhooks import LIST_DEAD_LETTERS

    with managing_webhooks(server) as client:
        request = ListDeadLettersRequest(parent=name)
        found = client.call(LIST_DEAD_LETTERS, request)
    for each in found.dead_letters:
        print(f"{each.id} {each.given_up_at.ToJsonString()} {each.error}: {each.body}")


def retry(name: NameArgument, server: ServerOption = DEFAULT_TARGET) -> None:
    """Have the dead letters of a webhook tried again.

    Example: `ordertwin webhook retry tenants/default/webhooks/06eanm1o000000000000000000`.
    """
    from ordertwin.v1.webhook_pb2 import RetryDeadLettersRequest
    from ordertwin_cli.connection import managing_webhooks
    from ordertwin_client.webhooks import RETRY_DEAD_LETTERS

    with managing_webhooks(server) as client:
        request = RetryDeadLettersRequest(name=name, request_id=new_request_id())
        tried = client.call(RETRY_DEAD_LETTERS, request)
    print(f"{tried.retried} deliveries are tried again")
