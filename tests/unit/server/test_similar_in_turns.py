"""Similar orders one after another: the first is unique, and however many follow, none of them."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from tests.faults.orders import FIRST_DAY, Orders
from tests.unit.server.builders import SteppingClock, score_command

from ordertwin_models.decision import Outcome
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.question import Question
from ordertwin_server.convert import order_from_proto
from ordertwin_server.model_slot import ModelSlot, read_model, released_model
from ordertwin_stores import open_store

CALLERS = 12


@pytest.mark.parametrize("seed", [3, 11, 28, 122])
def test_many_copies_do_not_make_the_next_one_new(seed: int) -> None:
    path = released_model()
    assert path is not None
    clock = SteppingClock(FIRST_DAY + timedelta(days=5))
    score = score_command(open_store(":memory:"), ModelSlot(read_model(path)), clock)
    orders = [order_from_proto(each, 100)[0] for each in Orders(seed).similar(CALLERS)]
    Random(seed).shuffle(orders)
    decisions = [
        score(Call("default"), Question(order=order, request_id=order.order_id)).decision
        for order in orders
    ]
    assert [each.outcome is Outcome.UNIQUE for each in decisions] == [True] + 11 * [False]
    assert all(each.matches for each in decisions[1:])
