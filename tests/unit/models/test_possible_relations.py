"""Names that two orders cannot bear are not given, however likely a model finds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import log2, log10, nan

import numpy as np
import pytest
from tests.unit.models.detection_world import Shelf, an_order

from ordertwin_models.comparison import COMPARISON_NAMES
from ordertwin_models.decision import Match, Relation
from ordertwin_models.order import Order
from ordertwin_models.possible_relations import possible_relations
from ordertwin_models.relation_model import RelationModel
from ordertwin_models.rules import rules_model

HOUR = 3600.0
SCHEMA = ("reference_presence", "time_gap", "basket_repeats")


def possible(
    relation: Relation, presence: float = 0.0, hours: float = 1.0, occasions: float = 1.0
) -> bool:
    row = np.array([[presence, log10(1 + hours * HOUR), log2(1 + occasions)]])
    return bool(possible_relations((relation,), SCHEMA, row)[0, 0])


@pytest.mark.parametrize(
    ("presence", "is_possible"), [(0, True), (1, False), (2, False), (3, False)]
)
def test_evasion_needs_a_reference_on_both_sides(presence: float, is_possible: bool) -> None:
    assert possible(Relation.EVASION, presence=presence) is is_possible


@pytest.mark.parametrize(
    ("hours", "occasions", "is_possible"),
    [(0.9, 1, False), (0.9, 2, True), (11.9, 1, False), (12, 1, True), (0.9, nan, False)],
)
def test_a_standing_order_came_twice_before_or_half_a_day_ago(
    hours: float, occasions: float, is_possible: bool
) -> None:
    assert possible(Relation.STANDING, hours=hours, occasions=occasions) is is_possible


def test_a_blanket_release_needs_a_blanket_order_where_that_is_known() -> None:
    rows = np.zeros((2, len(SCHEMA)))
    names = (Relation.BLANKET_RELEASE, Relation.REORDER)
    known = possible_relations(names, SCHEMA, rows, np.array([True, False]))
    assert known.tolist() == [[True, True], [False, True]]
    assert possible_relations(names, SCHEMA, rows).all()


def test_what_a_model_does_not_compare_rules_nothing_out() -> None:
    assert possible_relations(tuple(Relation), (), np.zeros((3, 0))).all()


def match_by(favourite: Relation, incoming: Order, existing: Order) -> Match:
    """The first match by a model that finds one relation likelier than all others."""
    weights = np.array([5.0 if relation is favourite else 0.0 for relation in Relation])
    named = RelationModel(tuple(Relation), len(COMPARISON_NAMES), weights, ())
    shelf = Shelf()
    shelf.put(existing)
    return shelf.decide(incoming, model=replace(rules_model(), relation_model=named)).matches[0]


def test_the_likeliest_name_that_is_possible_is_given() -> None:
    later = timedelta(minutes=52)
    no_reference = match_by(
        Relation.EVASION,
        an_order("B", later, customer_reference=""),
        an_order("A", customer_reference=""),
    )
    assert no_reference.relation is not Relation.EVASION
    assert no_reference.relation.is_duplicate
    assert match_by(Relation.EVASION, an_order("B", later), an_order("A")).relation is (
        Relation.EVASION
    )


def test_a_name_alone_changes_no_probability() -> None:
    orders = an_order("B", timedelta(minutes=52), customer_reference=""), an_order("A")
    named, other = match_by(Relation.EVASION, *orders), match_by(Relation.REKEYED, *orders)
    assert named.match_probability == other.match_probability
    assert named.relation is not Relation.EVASION
