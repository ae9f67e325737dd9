"""`make bench-people`: what people and JSON callers wait for. The last line is JSON."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.people.json_door import WARM_UP, overhead
from benchmarks.serving import loaded
from benchmarks.serving_calls import SEED, questions
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.failures import failing_clearly
from ordertwin_cli.web import page_beside

ORDERS = 100_000
CALLS = 500


def measure(orders: int, calls: int, folder: Path) -> dict[str, Any]:
    """All figures on a store of so many orders."""
    store = folder / "orders.db"
    figures: dict[str, Any] = {"orders": loaded(store, orders, SEED)["stored_orders"]}
    with served(store) as (server, page):
        figures |= overhead(server, page, questions(calls + WARM_UP, "json"))
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
    parser.add_argument("--calls", type=int, default=CALLS, help="calls to each door")
    given = parser.parse_args(arguments)
    with failing_clearly(debug=True), tempfile.TemporaryDirectory(prefix="people-") as folder:
        figures = measure(given.orders, given.calls, Path(folder))
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
