"""A server is told to stop while clients register, and another takes its place on the same port."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

from tests.faults.consistency import out_of_step
from tests.faults.findings import Findings
from tests.faults.orders import Orders
from tests.faults.servers import client, started

from ordertwin.v1 import order_pb2
from ordertwin_client import OrderTwinClient, UnavailableError

CALLERS = 16


class _Caller(threading.Thread):
    """Registers one order after another until a call is not answered; it never repeats one."""

    def __init__(self, caller: OrderTwinClient, source: Orders, ending: threading.Event) -> None:
        super().__init__(daemon=True)
        self._caller, self._source, self._ending = caller, source, ending
        self.answered: dict[str, str] = {}
        self.refused: list[tuple[order_pb2.Order, UnavailableError]] = []
        self.unexpected: list[str] = []

    def run(self) -> None:
        while not self.refused and not self.unexpected:
            order = self._source.next()
            try:
                answer = self._caller.score_order(order, request_id=order.order_id)
                self.answered[order.order_id] = answer.order
            except UnavailableError as error:
                self.refused.append((order, error))
                if not self._ending.is_set():
                    self.unexpected.append(f"refused before anybody stopped: {error}")
            except Exception as error:
                self.unexpected.append(f"{order.order_id}: {error!r}")


def draining(folder: Path, drains: int, seed: int = 5) -> Findings:
    """What was answered must be there, what was refused must not, and both servers end in time."""
    found = Findings("drain under load", {"drains": 0, "answered": 0, "refused": 0})
    store, rng = folder / "orders.db", random.Random(seed)
    sources = [Orders(seed * 1000 + number, f"{number}-") for number in range(CALLERS)]
    names: dict[str, str] = {}
    refused: list[order_pb2.Order] = []
    for _ in range(drains):
        ending = threading.Event()
        with started(store, "--model", "none", "--grace-seconds", "20") as server:
            clients = [client(server, retrying=False) for _ in range(CALLERS)]
            callers = [_Caller(c, s, ending) for c, s in zip(clients, sources, strict=True)]
            for caller in callers:
                caller.start()
            time.sleep(rng.uniform(0.1, 0.6))
            ending.set()
            if server.terminate() != 0:
                found.failed.append(f"the server did not end well: {server.said[-1:]}")
            for caller in callers:
                caller.join()
            for each in clients:
                each.close()
        found.count("drains")
        for caller in callers:
            names |= caller.answered
            found.failed += caller.unexpected
            refused += [order for order, _ in caller.refused]
    found.counts |= {"answered": len(names), "refused": len(refused)}
    with started(store, "--model", "none") as server, client(server) as reader:
        stored = {each.order_id: each.name for each in reader.list_orders(page_size=1000)}
    found.lost += [order_id for order_id, name in names.items() if stored.get(order_id) != name]
    found.failed += [
        f"{order.order_id} was refused, and is there"
        for order in refused
        if order.order_id in stored
    ]
    found.failed += out_of_step(store)
    return found
