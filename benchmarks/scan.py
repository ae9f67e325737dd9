"""How fast a whole history is scanned for duplicates, and how much memory that takes.

    python -m benchmarks.scan --orders 20000

Writes a file of plain orders of ten lines, two in a hundred of them sent twice, and runs
`ordertwin scan` on it as a person would. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.bulk_orders import FIRST_DAY, Business
from ordertwin_training.stream import OrderEvent, write_stream

SEED = 11
AGAIN_EVERY = 50
LATER = timedelta(minutes=7)


def events(orders: int) -> Iterator[OrderEvent]:
    """Orders a minute apart; every fiftieth comes again seven minutes later, among the others."""
    business = Business(SEED)
    waiting: list[OrderEvent] = []
    for number in range(orders):
        order = business.order(FIRST_DAY + timedelta(minutes=number))
        while waiting and waiting[0].at <= order.ordered_at:
            yield waiting.pop(0)
        yield OrderEvent(order)
        if number % AGAIN_EVERY == 0:
            again = replace(
                order, order_id=f"{order.order_id}-again", ordered_at=order.ordered_at + LATER
            )
            waiting.append(OrderEvent(again))
    yield from waiting


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=20_000, help="orders in the history")
    parser.add_argument("--workers", type=int, default=0, help="processes; 0 means all processors")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ordertwin-scan-") as folder:
        path = Path(folder) / "history.jsonl"
        written = write_stream(path, events(asked.orders))
        repeats, file_mb = written - asked.orders, path.stat().st_size // 2**20
        command = [str(Path(sys.executable).with_name("ordertwin")), "scan", str(path), "--json"]
        command += ["--out", str(Path(folder) / "out"), "--workers", str(asked.workers)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    summary = json.loads(done.stdout.splitlines()[-1])
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = usage.ru_utime + usage.ru_stime
    print(*done.stdout.splitlines()[:-1], sep="\n")
    found = {
        "orders": summary["orders"],
        "repeats": repeats,
        "flagged": summary["duplicates"] + summary["reviews"],
        "groups": summary["groups"],
        "seconds": summary["seconds"],
        "read_seconds": summary["read_seconds"],
        "orders_per_second": summary["orders_per_second"],
        "cpu_seconds": round(cpu, 1),
        "orders_per_cpu_second": round(summary["orders"] / cpu, 1),
        "peak_rss_mb": round(usage.ru_maxrss / 1024),
        "file_mb": file_mb,
        "model_version": summary["model"],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
