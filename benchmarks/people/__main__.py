"""`make bench-people`: what people, JSON callers and watchers wait for; merges undone.

The last line is JSON. With `--work FOLDER` the store is kept there, and taken up again by a run of
the same sizes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import merge_roundtrips, watching
from benchmarks.people.json_door import WARM_UP, overhead
from benchmarks.people.long_queue import TENANT, fill_queue
from benchmarks.people.office import furnish
from benchmarks.people.pages import TIMES, barriers, waiting
from benchmarks.serving_calls import SEED, questions
from benchmarks.serving_stores import loaded
from ordertwin_cli.embedded import EmbeddedServer, embedded_server
from ordertwin_cli.failures import failing_clearly
from ordertwin_cli.progress import counting
from ordertwin_cli.web import page_beside
from ordertwin_stores import open_store

ORDERS = 1_000_000
REVIEWS = 100_000
CALLS = 500
MERGES = merge_roundtrips.MERGES


def measure(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    """All figures on a store of so many orders, and as many open reviews."""
    store = folder / f"{given.orders}-{given.reviews}.db"
    figures: dict[str, Any] = {"orders": given.orders}
    filled(store, given.orders, given.reviews)
    with closing(open_store(str(store))) as opened:
        figures["open_reviews"] = opened.reviews.backlog(TENANT).reviews
        more = opened.status(TENANT).orders - given.orders
    # What an earlier run asked of a store that was kept must not be asked again.
    salt = f" after {more}" if more else ""
    with served(store) as (server, page):
        key = (folder / "admin.key").read_text("utf-8").strip()
        single = furnish(server.address, key)
        warm_up = min(WARM_UP, given.calls)
        asked = questions(given.calls + warm_up, f"json{salt}")
        figures |= overhead(server.address, page, asked, warm_up)
        figures |= waiting(page, key, single, given.times)
        figures["axe_violations"] = barriers(page, key, single)
        figures |= watching.figures(
            server,
            watchers=given.watchers,
            calls=given.watched_calls,
            rate=given.rate,
            turns=given.turns,
            salt=salt,
        )
    with closing(open_store(":memory:")) as empty:
        figures |= merge_roundtrips.run(empty, given.merges, merge_roundtrips.SEED)
    return figures


def filled(store: Path, orders: int, reviews: int) -> None:
    """Make the store, unless a former run did; one that was begun and not ended is made anew."""
    whole = store.with_suffix(".whole")
    if whole.exists():
        return
    for left in store.parent.glob(f"{store.name}*"):
        left.unlink()
    loaded(store, orders, SEED)
    with closing(open_store(str(store))) as opened, counting("reviews", reviews) as report:
        fill_queue(opened, reviews, SEED + 1, report)
    whole.touch()


@contextmanager
def served(store: Path) -> Iterator[tuple[EmbeddedServer, str]]:
    """A server on the store, and the address of its page."""
    with (
        embedded_server(store=f"sqlite:///{store}") as server,
        page_beside(server.address) as page,
    ):
        yield server, page


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print what was found, and the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--orders", type=int, default=ORDERS, help="orders in the store")
    parser.add_argument("--reviews", type=int, default=REVIEWS, help="open reviews in it")
    parser.add_argument("--calls", type=int, default=CALLS, help="calls to gRPC and to JSON each")
    parser.add_argument("--times", type=int, default=TIMES, help="how often each page is opened")
    parser.add_argument("--watchers", type=int, default=watching.WATCHERS, help="streams open")
    parser.add_argument(
        "--watched-calls", type=int, default=watching.CALLS, help="orders in each turn of watching"
    )
    parser.add_argument("--turns", type=int, default=watching.TURNS, help="unwatched and watched")
    parser.add_argument("--rate", type=float, default=watching.RATE, help="of these in a second")
    parser.add_argument("--merges", type=int, default=MERGES, help="random merges to undo")
    parser.add_argument("--work", type=Path, help="folder that keeps the store")
    given = parser.parse_args(arguments)
    with failing_clearly(debug=True), tempfile.TemporaryDirectory(prefix="people-") as folder:
        work = given.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        figures = measure(work, given)
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
