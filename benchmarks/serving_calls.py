"""What the serving benchmark asks, and how it times the answers."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bulk_orders import FIRST_DAY, SPAN, Business, newest
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest, ScoreOrderResponse
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin_models.order import Order
from ordertwin_server.convert.order_out import order_to_proto

SEED = 7
CALLS_SEED = 8
HOT_SEED = 9
HOT_CUSTOMER = 0
NEWEST = 300
"""A twin among so many of the hot customer's newest orders is to be found."""

LOG_SECONDS = 10.0

AGAIN = "again-"
"""What the id of an order that is entered again begins with."""

Asked = Callable[[ScoreOrderRequest], ScoreOrderResponse]


def stub(channel: Any) -> Asked:
    """ScoreOrder over a channel."""
    ask: Asked = OrderServiceStub(channel).ScoreOrder  # type: ignore[no-untyped-call]
    return ask


def questions(count: int, turn: str = "calls") -> list[ScoreOrderRequest]:
    """Requests that go on where the history ended; others for each turn."""
    business = Business(f"{CALLS_SEED} {turn}")
    arrivals = business.arrivals(count, FIRST_DAY + SPAN + timedelta(days=1))
    return [_request(order, turn, number) for number, order in enumerate(arrivals)]


def hot_questions(count: int, turn: str = "hot") -> list[ScoreOrderRequest]:
    """Requests of the hot customer, on its hot day."""
    business = Business(f"{CALLS_SEED} {turn}", only=HOT_CUSTOMER)
    arrivals = business.arrivals(count, FIRST_DAY + SPAN)
    return [_request(order, turn, number) for number, order in enumerate(arrivals)]


def twin_questions(
    stored: int, count: int, turn: str = "twin"
) -> list[tuple[ScoreOrderRequest, str]]:
    """Orders entered again, from among the hot customer's newest, with the ids of the first."""
    last = newest(stored, HOT_SEED, only=HOT_CUSTOMER, count=NEWEST)
    chosen = last[:: max(1, len(last) // count)][:count]
    again = [
        replace(order, order_id=f"{AGAIN}{order.order_id}", order_number=f"A{order.order_number}")
        for order in chosen
    ]
    requests = [_request(order, turn, number) for number, order in enumerate(again)]
    return list(zip(requests, [order.order_id for order in chosen], strict=True))


def _request(order: Order, turn: str, number: int) -> ScoreOrderRequest:
    message = order_to_proto(order)
    message.source = turn
    return ScoreOrderRequest(order=message, request_id=f"{turn}-{number}")


def timed(ask: Asked, request: ScoreOrderRequest) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    ask(request)
    return (time.perf_counter() - started) * 1000.0


def server_times(log: Path, calls: int, last: int) -> dict[str, float]:
    """Median and 99th percentile in milliseconds, as the server itself took the time of the `last`
    of `calls` calls of ScoreOrder; its log is written a moment later."""
    until = time.monotonic() + LOG_SECONDS
    while len(taken := _times(log)) < calls:
        if time.monotonic() > until:
            raise RuntimeError(f"The server has noted {len(taken)} of {calls} calls.")
        time.sleep(0.05)
    p50, p99 = np.percentile(taken[-last:], [50, 99]).tolist()
    return {"server_p50_ms": round(p50, 2), "server_p99_ms": round(p99, 2)}


def _times(log: Path) -> list[float]:
    lines = log.read_text().splitlines(keepends=True)
    notes = [json.loads(line) for line in lines if line.endswith("\n")]
    return [note["ms"] for note in notes if note.get("method") == "ScoreOrder"]


def rate(
    ask: Asked, requests: Sequence[ScoreOrderRequest], callers: int, *, validate_only: bool = False
) -> float:
    """Answers per second when so many callers ask at once, each one call after the other."""
    waiting = iter(requests)
    lock = threading.Lock()

    def call() -> None:
        while True:
            with lock:
                request = next(waiting, None)
            if request is None:
                return
            if validate_only:
                dry = ScoreOrderRequest()
                dry.CopyFrom(request)
                dry.validate_only = True
                request = dry
            ask(request)

    threads = [threading.Thread(target=call) for _ in range(callers)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(requests) / (time.perf_counter() - started)


@contextmanager
def echo_server(answer: ScoreOrderResponse, folder: Path) -> Iterator[str]:
    """An echo in a process of its own; yields its address."""
    path = folder / "answer.bin"
    path.write_bytes(answer.SerializeToString())
    command = [sys.executable, "-m", "benchmarks.echo_server", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def resident_mb(pid: int) -> float:
    """Memory of a process, as `ps` sees it."""
    command = ["ps", "-o", "rss=", "-p", str(pid)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return round(int(said) / 1024, 1)
