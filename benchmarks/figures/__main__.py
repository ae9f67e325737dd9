"""What `GetDuplicateReport` takes on a large store. The last line is JSON.

    python -m benchmarks.figures --orders 100000
    python -m benchmarks.figures --orders 100000 --store postgresql://...

A year of business is written to a store of its own (an empty one that `--store` names is kept),
then reports of its last month and of the whole year are asked for in turns. `cpu` is what the first
one takes of a processor, in this process and without gRPC; the server counts a day again only when
something about it changed, so that its first report is told from the following ones.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures.business import FLAGGED_SHARE, TENANT, TOGETHER, Year
from ordertwin.v1 import report_service_pb2 as pb
from ordertwin_cli.connection import reporting
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.progress import counting
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.report_days import CountedDays
from ordertwin_server.commands.report_duplicates import Bucket, ReportDuplicates
from ordertwin_stores import open_store
from ordertwin_stores.postgres.address import parse

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
RANGES = {"month": (31, pb.REPORT_BUCKET_DAY), "year": (365, pb.REPORT_BUCKET_MONTH)}


def measure(address: str, orders: int, flagged: float, times: int) -> dict[str, Any]:
    """Fill the store unless something is in it, and ask for reports."""
    with closing(open_store(address)) as store:
        since = UNTIL - timedelta(days=365)
        if not store.reviews.received(TENANT, since, UNTIL):
            with counting("orders", orders) as report:
                together = writers_of(address)
                Year(store, orders, UNTIL, flagged=flagged, together=together).fill(report)
        figures: dict[str, Any] = {"orders": orders}
        for name, (days, _) in RANGES.items():
            counted = CountedDays(store.reviews, store.events, time.monotonic)
            work = ReportDuplicates(store.reviews, counted)
            began = time.process_time()
            work(Call(TENANT), UNTIL - timedelta(days=days), UNTIL, Bucket.DAY, 10)
            figures[f"{name}_cpu_ms"] = round((time.process_time() - began) * 1000)
    with embedded_server(store=address) as server, reporting(server.address) as client:
        for name, (days, bucket) in RANGES.items():
            request: Any = pb.GetDuplicateReportRequest(parent=f"tenants/{TENANT}", bucket=bucket)
            request.start_time.FromDatetime(UNTIL - timedelta(days=days))
            request.end_time.FromDatetime(UNTIL)
            took = []
            for _ in range(times):
                started = time.perf_counter()
                made = client.duplicates(request)
                took.append(time.perf_counter() - started)
            figures[f"{name}_received"] = made.total.orders_received
            figures[f"{name}_flagged"] = made.total.flagged
            figures[f"{name}_first_ms"] = round(took[0] * 1000)
            figures[f"{name}_ms"] = round(median(took[1:] or took) * 1000)
    return figures


def writers_of(address: str) -> int:
    """How many threads a store at this address lets write at the same time.

    >>> writers_of("sqlite:///orders.db"), writers_of("postgresql://ot@db/orders?connections=4")
    (64, 4)
    """
    if not address.startswith("postgres"):
        return TOGETHER
    return min(TOGETHER, parse(address).connections)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print what was found, and the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--orders", type=int, default=100_000, help="orders of the year")
    parser.add_argument(
        "--flagged", type=float, default=FLAGGED_SHARE, help="share of them that is flagged"
    )
    parser.add_argument("--times", type=int, default=9, help="reports of each kind")
    parser.add_argument("--store", default="", help="address of a store, kept afterwards")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="figures-") as folder:
        address = given.store or f"sqlite:///{Path(folder) / 'orders.db'}"
        figures = measure(address, given.orders, given.flagged, given.times)
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
