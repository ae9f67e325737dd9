"""The gate refuses with reasons, and names whose labels are poisoned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.training import toy_verdicts as toy

from ordertwin_models.model import DuplicateModel
from ordertwin_training.retraining.choosing import CorrectionSettings
from ordertwin_training.retraining.gate import GateReport, GateSettings, judge_challenger
from ordertwin_training.retraining.golden import golden_cases, golden_failures
from ordertwin_training.retraining.own_pairs import own_pairs
from ordertwin_training.retraining.relations import Names
from ordertwin_training.retraining.run import challenge
from ordertwin_training.retraining.settings import RetrainingSettings
from ordertwin_training.retraining.suspects import Suspicions
from ordertwin_training.retraining.verdicts import Answer, Origin, Verdict

QUICK = RetrainingSettings(
    correction=CorrectionSettings(widths=(0.6, 1.5), folds=2, most_memory=200), tracked=False
)


def judged(
    challenger: DuplicateModel, verdicts: list[Verdict] | None = None, **changes: object
) -> GateReport:
    frozen, _ = own_pairs(toy.verdicts(400) if verdicts is None else verdicts)
    return judge_challenger(
        toy.champion(),
        challenger,
        challenger,
        frozen,
        toy.memory().held_out,
        parity=0.0,
        suspicions=Suspicions(),
        names=Names(None),
        settings=replace(GateSettings(), **changes),  # type: ignore[arg-type]
    )


def gate_of(verdicts: list[Verdict], **changes: object) -> GateReport:
    settings = replace(QUICK, **changes)  # type: ignore[arg-type]
    return challenge(toy.champion(), verdicts, toy.memory(), settings).gate


def test_there_is_a_clear_case_of_every_relation() -> None:
    assert len({case.relation for case in golden_cases()}) == 19
    assert all(case.must_flag == case.relation.is_duplicate for case in golden_cases())


def test_the_released_model_gets_every_clear_case_right() -> None:
    assert golden_failures(toy.champion()) == []


def test_the_champion_passes_against_itself() -> None:
    report = judged(toy.champion())
    assert [one for one in report.refusals if "calibration" not in one] == []


def test_without_a_later_duplicate_nothing_passes() -> None:
    nothing_twice = [replace(each, answer=Answer.DISTINCT) for each in toy.verdicts(400)]
    report = judged(toy.champion(), nothing_twice)
    assert not report.passed
    assert "no later duplicate to judge by" in " ".join(report.refusals)


def test_a_model_that_flags_nothing_is_refused_with_reasons() -> None:
    blind = replace(toy.champion(), prior_weight=toy.champion().prior_weight - 60)
    report = judged(blind)
    assert not report.passed
    assert "the clear case of RESEND must be flagged" in " ".join(report.refusals)
    assert report.document()["reasons"] == report.refusals


def test_a_segment_that_got_worse_is_named() -> None:
    report = judged(replace(toy.champion(), prior_weight=toy.champion().prior_weight + 60))
    assert any(reason.startswith("channel EDI") for reason in report.refusals)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_honest_labels_accuse_nobody(seed: int) -> None:
    assert gate_of(toy.verdicts(400, seed=seed)).suspicions.suspects == ()


def test_duplicates_of_one_customer_that_were_all_denied_are_caught_and_named() -> None:
    def denied(verdict: Verdict) -> Verdict:
        named = int(verdict.order.split("-")[1]) % 12 == 0
        facts = replace(verdict.facts, customer="C-X") if named else verdict.facts
        return replace(verdict, facts=facts, answer=Answer.DISTINCT if named else verdict.answer)

    report = gate_of(toy.verdicts(400, denied))
    assert not report.passed
    assert "customer C-X" in " ".join(report.refusals)
    assert [suspect.name for suspect in report.suspicions.suspects] == ["C-X"]


def test_a_reviewer_who_flips_a_third_of_the_answers_is_caught_and_named() -> None:
    chance = np.random.default_rng(5)

    def careless(verdict: Verdict) -> Verdict:
        flips = verdict.reviewer == "bo" and chance.random() < 0.3
        return toy.flipped(verdict) if flips else verdict

    report = gate_of(toy.verdicts(600, careless))
    assert not report.passed
    assert "reviewer bo" in " ".join(report.refusals)
    assert {suspect.name for suspect in report.suspicions.suspects} == {"bo"}


def test_who_was_talked_to_is_not_accused_again() -> None:
    def denied(verdict: Verdict) -> Verdict:
        named = int(verdict.order.split("-")[1]) % 12 == 0
        facts = replace(verdict.facts, customer="C-X") if named else verdict.facts
        return replace(verdict, facts=facts, answer=Answer.DISTINCT if named else verdict.answer)

    report = gate_of(toy.verdicts(400, denied), trusted=frozenset({"customer:C-X"}))
    assert report.suspicions.suspects == ()


def test_contradictory_labels_wait_for_a_third_and_too_many_stop_the_gate() -> None:
    honest = toy.verdicts(400)
    against = [replace(toy.flipped(one), reviewer="eve") for one in honest[::10]]
    own, aside = own_pairs([*honest, *against])
    assert (len(aside.conflicts), len(own)) == (40, 360)
    assert not {one.order for one in aside.conflicts} & {v.order for v in own.verdicts}
    report = gate_of([*honest, *against])
    assert not report.passed
    assert "40 pairs (10%) were answered both ways" in " ".join(report.refusals)
    assert "eve" in " ".join(report.refusals)


def test_withdrawn_unsure_and_corrected_answers_do_not_teach() -> None:
    first, second, third = toy.verdicts(3)
    unsure = replace(second, answer=Answer.UNSURE)
    later = replace(toy.flipped(third), at=third.at.replace(year=2027))
    own, aside = own_pairs([replace(first, withdrawn=True), unsure, third, later])
    assert [verdict.answer for verdict in own.verdicts] == [later.answer]
    assert (aside.withdrawn, aside.unsure, aside.corrected) == (1, 1, 1)


def test_what_became_of_an_order_never_outvotes_a_person_and_weighs_less() -> None:
    person = toy.verdicts(1)[0]
    person = replace(person, origin=Origin.REVIEW, inclusion=1.0)
    outcome = replace(toy.flipped(person), origin=Origin.OUTCOME, reviewer="")
    own, aside = own_pairs([person, outcome])
    assert own.verdicts == (person,)
    assert (aside.outvoted, aside.conflicts) == (1, ())
    alone, _ = own_pairs([outcome])
    assert alone.weight[0] < own.weight[0]


def test_an_audited_pair_counts_for_those_not_asked_about() -> None:
    audited = replace(toy.verdicts(1)[0], origin=Origin.AUDIT, inclusion=0.1)
    own, _ = own_pairs([audited])
    assert own.weight[0] == pytest.approx(10.0)


def test_without_an_audit_sample_the_report_raises_an_alarm() -> None:
    verdicts = [replace(one, origin=Origin.REVIEW, inclusion=1.0) for one in toy.verdicts(100)]
    assert "new kind of duplicate would not be noticed" in gate_of(verdicts).alarms[0]
