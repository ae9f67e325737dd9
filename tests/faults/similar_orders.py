"""Many callers, each on a connection of its own, hand in similar orders at the same instant."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.faults.consistency import out_of_step
from tests.faults.findings import Findings
from tests.faults.orders import Orders
from tests.faults.servers import client, started

from ordertwin.v1 import order_pb2
from ordertwin.v1.decision_pb2 import OUTCOME_UNIQUE
from ordertwin.v1.order_service_pb2 import ScoreOrderResponse
from ordertwin_client import OrderTwinClient


def similar_orders(folder: Path, rounds: int, callers: int = 64, seed: int = 1) -> Findings:
    """In every round at most one order is unique, and every other names one of the round."""
    found = Findings("similar orders at once", {"rounds": 0, "callers": callers})
    source, store = Orders(seed), folder / "orders.db"
    limit = str(2 * callers)
    with started(store, "--max-scoring", limit) as server, ExitStack() as stack:
        clients = [stack.enter_context(client(server)) for _ in range(callers)]
        pool = stack.enter_context(ThreadPoolExecutor(callers))
        together = threading.Barrier(callers)

        def ask(caller: OrderTwinClient, order: order_pb2.Order) -> ScoreOrderResponse | Exception:
            together.wait()
            try:
                return caller.score_order(order)
            except Exception as error:
                return error

        for number in range(rounds):
            orders = source.similar(callers)
            answers = list(pool.map(ask, clients, orders))
            found.count("rounds")
            _judge(found, number, orders, answers)
        stored = [order.order_id for each in clients[:1] for order in each.list_orders()]
        found.counts["orders"] = len(stored)
        if len(stored) != rounds * callers or len(set(stored)) != len(stored):
            found.lost.append(f"{len(set(stored))} of {rounds * callers} orders are there")
        found.failed += [] if server.terminate() == 0 else ["the server did not end well"]
    found.failed += out_of_step(store)
    return found


def _judge(
    found: Findings,
    number: int,
    orders: list[order_pb2.Order],
    answers: list[ScoreOrderResponse | Exception],
) -> None:
    ids = {order.order_id for order in orders}
    unique = 0
    for order, answer in zip(orders, answers, strict=True):
        if isinstance(answer, Exception):
            found.failed.append(f"round {number}, {order.order_id}: {answer!r}")
        elif answer.outcome == OUTCOME_UNIQUE:
            unique += 1
        elif not ids & {match.order.order_id for match in answer.matches}:
            found.failed.append(f"round {number}: {order.order_id} names none of the others")
    if unique > 1:
        found.doubled.append(f"round {number}: {unique} orders are unique")
    found.count("rounds with one unique", unique == 1)
