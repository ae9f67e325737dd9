"""A scan says of every order what the server said when it came in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.server.builders import CALL, NOON, a_line, a_question, an_order, score_command

from ordertwin_models.decision import Outcome
from ordertwin_models.order import Order, Party
from ordertwin_models.policy import Policy
from ordertwin_stores import open_store
from ordertwin_training.scan.chunk import Task
from ordertwin_training.scan.walk import chunks_in, walk


def a_history(orders: int) -> Iterator[Order]:
    """Orders of a few customers; now and then one comes again, changed a little."""
    rng = random.Random(7)
    made: list[Order] = []
    for number in range(orders):
        at = NOON + timedelta(minutes=20 * number)
        if made and rng.random() < 0.25:
            lines = rng.choice(made[-5:]).lines[: rng.choice((2, 3, 3))]
            again = replace(rng.choice(made[-5:]), order_id=f"S-{number}", ordered_at=at)
            yield replace(again, lines=lines) if rng.random() < 0.2 else again
            continue
        customer = rng.randrange(12)
        made.append(
            an_order(
                f"S-{number}",
                ordered_at=at,
                customer_reference=f"P{customer}/{number}",
                customer=Party(party_id=f"C-{customer}", name=f"Kunde {customer * 131}"),
                lines=tuple(
                    a_line(f"A{item}", str(rng.randrange(1, 40)))
                    for item in rng.sample(range(60), 3)
                ),
                total_amount=None,
            )
        )
        yield made[-1]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_scan_flags_what_the_server_flagged(tmp_path: Path, processes: int) -> None:
    url = f"sqlite:///{tmp_path / 'orders.db'}"
    store = open_store(url)
    score = score_command(store)
    told = {}
    for number, order in enumerate(a_history(260)):
        decision = score(CALL, a_question(order, f"r-{number}")).decision
        if decision.outcome is not Outcome.UNIQUE:
            (best, *_) = decision.matches
            told[order.order_id] = (decision.outcome.value, best.match_probability)
    task = Task(url, CALL.tenant, None, Policy(), "en", NOON)
    judged = walk(task, tmp_path / "work" / "f.jsonl", processes, lambda done, of: None)
    store.close()
    chunks = list(chunks_in(tmp_path / "work" / "f.jsonl"))
    found = {
        pair.order.order_id: (pair.outcome, pair.probability)
        for chunk in chunks
        for pair in chunk.pairs
    }
    assert judged == 260
    assert len(told) > 30
    assert found == told
