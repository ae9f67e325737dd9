"""What is learned on streams by the benchmark itself: additive against free, and how it travels."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from benchmarks.orders.additive import additive_loss, asked_pairs, taught_pairs
from benchmarks.orders.pictures import trade_off
from benchmarks.orders.robustness import figures, fitted
from benchmarks.orders.sanity import publications
from benchmarks.orders.second_author import MARKETS, Rates, inject, invented_base
from ordertwin_models.decision import Outcome, Relation
from ordertwin_training.dataset import Dataset
from ordertwin_training.detection_report import DetectionCase
from ordertwin_training.fit import FitSettings
from ordertwin_training.stream import Event

SHORT = FitSettings(rounds=40)
MANY = Rates(duplicates=0.3, look_alikes=0.1)


def a_stream(seed: int) -> list[Event]:
    market = MARKETS["guest-shop-fr"]
    return inject(market, invented_base(market, orders=150, seed=seed), seed, MANY)


@pytest.fixture(scope="module")
def taught() -> Dataset:
    return taught_pairs("taught", a_stream(1))


@pytest.fixture(scope="module")
def asked() -> Dataset:
    return asked_pairs("asked", a_stream(2))


def test_the_additive_loss_is_the_difference_to_free_boosting(
    taught: Dataset, asked: Dataset
) -> None:
    found = additive_loss([taught], [asked], SHORT)
    assert found["additive_loss"] == found["unrestricted"] - found["additive"]
    assert found["additive"] > 0.8


def test_what_was_learned_in_a_market_serves_there(taught: Dataset, asked: Dataset) -> None:
    found = figures(fitted([taught], SHORT), asked)
    assert found.average_precision > 0.8
    assert 0.0 < found.recall_at_1_per_1000 <= 1.0


def test_recall_and_price_grow_together_as_the_threshold_falls() -> None:
    cases = [
        DetectionCase(Relation.RETRY, Outcome.REVIEW, 0.9, True),
        DetectionCase(None, Outcome.UNIQUE, 0.5, False),
        DetectionCase(Relation.RETRY, Outcome.UNIQUE, 0.4, True),
    ]
    price, recall = trade_off(cases)
    assert price.tolist() == [0.0, 1000.0, 1000.0]
    assert recall.tolist() == [0.5, 0.5, 1.0]


def test_publications_are_told_by_title_and_authors(tmp_path: Path) -> None:
    rng = random.Random(1)
    words = [
        "deep",
        "query",
        "index",
        "join",
        "graph",
        "stream",
        "cache",
        "lock",
        "tree",
        "plan",
        "cost",
        "view",
        "scan",
        "sort",
    ]
    for part in ("train", "valid", "test"):
        lines = ["label,left_title,left_authors,left_venue,left_year,right_title,right_authors,"
                 "right_venue,right_year"]  # fmt: skip
        for number in range(60):
            left, right = (" ".join(rng.sample(words, 4)) for _ in range(2))
            same = number % 2
            lines.append(
                f"{same},{left},ann lee,vldb,1999,{left if same else right},a lee,vldb,1999"
            )
        with gzip.open(tmp_path / f"{part}.csv.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    assert publications(tmp_path)["F1"] > 0.95
