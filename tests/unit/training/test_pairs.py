"""Pairs for training are what serving would have seen, no more and no less."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.unit.training.toy_history import toy_events

from ordertwin_models.candidate import Candidate
from ordertwin_models.comparison import COMPARISON_NAMES, compare
from ordertwin_models.decision import Relation
from ordertwin_models.order import Order, OrderKind, OrderLine, OrderState, Party
from ordertwin_training.arrivals import Arrival, arrivals_of
from ordertwin_training.labels import Label, Labels
from ordertwin_training.pairs import Sampling, labelled_pairs
from ordertwin_training.stream import BACKGROUND, Event, OrderEvent, StatusEvent

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AN_ORDER = Order(
    order_id="O-1",
    ordered_at=MORNING,
    source="shop",
    customer_reference="PO 7",
    customer=Party(party_id="C-1"),
    lines=(OrderLine(sku="A", quantity=Decimal(2)), OrderLine(sku="B", quantity=Decimal(3))),
)


def again(order_id: str, hours: float = 1.0, **changes: object) -> OrderEvent:
    order = replace(AN_ORDER, order_id=order_id, ordered_at=MORNING + timedelta(hours=hours))
    return OrderEvent(replace(order, **changes), BACKGROUND)  # type: ignore[arg-type]


def a_candidate(arrival: Arrival, event: int) -> Candidate:
    state, since = arrival.state_before(event)
    return Candidate(0, "-", state, since, arrival.stored, ())


def all_pairs(*events: Event, sampling: Sampling | None = None) -> pd.DataFrame:
    arrivals = arrivals_of(events)
    everyone = np.ones(len(arrivals), bool)
    sampled = everyone if sampling else ~everyone
    return labelled_pairs(arrivals, Labels(arrivals), everyone, sampled, sampling or Sampling())


@cache
def a_history() -> list[Arrival]:
    return arrivals_of(toy_events(200))


def test_pairs_look_back_only() -> None:
    pairs = all_pairs(OrderEvent(AN_ORDER, BACKGROUND), again("O-2"), again("O-3", hours=2))
    assert pairs.index.tolist() == [(1, 0), (2, 1), (2, 0)]


def test_vectors_are_those_of_the_core() -> None:
    arrivals = a_history()
    everyone = np.ones(len(arrivals), bool)
    pairs = labelled_pairs(arrivals, Labels(arrivals), everyone, ~everyone, Sampling())
    for incoming, group in list(pairs.groupby(level=0))[::25]:
        arrival = arrivals[incoming]
        candidates = [
            a_candidate(arrivals[position], arrival.event)
            for position in group.index.get_level_values(1)
        ]
        expected = compare(arrival.features, candidates)
        np.testing.assert_array_equal(group[list(COMPARISON_NAMES)].to_numpy(), expected)


def test_the_state_is_that_of_the_moment() -> None:
    cancelled = StatusEvent("shop", "O-1", OrderState.CANCELLED, MORNING + timedelta(hours=2))
    pairs = all_pairs(
        OrderEvent(AN_ORDER, BACKGROUND), again("O-2"), cancelled, again("O-3", hours=3)
    )
    assert pairs.loc[(1, 0), "possible"]
    assert not pairs.loc[(2, 0), "possible"]
    assert pairs.loc[(2, 1), "possible"]


def test_a_purchase_order_cannot_be_the_twin_of_a_sales_order() -> None:
    pairs = all_pairs(OrderEvent(AN_ORDER, BACKGROUND), again("O-2", kind=OrderKind.PURCHASE))
    assert not pairs["possible"].any()


def test_the_exact_reference_rule_wants_the_raw_reference_of_the_same_customer() -> None:
    pairs = all_pairs(
        OrderEvent(AN_ORDER, BACKGROUND),
        again("O-2"),
        again("O-3", customer_reference="PO7"),
        again("O-4", customer=Party(party_id="C-2")),
    )
    assert pairs.loc[(1, 0), "exact_reference"]
    assert not pairs.loc[(2, 0), "exact_reference"]
    assert not pairs.loc[(3, 0), "exact_reference"]


def test_a_changed_version_looks_for_nothing_and_takes_the_place_of_the_first() -> None:
    pairs = all_pairs(
        OrderEvent(AN_ORDER, BACKGROUND),
        again("O-1", note="changed"),
        again("O-3", hours=2),
    )
    assert pairs.index.tolist() == [(2, 1)]


def test_thinned_pairs_stand_for_those_left_out() -> None:
    arrivals = a_history()
    everyone = np.ones(len(arrivals), bool)
    labels = Labels(arrivals)
    whole = labelled_pairs(arrivals, labels, everyone, ~everyone, Sampling())
    thin = labelled_pairs(arrivals, labels, everyone, everyone, Sampling(most=1, seed=3))
    assert len(thin) < len(whole) / 2
    assert thin["weight"].sum() == pytest.approx(len(whole), rel=0.15)
    for kept in (whole, thin):
        assert (kept["label"] == Label.TWIN).sum() == (whole["label"] == Label.TWIN).sum()
    standing = list(Relation).index(Relation.STANDING)
    assert (thin["relation"] == standing).sum() == (whole["relation"] == standing).sum()
    assert set(thin.index) <= set(whole.index)


def test_one_order_alone_makes_no_pairs() -> None:
    assert all_pairs(OrderEvent(AN_ORDER, BACKGROUND)).empty


def test_progress_reaches_the_last_order() -> None:
    arrivals = a_history()
    everyone = np.ones(len(arrivals), bool)
    seen: list[int] = []
    labelled_pairs(arrivals, Labels(arrivals), everyone, ~everyone, Sampling(), seen.append)
    assert seen[-1] == len(arrivals)
