"""The rules that answer when no model is loaded: careful, and of use."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.unit.models.detection_world import ELSEWHERE, Shelf, acme, an_order, line

from ordertwin_models.decision import Outcome
from ordertwin_models.order import Order

FLAGGED = (Outcome.REVIEW, Outcome.DUPLICATE)


def shelf_with(*orders: Order) -> Shelf:
    shelf = Shelf()
    for order in orders:
        shelf.put(order)
    return shelf


def delivery(number: int, name: str = "", minute: int = 0) -> Order:
    """A delivery of a schedule that is entered in one sitting under one reference."""
    return an_order(
        name or f"D{number}",
        timedelta(minutes=minute or number),
        requested_delivery_date=date(2026, 3, 9) + timedelta(weeks=number),
    )


@pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=3), timedelta(days=2)])
def test_the_same_order_again_is_flagged(after: timedelta) -> None:
    assert shelf_with(an_order("A")).decide(an_order("B", after)).outcome in FLAGGED


@pytest.mark.parametrize(
    "other",
    [
        {"customer_reference": "KX-9983", "ship_to": ELSEWHERE},
        {"customer_reference": "KX-9983", "lines": (line("X-1", 3),)},
        {"customer": acme(party_id="C-9", name="Bolt & Sons", contact_name="", phone="", email="")},
    ],
    ids=["another place", "other goods", "another customer"],
)
def test_an_order_that_differs_in_what_counts_is_new(other: dict[str, Any]) -> None:
    incoming = an_order("B", timedelta(days=3), **other)
    assert shelf_with(an_order("A")).decide(incoming).outcome is Outcome.UNIQUE


def test_the_next_delivery_of_a_schedule_is_never_called_a_duplicate() -> None:
    shelf = shelf_with(*(delivery(number) for number in range(3)))
    assert shelf.decide(delivery(3)).outcome is not Outcome.DUPLICATE


def test_a_delivery_of_a_schedule_that_comes_again_names_its_twin() -> None:
    shelf = shelf_with(*(delivery(number) for number in range(3)))
    decision = shelf.decide(delivery(1, "again", minute=9))
    assert decision.outcome in FLAGGED
    assert decision.matches[0].order_key == "D1"


def test_the_same_goods_under_another_account_weigh_less_than_under_the_same() -> None:
    shelf = shelf_with(an_order("A"))
    other = acme(party_id="C-9", name="Bolt & Sons", contact_name="", phone="", email="")
    own, foreign = (
        shelf.decide(an_order("B", timedelta(minutes=5), customer=customer), attended=True)
        for customer in (acme(), other)
    )
    assert own.matches[0].match_weight > (
        foreign.matches[0].match_weight if foreign.matches else float("-inf")
    )


def test_a_date_moved_weighs_less_than_a_date_kept() -> None:
    first = an_order("A", requested_delivery_date=date(2026, 3, 20))
    kept, moved = (
        shelf_with(first)
        .decide(an_order("B", timedelta(days=2), requested_delivery_date=wanted))
        .matches[0]
        .match_weight
        for wanted in (date(2026, 3, 20), date(2026, 3, 27))
    )
    assert kept > moved
