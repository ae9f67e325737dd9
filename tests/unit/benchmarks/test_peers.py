"""Other systems find plain copies, and a system that breaks down says so."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from benchmarks.orders.compare import (
    OTHER_WORLD,
    SAME_WORLD,
    Tried,
    best_off_the_shelf,
    lineup,
    try_peers,
)
from benchmarks.orders.records import LabelledStream, Scored
from benchmarks.orders.second_author import MARKETS, Rates, inject, invented_base

MANY = Rates(duplicates=0.3, look_alikes=0.1)


def a_stream(seed: int) -> LabelledStream:
    market = MARKETS["distributor-us"]
    return LabelledStream(
        "a", inject(market, invented_base(market, orders=80, seed=seed), seed, MANY)
    )


class Broken:
    name, threshold = "broken", 0.5

    def learn(self, stream: LabelledStream) -> None:
        raise ValueError("no")

    def score(self, stream: LabelledStream) -> list[Scored]:
        return []


@pytest.fixture(scope="module")
def tried() -> dict[str, Tried]:
    light = {
        name: make for name, make in lineup()[0].items() if "record" in name or "exact" in name
    }
    found: dict[str, Tried] = {}
    try_peers(a_stream(1), a_stream(2), a_stream(3), light | {"broken": Broken}, found)
    return found


def test_every_system_is_asked_about_every_order(tried: dict[str, Tried]) -> None:
    assert {"exact reference", "recordlinkage, ECM", SAME_WORLD, OTHER_WORLD} <= set(tried)
    assert len({len(record.cases) for record in tried.values()}) == 1


def test_boosting_that_knows_the_world_beats_the_exact_reference(tried: dict[str, Tried]) -> None:
    boosting, exact = tried[SAME_WORLD].report(), tried["exact reference"].report()
    assert boosting["average_precision"] > exact["average_precision"]


def test_a_system_that_breaks_down_found_nothing_and_says_why(tried: dict[str, Tried]) -> None:
    report = tried["broken"].report()
    assert report["recall_flagged"] == 0.0
    assert report["failures"] == ["a: ValueError: no"]


def test_the_best_general_system_does_not_count_those_built_for_orders() -> None:
    systems = {
        "a": {"average_precision": 0.2, "mean_average_precision": 0.4},
        SAME_WORLD: {"average_precision": 0.9, "mean_average_precision": 0.9},
    }
    assert best_off_the_shelf(systems) == 0.4


@pytest.mark.parametrize("library", ["splink", "dedupe"])
def test_what_is_not_installed_is_named(library: str) -> None:
    makers, missing = lineup()
    assert (library in missing) == (find_spec(library) is None)
    assert any(library in name.casefold() for name in makers) != (library in missing)
