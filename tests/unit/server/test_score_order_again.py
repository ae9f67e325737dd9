"""The same request, or the same order, comes again."""

from __future__ import annotations

import pytest
from tests.unit.server.builders import CALL, a_question, an_order, another_order, resent, words

from ordertwin_models.errors import RequestIdReused
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_stores.interface import OrderStore


def test_the_same_request_again_gets_the_first_answer(score: ScoreOrder) -> None:
    score(CALL, a_question())
    question = a_question(resent(an_order()), "r-2")
    first, again = score(CALL, question), score(CALL, question)
    assert again.replayed
    assert words(again) == words(first)


def test_a_request_id_with_another_order_is_refused_and_writes_nothing(
    score: ScoreOrder, store: OrderStore
) -> None:
    score(CALL, a_question())
    with pytest.raises(RequestIdReused, match="new request id"):
        score(CALL, a_question(another_order(), "r-1"))
    assert store.status("default").orders == 1


def test_a_request_id_with_another_question_about_the_order_is_refused(score: ScoreOrder) -> None:
    score(CALL, a_question())
    with pytest.raises(RequestIdReused):
        score(CALL, a_question(attended=True))


def test_the_same_order_unchanged_is_the_same_order(score: ScoreOrder, store: OrderStore) -> None:
    first = score(CALL, a_question())
    again = score(CALL, a_question(request_id="r-2"))
    assert again.replayed
    assert words(again) == words(first)
    assert store.status("default").orders == 1


def test_a_request_about_a_known_order_is_remembered(score: ScoreOrder) -> None:
    score(CALL, a_question(an_order(), "r-1"))
    assert score(CALL, a_question(an_order(), "r-2")).replayed
    with pytest.raises(RequestIdReused):
        score(CALL, a_question(resent(an_order(), "SO-2"), "r-2"))
