"""The bundled sample: a few orders, each with a little story, sent like anybody's orders."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files

from rich.console import Console
from rich.text import Text

from ordertwin_cli.answer_view import headline, reasons
from ordertwin_client import OrderTwinClient
from ordertwin_server.convert.enums import STATE
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_training.stream import Event, OrderEvent, StatusEvent, read_stream

STORY = "story"
REASONS_SHOWN = 3


def sample_events() -> Iterator[Event]:
    """The sample in time order.

    >>> orders = [event.order for event in sample_events() if isinstance(event, OrderEvent)]
    >>> all(order.attributes[STORY] for order in orders)
    True
    """
    with as_file(files("ordertwin_cli") / "sample" / "orders.jsonl") as path:
        yield from read_stream(path)


def send_sample(client: OrderTwinClient, console: Console) -> int:
    """Send the sample and print what each order is told; returns how many orders there were."""
    names: dict[str, str] = {}
    for event in sample_events():
        if isinstance(event, OrderEvent):
            names[event.order.order_id] = _send_order(client, console, event)
        else:
            _send_status(client, console, event, names[event.order_id])
    return len(names)


def _send_order(client: OrderTwinClient, console: Console, event: OrderEvent) -> str:
    order = event.order
    response = client.score_order(order_to_proto(order), request_id=f"sample-{order.order_id}")
    console.print(Text(order.attributes[STORY], "dim"))
    console.print(headline(order.order_number or order.order_id, response))
    for line in reasons(response, REASONS_SHOWN):
        console.print(line)
    console.print()
    return response.order


def _send_status(client: OrderTwinClient, console: Console, event: StatusEvent, name: str) -> None:
    request_id = f"sample-{event.order_id}-{event.state}"
    client.update_order_status(name, STATE.number(event.state), request_id=request_id)
    console.print(Text(f"{event.order_id} is now {event.state.value}.\n", "dim"))
