"""ScoreOrder on a real store, with rules in the place of a model."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.server.builders import (
    CALL,
    NOON,
    SteppingClock,
    a_line,
    a_question,
    an_order,
    another_order,
    resent,
    score_command,
    words,
)

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.candidate import Lookup
from ordertwin_models.decision import Action, Outcome, Relation
from ordertwin_models.errors import InvalidRequest, StoreUnavailable
from ordertwin_models.order import OrderState
from ordertwin_models.rules import rules_model
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.commands.update_status import StatusUpdate, UpdateStatus
from ordertwin_server.faults import DeadlineExceeded
from ordertwin_server.model_slot import ModelSlot
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import Candidates, HistoryEntry, OrderStore


def test_the_first_order_is_unique_and_stored(score: ScoreOrder, store: OrderStore) -> None:
    answer = score(CALL, a_question())
    assert (answer.decision.outcome, answer.state) == (Outcome.UNIQUE, OrderState.RECEIVED)
    assert not answer.replayed
    assert store.get_order("default", answer.order_key).order == an_order()
    assert store.get_decision("default", answer.decision_key).decision == answer.decision


def test_a_resent_order_is_flagged_held_and_names_the_first(
    score: ScoreOrder, store: OrderStore
) -> None:
    first = score(CALL, a_question())
    second = score(CALL, a_question(resent(an_order()), "r-2"))
    assert second.decision.outcome is not Outcome.UNIQUE
    assert second.decision.matches[0].order_key == first.order_key
    assert store.get_order("default", second.order_key).state is OrderState.HELD


def test_a_review_opens_for_review_only(score: ScoreOrder) -> None:
    first = score(CALL, a_question())
    second = score(CALL, a_question(resent(an_order()), "r-2"))
    assert first.review_key == ""
    assert bool(second.review_key) == (second.decision.outcome is Outcome.REVIEW)


def test_contributions_add_up_to_the_match_weight(score: ScoreOrder) -> None:
    score(CALL, a_question())
    answer = score(CALL, a_question(resent(an_order()), "r-2"))
    for match in answer.decision.matches:
        total = match.prior_weight + sum(match.contributions.values())
        assert total == pytest.approx(match.match_weight, abs=1e-9)


def test_an_unrelated_order_is_unique(score: ScoreOrder) -> None:
    score(CALL, a_question())
    assert score(CALL, a_question(another_order(), "r-2")).decision.outcome is Outcome.UNIQUE


def test_the_same_order_changed_is_an_amendment_of_it(score: ScoreOrder, store: OrderStore) -> None:
    first = score(CALL, a_question())
    changed = an_order(lines=(a_line("M8-40", "300"), *an_order().lines[1:]))
    second = score(CALL, a_question(changed, "r-2"))
    best = second.decision.matches[0]
    assert (second.decision.outcome, second.decision.action) == (
        Outcome.DUPLICATE,
        Action.SUPERSEDE,
    )
    assert (best.order_key, best.relation) == (first.order_key, Relation.AMENDMENT)
    assert second.order_key == first.order_key
    stored = store.get_order("default", first.order_key)
    assert (stored.order, stored.version) == (changed, 2)


def test_an_amendment_is_replayed_with_the_content_it_was_compared_with(score: ScoreOrder) -> None:
    score(CALL, a_question())
    changed = an_order(lines=(a_line("M8-40", "300"), *an_order().lines[1:]))
    first = score(CALL, a_question(changed, "r-2"))
    again = score(CALL, a_question(changed, "r-2"))
    assert first.existing[first.order_key] == an_order()
    assert words(again) == words(first)


def test_an_answer_reads_the_same_after_the_matched_order_was_amended(score: ScoreOrder) -> None:
    score(CALL, a_question())
    question = a_question(resent(an_order()), "r-2")
    first = score(CALL, question)
    score(CALL, a_question(an_order(customer_reference="PO-4712"), "r-3"))
    assert words(score(CALL, question)) == words(first)


def test_a_dry_check_answers_like_the_real_one_and_writes_nothing(
    score: ScoreOrder, store: OrderStore
) -> None:
    score(CALL, a_question())
    incoming = resent(an_order())
    dry = score(CALL, a_question(incoming, "", validate_only=True))
    assert store.status("default").orders == 1
    assert store.status("default").decisions == 1
    assert (dry.order_key, dry.decision_key, dry.review_key, dry.state) == ("", "", "", None)
    real = score(CALL, a_question(incoming, "r-2"))
    assert (dry.decision.outcome, dry.decision.matches) == (
        real.decision.outcome,
        real.decision.matches,
    )


def test_a_dry_check_of_a_changed_order_says_amendment_and_changes_nothing(
    score: ScoreOrder, store: OrderStore
) -> None:
    first = score(CALL, a_question())
    dry = score(CALL, a_question(an_order(note="now"), validate_only=True))
    assert dry.decision.action is Action.SUPERSEDE
    assert store.get_order("default", first.order_key).version == 1


def test_a_cancelled_order_is_no_twin_of_the_order_that_replaces_it(
    score: ScoreOrder, store: OrderStore
) -> None:
    first = score(CALL, a_question())
    cancel = StatusUpdate(
        order_key=first.order_key, state=OrderState.CANCELLED, request_id="cancel-1"
    )
    UpdateStatus(store, clock=lambda: NOON + timedelta(hours=2))(CALL, cancel)
    replacement = score(CALL, a_question(resent(an_order(), minutes=90), "r-2"))
    assert replacement.decision.outcome is Outcome.UNIQUE
    again = score(CALL, a_question(resent(an_order(), "SO-3", minutes=95), "r-3"))
    assert again.decision.outcome is not Outcome.UNIQUE
    assert again.decision.matches[0].order_key == replacement.order_key


def test_an_order_loaded_without_a_decision_is_known_and_not_its_own_twin(
    score: ScoreOrder, store: OrderStore
) -> None:
    load(store, [an_order()])
    answer = score(CALL, a_question())
    assert (answer.order_key, answer.decision_key) == ("loaded-SO-1", "")
    assert answer.decision.outcome is Outcome.UNIQUE
    assert store.status("default").orders == 1


def test_an_order_that_comes_in_between_is_seen(store: OrderStore) -> None:
    class Rival(Delegating):
        """Registers a similar order after the first look at the candidates."""

        def __init__(self, inner: OrderStore) -> None:
            super().__init__(inner)
            self.looks = 0

        def candidates(self, tenant: str, lookups: Sequence[Lookup], limit: int) -> Candidates:
            seen = self.inner.candidates(tenant, lookups, limit)
            self.looks += 1
            if self.looks == 1:
                score_command(self.inner)(CALL, a_question(resent(an_order(), "RIVAL"), "rival"))
            return seen

    answer = score_command(Rival(store))(CALL, a_question())
    assert answer.decision.outcome is not Outcome.UNIQUE
    assert answer.existing[answer.decision.matches[0].order_key].order_id == "RIVAL"


def test_an_amended_order_that_moves_on_in_between_is_decided_again(store: OrderStore) -> None:
    first = score_command(store)(CALL, a_question())

    class Moving(Delegating):
        """Ships the order that is being amended, once."""

        moved = False

        def register(self, *arguments: Any) -> Any:
            if not self.moved:
                self.moved = True
                update = StatusUpdate(
                    order_key=first.order_key, state=OrderState.SHIPPED, request_id="u-1"
                )
                UpdateStatus(store, clock=lambda: NOON + timedelta(hours=2))(CALL, update)
            return self.inner.register(*arguments)

    answer = score_command(Moving(store))(CALL, a_question(an_order(note="more"), "r-2"))
    assert answer.decision.matches[0].state is OrderState.SHIPPED
    assert store.get_order("default", first.order_key).version == 3


def test_an_amendment_overtaken_by_another_is_replayed_as_it_was_told(store: OrderStore) -> None:
    score_command(store)(CALL, a_question())

    class Overtaking(Delegating):
        """Amends the order once more, by a clock that is ahead, before the amendment is written."""

        overtaken = False

        def register(self, *arguments: Any) -> Any:
            if not self.overtaken:
                self.overtaken = True
                rival = score_command(self.inner, clock=SteppingClock(NOON + timedelta(hours=5)))
                rival(CALL, a_question(an_order(customer_reference="RIVAL"), "rival"))
            return self.inner.register(*arguments)

    question = a_question(an_order(customer_reference="MINE"), "r-2")
    told = score_command(Overtaking(store))(CALL, question)
    assert told.existing[told.order_key].customer_reference == "RIVAL"
    assert words(score_command(store)(CALL, question)) == words(told)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (OrderState.ACCEPTED, OrderState.HELD),
        (OrderState.SHIPPED, OrderState.SHIPPED),
        (OrderState.CANCELLED, OrderState.CANCELLED),
    ],
)
def test_an_amendment_holds_what_can_be_held_and_neither_recalls_nor_revives(
    score: ScoreOrder, store: OrderStore, before: OrderState, after: OrderState
) -> None:
    first = score(CALL, a_question())
    update = StatusUpdate(order_key=first.order_key, state=before, request_id="u-1")
    UpdateStatus(store, clock=lambda: NOON + timedelta(hours=2))(CALL, update)
    question = a_question(an_order(note="more"), "r-2")
    amended = score(CALL, question)
    assert amended.state is store.get_order("default", first.order_key).state is after
    assert score(CALL, question).state is after


def test_of_many_similar_orders_at_once_exactly_one_is_unique(store: OrderStore) -> None:
    score = score_command(store)
    questions = [a_question(resent(an_order(), f"SO-{n}"), f"r-{n}") for n in range(24)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda question: score(CALL, question), questions))
    unique = [answer for answer in answers if answer.decision.outcome is Outcome.UNIQUE]
    assert len(unique) == 1
    assert store.status("default").orders == 24
    named = {match.order_key for answer in answers for match in answer.decision.matches}
    assert unique[0].order_key in named


def test_the_same_request_many_times_at_once_is_one_order(store: OrderStore) -> None:
    score = score_command(store)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: score(CALL, a_question()), range(24)))
    assert store.status("default").orders == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert len({answer.decision_key for answer in answers}) == 1


def test_the_same_order_at_once_under_many_request_ids_is_one_order(store: OrderStore) -> None:
    score = score_command(store)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: score(CALL, a_question(request_id=f"r-{n}")), range(24)))
    assert store.status("default").orders == 1
    assert len({answer.order_key for answer in answers}) == 1


def test_nothing_is_written_for_a_caller_who_no_longer_waits(
    score: ScoreOrder, store: OrderStore
) -> None:
    with pytest.raises(DeadlineExceeded, match="nothing was written"):
        score(Call("default", waiting=lambda: False), a_question())
    assert store.status("default").orders == 0


def test_all_broken_fields_are_named_at_once(score: ScoreOrder) -> None:
    order = an_order("", lines=(a_line(quantity="-1"),), currency_code="EURO")
    with pytest.raises(InvalidRequest) as refused:
        score(CALL, a_question(order, "", max_matches=51))
    fields = {violation.field for violation in refused.value.violations}
    assert {
        "request_id",
        "max_matches",
        "order.order_id",
        "order.currency_code",
        "order.lines[0].quantity",
    } <= fields


def test_one_model_judges_a_request_from_beginning_to_end(store: OrderStore) -> None:
    slot = ModelSlot(None)

    class Swapping(Delegating):
        """Exchanges the model while the order is on its way."""

        def candidates(self, tenant: str, lookups: Sequence[Lookup], limit: int) -> Candidates:
            slot.swap(rules_model())
            return self.inner.candidates(tenant, lookups, limit)

    score = score_command(Swapping(store), slot)
    assert score(CALL, a_question()).decision.degraded
    assert not score(CALL, a_question(another_order(), "r-2")).decision.degraded


def test_a_store_that_fails_leaves_nothing_behind(store: OrderStore) -> None:
    class Full(Delegating):
        def register(self, *arguments: Any) -> Any:
            raise StoreUnavailable("The disk is full; nothing was written. Try again.")

    with pytest.raises(StoreUnavailable):
        score_command(Full(store))(CALL, a_question())
    assert score_command(store)(CALL, a_question()).decision.outcome is Outcome.UNIQUE


def load(store: OrderStore, orders: Sequence[Any]) -> None:
    entries = []
    for order in orders:
        prepared = prepare(order)
        incoming = featurise(prepared, TermFrequencies(0, {}))
        entries.append(
            HistoryEntry(
                order_key=f"loaded-{order.order_id}",
                order=order,
                digest=order_digest(order),
                state=OrderState.ACCEPTED,
                features=incoming.features.to_bytes(),
                blocking_keys=incoming.blocking_keys,
                terms=incoming.terms,
                at=NOON,
            )
        )
    store.load("default", entries)


class Delegating:
    """A store that passes everything on; tests override what they want to go otherwise."""

    def __init__(self, inner: OrderStore) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)
