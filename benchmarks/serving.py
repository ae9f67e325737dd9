"""What ScoreOrder costs its callers, next to an echo of messages of the same size.

Everything is asked in turns in one run on one machine: a store of so many orders, a small one, one
in which a single customer ordered all day, and an echo over the same stack. Ratios of such figures
say more than any time of theirs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from benchmarks.bulk_orders import history
from benchmarks.serving_calls import (
    HOT_CUSTOMER,
    HOT_SEED,
    SEED,
    Asked,
    echo_server,
    hot_questions,
    questions,
    rate,
    resident_mb,
    stub,
    timed,
    twin_questions,
)
from ordertwin.v1.order_service_pb2 import ScoreOrderResponse
from ordertwin_cli.embedded import EmbeddedServer, embedded_server
from ordertwin_cli.failures import failing_clearly
from ordertwin_cli.progress import counting
from ordertwin_stores import open_store

ORDERS = 100_000
SMALL = 10_000
CALLS = 1_000
WARM_UP = 500
CALLERS = 16
TWINS = 50
TOGETHER = 5_000
"""Orders loaded in one transaction."""


@dataclass(slots=True)
class Timings:
    """Round trips in milliseconds, in parallel."""

    echo: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    small: list[float] = field(default_factory=list)
    hot: list[float] = field(default_factory=list)


def loaded(path: Path, orders: int, seed: int, *, only: int | None = None) -> dict[str, Any]:
    """Fill a fresh store with a history."""
    started = time.perf_counter()
    with closing(open_store(str(path))) as store, counting(path.stem, orders) as progress:
        entries = history(orders, seed, progress, only=only)
        stored = 0
        while part := [entry for _, entry in zip(range(TOGETHER), entries, strict=False)]:
            stored += store.load("default", part)
    seconds = time.perf_counter() - started
    size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    return {
        "stored_orders": stored,
        "load_orders_per_second": round(stored / seconds),
        "bytes_per_order": round(size / max(stored, 1)),
    }


def one_caller(asks: Sequence[Asked], echo: Asked, calls: int) -> Timings:
    """Ask every server in turns, one call at a time."""
    timings, (score, small, hot) = Timings(), asks
    for normal, hot_one in zip(questions(calls), hot_questions(calls), strict=True):
        timings.echo.append(timed(echo, normal))
        timings.score.append(timed(score, normal))
        timings.small.append(timed(small, normal))
        timings.hot.append(timed(hot, hot_one))
    return timings


def many_callers(score: Asked, echo: Asked, calls: int) -> dict[str, float]:
    """Rates of `CALLERS` callers at once as shares of the echo's, measured in turns."""
    rates: dict[str, list[float]] = {"echo": [], "validate": [], "register": []}
    for turn in ("first", "second"):
        asked = questions(calls, turn)
        rates["echo"].append(rate(echo, asked, CALLERS))
        rates["validate"].append(rate(score, asked, CALLERS, validate_only=True))
        rates["register"].append(rate(score, asked, CALLERS))
    means = {name: sum(found) / len(found) for name, found in rates.items()}
    return {
        "echo_per_second": round(means["echo"]),
        "throughput_ratio_validate": round(means["validate"] / means["echo"], 3),
        "throughput_ratio_register": round(means["register"] / means["echo"], 3),
    }


def figures(timings: Timings) -> dict[str, float]:
    """Percentiles and ratios."""
    found: dict[str, float] = {}
    p50: dict[str, float] = {}
    p99: dict[str, float] = {}
    for name in ("echo", "score", "small", "hot"):
        p50[name], p99[name] = np.percentile(getattr(timings, name), [50, 99]).tolist()
    for name in ("echo", "score"):
        found |= {f"{name}_p50_ms": p50[name], f"{name}_p99_ms": p99[name]}
    found["score_p50_ratio"] = p50["score"] / p50["echo"]
    found["score_p99_ratio"] = p99["score"] / p99["echo"]
    found["growth_ratio"] = p50["score"] / p50["small"]
    found["hot_key_p99_ratio"] = p99["hot"] / p99["score"]
    return {name: round(value, 3) for name, value in found.items()}


def run(folder: Path, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The figures, as they become known."""
    small = min(SMALL, max(options.orders // 10, 1))
    hot = options.hot if options.hot is not None else options.orders
    yield loaded(folder / "orders.db", options.orders, SEED)
    loaded(folder / "small.db", small, SEED)
    loaded(folder / "hot.db", hot, HOT_SEED, only=HOT_CUSTOMER)
    with ExitStack() as stack:

        def started(name: str) -> tuple[EmbeddedServer, float]:
            begun = time.perf_counter()
            store = f"sqlite:///{folder / name}"
            server = stack.enter_context(embedded_server(store=store, model=options.model))
            return server, round(time.perf_counter() - begun, 2)

        server, seconds = started("orders.db")
        yield {"start_seconds": seconds, "rss_mb_at_start": resident_mb(server.pid)}
        servers = [server, started("small.db")[0], started("hot.db")[0]]
        asks = [stub(stack.enter_context(channel(each.address))) for each in servers]
        typical = warmed_up(asks)
        address = stack.enter_context(echo_server(typical, folder))
        echo = stub(stack.enter_context(channel(address)))
        for request in questions(WARM_UP, "echo"):
            echo(request)
        yield figures(one_caller(asks, echo, options.calls))
        yield many_callers(asks[0], echo, options.calls)
        twins = twin_questions(hot, TWINS)
        found = [asks[2](request) for request, _ in twins]
        named = [bool(a.matches) and a.matches[0].order.order_id for a in found]
        yield {
            "hot_orders": hot,
            "hot_twins_found": sum(n == t for n, (_, t) in zip(named, twins, strict=True)) / TWINS,
            "rss_mb": resident_mb(server.pid),
        }


def warmed_up(asks: Sequence[Asked]) -> ScoreOrderResponse:
    """Calls that do not count, as to a server that has run for a while; a typical answer."""
    answers = [asks[0](request) for request in questions(WARM_UP, "warm")]
    for ask in asks[1:]:
        for request in questions(WARM_UP, "warm"):
            ask(request)
    return sorted(answers, key=ScoreOrderResponse.ByteSize)[len(answers) // 2]


channel: Callable[[str], Any] = grpc.insecure_channel


def main() -> None:
    """Run the benchmark as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--orders", type=int, default=ORDERS, help="orders stored before")
    parser.add_argument("--hot", type=int, help="orders of the one hot customer; default: as many")
    parser.add_argument("--calls", type=int, default=CALLS, help="calls of each kind")
    parser.add_argument("--model", default="", help="model file; the released model by default")
    options = parser.parse_args()
    report: dict[str, Any] = {}
    with failing_clearly(debug=False), tempfile.TemporaryDirectory() as name:
        for found in run(Path(name), options):
            report |= found
            for key, value in found.items():
                print(f"{key:>26} {value}", flush=True)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
