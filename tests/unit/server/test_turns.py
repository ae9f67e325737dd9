"""Orders that are alike and come at once: decided about one after another, not again and again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.unit.server.builders import CALL, a_question, an_order, resent, score_command

from ordertwin_models.decision import Outcome
from ordertwin_server.commands.turns import Turns
from ordertwin_server.faults import DeadlineExceeded
from ordertwin_stores.interface import OrderStore

CALLERS = 64
WORKERS = 8


def test_similar_orders_at_once_are_not_decided_about_again_and_again(store: OrderStore) -> None:
    attempts = []
    register = store.register

    def counted(*arguments: object) -> object:
        attempts.append(arguments)
        return register(*arguments)  # type: ignore[arg-type]

    store.register = counted  # type: ignore[method-assign,assignment]
    score = score_command(store)
    alike = [resent(an_order(), f"SO-{number}") for number in range(CALLERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(
            pool.map(lambda order: score(CALL, a_question(order, order.order_id)), alike)
        )
    assert sum(each.decision.outcome is Outcome.UNIQUE for each in answers) == 1
    assert len(attempts) <= CALLERS + 2 * WORKERS


def test_one_in_line_waits_for_those_before_that_share_a_key() -> None:
    turns, order = Turns(), []

    def second() -> None:
        with turns.line("bc") as line:
            line.join()
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        with turns.line("ab") as first:
            first.join()
            later = pool.submit(second)
            while not turns.has_alike(frozenset("c")):
                pass
            order.append("first")
        later.result()
    assert order == ["first", "second"]
    assert not turns.has_alike(frozenset("abc"))


def test_calls_that_share_no_key_pass_each_other() -> None:
    turns = Turns()
    with turns.line("ab") as one, turns.line("cd") as other:
        one.join()
        other.join_if_any()
        assert not other.has_place
        other.join()


def test_a_caller_who_no_longer_waits_leaves_the_line() -> None:
    def gone() -> None:
        raise DeadlineExceeded

    turns = Turns(wait=lambda line: None)
    with turns.line("a") as first:
        first.join()
        with pytest.raises(DeadlineExceeded), turns.line("a", gone) as second:
            second.join_if_any()
    assert not turns.has_alike(frozenset("a"))
