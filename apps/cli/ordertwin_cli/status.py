"""`ordertwin status`: is the server well, and what waits there?"""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET

MOST_COUNTED = 1000


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(status)


def status(
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Say how a running server is, how many orders are held, and what came in last.

    Example: `ordertwin status --server 127.0.0.1:50551`. The exit code is 1 unless it serves.
    """
    import json

    facts = _facts(server, tenant)
    if as_json:
        print(json.dumps(facts))
    else:
        more = " or more" if facts["held"] == MOST_COUNTED else ""
        print(f"{server}: {facts['health']}")
        print(f"orders held for a person: {facts['held']}{more}")
        print(f"newest order: {facts['newest_order'] or 'none yet'} {facts['received_at']}".strip())
    if facts["health"] != "SERVING":
        raise typer.Exit(1)


def _facts(server: str, tenant: str) -> dict[str, Any]:
    from ordertwin.v1.order_pb2 import ORDER_STATE_HELD
    from ordertwin_cli.connection import connected

    with connected(server) as client:
        newest = next(client.list_orders(tenant=tenant, page_size=1), None)
        held = client.list_orders(tenant=tenant, state=ORDER_STATE_HELD, page_size=MOST_COUNTED)
        return {
            "health": _health(server),
            "held": sum(1 for _ in islice(held, MOST_COUNTED)),
            "newest_order": (newest.order_number or newest.order_id) if newest else "",
            "received_at": newest.received_at.ToJsonString() if newest else "",
        }


def _health(server: str) -> str:
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    from ordertwin_cli.connection import CREDENTIALS
    from ordertwin_client.channel import open_channel

    with open_channel(server, CREDENTIALS.get().tls) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=5.0)
    name: str = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    return name
