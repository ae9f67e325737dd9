"""What another model would say: in shadow, over past decisions; and whether past ones hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.server.builders import (
    CALL,
    NOON,
    SteppingClock,
    a_question,
    an_order,
    another_order,
    counted_keys,
    resent,
)
from tests.unit.server.trained_models import a_model

from ordertwin_models.decision import Outcome
from ordertwin_models.errors import InvalidRequest
from ordertwin_models.model import DuplicateModel
from ordertwin_models.order import OrderState
from ordertwin_models.rules import rules_model
from ordertwin_server.commands.answer import Answer
from ordertwin_server.commands.compare_models import CompareModels, Comparison, Range
from ordertwin_server.commands.model_difference import Difference
from ordertwin_server.commands.replay_decisions import replay
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.commands.update_status import StatusUpdate, UpdateStatus
from ordertwin_server.model_slot import ModelSlot, Serving
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_server.shadow import ShadowCase, ShadowScorer
from ordertwin_stores.interface import OrderStore

TENANT = CALL.tenant
CAREFREE = -60.0
"""Log2 odds that let nothing be a duplicate."""


class Desk:
    """Orders come in; the rules answer, under the name `now/1`."""

    def __init__(self, store: OrderStore, shadow: DuplicateModel | None = None) -> None:
        self.store, self.now = store, a_model("now/1")
        self.slot = ModelSlot(self.now)
        if shadow:
            self.slot.put({TENANT: Serving(None, shadow)})
        self.scorer = ShadowScorer(store, self.slot)
        self.clock = SteppingClock()
        self.score = ScoreOrder(
            store,
            self.slot,
            PolicySlot(),
            clock=self.clock,
            keys=counted_keys,
            max_lines=2000,
            shadow=self.scorer.offer,
        )

    def answers(self) -> list[Answer]:
        """A new order, one that has nothing to do with it, and the first one again."""
        orders = (an_order(), another_order(), resent(an_order()))
        return [self.score(CALL, a_question(each, f"r-{i}")) for i, each in enumerate(orders)]

    def compared(self, other: DuplicateModel, **wanted: Any) -> Comparison:
        compare = CompareModels(self.store, PolicySlot().of)
        return compare(CALL, (self.now, other), Range(**wanted))


@pytest.fixture
def desk(store: OrderStore) -> Desk:
    return Desk(store)


def test_a_shadow_counts_what_it_would_have_changed_and_says_why(store: OrderStore) -> None:
    desk = Desk(store, a_model("calm/1", CAREFREE))
    again = desk.answers()[2]
    desk.scorer.work_off()
    tally = store.models.shadow(TENANT, "calm/1")
    before = again.decision.outcome
    assert tally.counts == {"scored": 3, "differing": 1, f"change:{before}>UNIQUE": 1}
    (text,) = tally.examples
    example = Difference.from_text(text)
    assert example.decision_key == again.decision_key
    assert (example.before.outcome, example.after.outcome) == (before, Outcome.UNIQUE)
    assert example.before.counterpart == again.decision.matches[0].order_key
    assert example.reasons[0].comparison == "prior"
    assert example.reasons[0].after - example.reasons[0].before == pytest.approx(CAREFREE)


def test_a_shadow_has_no_effect_on_answers(store: OrderStore) -> None:
    desk = Desk(store, a_model("calm/1", CAREFREE))
    assert {answer.decision.model_version for answer in desk.answers()} == {"now/1"}
    assert desk.answers()[2].replayed


def test_what_a_busy_shadow_misses_is_counted(store: OrderStore) -> None:
    slot = ModelSlot(None)
    slot.put({TENANT: Serving(None, a_model("calm/1"))})
    scorer = ShadowScorer(store, slot, waiting=1)
    decision = Desk(store).answers()[0].decision
    incoming: Any = None
    case = ShadowCase(TENANT, "d", "o", None, decision, incoming, (), lambda model: decision)
    for _ in range(4):
        scorer.offer(case)
    scorer.work_off()
    assert store.models.shadow(TENANT, "calm/1").counts == {"scored": 1, "dropped": 3}


def test_a_shadow_that_fails_is_counted_and_the_trial_goes_on(store: OrderStore) -> None:
    slot = ModelSlot(None)
    slot.put({TENANT: Serving(None, a_model("calm/1"))})
    scorer = ShadowScorer(store, slot)
    decision = Desk(store).answers()[0].decision
    incoming: Any = None

    def broken(model: DuplicateModel) -> Any:
        raise ZeroDivisionError

    for decide in (broken, lambda model: decision):
        scorer.offer(ShadowCase(TENANT, "d", "o", None, decision, incoming, (), decide))
    scorer.work_off()
    assert store.models.shadow(TENANT, "calm/1").counts == {"failed": 1, "scored": 1}


def test_a_model_compared_with_itself_changes_nothing(desk: Desk) -> None:
    desk.answers()
    made = desk.compared(desk.now)
    assert (made.decisions, made.changed, made.skipped, made.examples) == (3, 0, 0, [])


def test_a_comparison_counts_changes_by_outcome_with_examples(desk: Desk) -> None:
    again = desk.answers()[2]
    made = desk.compared(a_model("calm/1", CAREFREE))
    assert made.changes == {(again.decision.outcome, Outcome.UNIQUE): 1}
    assert [each.decision_key for each in made.examples] == [again.decision_key]
    assert (made.baseline, made.challenger) == ("now/1", "calm/1")


def test_a_twin_that_the_first_model_overlooked_is_found_by_the_second(store: OrderStore) -> None:
    desk = Desk(store)
    desk.slot.swap(a_model("calm/1", CAREFREE))
    again = desk.answers()[2]
    assert again.decision.outcome is Outcome.UNIQUE
    assert again.decision.matches[0].match_probability < 0.01
    made = desk.compared(a_model("keen/1"))
    assert made.changed == 0
    compare = CompareModels(store, PolicySlot().of)
    found = compare(CALL, (a_model("calm/1", CAREFREE), a_model("keen/1")), Range())
    assert [each.decision_key for each in found.examples] == [again.decision_key]


def test_an_order_cancelled_since_is_judged_as_it_stood(desk: Desk, store: OrderStore) -> None:
    first = desk.answers()[0]
    UpdateStatus(store, clock=lambda: NOON + timedelta(days=9))(
        CALL,
        StatusUpdate(order_key=first.order_key, state=OrderState.CANCELLED, request_id="c-1"),
    )
    assert desk.compared(a_model("calm/1", CAREFREE)).changed == 1


def test_amendments_and_what_they_replaced_are_left_out(desk: Desk) -> None:
    desk.answers()
    changed = replace(an_order(), note="changed")
    desk.score(CALL, a_question(changed, "r-9"))
    made = desk.compared(desk.now)
    assert (made.decisions, made.skipped) == (2, 2)


def test_only_the_newest_decisions_are_compared_and_not_too_many(desk: Desk) -> None:
    desk.answers()
    assert desk.compared(desk.now, most=2).decisions == 2
    assert desk.compared(desk.now, since=NOON + timedelta(days=30)).decisions == 0
    with pytest.raises(InvalidRequest):
        desk.compared(desk.now, most=20_001)


def test_stored_decisions_come_out_as_they_were_stored(desk: Desk, store: OrderStore) -> None:
    desk.answers()
    made = replay(store, TENANT, {"now/1": desk.now}.get, 1000)
    assert (made.decisions, made.equal, made.unequal) == (3, 3, [])
    assert made.matches >= 1
    assert made.largest_difference <= 1e-12


def test_another_model_under_the_name_is_noticed(desk: Desk, store: OrderStore) -> None:
    again = desk.answers()[2]
    made = replay(store, TENANT, {"now/1": a_model("now/1", 0.001)}.get, 1000)
    assert made.unequal == [again.decision_key]
    assert made.equal == 2


def test_what_cannot_be_known_any_more_is_said(desk: Desk, store: OrderStore) -> None:
    desk.answers()
    made = replay(store, TENANT, lambda version: None, 1000)
    assert made.unknown == {"model no longer there": 1}
    assert (made.equal, made.incomplete) == (2, 1)
    desk.score(CALL, a_question(replace(an_order(), note="changed"), "r-9"))
    made = replay(store, TENANT, {"now/1": desk.now}.get, 1000)
    assert made.unknown["order changed or erased since"] >= 1
    assert made.unequal == []


def test_rules_without_a_model_can_be_tried_against(store: OrderStore) -> None:
    desk = Desk(store, a_model("calm/1", CAREFREE))
    desk.slot.swap(None)
    desk.answers()
    desk.scorer.work_off()
    assert store.models.shadow(TENANT, "calm/1").counts["differing"] == 1
    made = replay(store, TENANT, {rules_model().version: rules_model()}.get, 10)
    assert made.equal == 3
