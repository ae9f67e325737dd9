"""The benchmark of learning goes on where it was stopped, and its desk asks as a queue would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.learning.__main__ import measured
from benchmarks.learning.company import NEW_KIND, company_stream, opening
from benchmarks.learning.desk import Desk
from benchmarks.learning.world import World
from ordertwin_models.rules import rules_model
from ordertwin_training.retraining.verdicts import Answer, Origin
from ordertwin_training.stream import OrderEvent


@pytest.fixture(scope="module")
def world() -> World:
    """A few orders, each fifth of which comes once more through the market place."""
    return World.of("small", company_stream(60, 3, import_from=opening(), imported=0.2))


def test_what_was_measured_before_is_not_measured_again(tmp_path: Path) -> None:
    def fails() -> dict[str, int]:
        raise AssertionError("was measured before")

    assert measured({"one": lambda: {"a": 1}}, tmp_path) == {"a": 1}
    assert measured({"one": fails, "two": lambda: {"b": 2}}, tmp_path) == {"a": 1, "b": 2}


def test_a_new_kind_of_duplicate_appears_when_it_is_asked_for() -> None:
    def kinds(imported: float) -> set[object]:
        events = company_stream(60, 3, import_from=opening(), imported=imported)
        return {e.truth.relation for e in events if isinstance(e, OrderEvent) and e.truth}

    assert NEW_KIND in kinds(0.2)
    assert NEW_KIND not in kinds(0.0)


def test_the_rows_of_an_order_are_its_living_candidates(world: World) -> None:
    for place in range(len(world.orders)):
        expected = np.flatnonzero((world.incoming == place) & world.possible)
        assert np.array_equal(world.rows_of(place), expected)


def test_a_desk_asks_about_each_order_once_and_is_told_the_truth(world: World) -> None:
    desk = Desk(world, len(world.orders), seed=1)
    for _ in range(3):
        desk.ask_chosen(rules_model(), 10)
    asked = [verdict.order for verdict in desk.verdicts]
    assert len(asked) == len(set(asked)) > 10
    assert {verdict.origin for verdict in desk.verdicts} <= {Origin.REVIEW, Origin.AUDIT}
    relations = {e.order.order_id: e.truth for e in world.orders}
    for verdict in desk.verdicts:
        truth = relations[verdict.order]
        if verdict.answer is Answer.MATCH:
            assert truth is not None
            assert truth.is_duplicate
