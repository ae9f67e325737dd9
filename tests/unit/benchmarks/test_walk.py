"""A stream walked in one process: figures, and errors that people can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.orders.measure import confusions, measured
from benchmarks.orders.second_author import MARKETS, Rates, inject, invented_base
from benchmarks.orders.walk import Told, Walk
from benchmarks.orders.worst import write_worst
from ordertwin_models.rules import rules_model


@pytest.fixture(scope="module")
def told() -> list[Told]:
    market = MARKETS["distributor-us"]
    rates = Rates(duplicates=0.3, look_alikes=0.1)
    events = inject(market, invented_base(market, orders=60, seed=4), 4, rates)
    return list(Walk(market.name, events, rules_model()).told())


def test_figures_of_the_inside_stand_beside_the_detection_report(told: list[Told]) -> None:
    report = measured(told)
    assert report["duplicates"] > 5
    assert 0.9 <= report["pairs_completeness"] <= 1.0
    assert report["candidates_p50"] <= report["candidates_p99"]
    assert {"relation_accuracy", "ece", "recall_at_1_per_1000", "average_precision"} <= set(report)
    flagged = [one for one in told if one.case and one.case.is_duplicate and one.case.flagged]
    assert sum(confusions(told).values()) == len(flagged)


def test_no_figure_is_invented_where_there_is_nothing_to_measure() -> None:
    assert measured([])["pairs_completeness"] is None


def test_a_twin_is_an_earlier_copy_of_the_same_purchase(told: list[Told]) -> None:
    for one in told:
        assert all(twin < one.place for twin in one.twins)
        assert bool(one.twins) == bool(one.event.truth and one.event.truth.is_duplicate)


def test_the_worst_errors_show_both_orders_and_what_the_model_saw(
    told: list[Told], tmp_path: Path
) -> None:
    path = tmp_path / "worst.txt"
    count = write_worst(path, told, most=3)
    text = path.read_text("utf-8")
    assert count >= 1
    assert "existing" in text
    assert "match weight" in text
    assert text.count("=" * 20) == 2 * min(count, 3)
