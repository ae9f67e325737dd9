"""Many copies of one order at once are no habit of the customer's."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.unit.models.detection_world import BASKET, Shelf, an_order, line

from ordertwin_models.comparison import COMPARISON_NAMES, compare

EXCESS = COMPARISON_NAMES.index("overlap_excess")


def excess(shelf: Shelf) -> list[float]:
    """Of each stored order, when the order comes once more."""
    found: list[float] = compare(shelf.incoming(an_order("Z")).features, shelf.stored)[:, EXCESS]
    return list(found)


def test_copies_alone_make_no_basket_usual() -> None:
    shelf = Shelf()
    for number in range(5):
        shelf.put(an_order(f"A{number}", timedelta(minutes=-number)))
    assert np.isnan(excess(shelf)).all()


def test_copies_stand_out_among_other_orders_however_many_they_are() -> None:
    few, many = Shelf(), Shelf()
    for shelf, copies in ((few, 1), (many, 6)):
        for number in range(4):
            other = tuple(line(sku=f"X-{number}-{place}") for place in range(len(BASKET)))
            shelf.put(an_order(f"O{number}", timedelta(days=-7 * number - 7), lines=other))
        for number in range(copies):
            shelf.put(an_order(f"A{number}", timedelta(minutes=-number)))
    assert excess(many)[-1] == pytest.approx(excess(few)[-1])
    assert excess(many)[-1] > 0.5


def test_the_same_basket_every_week_is_usual() -> None:
    shelf = Shelf()
    for number in range(5):
        shelf.put(an_order(f"A{number}", timedelta(days=-7 * number - 7)))
    assert excess(shelf) == pytest.approx([0.0] * 5)
