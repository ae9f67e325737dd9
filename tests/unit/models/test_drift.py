"""Whether a window of decisions looks like another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from ordertwin_models.decision import Action, Decision, Match, Outcome, Relation
from ordertwin_models.drift import ENOUGH, Finding, Level, Observed, drift
from ordertwin_models.order import Order, OrderState, Party

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_window(
    size: int = 1000,
    seed: int = 1,
    *,
    flagged: float = 0.05,
    shift: float = 0.0,
    phones: float = 0.9,
    missing: float = 0.1,
) -> Observed:
    """Decisions drawn at random, half of them with something alike."""
    chance, window = Random(seed), Observed()
    for number in range(size):
        phone = "123" if chance.random() < phones else ""
        order = Order(order_id=str(number), ordered_at=NOON, customer=Party(phone=phone))
        decision = Decision(
            outcome=Outcome.REVIEW if chance.random() < flagged else Outcome.UNIQUE,
            action=Action.ACCEPT,
            matches=(),
            policy_rules=(),
            model_version="own/1",
            candidates_considered=chance.randrange(20),
            candidates_truncated=False,
            degraded=False,
            decided_at=NOON + timedelta(seconds=number),
        )
        if chance.random() < 0.5:
            value = None if chance.random() < missing else chance.gauss(shift, 1.0)
            decision = replace(decision, matches=(a_match(chance.gauss(0.0, 4.0), value),))
        window.add(order, decision)
    return window


def a_match(weight: float, value: float | None) -> Match:
    return Match(
        order_key="o",
        state=OrderState.RECEIVED,
        match_probability=0.5,
        match_weight=weight,
        prior_weight=0.0,
        contributions={},
        vector={"gap": value},
        relation=Relation.REORDER,
        relation_probability=1.0,
        line_alignments=(),
        blocking_rules=(),
        counterfactual="",
    )


def found(findings: tuple[Finding, ...], name: str) -> Finding:
    return next(each for each in findings if each.name == name)


@pytest.mark.parametrize("seed", range(2, 12))
def test_what_did_not_change_is_no_alarm(seed: int) -> None:
    findings = drift(a_window(), a_window(seed=seed))
    assert findings
    assert [each for each in findings if each.level is Level.ALARM] == []


def test_a_small_window_is_not_taken_for_a_change() -> None:
    findings = drift(a_window(4000), a_window(ENOUGH, seed=3))
    assert {each.level for each in findings} <= {Level.STEADY, Level.WATCH}
    assert drift(a_window(), a_window(ENOUGH - 1)) == ()


def test_a_feature_that_moved_is_an_alarm_and_comes_first() -> None:
    findings = drift(a_window(), a_window(seed=2, shift=1.5))
    assert (findings[0].kind, findings[0].name) == ("feature", "gap")
    assert findings[0].level is Level.ALARM
    assert findings[0].current > findings[0].reference


def test_a_value_that_went_missing_is_an_alarm() -> None:
    findings = drift(a_window(), a_window(seed=2, missing=0.7))
    assert found(findings, "gap").level is Level.ALARM


def test_more_flags_and_emptier_fields_are_alarms() -> None:
    findings = drift(a_window(), a_window(seed=2, flagged=0.15, phones=0.5))
    assert found(findings, "flagged orders").level is Level.ALARM
    phone = found(findings, "customer.phone")
    assert (phone.kind, phone.level) == ("completeness", Level.ALARM)


def test_decisions_that_people_overturn_more_often_are_an_alarm() -> None:
    before, after = a_window(), a_window(seed=2)
    for number in range(100):
        before.add_verdict(overturned=number < 5)
        after.add_verdict(overturned=number < 50)
    assert found(drift(before, after), "overturned decisions").level is Level.ALARM


def test_a_value_that_never_varied_is_steady() -> None:
    before, after = a_window(), a_window(seed=2)
    before.columns["same"] = after.columns["same"] = [1.0] * 500
    assert found(drift(before, after), "same").level is Level.STEADY
    after.columns["same"] = [float("nan")] * 500
    assert found(drift(before, after), "same").level is Level.ALARM
