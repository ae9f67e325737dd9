"""What it costs to be watched: how late watchers hear, and how much longer ScoreOrder takes.

    python -m benchmarks.watching --watchers 1000

Orders come at an even rate, first unwatched, then with so many streams open that each hear of
every order; this is done in turns. Watchers live in a process of their own. Lag is the time
from the moment that the server wrote into the event until a watcher had it in hand, in
milliseconds. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from benchmarks.serving_calls import SEED, Asked, questions, resident_mb, stub, timed
from benchmarks.serving_stores import loaded
from ordertwin.v1.order_event_pb2 import WatchOrdersRequest
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin_cli.embedded import EmbeddedServer, embedded_server
from ordertwin_cli.failures import failing_clearly

WATCHERS, ORDERS, CALLS, RATE = 1000, 10_000, 400, 20.0
WARM_UP = 200
TURNS = 5
CONNECTIONS = 10
"""Connections that watchers share."""


def paced(ask: Asked, asked: Sequence[ScoreOrderRequest], rate: float) -> list[float]:
    """Milliseconds of each call; calls begin at an even rate, or at once when one is late."""
    begun = time.perf_counter()
    found = []
    for number, request in enumerate(asked):
        time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        found.append(timed(ask, request))
    return found


@contextmanager
def watched(address: str, watchers: int, expected: int) -> Iterator[list[dict[str, Any]]]:
    """So many watchers until the block ends; afterwards the list holds what they saw."""
    seen: list[dict[str, Any]] = []
    command = [sys.executable, "-m", "benchmarks.watching", "--watch", address]
    with subprocess.Popen(
        [*command, "--watchers", str(watchers), "--calls", str(expected)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("The watchers could not connect.")
        yield seen
        seen.append(json.loads(process.stdout.readline()))


async def watch(address: str, watchers: int, expected: int) -> None:
    """Be the watchers: say when all are there, and at the end how late they heard."""
    lags: list[float] = []
    begun = asyncio.Semaphore(0)

    async def one(channel: grpc.aio.Channel) -> None:
        call = OrderServiceStub(channel).WatchOrders(  # type: ignore[no-untyped-call]
            WatchOrdersRequest(parent="tenants/default")
        )
        await call.read()
        begun.release()
        heard = 0
        while heard < expected:
            message = await call.read()
            now = time.time()
            for event in message.events:
                lags.append((now - event.happened_at.ToNanoseconds() / 1e9) * 1000)
                heard += 1
        call.cancel()

    channels = [
        grpc.aio.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])
        for _ in range(CONNECTIONS)
    ]
    tasks = [asyncio.create_task(one(channels[n % CONNECTIONS])) for n in range(watchers)]
    for _ in range(watchers):
        await begun.acquire()
    print("ready", flush=True)
    await asyncio.gather(*tasks)
    p50, p99 = np.percentile(lags, [50, 99]).tolist()
    found = {"events": len(lags), "p50": p50, "p99": p99, "worst": max(lags)}
    print(json.dumps(found), flush=True)
    for channel in channels:
        await channel.close(None)


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def figures(
    server: EmbeddedServer,
    *,
    watchers: int,
    calls: int,
    rate: float,
    turns: int = TURNS,
    salt: str = "",
) -> dict[str, Any]:
    """What a running server takes unwatched and watched, in turns. Orders that it has already tell
    watchers nothing, so a store that is asked again needs another `salt`."""
    alone: list[list[float]] = []
    beside: list[list[float]] = []
    lags: list[dict[str, Any]] = []
    busy = {"alone": 0.0, "watched": 0.0}
    with grpc.insecure_channel(server.address) as channel:
        ask = stub(channel)
        for request in questions(min(WARM_UP, calls), f"warm-up{salt}"):
            ask(request)
        for turn in range(turns):
            asked = questions(calls, f"alone-{turn}{salt}")
            started = processor_seconds(server.pid)
            alone.append(paced(ask, asked, rate))
            busy["alone"] += processor_seconds(server.pid) - started
            asked = questions(calls, f"watched-{turn}{salt}")
            with watched(server.address, watchers, len(asked)) as seen:
                memory = resident_mb(server.pid)
                started = processor_seconds(server.pid)
                beside.append(paced(ask, asked, rate))
                busy["watched"] += processor_seconds(server.pid) - started
            lags += seen
    seconds = turns * calls / rate
    before, after = (np.percentile(np.concatenate(each), [50, 99]) for each in (alone, beside))
    return {
        "watchers": watchers,
        "orders_per_second": rate,
        "events_told": sum(each["events"] for each in lags),
        "watch_lag_p50_ms": round(max(each["p50"] for each in lags), 1),
        "watch_lag_p99_ms": round(max(each["p99"] for each in lags), 1),
        "watch_lag_worst_ms": round(max(each["worst"] for each in lags), 1),
        "score_p50_ms": round(before[0], 2),
        "score_p50_ms_with_watchers": round(after[0], 2),
        "score_p99_ms": round(before[1], 2),
        "score_p99_ms_with_watchers": round(after[1], 2),
        "score_p99_change_with_watchers": round(change_of(alone, beside), 3),
        "server_busy": round(busy["alone"] / seconds, 3),
        "server_busy_with_watchers": round(busy["watched"] / seconds, 3),
        "rss_mb_with_watchers": memory,
    }


def change_of(alone: Sequence[Sequence[float]], beside: Sequence[Sequence[float]]) -> float:
    """How much more the 99th percentile is beside than alone: the median over turns, so that a
    turn in which the machine had other things to do does not decide.

    >>> change_of([[10.0], [10.0], [10.0]], [[11.0], [90.0], [11.0]])
    0.1
    """
    ratios = [
        float(np.percentile(after, 99) / np.percentile(before, 99))
        for before, after in zip(alone, beside, strict=True)
    ]
    return round(float(np.median(ratios)) - 1, 6)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a report and a line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--watchers", type=int, default=WATCHERS, help="streams open at once")
    parser.add_argument("--orders", type=int, default=ORDERS, help="orders stored beforehand")
    parser.add_argument("--calls", type=int, default=CALLS, help="orders in each turn")
    parser.add_argument("--rate", type=float, default=RATE, help="orders a second")
    parser.add_argument("--turns", type=int, default=TURNS, help="unwatched and watched")
    parser.add_argument("--model", default="", help="model file; empty means the released one")
    parser.add_argument("--watch", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.watch:
        asyncio.run(watch(options.watch, options.watchers, options.calls))
        return 0
    with failing_clearly(debug=False), tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "orders.db"
        loaded(store, options.orders, SEED)
        with embedded_server(store=f"sqlite:///{store}", model=options.model) as server:
            found = figures(
                server,
                watchers=options.watchers,
                calls=options.calls,
                rate=options.rate,
                turns=options.turns,
            )
    for name, value in found.items():
        print(f"{name:34} {value}")
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
