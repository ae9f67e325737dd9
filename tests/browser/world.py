"""A server with the sample orders that asks for keys, and its page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from tests.unit.reviewer.web_world import web
from tests.unit.server.access_world import World, world

from ordertwin.v1.order_pb2 import CHANNEL_EDI, Order
from ordertwin_cli.sample_stream import send_sample
from ordertwin_client import OrderTwinClient

FIRST, AGAIN = "SO-1010", "SO-1017"
"""An order of the sample, and the same entered again by hand: the engine is in doubt."""
NOTHING_BY_CHANCE: dict[str, Any] = {
    "audit_share": 0.0,
    "confident_share": 0.0,
    "blind_share": 0.0,
    "second_share": 0.0,
}
"""Chance is drawn from keys of orders, and those are other ones every time."""
TRADES = (
    "Abbott Castings",
    "Birchwood Kitchens",
    "Calder Optics",
    "Dunmore Dairy",
    "Eastgate Print",
    "Fairlight Boats",
    "Glenrock Masonry",
    "Harrow Cycles",
    "Ivel Nurseries",
    "Juniper Textiles",
    "Kestrel Alarms",
    "Lomond Spirits",
)


@dataclass
class Office:
    """A running server, the keys of the people in it, and where its page is."""

    world: World
    page: str

    def key(self, client: str) -> str:
        """The key of a client."""
        return self.world.keys[client]


@contextmanager
def office(folder: Path, *, doubtful: int = 0) -> Iterator[Office]:
    """An office on its first day: the sample orders came in, and so many doubtful ones more."""
    with world(folder, model="", **NOTHING_BY_CHANCE) as made, web(made.server.address) as page:
        with made.orders("erp") as client:
            send_sample(client, Console(file=io.StringIO()))
            enter_doubtful(client, doubtful)
        yield Office(made, page)


def enter_doubtful(client: OrderTwinClient, count: int, *, addressed: bool = True) -> None:
    """Enter orders of other customers that look as if they were entered twice, the second time
    perhaps without an address."""
    known = {order.order_number: order for order in client.list_orders()}
    for number, trade in enumerate(TRADES[:count]):
        for one in (FIRST, AGAIN):
            order = _elsewhere(known[one], number, trade, again=one == AGAIN)
            if one == AGAIN and not addressed:
                order.ClearField("ship_to")
            client.score_order(order)


def enter_burst(client: OrderTwinClient, count: int) -> None:
    """A connector sends what another one sent before, all of it, under numbers of its own."""
    known = {order.order_number: order for order in client.list_orders()}
    for source in ("edi-6", "edi-7"):
        for number in range(count):
            trade = TRADES[number % len(TRADES)]
            order = _elsewhere(known[FIRST], number + 50, trade, again=source == "edi-7")
            order.customer.name = trade
            order.source = source
            order.channel = CHANNEL_EDI
            order.customer_reference = f"PO {number * 7919 + 100}/{number}"
            client.score_order(order)


def _elsewhere(order: Order, number: int, trade: str, *, again: bool) -> Order:
    """The same order of another customer, with other goods to another place."""
    made = Order()
    made.CopyFrom(order)
    for field in ("name", "state", "received_at", "updated_at", "etag", "decision"):
        made.ClearField(field)
    town, craft = trade.split()
    made.order_id = made.order_number = f"{town[:2].upper()}-{2000 + number}{'B' if again else 'A'}"
    made.customer.party_id = f"C-9{number}7{number}"
    made.customer.name = trade if again else f"{trade} Ltd"
    made.customer.contact_name = f"{town[0]}. Smith" if again else f"{town} Smith"
    made.customer.phone = f"0{1200 + number * 37} 55{number}0{number}7"
    made.ship_to.locality = f"{town}ton"
    made.ship_to.postal_code = f"S{number + 1} {number}EW"
    del made.ship_to.address_lines[:]
    made.ship_to.address_lines.append(f"{number * 3 + 1} {craft} Road")
    for place, line in enumerate(made.lines):
        line.sku = f"{town[:2].upper()}-{place}{number * 7:03d}"
        line.name = f"{craft} part {'ABC'[place]}{number}"
    return made
