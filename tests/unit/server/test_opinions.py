"""Second opinions, conflicts and batches: several people, several orders, one truth."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.server.review_world import ANN, BOB, EVE, World, person

from ordertwin_models.errors import InvalidRequest, NotFound
from ordertwin_models.order import OrderState
from ordertwin_server.commands.answer import Answer as Told
from ordertwin_server.commands.sampling import Sampling
from ordertwin_server.faults import DutiesSeparated, ReviewClosed
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.reviews import Answer, ReviewKind, ReviewState

MATCH, DISTINCT, UNSURE = Answer.MATCH, Answer.DISTINCT, Answer.UNSURE


@pytest.fixture
def twice(store: OrderStore) -> World:
    """Every question is asked of two people."""
    return World.of(store, Sampling(second=1.0))


def test_a_second_opinion_is_given_by_somebody_else_unaware_of_the_first(twice: World) -> None:
    told = twice.held()
    twice.decide(ANN, told.review_key, DISTINCT)
    assert twice.state(told.order_key) is OrderState.ACCEPTED
    view = twice.review(told.review_key, BOB)
    assert view.review.state is ReviewState.SECOND_OPINION
    assert view.hidden
    assert view.verdicts == ()
    assert not any(verdict.settled for verdict in twice.verdicts())
    with pytest.raises(DutiesSeparated):
        twice.decide(ANN, told.review_key, DISTINCT)
    with pytest.raises(DutiesSeparated):
        twice.claim(ANN, told.review_key)
    assert twice.queue(available_to="people/ann") == []
    twice.decide(BOB, told.review_key, DISTINCT)
    assert twice.review(told.review_key).review.state is ReviewState.DECIDED
    assert all(verdict.settled for verdict in twice.verdicts())


def test_opinions_that_contradict_hold_the_order_until_a_third_person_settles_it(
    twice: World,
) -> None:
    told = twice.held()
    twice.decide(ANN, told.review_key, DISTINCT)
    twice.decide(BOB, told.review_key, MATCH)
    assert twice.review(told.review_key).review.state is ReviewState.CONFLICT
    assert twice.state(told.order_key) is OrderState.HELD
    assert not any(verdict.settled for verdict in twice.verdicts())
    assert twice.reads.agreement(EVE)[1] == 1
    for party in (ANN, BOB):
        with pytest.raises(DutiesSeparated):
            twice.decide(party, told.review_key, MATCH)
    twice.decide(EVE, told.review_key, MATCH)
    assert twice.state(told.order_key) is OrderState.REJECTED_DUPLICATE
    assert [verdict.settled for verdict in twice.verdicts()] == [False, False, True]
    assert twice.reads.agreement(EVE)[1] == 0


def test_a_rejection_that_is_contradicted_is_held_again_too(twice: World) -> None:
    told = twice.held()
    twice.decide(ANN, told.review_key, MATCH)
    twice.decide(BOB, told.review_key, DISTINCT)
    assert twice.state(told.order_key) is OrderState.HELD
    twice.decide(EVE, told.review_key, DISTINCT)
    assert twice.state(told.order_key) is OrderState.ACCEPTED


def test_agreement_is_told_by_pair_of_reviewers(twice: World) -> None:
    for number, (one, other) in enumerate(
        [(DISTINCT, DISTINCT), (MATCH, MATCH), (MATCH, DISTINCT), (DISTINCT, DISTINCT)]
    ):
        told = twice.held(number)
        first, second = (ANN, BOB) if number % 2 else (BOB, ANN)
        twice.decide(first, told.review_key, one)
        twice.decide(second, told.review_key, other)
    (pair,), conflicts = twice.reads.agreement(EVE)
    assert (pair.first, pair.second) == ("people/ann", "people/bob")
    assert (pair.questions, pair.agreed, conflicts) == (4, 3, 1)
    assert pair.kappa == 0.5


def test_a_first_opinion_can_be_corrected_before_the_second(twice: World) -> None:
    told = twice.held()
    twice.decide(ANN, told.review_key, DISTINCT)
    etag = f'"{twice.review(told.review_key).review.version}"'
    twice.decide(ANN, told.review_key, MATCH, etag=etag)
    assert twice.state(told.order_key) is OrderState.REJECTED_DUPLICATE
    assert twice.review(told.review_key).review.state is ReviewState.SECOND_OPINION
    twice.decide(BOB, told.review_key, MATCH)
    assert twice.review(told.review_key).review.state is ReviewState.DECIDED


def test_withdrawing_both_opinions_asks_from_the_start(twice: World) -> None:
    told = twice.held()
    twice.decide(ANN, told.review_key, DISTINCT)
    twice.decide(BOB, told.review_key, DISTINCT)
    twice.withdraw(BOB, 2)
    assert twice.review(told.review_key).review.state is ReviewState.SECOND_OPINION
    twice.withdraw(ANN, 1)
    assert twice.review(told.review_key).review.state is ReviewState.OPEN
    assert twice.state(told.order_key) is OrderState.HELD


POLICY = """
format = "ordertwin-policy/1"
version = "bursts"
[burst]
flagged_orders = 2
within_minutes = 60
share = 0.1
"""


@pytest.fixture
def policies(tmp_path: Path) -> PolicySlot:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    return PolicySlot(str(path))


def batch_of(store: OrderStore, policies: PolicySlot, count: int) -> tuple[World, list[Told]]:
    """A connector sent so many doubtful orders in a burst that they are held as one batch."""
    world = World.of(store, policies=policies)
    told = [world.held(number) for number in range(count + 2)]
    batch = [t for t in told if world.review(t.review_key).review.kind is ReviewKind.BATCH]
    assert len({each.review_key for each in batch}) == 1
    assert len(batch) == count
    return world, batch


def test_a_whole_batch_is_answered_at_once(store: OrderStore, policies: PolicySlot) -> None:
    world, batch = batch_of(store, policies, 4)
    key = batch[0].review_key
    world.claim(ANN, key)
    assert [row.member.order_key for row in world.review(key).batch] == [t.order_key for t in batch]
    world.decide(ANN, key, MATCH)
    assert {world.state(each.order_key) for each in batch} == {OrderState.REJECTED_DUPLICATE}
    assert world.review(key).review.state is ReviewState.DECIDED
    verdicts = world.verdicts()
    assert [v.said.counterpart_key for v in verdicts] == [
        each.decision.matches[0].order_key for each in batch
    ]
    assert len({verdict.act for verdict in verdicts}) == 1
    assert all(verdict.settled for verdict in verdicts)


def test_a_part_of_a_batch_is_answered_and_the_rest_waits(
    store: OrderStore, policies: PolicySlot
) -> None:
    world, batch = batch_of(store, policies, 3)
    key = batch[0].review_key
    world.claim(ANN, key)
    world.decide(ANN, key, DISTINCT, orders=(batch[1].order_key,))
    assert [world.state(each.order_key) for each in batch] == [
        OrderState.HELD,
        OrderState.ACCEPTED,
        OrderState.HELD,
    ]
    view = world.review(key)
    assert (view.review.state, view.claimed_by) == (ReviewState.OPEN, "people/ann")
    assert world.verdicts()[0].settled
    with pytest.raises(NotFound):
        world.decide(ANN, key, DISTINCT, orders=(batch[1].order_key,))
    with pytest.raises(InvalidRequest):
        world.decide(ANN, key)
    world.decide(ANN, key, DISTINCT)
    assert world.review(key).review.state is ReviewState.DECIDED
    with pytest.raises(ReviewClosed):
        world.decide(ANN, key, DISTINCT)


def test_a_batch_can_be_taken_back_by_order_or_as_a_whole(
    store: OrderStore, policies: PolicySlot
) -> None:
    world, batch = batch_of(store, policies, 3)
    key = batch[0].review_key
    world.decide(ANN, key, DISTINCT)
    first = world.verdicts()[0]
    world.withdraw(ANN, first.position)
    assert [world.state(each.order_key) for each in batch].count(OrderState.HELD) == 1
    assert key in world.queue()
    rest = world.verdicts()[-1]
    world.withdraw(ANN, rest.position, all_orders=True)
    assert {world.state(each.order_key) for each in batch} == {OrderState.HELD}
    assert len(world.review(key).batch) == 3


def test_the_last_order_that_leaves_by_status_ends_the_batch(
    store: OrderStore, policies: PolicySlot
) -> None:
    world, batch = batch_of(store, policies, 2)
    erp = person("desk", "clerk")
    world.move(erp, batch[0].order_key, OrderState.CANCELLED)
    assert batch[0].review_key in world.queue()
    world.move(erp, batch[1].order_key, OrderState.ACCEPTED)
    assert batch[0].review_key not in world.queue()
    assert world.review(batch[0].review_key).review.state is ReviewState.DECIDED
