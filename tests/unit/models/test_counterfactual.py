"""What would change the answer: true of the whole model, pairs of comparisons included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from tests.unit.models.detection_world import an_order as order_of_acme
from tests.unit.models.detection_world import vector

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.counterfactual import THINGS_A_PERSON_CAN_CHECK, counterfactual_of
from ordertwin_models.decision import Outcome
from ordertwin_models.model import DuplicateModel, Table
from ordertwin_models.rules import rules_model


def a_model(*tables: Table, prior: float = -4.0) -> DuplicateModel:
    return replace(rules_model(), tables=tables, prior_weight=prior)


def a_table(name: str, edge: float, low: float, high: float) -> Table:
    return Table((name,), (np.array([edge]),), np.array([low, high, 0.0]))


def named(model: DuplicateModel, **seen: float) -> str:
    """What would change the answer on a pair of which only this was seen."""
    vector = {name: seen.get(name) for name in COMPARISON_NAMES}
    row = np.array([[np.nan if value is None else value for value in vector.values()]])
    weight = float(model.score(row).weights[0])
    outcome = Outcome.REVIEW if weight >= 0 else Outcome.UNIQUE
    return counterfactual_of(model, vector, weight, outcome, review=0.5)


REFERENCE = a_table("reference", 3.5, -3.0, 5.0)
PLACE = a_table("customer_ship_to", 0.5, -2.0, 0.5)


def test_the_easiest_thing_that_suffices_is_named() -> None:
    assert named(a_model(REFERENCE, PLACE), reference=4.0, customer_ship_to=1.0) == (
        "customer_ship_to"
    )
    assert named(a_model(REFERENCE, PLACE, prior=-1.0), reference=4.0, customer_ship_to=1.0) == (
        "reference"
    )


def test_nothing_is_named_that_would_not_suffice() -> None:
    assert named(a_model(PLACE, prior=9.0), customer_ship_to=1.0) == ""


def test_what_two_comparisons_say_together_is_reckoned_in() -> None:
    edges = np.array([0.5]), np.array([3.5])
    values = np.array([[0.0, 6.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    keeps_the_sum = Table(("customer_ship_to", "reference"), edges, values)
    model = a_model(REFERENCE, PLACE, keeps_the_sum)
    assert named(model, reference=4.0, customer_ship_to=1.0) == "reference"


def test_a_comparison_that_speaks_only_with_another_can_be_named() -> None:
    edges = np.array([0.5]), np.array([3.5])
    only_together = np.array([[-9.0, -9.0, 0.0], [6.0, 6.0, 0.0], [0.0, 0.0, 0.0]])
    model = a_model(Table(("customer_ship_to", "reference"), edges, only_together))
    assert named(model, reference=4.0, customer_ship_to=1.0) == "customer_ship_to"


def test_another_address_is_a_matter_of_one_customer_or_of_two() -> None:
    foreign = a_table("foreign_ship_to", 0.5, -2.0, 0.5)
    model = a_model(REFERENCE, PLACE, foreign)
    assert named(model, reference=4.0, foreign_ship_to=1.0) == "foreign_ship_to"
    assert named(model, reference=4.0) == "reference"


def test_conflicts_count_the_other_way_round() -> None:
    conflicts = a_table("customer_conflicts", 0.5, 1.0, -4.0)
    assert named(a_model(conflicts, prior=0.0), customer_conflicts=0.0) == "customer_conflicts"
    assert named(a_model(conflicts, prior=0.0), customer_conflicts=1.0) == "customer_conflicts"


def test_orders_further_apart_or_closer_together_can_be_named() -> None:
    gap = a_table("time_gap", 3.6, 3.0, -4.0)
    assert named(a_model(gap, prior=0.0), time_gap=1.0) == "time_gap"
    assert named(a_model(gap, prior=0.0), time_gap=6.0) == "time_gap"


@pytest.mark.parametrize(("days", "named_one"), [(7, "delivery_date"), (0, "")])
def test_equal_dates_are_worth_what_the_days_between_the_orders_make_of_them(
    days: int, named_one: str
) -> None:
    dates = Table(("delivery_date",), (np.array([1.5]),), np.array([-2.0, 3.0, 0.0]))
    wanted = {"requested_delivery_date": date(2026, 3, 20)}
    later = {"requested_delivery_date": date(2026, 4, 20)}
    seen = vector(order_of_acme("A", **wanted), order_of_acme("B", timedelta(days=days), **later))
    chosen = {name: seen[name] for name in ("delivery_date", "time_gap")}
    assert named(a_model(dates, prior=-1.0), **chosen) == named_one


def test_every_thing_to_check_is_a_comparison() -> None:
    assert set(THINGS_A_PERSON_CAN_CHECK) <= set(COMPARISON_NAMES)
