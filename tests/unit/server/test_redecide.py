"""An order that was held because of another one is decided again when that one is gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.server.builders import (
    CALL,
    SteppingClock,
    a_question,
    an_order,
    counted_keys,
    resent,
    score_command,
)
from tests.unit.server.review_world import ANN, in_doubt
from tests.unit.server.running import running, settings_in

from ordertwin.v1.order_event_pb2 import EVENT_KIND_DECISION_TURNED
from ordertwin.v1.order_pb2 import ORDER_STATE_CANCELLED, ORDER_STATE_HELD
from ordertwin_client import OrderTwinClient
from ordertwin_models.decision import Outcome
from ordertwin_models.order import OrderState
from ordertwin_server.commands.claim_review import ClaimReview
from ordertwin_server.commands.decide_review import Decide, DecideReview
from ordertwin_server.commands.merge_orders import MergeOrders, MergeQuestion
from ordertwin_server.commands.redecide import Redecide
from ordertwin_server.commands.release_rights import ReleaseRights
from ordertwin_server.commands.review_deeds import ReviewDeeds
from ordertwin_server.commands.update_status import StatusUpdate, UpdateStatus, etag_of
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_server.faults import ReviewClosed
from ordertwin_server.model_slot import ModelSlot
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_server.watching.follower import Follower
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.reviews import Answer

TENANT = CALL.tenant


class Desk:
    """Orders that come in, and one follower of what happens to them."""

    def __init__(self, store: OrderStore, *, release: bool = False) -> None:
        self.store, self.clock = store, SteppingClock()
        self.score = score_command(store, clock=self.clock)
        redecide = Redecide(
            store,
            ModelSlot(None),
            PolicySlot(),
            clock=self.clock,
            keys=counted_keys,
            release=release,
        )
        self.follower = Follower(store, "decisions", redecide)

    def enter(self, minutes: int, order_id: str) -> str:
        order = resent(an_order(), order_id, minutes)
        return self.score(CALL, a_question(order, f"r-{order_id}")).order_key

    def cancel(self, key: str) -> None:
        update = UpdateStatus(self.store, clock=self.clock)
        update(CALL, StatusUpdate(order_key=key, state=OrderState.CANCELLED, request_id=f"c-{key}"))
        self.follower.step()

    def told(self, key: str) -> tuple[Outcome, OrderState]:
        latest = self.store.latest_decision(TENANT, key)
        assert latest is not None
        return latest.decision.outcome, self.store.get_order(TENANT, key).state

    def turned(self) -> list[tuple[str, str]]:
        events = self.store.events.after(TENANT, 0, 100)
        return [
            (event.order_key, event.details["related"])
            for event in events
            if event.kind == "DECISION_TURNED"
        ]


def test_a_held_order_is_unique_once_its_twin_is_cancelled(store: OrderStore) -> None:
    desk = Desk(store)
    first, second = desk.enter(0, "SO-1"), desk.enter(5, "SO-2")
    assert desk.told(second) == (Outcome.DUPLICATE, OrderState.HELD)
    desk.cancel(first)
    assert desk.told(second) == (Outcome.UNIQUE, OrderState.HELD)
    assert desk.turned() == [(second, first)]
    latest = store.latest_decision(TENANT, second)
    assert latest is not None
    assert latest.review_key is not None
    assert store.reviews.get(TENANT, latest.review_key).state.waits


def test_it_goes_on_by_itself_where_the_operator_says_so(store: OrderStore) -> None:
    desk = Desk(store, release=True)
    first, second = desk.enter(0, "SO-1"), desk.enter(5, "SO-2")
    desk.cancel(first)
    assert desk.told(second) == (Outcome.UNIQUE, OrderState.RECEIVED)


def test_who_has_another_twin_stays_a_duplicate(store: OrderStore) -> None:
    desk = Desk(store)
    first, second, third = (desk.enter(5 * n, f"SO-{n + 1}") for n in range(3))
    desk.cancel(first)
    assert desk.told(second)[0] is Outcome.UNIQUE
    assert desk.told(third)[0] is Outcome.DUPLICATE
    assert desk.turned() == [(second, first)]


def in_doubt_at(desk: Desk) -> tuple[str, str, str]:
    """Keys of an order, of one that is held in doubt because of it, and of the review of that."""
    first, second = in_doubt()
    before = desk.score(CALL, a_question(first, "r-first"))
    held = desk.score(CALL, a_question(second, "r-second"))
    assert held.review_key
    return before.order_key, held.order_key, held.review_key


@pytest.mark.parametrize("with_etag", [True, False])
def test_who_was_at_the_review_is_told_which_one_to_answer_instead(
    store: OrderStore, with_etag: bool
) -> None:
    desk = Desk(store)
    first, second, review = in_doubt_at(desk)
    deeds = ReviewDeeds(store, desk.clock)
    claims = ClaimReview(deeds, timedelta(minutes=15))
    claims.claim(ANN, "c-1", review)
    etag = etag_of(store.reviews.get(TENANT, review).version) if with_etag else ""
    desk.cancel(first)
    answer = Decide(review_key=review, request_id="d-1", answer=Answer.DISTINCT, etag=etag)
    with pytest.raises(ReviewClosed, match="was decided again") as told:
        DecideReview(deeds, ReleaseRights(store))(ANN, answer)
    now = store.latest_decision(TENANT, second)
    assert now is not None
    assert told.value.successor == now.review_key != review
    with pytest.raises(ReviewClosed, match="was decided again"):
        claims.claim(ANN, "c-2", review)


def test_a_review_whose_order_is_gone_has_no_other_one_in_its_place(store: OrderStore) -> None:
    desk = Desk(store)
    _, second, review = in_doubt_at(desk)
    desk.cancel(second)
    claims = ClaimReview(ReviewDeeds(store, desk.clock), timedelta(minutes=15))
    with pytest.raises(ReviewClosed, match="went on without an answer") as told:
        claims.claim(ANN, "c-1", review)
    assert told.value.successor == ""


def test_seeing_an_event_again_changes_nothing(store: OrderStore) -> None:
    desk = Desk(store)
    first, second = desk.enter(0, "SO-1"), desk.enter(5, "SO-2")
    desk.cancel(first)
    version = store.get_order(TENANT, second).version
    Desk(store).follower.step()
    assert store.get_order(TENANT, second).version == version


def test_a_follower_goes_on_where_it_stopped(store: OrderStore) -> None:
    seen: list[int] = []
    desk = Desk(store)
    desk.enter(0, "SO-1")
    one = Follower(store, "n", lambda _, events: seen.extend(each.position for each in events))
    one.step()
    one.keep()
    desk.enter(5, "SO-2")
    other = Follower(store, "n", lambda _, events: seen.extend(each.position for each in events))
    other.step()
    assert seen == [event.position for event in store.events.after(TENANT, 0, 100)]


def test_an_order_that_went_on_meanwhile_is_left_alone(store: OrderStore) -> None:
    desk = Desk(store)
    first, second = desk.enter(0, "SO-1"), desk.enter(5, "SO-2")
    UpdateStatus(store, clock=desk.clock)(
        CALL, StatusUpdate(order_key=second, state=OrderState.ACCEPTED, request_id="a")
    )
    desk.cancel(first)
    assert desk.told(second) == (Outcome.DUPLICATE, OrderState.ACCEPTED)


def test_an_order_that_was_merged_lives_on_in_the_merged_one(store: OrderStore) -> None:
    desk = Desk(store)
    first, second, third = (desk.enter(5 * n, f"SO-{n + 1}") for n in range(3))
    merge = MergeOrders(store, clock=desk.clock, keys=counted_keys, max_lines=2000)
    versions = [store.get_order(TENANT, key).version for key in (first, second)]
    etags = (etag_of(versions[0]), etag_of(versions[1]))
    merge(CALL, MergeQuestion(keys=(first, second), etags=etags, request_id="m"))
    desk.follower.step()
    assert desk.told(third) == (Outcome.DUPLICATE, OrderState.HELD)


def test_whoever_watches_is_told(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
        client.watch_orders(kinds=[EVENT_KIND_DECISION_TURNED]) as watch,
    ):
        messages = watch.messages()
        next(messages)
        first = client.score_order(order_to_proto(an_order())).order
        second = client.score_order(order_to_proto(resent(an_order(), "SO-2"))).order
        client.update_order_status(first, ORDER_STATE_CANCELLED)
        event = next(message for message in messages if message.events).events[0]
        assert (event.order, list(event.related_orders)) == (second, [first])
        assert event.state == ORDER_STATE_HELD
