"""Several servers on one PostgreSQL: what is promised, counted.

`python -m tests.end_to_end.several_servers` runs all of it at full size; its last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import grpc
from tests.end_to_end.fleet import Server, fleet, target_of
from tests.postgres_server import Database, a_database

from benchmarks.bulk_orders import Business
from ordertwin.v1 import order_pb2
from ordertwin.v1.decision_pb2 import OUTCOME_UNIQUE
from ordertwin.v1.order_service_pb2 import ScoreOrderResponse
from ordertwin_client import OrderTwinClient, UnavailableError
from ordertwin_client.requests import CHANNEL_OPTIONS
from ordertwin_models.order import Order
from ordertwin_server.convert import order_to_proto

TIMEOUT = 120.0
"""Seconds a client waits: broken promises are counted, not how busy the machine is."""
FIRST_DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(slots=True)
class Count:
    """What was tried, and what was promised and not kept: the last three must stay empty."""

    tried: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        """Everything that was not kept."""
        return [*self.lost, *self.doubled, *self.failed]


def similar_orders(database: Database, rounds: int, callers: int = 64, seed: int = 1) -> Count:
    """Of similar orders at the same instant over both servers exactly one is unique.

    They are not the same: each has an id of its own, and reference, note or quantity differ.
    """
    count, business = Count(), Business(seed)
    with (
        fleet(database.store_address(), 2) as servers,
        clients(servers, callers) as asking,
        ThreadPoolExecutor(callers) as pool,
    ):
        together = threading.Barrier(callers)

        def ask(place: int, order: order_pb2.Order) -> ScoreOrderResponse | Exception:
            together.wait()
            try:
                return asking[place].score_order(order)
            except Exception as error:
                return error

        for number in range(rounds):
            orders = list(alike(business.order(FIRST_DAY + timedelta(hours=number)), callers))
            answers = list(pool.map(ask, range(callers), orders))
            judge(count, number, orders, answers)
        compare(count, asking[0], {})
    return count


def rolling_restart(database: Database, calls: int, callers: int = 8, seed: int = 2) -> Count:
    """Both servers are restarted in turns, again and again, and no call of a client fails."""
    count, work = Count(), Work(Business(seed))
    with fleet(database.store_address(), 2) as servers, clients(servers, callers, True) as asking:

        def register(place: int) -> None:
            while work.done < calls or not count.tried["restarts"]:
                order = work.take()
                try:
                    work.acknowledge(order, asking[place].score_order(order))
                except Exception as error:
                    count.failed.append(f"{order.order_id}: {error!r}")

        def restart() -> None:
            while work.done < calls or count.tried["restarts"] < len(servers):
                server = servers[count.tried["restarts"] % len(servers)]
                if server.stop() != 0:
                    count.failed.append(f"a server did not end well: {server.said[-1]}")
                server.start()
                count.tried["restarts"] += 1

        run([lambda place=place: register(place) for place in range(callers)] + [restart])
        count.tried["calls"] = work.done
        compare(count, asking[0], work.names)
    return count


def kills(database: Database, calls: int, kills: int, callers: int = 8, seed: int = 3) -> Count:
    """Servers are killed at any moment; who gets no answer repeats with the same request id."""
    count, work, chance = Count(), Work(Business(seed)), random.Random(seed)
    with fleet(database.store_address(), 2) as servers, clients(servers, callers, True) as asking:

        def register(place: int) -> None:
            while work.done < calls or count.tried["kills"] < kills:
                order = work.take()
                while not (answer := attempt(asking[place], order)):
                    count.tried["calls repeated by hand"] += 1
                work.acknowledge(order, answer)

        def kill() -> None:
            while count.tried["kills"] < kills:
                server = chance.choice(servers)
                due = work.done + chance.randint(1, max(1, calls // kills))
                while work.done < due:
                    time.sleep(0.001)
                server.kill()
                server.start()
                count.tried["kills"] += 1

        def attempt(client: OrderTwinClient, order: order_pb2.Order) -> ScoreOrderResponse | None:
            try:
                return client.score_order(order, request_id=f"register {order.order_id}")
            except UnavailableError:
                return None

        run([lambda place=place: register(place) for place in range(callers)] + [kill])
        count.tried["calls"] = work.done
        compare(count, asking[0], work.names)
    return count


class Work:
    """Orders for callers to register, and the names that they were given."""

    def __init__(self, business: Business) -> None:
        self._business, self._lock = business, threading.Lock()
        self._taken = 0
        self.names: dict[str, str] = {}

    @property
    def done(self) -> int:
        """How many were acknowledged."""
        return len(self.names)

    def take(self) -> order_pb2.Order:
        """The next order."""
        with self._lock:
            self._taken += 1
            return order_to_proto(self._business.order(FIRST_DAY + timedelta(hours=self._taken)))

    def acknowledge(self, order: order_pb2.Order, answer: ScoreOrderResponse) -> None:
        """The order was answered."""
        self.names[order.order_id] = answer.order


@contextmanager
def clients(
    servers: list[Server], count: int, anywhere: bool = False
) -> Iterator[list[OrderTwinClient]]:
    """Clients with connections of their own, each at one server, or `anywhere`."""
    with ExitStack() as stack:
        made = []
        for place in range(count):
            turned = servers[place % len(servers) :] + servers[: place % len(servers)]
            target = target_of(turned) if anywhere else turned[0].address
            options = [*CHANNEL_OPTIONS, ("grpc.use_local_subchannel_pool", 1)]
            channel = stack.enter_context(grpc.insecure_channel(target, options))
            made.append(OrderTwinClient(channel=channel, timeout=TIMEOUT, read_timeout=TIMEOUT))
        yield made


def alike(first: Order, count: int) -> Iterator[order_pb2.Order]:
    """The order as several people and machines would send it."""
    for number in range(count):
        line = first.lines[number % len(first.lines)]
        more = replace(line, quantity=(line.quantity or Decimal(0)) + 1)
        changes = (
            {},
            {"note": "second message"},
            {"customer_reference": f"{first.customer_reference} a"},
            {"lines": tuple(more if each is line else each for each in first.lines)},
        )[number % 4]
        order_id = f"{first.order_id}-{number}"
        yield order_to_proto(
            replace(first, order_id=order_id, order_number=f"N-{order_id}", **changes)
        )


def judge(
    count: Count,
    number: int,
    orders: list[order_pb2.Order],
    answers: list[ScoreOrderResponse | Exception],
) -> None:
    """Look at the answers of one round."""
    count.tried["rounds"] += 1
    count.tried["orders"] += len(orders)
    ids, unique = {order.order_id for order in orders}, 0
    for order, answer in zip(orders, answers, strict=True):
        if isinstance(answer, Exception):
            count.failed.append(f"round {number}, {order.order_id}: {answer!r}")
        elif answer.outcome == OUTCOME_UNIQUE:
            unique += 1
        elif not ids & {match.order.order_id for match in answer.matches}:
            count.failed.append(f"round {number}: {order.order_id} names none of the others")
    if unique != 1:
        count.doubled.append(f"round {number}: {unique} orders are unique")


def compare(count: Count, client: OrderTwinClient, names: dict[str, str]) -> None:
    """Everything acknowledged must be there under its name, and nothing twice."""
    stored = Counter((order.order_id, order.name) for order in client.list_orders(page_size=1000))
    count.lost += [f"{each} was acknowledged" for each in names.items() if each not in stored]
    ids = Counter(order_id for order_id, _ in stored)
    count.doubled += [f"{each} is there {times} times" for each, times in ids.items() if times > 1]
    count.tried["orders"] = len(ids)


def run(works: list[Callable[[], None]]) -> None:
    """Run all at the same time, and raise what one of them raised."""
    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(work) for work in works]:
            future.result()


RUNS: dict[str, Callable[[Database, float, int], Count]] = {
    "similar_orders": lambda database, size, part: similar_orders(
        database, max(1, round(1_000 * size)), seed=100 + part
    ),
    "rolling_restart": lambda database, size, part: rolling_restart(
        database, max(1, round(10_000 * size)), seed=200 + part
    ),
    "kills": lambda database, size, part: kills(
        database, max(1, round(10_000 * size)), max(1, round(100 * size)), seed=300 + part
    ),
}
"""Each with the sizes it is run with at full size."""


def main() -> int:
    """Run everything; 1 when something was not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--size", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--only", choices=RUNS, action="append", help="run this one; repeatable")
    given = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    for name in given.only or RUNS:
        begun = time.perf_counter()
        with a_database() as database:
            found = RUNS[name](database, given.size, 0)
        seconds = round(time.perf_counter() - begun, 1)
        results[name] = {
            "tried": dict(found.tried),
            "lost": found.lost,
            "doubled": found.doubled,
            "failed": found.failed,
            "seconds": seconds,
        }
        kept = found.broken or ["all kept"]
        print(f"{name}: {dict(found.tried)} in {seconds} s;", *kept, flush=True)
    print(json.dumps(results))
    return int(any(each["lost"] or each["doubled"] or each["failed"] for each in results.values()))


if __name__ == "__main__":
    sys.exit(main())
