"""A connector that sends a whole file again: one alarm, one held batch, one review."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.server.builders import (
    CALL,
    NOON,
    SteppingClock,
    a_line,
    a_question,
    an_order,
    resent,
    score_command,
)

from ordertwin_models.decision import Action, Outcome
from ordertwin_models.explanation import explain
from ordertwin_models.order import Order, Party
from ordertwin_server.commands.answer import Answer
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_stores.interface import OrderStore

POLICY = """
format = "ordertwin-policy/1"
version = "bursts"
[burst]
flagged_orders = 5
within_minutes = 10
share = 0.5
"""
A_DAY_LATER = timedelta(days=1)


@pytest.fixture
def policies(tmp_path: Path) -> PolicySlot:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    return PolicySlot(str(path))


def order_number(number: int, source: str = "edi") -> Order:
    """One of many orders that have nothing to do with one another."""
    return an_order(
        f"SO-{number}",
        source=source,
        customer_reference=f"{number}/77A",
        customer=Party(party_id=f"C-{number}", name=f"Kunde {number * 7919} KG"),
        lines=(a_line(f"Q{number}-X", str(3 + number)), a_line(f"R{number * 31}", "7", "9.5")),
        total_amount=None,
    )


def ask(score: ScoreOrder, order: Order, suffix: str = "") -> Answer:
    return score(CALL, a_question(order, f"r-{order.source}-{order.order_id}{suffix}"))


def copy_of(order: Order) -> Order:
    return resent(order, f"{order.order_id}-again")


def test_after_some_single_reviews_all_wait_together(
    store: OrderStore, policies: PolicySlot, caplog: pytest.LogCaptureFixture
) -> None:
    orders = [order_number(number) for number in range(30)]
    first = score_command(store, policies=policies)
    assert {ask(first, order).decision.outcome for order in orders} == {Outcome.UNIQUE}
    later = score_command(store, policies=policies, clock=SteppingClock(NOON + A_DAY_LATER))
    with caplog.at_level(logging.WARNING):
        again = [ask(later, copy_of(order)) for order in orders]
    assert all(answer.decision.outcome is not Outcome.UNIQUE for answer in again)
    alone, together = again[:5], again[5:]
    assert all("BURST" not in answer.decision.policy_rules for answer in alone)
    assert all(answer.decision.policy_rules[-1] == "BURST" for answer in together)
    assert {answer.decision.action for answer in together} == {Action.HOLD}
    assert len({answer.review_key for answer in together}) == 1
    assert together[0].review_key
    (alarm,) = [record.getMessage() for record in caplog.records]
    assert alarm.startswith("Source edi sends many duplicates")
    said = explain(together[0].decision, together[0].incoming, together[0].existing, "en")
    assert "wait in one batch" in said.summary


def test_an_answer_in_a_batch_is_given_again_with_its_review(
    store: OrderStore, policies: PolicySlot
) -> None:
    orders = [order_number(number) for number in range(12)]
    score = score_command(store, policies=policies)
    for order in orders:
        ask(score, order)
    score = score_command(store, policies=policies, clock=SteppingClock(NOON + A_DAY_LATER))
    answers = [ask(score, copy_of(order)) for order in orders]
    repeated = ask(score, copy_of(orders[-1]))
    assert repeated.replayed
    assert replace(repeated, replayed=False).review_key == answers[-1].review_key


def test_other_sources_are_judged_as_ever(store: OrderStore, policies: PolicySlot) -> None:
    score = score_command(store, policies=policies)
    for order in [order_number(number) for number in range(12)]:
        ask(score, order)
    web = ask(score, order_number(99, source="web"))
    score = score_command(store, policies=policies, clock=SteppingClock(NOON + A_DAY_LATER))
    for order in [order_number(number) for number in range(12)]:
        ask(score, copy_of(order))
    twin = ask(score, resent(web.incoming, "W-2"))
    assert "BURST" not in twin.decision.policy_rules


def test_a_busy_source_with_few_duplicates_is_no_burst(
    store: OrderStore, policies: PolicySlot
) -> None:
    score = score_command(store, policies=policies)
    orders = [order_number(number) for number in range(20)]
    for order in orders:
        ask(score, order)
    answers = [ask(score, copy_of(order)) for order in orders[:8]]
    assert not any("BURST" in answer.decision.policy_rules for answer in answers)


def test_a_burst_ends_with_its_window(store: OrderStore, policies: PolicySlot) -> None:
    orders = [order_number(number) for number in range(8)]
    score = score_command(store, policies=policies)
    for order in orders:
        ask(score, order)
    score = score_command(store, policies=policies, clock=SteppingClock(NOON + A_DAY_LATER))
    for order in orders[:-1]:
        last = ask(score, copy_of(order))
    assert "BURST" in last.decision.policy_rules
    score = score_command(store, policies=policies, clock=SteppingClock(NOON + 2 * A_DAY_LATER))
    assert "BURST" not in ask(score, copy_of(orders[-1])).decision.policy_rules
