"""What one registering ScoreOrder costs one caller, next to an echo of the same messages.

Both are asked in turns in one run on one machine, so their ratio says more than either time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from benchmarks.bulk_orders import FIRST_DAY, SPAN, Business, history
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest, ScoreOrderResponse
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.failures import failing_clearly
from ordertwin_cli.progress import counting
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_stores import open_store

ORDERS = 100_000
CALLS = 1_000
WARM_UP = 200
SEED = 7
CALLS_SEED = 8


@dataclass(frozen=True, slots=True)
class Timings:
    """Round trips in milliseconds."""

    echo: Sequence[float]
    score: Sequence[float]


def loaded(path: Path, orders: int) -> dict[str, Any]:
    """Fill a fresh store with a history."""
    started = time.perf_counter()
    with closing(open_store(str(path))) as store, counting("load", orders) as progress:
        stored = store.load("default", history(orders, SEED, progress))
    seconds = time.perf_counter() - started
    size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    return {
        "stored_orders": stored,
        "load_orders_per_second": round(stored / seconds),
        "bytes_per_order": round(size / max(stored, 1)),
    }


def questions(count: int) -> list[ScoreOrderRequest]:
    """Requests that go on where the history ended."""
    arrivals = Business(CALLS_SEED).arrivals(count, FIRST_DAY + SPAN + timedelta(days=1))
    requests = []
    for number, order in enumerate(arrivals):
        message = order_to_proto(order)
        message.source = "calls"
        requests.append(ScoreOrderRequest(order=message, request_id=f"call-{number}"))
    return requests


def measured(score: str, folder: Path, count: int) -> Timings:
    """Ask both servers in turns, after a warm-up that is not counted."""
    asked = questions(WARM_UP + count)
    with grpc.insecure_channel(score) as channel:
        ask = OrderServiceStub(channel).ScoreOrder  # type: ignore[no-untyped-call]
        answers = [ask(request) for request in asked[:WARM_UP]]
        typical = sorted(answers, key=ScoreOrderResponse.ByteSize)[len(answers) // 2]
        with echo_server(typical, folder) as address, grpc.insecure_channel(address) as other:
            echo = OrderServiceStub(other).ScoreOrder  # type: ignore[no-untyped-call]
            for request in asked[:WARM_UP]:
                echo(request)
            pairs = [(_timed(echo, each), _timed(ask, each)) for each in asked[WARM_UP:]]
    return Timings([pair[0] for pair in pairs], [pair[1] for pair in pairs])


def _timed(call: Any, request: ScoreOrderRequest) -> float:
    started = time.perf_counter()
    call(request)
    return (time.perf_counter() - started) * 1000.0


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
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024


def figures(timings: Timings) -> dict[str, float]:
    """Percentiles and ratios."""
    found = {}
    for name, times in (("echo", timings.echo), ("score", timings.score)):
        found[f"{name}_p50_ms"], found[f"{name}_p99_ms"] = np.percentile(times, [50, 99]).tolist()
    for rank in ("p50", "p99"):
        found[f"score_{rank}_ratio"] = found[f"score_{rank}_ms"] / found[f"echo_{rank}_ms"]
    return {name: round(value, 3) for name, value in found.items()}


def main() -> None:
    """Run the benchmark as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--orders", type=int, default=ORDERS, help="orders stored before")
    parser.add_argument("--calls", type=int, default=CALLS, help="calls of each kind")
    parser.add_argument("--model", default="", help="model file; the released model by default")
    options = parser.parse_args()
    with failing_clearly(debug=False), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = loaded(folder / "orders.db", options.orders)
        started = time.perf_counter()
        store = f"sqlite:///{folder / 'orders.db'}"
        with embedded_server(store=store, model=options.model) as server:
            report["start_seconds"] = round(time.perf_counter() - started, 2)
            report["rss_mb"] = round(resident_mb(server.pid), 1)
            report |= figures(measured(server.address, folder, options.calls))
            report["rss_mb_after"] = round(resident_mb(server.pid), 1)
    for key, value in report.items():
        print(f"{key:>24} {value}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
