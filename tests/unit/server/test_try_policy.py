"""What another policy would have made of stored decisions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.server.builders import (
    CALL,
    a_question,
    an_order,
    another_order,
    resent,
    score_command,
)

from ordertwin_models.decision import Outcome
from ordertwin_models.errors import StoreUnusable
from ordertwin_models.policy import Policy, policy_from_document
from ordertwin_models.rules import rules_model
from ordertwin_server.commands.try_policy import Trial, try_policy
from ordertwin_stores import open_archive, open_store
from ordertwin_stores.interface import OrderStore

RULES = {"rules": rules_model().thresholds}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'orders.db'}"


@pytest.fixture
def stored(url: str) -> Iterator[OrderStore]:
    """A store, still open, with an order, its resend, an amendment and another order."""
    store = open_store(url)
    score = score_command(store)
    for number, order in enumerate(
        (an_order(), resent(an_order()), another_order(), another_order())
    ):
        changed = replace(order, note="now with a note") if number == 3 else order
        score(CALL, a_question(changed, f"r-{number}"))
    yield store
    store.close()


def a_policy(**sections: Any) -> Policy:
    return policy_from_document({"format": "ordertwin-policy/1", "version": "other"} | sections)


def tried(url: str, policy: Policy) -> Trial:
    archive = open_archive(url)
    try:
        return try_policy(archive, CALL.tenant, policy, RULES)
    finally:
        archive.close()


def test_the_same_policy_changes_nothing(url: str, stored: OrderStore) -> None:
    trial = tried(url, a_policy())
    assert (trial.decisions, trial.changed, trial.amendments) == (2, 0, 1)
    assert trial.rules == {"DUPLICATE_THRESHOLD": 1}


def test_what_would_change_is_counted_with_value_and_example(url: str, stored: OrderStore) -> None:
    trial = tried(url, a_policy(allow={"sources": ["edi"]}))
    change = (Outcome.DUPLICATE, Outcome.UNIQUE)
    assert trial.changes == {change: 1}
    assert trial.value[change] == 64
    (example,) = trial.examples[change]
    assert (example.order, example.twin) == ("N-SO-2", "N-SO-1")
    assert example.rules == ("DUPLICATE_THRESHOLD", "ALLOWED_SOURCE")


def test_a_deny_list_holds_what_was_unique(url: str, stored: OrderStore) -> None:
    trial = tried(url, a_policy(deny={"customers": ["C-10"]}))
    assert trial.changes == {(Outcome.UNIQUE, Outcome.REVIEW): 1}


def test_pairs_and_hard_facts_are_tried_too(url: str, stored: OrderStore) -> None:
    pair = [{"source": "edi", "order_id": name} for name in ("SO-1", "SO-2")]
    never = {"thresholds": {"review": 1.0}}
    assert tried(url, a_policy(allow={"pairs": [pair]})).rules == {"ALLOWED_PAIR": 1}
    assert tried(url, a_policy(deny={"pairs": [pair]}, **never)).changed == 0
    facts = {"hard_facts": {"resent_within_minutes": 5}}
    assert tried(url, a_policy(**facts, **never)).rules == {"RESENT": 1}
    assert tried(url, a_policy(**never)).changed == 1


def test_a_number_that_was_used_twice_makes_no_copy_in_a_trial_either(url: str) -> None:
    doubtful = a_policy(thresholds={"review": 0.001, "duplicate": 0.9999})
    with closing(open_store(url)) as store:
        score = score_command(store)
        for day in (0, 1, 3):
            at = an_order().ordered_at + timedelta(days=day)
            score(CALL, a_question(an_order(f"SO-{day}", ordered_at=at), f"r-{day}"))
    assert tried(url, doubtful).rules["COPIED"] == 1


def test_decisions_of_a_model_that_is_not_at_hand_are_left_out(
    url: str, stored: OrderStore
) -> None:
    archive = open_archive(url)
    trial = try_policy(archive, CALL.tenant, a_policy(), {})
    archive.close()
    assert (trial.decisions, trial.other_models) == (0, 2)


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="There is no store"):
        open_archive(str(tmp_path / "none.db"))
    assert not list(tmp_path.iterdir())


def test_an_archive_reads_beside_an_open_store(url: str, stored: OrderStore) -> None:
    archive = open_archive(url)
    assert archive.status(CALL.tenant).orders == 3
    orders = list(archive.iterate_orders(CALL.tenant))
    assert [each.order.order_id for each in orders] == ["SO-1", "SO-2", "SO-9"]
    later = replace(an_order("SO-50"), ordered_at=an_order().ordered_at + timedelta(days=9))
    score_command(stored)(CALL, a_question(later, "r-50"))
    assert archive.status(CALL.tenant).orders == 4
    archive.close()
