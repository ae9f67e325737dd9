"""Who is learned from and who is judged on never share a customer, a basket or a truth."""

from __future__ import annotations

from functools import cache

import numpy as np
from tests.unit.training.toy_history import toy_events

from ordertwin_training.arrivals import Arrival, arrivals_of
from ordertwin_training.labels import Labels
from ordertwin_training.split import (
    ONE_HISTORY,
    SMALL_BASKET,
    TO_BE_JUDGED_ON,
    TO_LEARN_FROM,
    Part,
    group_numbers,
    parts_of,
)

LEARNING, JUDGING = {Part.FIT, Part.STOP}, {Part.CALIBRATE, Part.TEST}


@cache
def a_history() -> list[Arrival]:
    return arrivals_of(toy_events(800))


def of(parts: np.ndarray, sides: set[Part]) -> list[int]:
    return [int(place) for place in np.flatnonzero(np.isin(parts, list(sides)))]


def test_no_customer_and_no_basket_is_on_both_sides() -> None:
    arrivals = a_history()
    parts = parts_of(arrivals, Labels(arrivals), ONE_HISTORY, seed=1)
    learning, judging = of(parts, LEARNING), of(parts, JUDGING)
    assert learning
    assert judging
    assert not {arrivals[i].customer for i in learning} & {arrivals[i].customer for i in judging}
    baskets = [
        {arrivals[i].products for i in side if arrivals[i].positions >= SMALL_BASKET}
        for side in (learning, judging)
    ]
    assert not baskets[0] & baskets[1]


def test_what_is_judged_on_is_later_than_what_is_learned_from() -> None:
    arrivals = a_history()
    parts = parts_of(arrivals, Labels(arrivals), ONE_HISTORY, seed=1)
    assert max(of(parts, LEARNING)) < min(of(parts, JUDGING))


def test_truth_keeps_orders_together() -> None:
    arrivals = a_history()
    labels = Labels(arrivals)
    groups = group_numbers(arrivals, labels)
    for position, counterpart in enumerate(labels.counterparts):
        if counterpart is not None:
            assert groups[position] == groups[counterpart]


def test_a_world_held_out_whole_is_never_learned_from() -> None:
    arrivals = a_history()
    labels = Labels(arrivals)
    assert not of(parts_of(arrivals, labels, TO_BE_JUDGED_ON, seed=1), LEARNING)
    assert not of(parts_of(arrivals, labels, TO_LEARN_FROM, seed=1), JUDGING)


def test_orders_of_unknown_truth_are_unused() -> None:
    arrivals = a_history()
    labels = Labels(arrivals)
    parts = parts_of(arrivals, labels, TO_LEARN_FROM, seed=1)
    unknown = [i for i in range(len(arrivals)) if not labels.is_known(i)]
    assert unknown
    assert set(parts[unknown]) == {Part.UNUSED}


def test_the_same_seed_gives_the_same_parts_and_another_seed_others() -> None:
    arrivals = a_history()
    labels = Labels(arrivals)
    first = parts_of(arrivals, labels, ONE_HISTORY, seed=1)
    assert first.tolist() == parts_of(arrivals, labels, ONE_HISTORY, seed=1).tolist()
    assert first.tolist() != parts_of(arrivals, labels, ONE_HISTORY, seed=2).tolist()
