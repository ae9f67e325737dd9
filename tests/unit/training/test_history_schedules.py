"""Schedules of deliveries, and orders that move their dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ordertwin_models.decision import Relation
from ordertwin_models.order import Order
from ordertwin_training.history import HistorySettings, generate, generated_base
from ordertwin_training.history.base import BaseOrder, BaseOrders, Catalogue
from ordertwin_training.history.settings import USUAL_FIELDS, USUAL_RELATIONS
from ordertwin_training.stream import BACKGROUND, OrderEvent, Truth

CAREFUL = HistorySettings(
    duplicate_rate=0.0,
    look_alike_rate=0.0,
    lifecycle=0.0,
    dropout=0.0,
    noise=0.0,
    numberings={"sequential": 1.0},
    fields=dict(USUAL_FIELDS) | {"customer_reference": 1.0, "requested_date": 1.0},
)
DATELESS = replace(CAREFUL, fields=dict(CAREFUL.fields) | {"requested_date": 0.0})
DELIVERIES = 3


class Schedules:
    """Each order of a generated base as so many deliveries, a week apart, entered together."""

    repeats_are_known = True

    def __init__(self, base: BaseOrders, apart: timedelta, one_sitting: bool) -> None:
        self.catalogue: Catalogue = base.catalogue
        self._base, self._apart, self._one_sitting = list(base), apart, one_sitting

    def __len__(self) -> int:
        return len(self._base) * DELIVERIES

    def __iter__(self) -> Iterator[BaseOrder]:
        for number, order in enumerate(self._base):
            first = replace(
                order, series=f"S{number}", relation=Relation.STANDING, lines=order.lines[:1]
            )
            for delivery in range(DELIVERIES):
                yield replace(
                    first,
                    at=order.at + delivery * self._apart,
                    requested=order.at.date() + timedelta(days=7 * (delivery + 1)),
                    sitting=first.series if self._one_sitting else "",
                )


def scheduled(
    settings: HistorySettings, apart: timedelta = timedelta(seconds=30), one_sitting: bool = True
) -> list[OrderEvent]:
    base = generated_base(settings, orders=12, days=60, seed=3)
    made = generate(settings, Schedules(base, apart, one_sitting), 3)
    return [event for event in made if isinstance(event, OrderEvent)]


def reference_of(event: OrderEvent) -> str:
    """The number of the paper, whatever the door wrote before it."""
    return "".join(filter(str.isdigit, event.order.customer_reference))


def groups_of(events: list[OrderEvent]) -> list[list[OrderEvent]]:
    return [events[start : start + DELIVERIES] for start in range(0, len(events), DELIVERIES)]


def test_orders_of_one_sitting_share_one_reference() -> None:
    for group in groups_of(scheduled(CAREFUL)):
        references = set(map(reference_of, group))
        assert len(references) == 1
        assert references != {""}


def test_without_a_sitting_every_order_has_a_reference_of_its_own() -> None:
    for group in groups_of(scheduled(CAREFUL, one_sitting=False)):
        assert len(set(map(reference_of, group))) == DELIVERIES


def test_sittings_do_not_share_references_with_each_other() -> None:
    counted = Counter(map(reference_of, scheduled(CAREFUL)))
    assert set(counted.values()) == {DELIVERIES}


def test_a_schedule_with_visible_dates_is_a_standing_order() -> None:
    for first, *later in groups_of(scheduled(CAREFUL)):
        assert first.truth == BACKGROUND
        earlier = first
        for event in later:
            assert event.truth == Truth(Relation.STANDING, earlier.order.order_id)
            earlier = event


def test_a_schedule_in_one_sitting_without_visible_dates_is_of_unknown_truth() -> None:
    for first, *later in groups_of(scheduled(DATELESS)):
        assert first.truth == BACKGROUND
        assert [event.truth for event in later] == [None, None]


def test_a_series_of_weeks_is_known_by_its_rhythm_even_without_dates() -> None:
    settings = replace(DATELESS, fields=dict(DATELESS.fields) | {"customer_reference": 0.0})
    base = generated_base(settings, orders=1, days=1, seed=3)
    series = Schedules(base, timedelta(days=7), one_sitting=False)
    truths = [e.truth for e in generate(settings, series, 3) if isinstance(e, OrderEvent)]
    assert truths[2::DELIVERIES] != []
    assert all(truth and truth.relation is Relation.STANDING for truth in truths[2::DELIVERIES])


def pairs_of(relation: Relation, seed: int) -> list[tuple[Order, Order]]:
    """First orders and their followers of one kind, in a world that knows all kinds."""
    kinds = dict.fromkeys(USUAL_RELATIONS, 0.0) | {relation: 1.0}
    settings = replace(CAREFUL, duplicate_rate=1.0, chain_rate=0.0, relations=kinds)
    base = generated_base(settings, orders=150, days=60, seed=seed)
    events = [e for e in generate(settings, base, seed) if isinstance(e, OrderEvent)]
    orders = {event.order.order_id: event.order for event in events}
    return [
        (orders[str(event.truth.counterpart)], event.order)
        for event in events
        if event.truth and event.truth.relation is relation
    ]


def moves(pairs: list[tuple[Order, Order]]) -> list[int]:
    return [
        (later.requested_delivery_date - first.requested_delivery_date).days
        for first, later in pairs
        if first.requested_delivery_date and later.requested_delivery_date
    ]


def test_some_amendments_move_the_date_and_most_do_not() -> None:
    moved = moves(pairs_of(Relation.AMENDMENT, 5))
    assert 0.15 < sum(bool(days) for days in moved) / len(moved) < 0.5
    assert {abs(days) <= 14 for days in moved} == {True}
    assert max(moved) > 0 > min(moved)


@pytest.mark.parametrize("relation", [Relation.RESEND, Relation.DOUBLE_SUBMIT])
def test_a_copy_sent_again_never_moves_the_date(relation: Relation) -> None:
    assert set(moves(pairs_of(relation, 5))) == {0}


@pytest.mark.parametrize("relation", [Relation.AMENDMENT, Relation.SUPERSET, Relation.REKEYED])
def test_some_followers_come_through_another_door_and_most_do_not(relation: Relation) -> None:
    pairs = pairs_of(relation, 5)
    elsewhere = sum(first.channel is not later.channel for first, later in pairs)
    assert 0 < elsewhere < len(pairs) / 2
