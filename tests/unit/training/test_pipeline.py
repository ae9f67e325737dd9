"""The whole recipe on a small history: files, figures, repeatability, resumption."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from tests.unit.training.toy_history import toy_events

from ordertwin_models import artefact
from ordertwin_training.fit import FitSettings
from ordertwin_training.gathering import gather
from ordertwin_training.pairs import Sampling
from ordertwin_training.pipeline import TrainingResult, TrainingSettings, train
from ordertwin_training.progress import Silent
from ordertwin_training.sources import Source
from ordertwin_training.split import TO_BE_JUDGED_ON, TO_LEARN_FROM


class Listening(Silent):
    """Remembers the stages."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, name: str, total: int = 0) -> None:
        self.stages.append(name)


def two_sources(orders: int = 600) -> list[Source]:
    def source(name: str, seed: int) -> Source:
        events = partial(toy_events, orders, seed)
        shares = TO_LEARN_FROM if name == "learned" else TO_BE_JUDGED_ON
        return Source(
            name, "toy", f"toy history, {orders} orders, seed {seed}", events, shares, seed
        )

    return [source("learned", 1), source("held out", 2)]


def settings(directory: Path, **changes: object) -> TrainingSettings:
    quick = {
        "version": "toy",
        "fit": FitSettings(rounds=80),
        "with_baselines": False,
        "tracked": False,
    }
    return TrainingSettings(two_sources(), directory, **quick | changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainingResult:
    directory = tmp_path_factory.mktemp("runs")
    return train(settings(directory, with_baselines=True, tracked=True))


def test_the_model_file_loads_and_scores_as_the_model_does(trained: TrainingResult) -> None:
    model = artefact.loads(trained.model_file.read_text())
    assert model.version == "toy"
    assert model.metadata["snapshot"] == trained.evaluation["snapshot"]
    assert model.golden is not None
    vectors = model.golden.vectors
    assert model.score(vectors).weights.tolist() == trained.model.score(vectors).weights.tolist()


def test_duplicates_of_an_easy_world_are_found(trained: TrainingResult) -> None:
    report = trained.evaluation["report"]
    assert report["recall_flagged"] > 0.95
    assert report["false_flags_per_1000"] < 10
    assert trained.evaluation["parity"] <= 1e-9


def test_every_term_and_the_prior_add_up_on_every_golden_vector(trained: TrainingResult) -> None:
    assert trained.model.golden is not None
    scores = trained.model.score(trained.model.golden.vectors)
    total = trained.model.prior_weight + scores.contributions.sum(axis=1)
    assert np.abs(total - scores.weights).max() <= 1e-9


def test_baselines_are_measured_on_the_same_pairs(trained: TrainingResult) -> None:
    rankings = trained.evaluation["rankings"]
    assert len(rankings) == 4
    assert all(0 <= figures["average_precision"] <= 1 for figures in rankings.values())


def test_card_and_figures_and_pictures_are_written(trained: TrainingResult) -> None:
    card = trained.card_file.read_text()
    assert trained.evaluation["snapshot"] in card
    assert "toy history, 600 orders, seed 1" in card
    assert "| REKEYED | yes |" in card
    written = json.loads((trained.directory / "evaluation.json").read_text())
    assert written["report"]["recall_flagged"] == trained.evaluation["report"]["recall_flagged"]
    pictures = sorted(path.name for path in trained.directory.glob("*.png"))
    assert pictures == ["calibration.png", "precision_recall.png", "tables.png", "thresholds.png"]


def test_the_run_is_in_the_ledger(trained: TrainingResult) -> None:
    assert trained.run is not None
    assert trained.run.model_version == "1"
    assert (trained.directory.parent / "mlflow.db").exists()


def test_the_same_settings_elsewhere_give_the_same_bytes(
    trained: TrainingResult, tmp_path: Path
) -> None:
    again = train(settings(tmp_path))
    assert again.model_file.read_bytes() == trained.model_file.read_bytes()


def test_an_interrupted_run_makes_no_pairs_twice(tmp_path: Path) -> None:
    sources, first, second = two_sources(orders=60), Listening(), Listening()
    made = gather(sources[:1], tmp_path, Sampling(), first)
    found = gather(sources, tmp_path, Sampling(), second)
    assert "learned: pairs" in first.stages
    assert "learned: pairs" not in second.stages
    assert "held out: pairs" in second.stages
    assert set(made.digests) < set(found.digests)
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_a_history_that_is_too_thin_is_refused_with_what_to_do(tmp_path: Path) -> None:
    thin = TrainingSettings(two_sources(orders=6), tmp_path, tracked=False)
    with pytest.raises(ValueError, match="longer history or more worlds"):
        train(thin)
