"""How the time between two orders is told, with a time of day and without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import log10

import pytest
from tests.unit.models.explained_cases import EXISTING, MONDAY, Case

from ordertwin_models.decision import Relation
from ordertwin_models.explanation import explain
from ordertwin_models.order import Order


def a_case(time_gap: float) -> Case:
    return Case(
        name="any",
        relation=Relation.REKEYED,
        seen={"time_gap": (time_gap, 1.0)},
        english="",
        chinese="",
    )


def told(incoming: Order, seconds: float, language: str) -> str:
    """The reason about the time between an order and the existing one, measured as so long."""
    decision = a_case(log10(1 + seconds)).decision()
    words = explain(decision, incoming, {"key-1": EXISTING}, language)
    return words.matches[0].contributions[0].text


def test_orders_with_a_date_only_are_days_apart() -> None:
    midnight = MONDAY.replace(hour=0, minute=0)
    case = a_case(2.0)
    for days, when in ((0, "on the same day"), (2, "2 days later")):
        incoming = replace(EXISTING, ordered_at=midnight + timedelta(days=days))
        summary = explain(case.decision(), incoming, {"key-1": EXISTING}, "en").summary
        assert f"by hand, {when}." in summary


@pytest.mark.parametrize(
    ("days", "vague", "language", "text"),
    [
        (0, 6 * 3600, "en", "both orders are of the same day"),
        (0, 6 * 3600, "zh", "两张订单是同一天的"),
        (2, 38.5 * 3600, "en", "2 days between the two orders"),
        (2, 38.5 * 3600, "zh", "两张订单相隔 2 天"),
        (9, 206.5 * 3600, "en", "as much as 9 days between the two orders"),
    ],
)
def test_the_time_between_dates_is_told_in_days(
    days: int, vague: float, language: str, text: str
) -> None:
    midnight = MONDAY.replace(hour=0, minute=0) + timedelta(days=days)
    assert told(replace(EXISTING, ordered_at=midnight), vague, language) == text


def test_the_time_between_orders_that_have_one_is_told_as_it_was_measured() -> None:
    later = replace(EXISTING, ordered_at=EXISTING.ordered_at + timedelta(hours=6))
    assert told(later, 6 * 3600, "en") == "6 hours between the two orders"
