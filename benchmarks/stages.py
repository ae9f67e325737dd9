"""Where the time of one registering ScoreOrder goes, stage by stage, without a network.

Medians of CPU time in one thread, so other programs disturb them less than they disturb a clock.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.bulk_orders import FIRST_DAY, SPAN, Business, customers_of, history
from ordertwin.v1.order_pb2 import Order as OrderMessage
from ordertwin_models.assessment import CANDIDATE_LIMIT, assess, featurise, prepare
from ordertwin_models.comparison import Pairs, vectors
from ordertwin_models.decision import Decision
from ordertwin_models.order import Order, OrderState
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_models.validation import validate_order
from ordertwin_server.commands.answer import Answer
from ordertwin_server.convert import order_from_proto, order_to_proto, response_to_proto
from ordertwin_server.model_slot import read_model, released_model
from ordertwin_stores import open_store
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import AuditEntry, Registered, Registration, RequestRecord

ORDERS = 20_000
CALLS = 400
WARM_UP = 100
TENANT = "default"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
T = TypeVar("T")


class Stopwatch:
    """Microseconds of CPU time by stage."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {}

    def time(self, stage: str, work: Callable[[], T]) -> T:
        """Do the work and note what it took."""
        started = time.thread_time_ns()
        done = work()
        self.taken.setdefault(stage, []).append((time.thread_time_ns() - started) / 1000)
        return done

    def medians(self) -> dict[str, float]:
        """By stage, without the warm-up."""
        return {
            stage: round(statistics.median(taken[WARM_UP:]), 1)
            for stage, taken in self.taken.items()
        }


def one_order(store: Any, model: Any, order: Order, number: int, watch: Stopwatch) -> int:
    """Take an order all the way; returns how many candidates it had."""
    data = order_to_proto(order).SerializeToString()
    read, _ = watch.time("read", lambda: order_from_proto(OrderMessage.FromString(data)))
    watch.time("validate", lambda: validate_order(read, now=NOW))
    digest = watch.time("digest", lambda: order_digest(read))
    prepared = watch.time("prepare", lambda: prepare(read))
    seen = watch.time("count terms", lambda: store.statistics(TENANT, prepared.terms))
    incoming = watch.time(
        "featurise", lambda: featurise(prepared, TermFrequencies(seen.orders, seen.counts))
    )
    found = watch.time(
        "find candidates", lambda: store.candidates(TENANT, incoming.lookups, CANDIDATE_LIMIT)
    )
    pairs = watch.time("lay out pairs", lambda: Pairs(incoming.features, found.candidates))
    watch.time("align lines", lambda: pairs.alignment)
    matrix = watch.time("compare the rest", lambda: vectors(pairs))
    watch.time("score", lambda: model.score(matrix))
    decision: Decision = watch.time(
        "(whole decision)",
        lambda: assess(model, incoming, found.candidates, truncated=found.truncated, at=NOW),
    )
    entry = Registration(
        order_key=f"o-{number}",
        order=read,
        digest=digest,
        state=OrderState.RECEIVED,
        features=incoming.features.to_bytes(),
        lookups=incoming.lookups,
        blocking_keys=incoming.blocking_keys,
        terms=incoming.terms,
        decision_key=f"d-{number}",
        decision=decision,
        review_key=None,
        request=RequestRecord("ScoreOrder", f"r-{number}", digest, "{}"),
        audit=AuditEntry("bench", "ScoreOrder", f"orders/o-{number}", "", "UNIQUE"),
        at=NOW,
    )
    registered = watch.time("register", lambda: store.register(TENANT, entry, found))
    if not isinstance(registered, Registered):
        raise RuntimeError(f"order {order.order_id} was not registered: {registered}")
    answer = Answer(decision=decision, incoming=read, existing={})
    watch.time("answer", lambda: response_to_proto(TENANT, answer, "en").SerializeToString())
    return len(found.candidates)


def main() -> None:
    """Run the benchmark as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--orders", type=int, default=ORDERS, help="orders stored before")
    parser.add_argument("--calls", type=int, default=CALLS, help="orders that are timed")
    options = parser.parse_args()
    path = released_model()
    if path is None:
        parser.exit(1, "No released model is installed.\n")
    model, watch = read_model(path), Stopwatch()
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_store(str(Path(folder) / "orders.db"))) as store,
    ):
        store.load(TENANT, history(options.orders, 7, lambda done: None))
        business = Business(7, customers_of(options.orders))
        arrivals = [
            replace(order, order_id=f"new-{order.order_id}")
            for order in business.arrivals(WARM_UP + options.calls, FIRST_DAY + SPAN)
        ]
        candidates = [
            one_order(store, model, order, number, watch) for number, order in enumerate(arrivals)
        ]
    report = {"candidates": round(statistics.mean(candidates[WARM_UP:]), 1), **watch.medians()}
    for stage, taken in report.items():
        print(f"{stage:>18} {taken:8.1f}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
