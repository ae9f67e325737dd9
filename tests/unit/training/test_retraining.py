"""Verdicts make a challenger that is better on one's own orders, or they make none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.unit.training import toy_verdicts as toy

from ordertwin_models import artefact
from ordertwin_models.model import DuplicateModel
from ordertwin_training.learning import MONOTONE
from ordertwin_training.retraining.choosing import CorrectionSettings
from ordertwin_training.retraining.files import write_candidate
from ordertwin_training.retraining.own_pairs import own_pairs
from ordertwin_training.retraining.run import Retrained, TooFewVerdicts, challenge
from ordertwin_training.retraining.settings import RetrainingSettings
from ordertwin_training.retraining.sides import sides_of
from ordertwin_training.retraining.verdicts import (
    Answer,
    Verdict,
    VerdictsInvalid,
    read_verdicts,
    snapshot_of,
    write_verdicts,
)

QUICK = RetrainingSettings(
    correction=CorrectionSettings(widths=(0.6, 1.5), folds=2, most_memory=200), tracked=False
)


def challenged(verdicts: list[Verdict]) -> Retrained:
    return challenge(toy.champion(), verdicts, toy.memory(), QUICK)


@pytest.fixture(scope="module")
def honest() -> Retrained:
    return challenged(toy.verdicts(300))


def wrong(model: DuplicateModel, verdicts: list[Verdict]) -> float:
    own, _ = own_pairs(verdicts)
    said = model.probability(model.score(own.matrix).weights)
    return float(((said >= 0.5) != (own.twin == 1)).mean())


def test_a_company_that_is_unlike_the_released_world_is_learned_from_300_verdicts(
    honest: Retrained,
) -> None:
    later = toy.verdicts(200, seed=2)
    assert wrong(toy.champion(), later) > 0.15
    assert wrong(honest.model, later) < 0.08
    assert honest.gate.passed, honest.gate.refusals


def test_the_same_verdicts_give_the_same_bytes_in_whatever_order_they_come(
    honest: Retrained,
) -> None:
    again = challenged(toy.verdicts(300)[::-1])
    assert artefact.dumps(again.model) == artefact.dumps(honest.model)
    assert again.snapshot == honest.snapshot


def test_a_model_names_who_labelled_and_who_trained_it() -> None:
    def by_position(verdict: Verdict) -> Verdict:
        return replace(verdict, reviewer=f"people/{verdict.reviewer}")

    said = toy.verdicts(120, by_position)
    nobody = [
        replace(said[0], order="withdrawn", reviewer="people/eve", withdrawn=True),
        replace(said[1], order="unsure", reviewer="people/eve", answer=Answer.UNSURE),
    ]
    quick = replace(QUICK, trainer="people/tom")
    found = challenge(toy.champion(), [*said, *nobody], toy.memory(), quick).model
    assert found.metadata["trainer"] == "people/tom"
    assert found.metadata["labellers"].split(", ") == [f"people/{name}" for name in toy.REVIEWERS]


def test_the_same_lessons_by_another_trainer_are_another_version() -> None:
    versions = {
        challenge(
            toy.champion(), toy.verdicts(60), toy.memory(), replace(QUICK, trainer=name)
        ).model.version
        for name in ("", "people/tom", "people/ann")
    }
    assert len(versions) == 3


def test_the_model_file_can_be_read_back(honest: Retrained) -> None:
    read = artefact.loads(artefact.dumps(honest.model))
    assert read.version == honest.model.version
    assert read.version.startswith(f"{toy.champion().version}-")


def test_a_corrected_model_is_as_monotone_as_the_champion(honest: Retrained) -> None:
    matrix, _ = toy.clear()
    model = honest.model
    for column, sign in enumerate(MONOTONE):
        if not sign:
            continue
        values = np.linspace(-3, 40, 400)
        rows = np.repeat(matrix[:1], len(values), axis=0)
        rows[:, column] = values * sign
        weights = model.score(rows).weights
        assert (np.diff(weights) >= -1e-9).all(), model.schema[column]


def test_contributions_still_add_up(honest: Retrained) -> None:
    matrix, _ = toy.clear()
    scores = honest.model.score(matrix)
    total = honest.model.prior_weight + scores.contributions.sum(axis=1)
    assert np.abs(total - scores.weights).max() < 1e-9


def test_what_one_comparison_says_stands_in_its_own_table_after_a_correction(
    honest: Retrained,
) -> None:
    own, _ = own_pairs(toy.verdicts(300))
    scores = honest.model.score(own.matrix)
    pairs = [len(table.comparisons) == 2 for table in honest.model.tables]
    assert any(pairs)
    # Cells that no pair fell into count a little, so the means are not quite nothing.
    assert np.abs(scores.contributions[:, pairs].mean(axis=0)).max() < 1e-3


def test_verdicts_that_agree_with_the_champion_change_next_to_nothing() -> None:
    def agreeing(verdict: Verdict) -> Verdict:
        said = toy.champion().score(np.array([verdict.vector])).weights
        match = float(toy.champion().probability(said)[0]) >= 0.5
        return replace(verdict, answer=verdict.answer.MATCH if match else verdict.answer.DISTINCT)

    verdicts = toy.verdicts(200, agreeing)
    assert wrong(challenged(verdicts).model, verdicts) < 0.01


def test_too_few_verdicts_are_refused_with_what_is_needed() -> None:
    with pytest.raises(TooFewVerdicts, match="at least 20"):
        challenged(toy.verdicts(10))


def test_lessons_are_older_than_what_judges_and_share_no_customer_with_it() -> None:
    own, _ = own_pairs(toy.verdicts(400))
    sides = sides_of(own, seed=1)
    assert len(sides.frozen) > 10
    assert sides.lessons.at.max() < sides.frozen.at.min()
    teaching = {verdict.facts.customer for verdict in sides.lessons.verdicts}
    assert teaching.isdisjoint(verdict.facts.customer for verdict in sides.frozen.verdicts)


def test_pairs_that_were_told_apart_do_not_tie_customers_together() -> None:
    """With many pairs everything would hang together, and nothing could be held out."""
    shared = [replace(one, counterpart="starter set") for one in toy.verdicts(200)]
    told_apart = [replace(one, answer=Answer.DISTINCT) for one in shared]
    own, _ = own_pairs(told_apart)
    assert len(set(own.group.tolist())) > 30
    assert len(sides_of(own, seed=1).lessons) > 50


def test_a_run_leaves_model_card_gate_curve_and_snapshot(honest: Retrained, tmp_path: Path) -> None:
    verdicts = toy.verdicts(300)
    candidate = write_candidate(honest, verdicts, replace(QUICK, directory=tmp_path))
    found = {path.name for path in candidate.directory.iterdir()}
    assert found >= {
        "model.json", "card.md", "gate.json", "gate.html", "learning_curve.json",
        "verdicts.jsonl.gz", "conflicts.jsonl", "champion.json",
    }  # fmt: skip
    kept = read_verdicts(candidate.directory / "verdicts.jsonl.gz")
    assert snapshot_of(kept) == snapshot_of(verdicts)
    assert "would" in honest.curve.advice


def test_a_file_of_verdicts_that_cannot_be_read_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    write_verdicts(path, toy.verdicts(2))
    path.write_text(path.read_text().replace("DISTINCT", "PERHAPS").replace("MATCH", "PERHAPS"))
    with pytest.raises(VerdictsInvalid, match=r"line 1: .*PERHAPS"):
        read_verdicts(path)


def test_a_reviewer_whose_name_would_be_taken_for_two_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    write_verdicts(path, toy.verdicts(1, lambda verdict: replace(verdict, reviewer="Ann, QA")))
    with pytest.raises(VerdictsInvalid, match="names with commas"):
        read_verdicts(path)


def test_verdicts_on_other_comparisons_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    write_verdicts(path, toy.verdicts(1))
    path.write_text(path.read_text().replace('"time_gap"', '"moon_phase"'))
    with pytest.raises(VerdictsInvalid, match="Export the verdicts again"):
        read_verdicts(path)
