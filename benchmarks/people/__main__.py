"""`make bench-people`: what people and JSON callers wait for. The last line is JSON."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.people.json_door import WARM_UP, overhead
from benchmarks.people.long_queue import fill_queue
from benchmarks.people.pages import barriers, waiting
from benchmarks.serving import loaded
from benchmarks.serving_calls import SEED, questions
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.failures import failing_clearly
from ordertwin_cli.progress import counting
from ordertwin_cli.web import page_beside
from ordertwin_stores import open_store

ORDERS = 100_000
REVIEWS = 100_000
CALLS = 500


def measure(orders: int, reviews: int, calls: int, folder: Path) -> dict[str, Any]:
    """All figures on a store of so many orders, and as many open reviews."""
    store = folder / "orders.db"
    figures: dict[str, Any] = {"orders": loaded(store, orders, SEED)["stored_orders"]}
    with closing(open_store(str(store))) as opened, counting("reviews", reviews) as report:
        fill_queue(opened, reviews, SEED + 1, report)
    figures["reviews"] = reviews
    with served(store) as (server, page):
        figures |= overhead(server, page, questions(calls + WARM_UP, "json"))
        figures |= waiting(page, folder / "admin.key")
        figures["axe_violations"] = barriers(page, folder / "admin.key")
    return figures


@contextmanager
def served(store: Path) -> Iterator[tuple[str, str]]:
    """Addresses of a server on the store and of its page."""
    with (
        embedded_server(store=f"sqlite:///{store}") as server,
        page_beside(server.address) as page,
    ):
        yield server.address, page


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print what was found, and the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--orders", type=int, default=ORDERS, help="orders in the store")
    parser.add_argument("--reviews", type=int, default=REVIEWS, help="open reviews in it")
    parser.add_argument("--calls", type=int, default=CALLS, help="calls to each door")
    given = parser.parse_args(arguments)
    with failing_clearly(debug=True), tempfile.TemporaryDirectory(prefix="people-") as folder:
        figures = measure(given.orders, given.reviews, given.calls, Path(folder))
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
