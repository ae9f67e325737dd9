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
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from benchmarks.serving_calls import (
    AGAIN,
    HOT_CUSTOMER,
    HOT_SEED,
    SEED,
    Asked,
    echo_server,
    hot_questions,
    questions,
    rate,
    resident_mb,
    server_times,
    stub,
    timed,
    twin_questions,
)
from benchmarks.serving_peers import PEER_ORDERS, peers
from benchmarks.serving_stores import Places, filled, kind_of, places
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest, ScoreOrderResponse
from ordertwin_cli.embedded import EmbeddedServer, embedded_server
from ordertwin_cli.failures import failing_clearly

ORDERS = 100_000
SMALL = 10_000
CALLS = 1_000
WARM_UP = 500
CALLERS = 16
TWINS = 50
NAMES = ("orders", "small", "hot")
"""The stores that are asked: of so many orders, of few, and of one customer on one day."""


@dataclass(slots=True)
class Timings:
    """Round trips in milliseconds, in parallel."""

    echo: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    small: list[float] = field(default_factory=list)
    hot: list[float] = field(default_factory=list)


def one_caller(asks: Sequence[Asked], echo: Asked, calls: int, salt: str) -> Timings:
    """Ask every server in turns, one call at a time."""
    timings, (score, small, hot) = Timings(), asks
    asked = questions(calls, f"calls{salt}"), hot_questions(calls, f"hot{salt}")
    for normal, hot_one in zip(*asked, strict=True):
        timings.echo.append(timed(echo, normal))
        timings.score.append(timed(score, normal))
        timings.small.append(timed(small, normal))
        timings.hot.append(timed(hot, hot_one))
    return timings


def many_callers(score: Asked, echo: Asked, calls: int, salt: str) -> dict[str, float]:
    """Rates of `CALLERS` callers at once as shares of the echo's, measured in turns."""
    rates: dict[str, list[float]] = {"echo": [], "validate": [], "register": []}
    for turn in ("first", "second"):
        asked = questions(calls, f"{turn}{salt}")
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


def run(at: Places, folder: Path, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The figures of one kind of store, as they become known."""
    small = min(SMALL, max(options.orders // 10, 1))
    hot = options.hot if options.hot is not None else options.orders
    yield (main := filled(at, "orders", options.orders, SEED))
    filled(at, "small", small, SEED)
    filled(at, "hot", hot, HOT_SEED, only=HOT_CUSTOMER)
    # What an earlier run asked of a store that was kept must not be asked again.
    more = main["stored_orders"] - options.orders
    salt = f" after {more}" if more else ""
    with ExitStack() as stack:

        def started(name: str) -> tuple[EmbeddedServer, float]:
            begun = time.perf_counter()
            server = stack.enter_context(
                embedded_server(
                    store=at.address(name),
                    model=options.model,
                    log_level="info",
                    log_format="json",
                )
            )
            return server, round(time.perf_counter() - begun, 2)

        server, seconds = started("orders")
        yield {"start_seconds": seconds, "rss_mb_at_start": resident_mb(server.pid)}
        servers = [server, *(started(name)[0] for name in NAMES[1:])]
        asks = [stub(stack.enter_context(channel(each.address))) for each in servers]
        warm_up = min(WARM_UP, options.calls)
        typical = warmed_up(asks, questions(warm_up, f"warm{salt}"))
        address = stack.enter_context(echo_server(typical, folder))
        echo = stub(stack.enter_context(channel(address)))
        for request in questions(warm_up, "echo"):
            echo(request)
        yield figures(one_caller(asks, echo, options.calls, salt))
        yield server_times(server.log, warm_up + options.calls, options.calls)
        yield many_callers(asks[0], echo, options.calls, salt)
        twins = twin_questions(hot, TWINS, f"twin{salt}")
        found = [asks[2](request) for request, _ in twins]
        # In a store that was kept, an earlier run entered them again as well.
        named = [
            a.matches[0].order.order_id.removeprefix(AGAIN) if a.matches else "" for a in found
        ]
        yield {
            "hot_orders": hot,
            "hot_twins_found": sum(n == t for n, (_, t) in zip(named, twins, strict=True)) / TWINS,
            "rss_mb": resident_mb(server.pid),
        }


def warmed_up(asks: Sequence[Asked], warm: Sequence[ScoreOrderRequest]) -> ScoreOrderResponse:
    """Calls that do not count, as to a server that has run for a while; a typical answer."""
    answers = [asks[0](request) for request in warm]
    for ask in asks[1:]:
        for request in warm:
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
    parser.add_argument(
        "--store",
        nargs="+",
        default=["sqlite"],
        help="sqlite, postgresql://user@host/database, or both; schemas are made and dropped",
    )
    parser.add_argument("--keep", type=Path, help="folder for stores that the next run finds again")
    parser.add_argument(
        "--peer-orders",
        type=int,
        default=PEER_ORDERS,
        help="orders that Splink and dedupe look among; 0 leaves them out",
    )
    options = parser.parse_args()
    report: dict[str, Any] = {}
    with failing_clearly(debug=False), tempfile.TemporaryDirectory() as name:
        for store in options.store:
            here = report if store == options.store[0] else report.setdefault(kind_of(store), {})
            folder = options.keep or Path(name)
            folder.mkdir(parents=True, exist_ok=True)
            with places(store, folder, list(NAMES), kept=options.keep is not None) as at:
                _show(run(at, Path(name), options), here)
        if options.peer_orders:
            _show(peers(min(options.peer_orders, options.orders), report["score_p50_ms"]), report)
    print(json.dumps(report))


def _show(figures: Iterator[dict[str, Any]], report: dict[str, Any]) -> None:
    for found in figures:
        report |= found
        for key, value in found.items():
            print(f"{key:>26} {value}", flush=True)


if __name__ == "__main__":
    main()
