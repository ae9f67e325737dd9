"""The second author's streams: valid, the same for the same seed, with a truth that can be."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from benchmarks.orders.second_author import MARKETS, Rates, inject, invented_base
from ordertwin_models.decision import Relation
from ordertwin_models.validation import validate_order
from ordertwin_training.stream import Event, OrderEvent, StatusEvent, format_event, parse_event

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANY = Rates(duplicates=0.3, look_alikes=0.3)


def a_stream(name: str, orders: int = 60, rates: Rates = MANY) -> list[Event]:
    market = MARKETS[name]
    return inject(market, invented_base(market, orders=orders, seed=4), 4, rates)


@pytest.mark.parametrize("name", MARKETS)
def test_every_order_of_a_market_is_valid_and_survives_a_stream_file(name: str) -> None:
    for event in a_stream(name, orders=25):
        assert parse_event(format_event(event)) == event
        if isinstance(event, OrderEvent):
            assert validate_order(event.order, now=NOW) == []


@pytest.mark.parametrize("name", ["distributor-us", "guest-shop-fr", "purchasing-us"])
def test_a_counterpart_has_always_arrived_before(name: str) -> None:
    seen: set[str] = set()
    for event in a_stream(name):
        if isinstance(event, OrderEvent):
            if event.truth and event.truth.relation:
                assert event.truth.counterpart in seen
            assert event.order.order_id not in seen
            seen.add(event.order.order_id)
        else:
            assert event.order_id in seen


def test_the_same_seed_gives_the_same_stream_and_another_seed_another() -> None:
    market = MARKETS["coffee-de"]
    streams = [
        inject(market, invented_base(market, orders=30, seed=seed), seed) for seed in (1, 1, 2)
    ]
    assert streams[0] == streams[1]
    assert streams[0] != streams[2]


def test_every_relation_occurs() -> None:
    told = Counter(
        event.truth.relation
        for event in a_stream("distributor-us", orders=250)
        if isinstance(event, OrderEvent) and event.truth
    )
    assert set(Relation) <= set(told)


def test_fields_that_nobody_fills_in_are_empty() -> None:
    for event in a_stream("no-phones-gb"):
        if isinstance(event, OrderEvent):
            assert event.order.customer.phone == event.order.customer.email == ""
    for event in a_stream("no-codes-it"):
        if isinstance(event, OrderEvent):
            assert all(line.sku == line.gtin == "" and line.name for line in event.order.lines)


def test_a_duplicate_never_repeats_an_order_that_was_cancelled_before() -> None:
    dead: set[str] = set()
    for event in a_stream("distributor-us", orders=250):
        if isinstance(event, StatusEvent):
            dead |= {event.order_id} if event.state.is_dead else set()
        elif event.truth and event.truth.is_duplicate:
            assert event.truth.counterpart not in dead
