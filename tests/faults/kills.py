"""The server is killed at any moment, while clients register and repeat what was not answered."""

from __future__ import annotations

import random
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from tests.faults.consistency import out_of_step, traces
from tests.faults.findings import Findings
from tests.faults.orders import Orders
from tests.faults.registrations import Registrations
from tests.faults.servers import Server, client, started

from ordertwin_client import OrderTwinClient

LONGEST_LIFE = 0.4
"""Seconds a server lives, at most, once it serves."""


def kills(folder: Path, kills: int, registrations: int, seed: int = 2) -> Findings:
    """Register orders through `kills` lives of a server and one that is left alone."""
    found = Findings("kill -9", {"kills": 0, "registrations": registrations})
    store, source, rng = folder / "orders.db", Orders(seed), random.Random(seed)
    work = Registrations([source.next() for _ in range(registrations)])
    clients: list[OrderTwinClient] = []
    threads: list[threading.Thread] = []
    for _ in range(kills):
        with ExitStack() as life:
            server = life.enter_context(started(store, "--model", "none"))
            clients.append(client(server, timeout=10, retrying=False))
            if not threads:
                threads = work.begin(lambda: clients[-1])
            due = (1 + found.counts["kills"]) * registrations / (kills + 1)
            _live(work, rng.uniform(0, LONGEST_LIFE), due)
            server.kill()
            found.count("kills")
    with started(store, "--model", "none") as server:
        clients.append(client(server, timeout=10, retrying=False))
        for thread in threads or work.begin(lambda: clients[-1]):
            thread.join()
        compare(found, server, work)
    found.counts["repeated calls"] = work.repeated
    found.failed += [*work.unexpected, *out_of_step(store)]
    for table in ("requests", "audit"):
        left = traces(store, table)
        for order in work.orders:
            if left.get(f"register {order.order_id}") != 1:
                found.failed.append(f"{order.order_id} left no single trace in {table}")
    for each in clients:
        each.close()
    return found


def _live(work: Registrations, seconds: float, due: float) -> None:
    """Until some time went by and the share of work that is due was done."""
    time.sleep(seconds)
    while len(work.acknowledged) < due and not work.are_done:
        time.sleep(0.005)


def compare(found: Findings, server: Server, work: Registrations) -> None:
    """Find acknowledged orders that are not there, and orders that are there twice."""
    with client(server) as reader:
        stored: dict[str, list[str]] = {}
        for order in reader.list_orders(page_size=1000):
            stored.setdefault(order.order_id, []).append(order.name)
    for order_id, name in work.acknowledged.items():
        if name not in stored.get(order_id, []):
            found.lost.append(f"{order_id} was acknowledged as {name}")
    for order_id, names in stored.items():
        if len(names) > 1:
            found.doubled.append(f"{order_id} is there {len(names)} times")
