"""One incoming order against stored ones, asked of Splink 5 and dedupe 3.

Both are set up as in the detection benchmark, on orders like those of the serving benchmark, and
then asked one order at a time: Splink with `predict_between`, dedupe with a Gazetteer.
"""

from __future__ import annotations

import importlib
import importlib.util
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any, Protocol

from benchmarks.bulk_orders import FIRST_DAY, SPAN, Business, customers_of
from benchmarks.orders.records import LabelledStream, Record
from ordertwin_models.decision import Relation
from ordertwin_models.order import Order
from ordertwin_training.stream import BACKGROUND, OrderEvent, Truth

PEER_ORDERS = 10_000
LESSON = 400
"""Orders of the stream that dedupe learns from."""
COPIED = 0.1
"""Share of orders that are followed by a copy, where there is something to learn."""
ASKED = 10
"""Copies of stored orders that are asked about."""
SEED = 11


class OneByOne(Protocol):
    """A system with orders stored, asked about one more."""

    def named(self, record: Record) -> set[int]:
        """Places of the stored orders that it calls the best match."""


def peers(stored: int, score_ms: float) -> Iterator[dict[str, Any]]:
    """What each system takes, in the median, and as a multiple of a registering `ScoreOrder`."""
    yield {"peer_orders": stored}
    there = stream_of(stored, SEED)
    asked = asked_about(there)
    for library, make in (("splink", _splink), ("dedupe", _dedupe)):
        if importlib.util.find_spec(library) is None:
            missing = f"{library} is not installed: make bench-serving PEERS=1"
            yield {f"{library}_ratio": None, f"{library}_left_out": missing}
            continue
        yield _timed(library, make, there, asked, score_ms)


def _timed(
    library: str,
    make: Callable[[LabelledStream], OneByOne],
    there: LabelledStream,
    asked: Sequence[tuple[Record, int]],
    score_ms: float,
) -> dict[str, Any]:
    peer, times, found = make(there), list[float](), 0
    for record, purchase in asked:
        started = time.perf_counter()
        named = peer.named(record)
        times.append((time.perf_counter() - started) * 1000)
        found += purchase in {there.records[place].purchase for place in named}
    took = median(times)
    return {
        f"{library}_ms": round(took, 1),
        f"{library}_ratio": round(took / score_ms, 1),
        f"{library}_copies_named": round(found / len(asked), 2),
    }


def stream_of(orders: int, seed: int) -> LabelledStream:
    """Orders of the benchmark's business, some followed by a copy that says so."""
    rng, business = random.Random(seed), Business(seed, customers_of(orders))
    events: list[OrderEvent] = []
    while len(events) < orders:
        order = business.order(FIRST_DAY + SPAN * (len(events) / orders))
        events.append(OrderEvent(order, BACKGROUND))
        if len(events) < orders and rng.random() < COPIED:
            truth = Truth(Relation.REKEYED, order.order_id)
            events.append(OrderEvent(copy_of(order, rng), truth))
    return LabelledStream("serving", events)


def copy_of(order: Order, rng: random.Random) -> Order:
    """The order as somebody would enter it again, minutes later."""
    line = order.lines[0]
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"customer_reference": f"{order.customer_reference} a"},
        {"lines": (replace(line, quantity=(line.quantity or Decimal(0)) + 1), *order.lines[1:])},
    )
    return replace(
        order,
        order_id=f"{order.order_id}-again",
        order_number=f"A{order.order_number}",
        ordered_at=order.ordered_at + timedelta(minutes=rng.randint(1, 600)),
        **rng.choice(changes),
    )


def asked_about(there: LabelledStream) -> list[tuple[Record, int]]:
    """Copies of stored orders, each with the purchase it is a copy of."""
    rng = random.Random(SEED)
    chosen = rng.sample(there.orders, min(ASKED, len(there.orders)))
    again = [OrderEvent(copy_of(event.order, rng)) for event in chosen]
    places = {event.order.order_id: place for place, event in enumerate(there.orders)}
    records = LabelledStream("asked", again).records
    return [
        (
            replace(record, place=len(there.records) + number),
            there.records[places[event.order.order_id]].purchase,
        )
        for number, (record, event) in enumerate(zip(records, chosen, strict=True))
    ]


def _splink(there: LabelledStream) -> OneByOne:
    module = importlib.import_module("benchmarks.orders.peers.probabilistic")
    made: OneByOne = module.SplinkOneByOne(there)
    return made


def _dedupe(there: LabelledStream) -> OneByOne:
    module = importlib.import_module("benchmarks.orders.peers.active")
    made: OneByOne = module.GazetteerOneByOne(there, stream_of(LESSON, SEED + 1))
    return made
