"""`ordertwin watch`: what happens to orders, as it happens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_cli.failures import CommandFailed
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    from ordertwin.v1.order_event_pb2 import OrderEvent

PATIENCE = 60.0
"""Seconds without a server after which the command gives up."""


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(watch)


def watch(
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
    source: Annotated[
        list[str] | None, typer.Option(help="Only orders of this source; repeatable.")
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option(help="Only orders that came into this state; repeatable.")
    ] = None,
    outcome: Annotated[
        list[str] | None, typer.Option(help="Only decisions with this outcome; repeatable.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only events of this kind; repeatable.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File that keeps the place: the next watch goes on from there."
        ),
    ] = None,
    most: Annotated[
        int | None, typer.Option("--count", min=1, help="Stop after so many events.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON each.")] = False,
) -> None:
    """Print decisions, status changes, verdicts and merges as they happen, until interrupted.

    Example: `ordertwin watch --outcome duplicate --outcome review`. With `--resume FILE` nothing is
    missed between two runs; after a break the last event may come twice.
    """
    import json

    from google.protobuf.json_format import MessageToDict

    from ordertwin.v1.decision_pb2 import Outcome
    from ordertwin.v1.order_event_pb2 import EventKind
    from ordertwin.v1.order_pb2 import OrderState
    from ordertwin_cli.connection import connected

    what: dict[str, Any] = {
        "sources": source or [],
        "states": numbers_of("--state", state, OrderState, "ORDER_STATE_"),
        "outcomes": numbers_of("--outcome", outcome, Outcome, "OUTCOME_"),
        "kinds": numbers_of("--kind", kind, EventKind, "EVENT_KIND_"),
    }
    if resume is not None and resume.is_file():
        what["resume_token"] = resume.read_text("utf-8").strip()
    told = 0
    with (
        connected(server) as client,
        client.watch_orders(tenant=tenant, patience=PATIENCE, **what) as watching,
    ):
        for message in watching.messages():
            for event in message.events:
                print(json.dumps(MessageToDict(event)) if as_json else shown(event), flush=True)
                told += 1
                _save(resume, event.resume_token)
                if told == most:
                    return
            _save(resume, message.resume_token)


def shown(event: OrderEvent) -> str:
    """An event as a line.

    >>> from ordertwin.v1.order_event_pb2 import OrderEvent
    >>> shown(OrderEvent(kind=2, order_id="SO-1", source="edi", state=5, previous_state=3))
    '1970-01-01T00:00:00Z status changed: edi SO-1, accepted → shipped'
    """
    from ordertwin.v1.decision_pb2 import Outcome
    from ordertwin.v1.order_event_pb2 import EventKind
    from ordertwin.v1.order_pb2 import OrderState

    def word(enum: Any, number: int, prefix: str) -> str:
        return str(enum.Name(number)).removeprefix(prefix).replace("_", " ").lower()

    state = word(OrderState, event.state, "ORDER_STATE_")
    if event.previous_state:
        state = f"{word(OrderState, event.previous_state, 'ORDER_STATE_')} → {state}"
    parts = [f"{event.source} {event.order_id}".strip()]
    if event.outcome:
        parts.append(word(Outcome, event.outcome, "OUTCOME_"))
    if event.state:
        parts.append(state)
    if event.related_orders:
        parts.append("with " + " ".join(event.related_orders))
    what = word(EventKind, event.kind, "EVENT_KIND_")
    return f"{event.happened_at.ToJsonString()} {what}: {', '.join(parts)}"


def numbers_of(option: str, names: list[str] | None, enum: Any, prefix: str) -> list[Any]:
    """Members of an enum of the contract by the names a person writes."""
    numbers = []
    for name in names or []:
        member = prefix + name.upper().replace("-", "_").replace(" ", "_")
        if member not in enum.keys():  # noqa: SIM118, no dictionary
            known = ", ".join(each.removeprefix(prefix).lower() for each in enum.keys()[1:])
            raise CommandFailed(f"{option} {name} is unknown; it may be one of {known}")
        numbers.append(enum.Value(member))
    return numbers


def _save(path: Path | None, token: str) -> None:
    """Replaced in one step, so that an interruption leaves the one or the other."""
    if path is not None:
        beside = path.with_name(path.name + ".new")
        beside.write_text(token + "\n", "utf-8")
        beside.replace(path)
