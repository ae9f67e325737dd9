"""Reviews: who is asked, what an answer does, and that everything can be taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.unit.server.builders import CALL, a_question
from tests.unit.server.review_world import ANN, BOB, World, in_doubt, person

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.decision import Outcome, Relation
from ordertwin_models.errors import EtagMismatch, InvalidRequest, NotFound, RequestIdReused
from ordertwin_models.order import Channel, OrderState
from ordertwin_models.policy import SUPPRESSED_PAIR, Policy
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_server.commands.answers import CandidateSaid
from ordertwin_server.commands.caller import ReleaseLimit
from ordertwin_server.commands.decide_review import Decide
from ordertwin_server.commands.outcomes import OrderOutcome
from ordertwin_server.commands.policy_facts import standing_of
from ordertwin_server.commands.sampling import Sampling
from ordertwin_server.faults import (
    DutiesSeparated,
    LimitExceeded,
    ReviewClaimed,
    ReviewClosed,
    VerdictEnded,
)
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.reviews import Answer, ReviewKind, ReviewState, VerdictSource

MATCH, DISTINCT, UNSURE = Answer.MATCH, Answer.DISTINCT, Answer.UNSURE


@pytest.fixture
def world(store: OrderStore) -> World:
    return World.of(store)


def test_a_doubtful_order_opens_a_review_with_its_candidates(world: World) -> None:
    told = world.held()
    view = world.review(told.review_key)
    assert told.decision.outcome is Outcome.REVIEW
    assert (view.review.kind, view.review.state) == (ReviewKind.DOUBT, ReviewState.OPEN)
    assert view.order.key == told.order_key
    (twin,) = view.candidates
    assert twin.match == told.decision.matches[0]
    assert twin.seen is not None
    assert twin.seen.order_id == "SO-1a"
    assert view.answer is not None


def test_the_queue_asks_first_where_most_is_at_stake(world: World) -> None:
    small = world.held(1, total_amount=Decimal(20)).review_key
    large = world.held(2, total_amount=Decimal(90_000)).review_key
    assert world.queue() == [large, small]


def test_distinct_releases_the_order_and_match_rejects_it(world: World) -> None:
    new, again = world.held(1), world.held(2)
    world.decide(ANN, new.review_key, DISTINCT, reason="they need both")
    world.decide(ANN, again.review_key, MATCH, relation=Relation.REKEYED)
    assert world.state(new.order_key) is OrderState.ACCEPTED
    assert world.state(again.order_key) is OrderState.REJECTED_DUPLICATE
    assert world.queue() == []
    one, other = (verdict.said for verdict in world.verdicts())
    assert (one.answer, one.reviewer, one.reason) == (DISTINCT, "people/ann", "they need both")
    assert one.counterpart_key == new.decision.matches[0].order_key
    assert one.probability == new.decision.matches[0].match_probability
    assert (other.answer, other.relation, other.source) == (MATCH, "REKEYED", VerdictSource.REVIEW)
    assert all(verdict.settled for verdict in world.verdicts())


def test_unsure_leaves_it_to_others(world: World) -> None:
    told = world.held()
    world.claim(ANN, told.review_key)
    world.decide(ANN, told.review_key, UNSURE)
    assert world.state(told.order_key) is OrderState.HELD
    assert world.queue(available_to="people/ann") == []
    assert world.queue(available_to="people/bob") == [told.review_key]
    world.decide(BOB, told.review_key, DISTINCT)
    assert world.state(told.order_key) is OrderState.ACCEPTED


def test_a_claim_keeps_others_away_until_it_runs_out(world: World) -> None:
    key = world.held().review_key
    world.claim(ANN, key)
    with pytest.raises(ReviewClaimed, match="people/ann is at review"):
        world.claim(BOB, key)
    with pytest.raises(ReviewClaimed):
        world.decide(BOB, key, DISTINCT)
    world.clock.wait(minutes=10)
    world.claim(ANN, key)
    world.clock.wait(minutes=10)
    with pytest.raises(ReviewClaimed):
        world.claim(BOB, key)
    world.clock.wait(minutes=10)
    world.claim(BOB, key)
    assert world.review(key).claimed_by == "people/bob"


def test_a_claim_can_be_given_back(world: World) -> None:
    key = world.held().review_key
    world.claim(ANN, key)
    with pytest.raises(ReviewClaimed):
        world.claims.release(BOB, "r-1", key)
    world.claims.release(ANN, "r-1", key)
    world.claim(BOB, key)


def test_what_is_decided_is_not_decided_again_by_chance(world: World) -> None:
    key = world.held().review_key
    etag = f'"{world.review(key).review.version}"'
    world.decide(ANN, key, DISTINCT)
    with pytest.raises(ReviewClosed):
        world.decide(BOB, key, MATCH)
    with pytest.raises(EtagMismatch):
        world.decide(BOB, key, MATCH, etag=etag)
    with pytest.raises(ReviewClosed):
        world.claim(BOB, key)


def test_a_correction_keeps_what_was_said_before(world: World) -> None:
    told = world.held()
    world.decide(ANN, told.review_key, DISTINCT)
    etag = f'"{world.review(told.review_key).review.version}"'
    world.decide(ANN, told.review_key, MATCH, etag=etag, reason="misread")
    assert world.state(told.order_key) is OrderState.REJECTED_DUPLICATE
    first, second = world.verdicts()
    assert first.ended is not None
    assert first.ended.superseded_by == second.position
    assert [verdict.settled for verdict in world.verdicts()] == [False, True]


def test_withdrawing_puts_the_order_back_and_asks_again(world: World) -> None:
    told = world.held()
    world.decide(ANN, told.review_key, MATCH)
    (verdict,) = world.verdicts()
    done = world.withdraw(BOB, verdict.position, reason="the customer called")
    assert done.restored
    assert done.review_key == told.review_key
    assert world.state(told.order_key) is OrderState.HELD
    assert world.queue() == [told.review_key]
    with pytest.raises(VerdictEnded):
        world.withdraw(BOB, verdict.position)
    (ended,) = world.verdicts()
    assert ended.ended is not None
    assert (ended.ended.by, ended.ended.reason) == ("people/bob", "the customer called")


def test_what_has_gone_on_stays_though_the_verdict_is_withdrawn(world: World) -> None:
    told = world.held()
    world.decide(ANN, told.review_key, DISTINCT)
    world.move(person("erp", "clerk"), told.order_key, OrderState.SHIPPED)
    done = world.withdraw(ANN, 1)
    assert (done.restored, done.review_key) == (False, "")
    assert world.state(told.order_key) is OrderState.SHIPPED
    assert world.review(told.review_key).review.state is ReviewState.CLOSED


def test_a_repeated_answer_is_taken_once(world: World) -> None:
    told = world.held()
    given = Decide(review_key=told.review_key, request_id="same", answer=DISTINCT)
    world.decides(ANN, given)
    world.decides(ANN, given)
    assert len(world.verdicts()) == 1
    other = Decide(review_key=told.review_key, request_id="same", answer=MATCH)
    with pytest.raises(RequestIdReused):
        world.decides(ANN, other)


def test_every_step_is_in_the_operation_log(world: World) -> None:
    told = world.held()
    world.claim(ANN, told.review_key)
    world.decide(ANN, told.review_key, DISTINCT)
    world.withdraw(ANN, 1)
    entries = [each.entry for each in world.store.access.entries("default", 2, 100)]
    told_of = [(each.action, each.target, each.outcome) for each in entries]
    review, order = f"reviews/{told.review_key}", f"orders/{told.order_key}"
    assert told_of == [
        ("ClaimReview", review, "OK"),
        ("DecideReview", order, "RELEASED_ACCEPTED"),
        ("DecideReview", review, "DISTINCT"),
        ("WithdrawVerdict", order, "HELD"),
        ("WithdrawVerdict", "verdicts/1", "RESTORED"),
    ]
    assert entries[1].before
    assert entries[1].after


def test_nobody_releases_an_order_that_they_entered(world: World) -> None:
    told = world.held(call=ANN)
    with pytest.raises(DutiesSeparated):
        world.decide(ANN, told.review_key, DISTINCT)
    world.decide(ANN, told.review_key, MATCH)
    assert world.state(told.order_key) is OrderState.REJECTED_DUPLICATE


def test_limits_of_release_hold_for_reviewers_too(world: World) -> None:
    told = world.held()
    small = person("sam", "reviewer", ReleaseLimit(amount=Decimal(10), currency="EUR"))
    with pytest.raises(LimitExceeded):
        world.decide(small, told.review_key, DISTINCT)
    edi = person("edd", "reviewer", ReleaseLimit(frozenset({Channel.EDI})))
    with pytest.raises(LimitExceeded):
        world.decide(edi, told.review_key, DISTINCT)
    assert world.verdicts() == ()
    assert world.state(told.order_key) is OrderState.HELD


def test_an_answer_names_candidates_and_goes_with_its_relation(world: World) -> None:
    told = world.held()
    twin = told.decision.matches[0].order_key
    for answer, fields in (
        (None, {}),
        (DISTINCT, {"relation": Relation.RESEND}),
        (MATCH, {"relation": Relation.STANDING}),
        (UNSURE, {"relation": Relation.STANDING}),
        (None, {"answers": (CandidateSaid(told.order_key, MATCH),)}),
        (DISTINCT, {"answers": (CandidateSaid("elsewhere", DISTINCT),)}),
        (None, {"answers": (CandidateSaid(twin, MATCH), CandidateSaid(twin, DISTINCT))}),
        (MATCH, {"reason": "x" * 2000}),
    ):
        with pytest.raises(InvalidRequest):
            world.decide(ANN, told.review_key, answer, **fields)
    with pytest.raises(NotFound):
        world.decide(ANN, told.review_key, answers=(CandidateSaid("nowhere", MATCH),))
    assert world.verdicts() == ()


def test_a_twin_that_the_engine_did_not_see_can_be_named(world: World) -> None:
    told, other = world.held(), world.passed()
    said = (CandidateSaid(other.order_key, MATCH),)
    world.decide(ANN, told.review_key, DISTINCT, answers=said)
    pairs = {v.said.counterpart_key: (v.said.answer, v.said.probability) for v in world.verdicts()}
    assert pairs[other.order_key] == (MATCH, None)
    assert pairs[told.decision.matches[0].order_key][0] is DISTINCT
    assert world.state(told.order_key) is OrderState.REJECTED_DUPLICATE


def test_chance_chooses_orders_that_passed_without_holding_them(store: OrderStore) -> None:
    world = World.of(store, Sampling(audit=1.0))
    told = world.passed()
    assert told.review_key == ""
    (key,) = world.queue()
    review = world.review(key).review
    assert (review.kind, review.inclusion, review.blind) == (ReviewKind.AUDIT, 1.0, True)
    world.decide(ANN, key, DISTINCT)
    (verdict,) = world.verdicts()
    assert (verdict.said.source, verdict.said.counterpart_key) == (VerdictSource.AUDIT, "")
    assert world.state(told.order_key) is OrderState.RECEIVED


def test_a_duplicate_found_by_chance_is_rejected_and_can_come_back(store: OrderStore) -> None:
    world = World.of(store, Sampling(audit=1.0))
    twin = world.passed("SO-8")
    other = world.score(person("erp", "clerk"), a_question(in_doubt(5)[0]))
    key = next(k for k in world.queue() if world.review(k).order.key == other.order_key)
    world.decide(ANN, key, answers=(CandidateSaid(twin.order_key, MATCH),))
    assert world.state(other.order_key) is OrderState.REJECTED_DUPLICATE
    world.withdraw(ANN, 1)
    assert world.state(other.order_key) is OrderState.RECEIVED
    assert key in world.queue()


def test_a_release_by_status_is_a_verdict_and_ends_the_review(world: World) -> None:
    told, desk = world.held(), person("desk", "clerk")
    world.move(desk, told.order_key, OrderState.IN_FULFILMENT, reason="phoned")
    (verdict,) = world.verdicts()
    assert (verdict.said.answer, verdict.said.source) == (DISTINCT, VerdictSource.RELEASE)
    assert (verdict.said.reviewer, verdict.said.reason) == ("people/desk", "phoned")
    assert verdict.settled
    assert world.review(told.review_key).review.state is ReviewState.DECIDED
    assert world.queue() == []


def test_a_rejection_by_status_names_the_counterpart(world: World) -> None:
    told, other = world.held(), world.passed()
    erp = person("erp", "clerk")
    rejected, twin = OrderState.REJECTED_DUPLICATE, other.order_key
    world.move(erp, told.order_key, rejected, counterpart_key=twin)
    world.move(erp, told.order_key, OrderState.ACCEPTED, reason="no, it is new")
    first, *rest = world.verdicts()
    assert (first.said.answer, first.said.counterpart_key) == (MATCH, other.order_key)
    assert first.ended is not None
    assert first.ended.superseded_by == rest[0].position
    assert [verdict.said.answer for verdict in rest] == [DISTINCT]
    world.withdraw(ANN, rest[0].position)
    assert world.state(told.order_key) is OrderState.REJECTED_DUPLICATE


def test_a_cancelled_order_is_not_asked_about_any_more(world: World) -> None:
    told = world.held()
    world.move(person("erp", "clerk"), told.order_key, OrderState.CANCELLED)
    assert world.queue() == []
    assert world.review(told.review_key).review.state is ReviewState.CLOSED
    assert world.verdicts() == ()


def test_what_became_of_an_order_is_kept_as_a_weaker_sign(world: World) -> None:
    told, erp = world.held(), person("erp", "clerk")
    world.decide(ANN, told.review_key, DISTINCT)
    world.move(erp, told.order_key, OrderState.SHIPPED)
    credited = OrderOutcome.CREDITED_AS_DUPLICATE
    world.move(erp, told.order_key, OrderState.SHIPPED, outcome=credited)
    shipped = OrderOutcome.SHIPPED_WITHOUT_COMPLAINT
    world.move(erp, told.order_key, OrderState.SHIPPED, outcome=shipped)
    said, credit, peace = world.verdicts()
    assert said.ended is None
    assert (credit.said.source, credit.said.outcome) == (VerdictSource.OUTCOME, credited)
    assert (credit.said.answer, credit.said.counterpart_key) == (
        MATCH,
        told.decision.matches[0].order_key,
    )
    assert credit.ended is not None
    assert (peace.said.answer, peace.said.outcome) == (DISTINCT, shipped)
    assert world.state(told.order_key) is OrderState.SHIPPED


def test_an_outcome_of_an_order_that_passed_needs_no_twin(world: World) -> None:
    told = world.passed()
    outcome = OrderOutcome.CANCELLED_AS_DUPLICATE
    world.move(person("erp", "clerk"), told.order_key, OrderState.CANCELLED, outcome=outcome)
    (verdict,) = world.verdicts()
    assert (verdict.said.answer, verdict.said.counterpart_key) == (MATCH, "")
    with pytest.raises(InvalidRequest):
        world.move(ANN, told.order_key, OrderState.CANCELLED, counterpart_key=told.order_key)


def test_a_pair_that_was_called_distinct_is_apart_when_it_is_judged_again(world: World) -> None:
    told = world.held()
    world.decide(ANN, told.review_key, DISTINCT)
    order = world.store.get_order(CALL.tenant, told.order_key).order
    incoming = featurise(prepare(order), TermFrequencies(0, {}))
    known = (told.order_key, world.clock())
    twin = told.decision.matches[0].order_key
    standing = standing_of(world.store, CALL, Policy(), a_question(order), incoming, known)
    assert standing.apart == {twin: SUPPRESSED_PAIR}
    world.withdraw(ANN, 1)
    standing = standing_of(world.store, CALL, Policy(), a_question(order), incoming, known)
    assert standing.apart == {}
