"""Who is asked about an order blindly does not learn by another RPC what the engine thinks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.builders import an_order
from tests.unit.server.review_world import in_doubt

from ordertwin.v1 import review_service_pb2 as pb
from ordertwin.v1.decision_pb2 import OUTCOME_REVIEW, OUTCOME_UNIQUE
from ordertwin.v1.order_event_pb2 import OrderEvent
from ordertwin.v1.order_pb2 import (
    ORDER_STATE_ACCEPTED,
    ORDER_STATE_HELD,
    ORDER_STATE_RECEIVED,
    ORDER_STATE_REJECTED_DUPLICATE,
    ORDER_STATE_UNSPECIFIED,
)
from ordertwin.v1.order_service_pb2 import ListDecisionsRequest, ListOrdersRequest
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin.v1.review_pb2 import ANSWER_MATCH
from ordertwin_client import ConflictError, OrderTwinClient
from ordertwin_client.reviews import DECIDE_REVIEW, ReviewClient
from ordertwin_client.watching import OrderWatch
from ordertwin_server.convert import order_to_proto

ALL_BLIND = {"audit_share": 1.0, "confident_share": 1.0, "blind_share": 1.0, "second_share": 0.0}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0, **ALL_BLIND) as made:
        yield made


def decide(made: World, review: str) -> None:
    header = (("authorization", f"Bearer {made.keys['reviewer']}"),)
    with grpc.insecure_channel(made.server.address) as channel:
        reviews = ReviewClient(channel, header, timeout=10)
        request = pb.DecideReviewRequest(name=review, answer=ANSWER_MATCH, request_id="d-1")
        reviews.call(DECIDE_REVIEW, request)


def test_a_blind_order_shows_neither_decision_nor_state_until_it_is_answered(made: World) -> None:
    first, second = in_doubt()
    with made.orders("erp") as erp, made.orders("reviewer") as reviewer:
        passed = erp.score_order(order_to_proto(first))
        held = erp.score_order(order_to_proto(second))
        assert (passed.outcome, held.outcome) == (OUTCOME_UNIQUE, OUTCOME_REVIEW)
        for answer in (passed, held):
            with pytest.raises(ConflictError, match="answer its review first") as refused:
                reviewer.get_decision(answer.decision)
            assert refused.value.reason == "ASKED_BLINDLY"
            seen = reviewer.get_order(answer.order)
            assert (seen.state, seen.decision) == (ORDER_STATE_UNSPECIFIED, "")
        assert [each.state for each in reviewer.list_orders()] == [ORDER_STATE_UNSPECIFIED] * 2
        assert not list(reviewer.list_orders(state=ORDER_STATE_HELD))
        assert not list(reviewer.list_decisions())
        with pytest.raises(ConflictError):
            list(reviewer.list_decisions(order=held.order))
        decide(made, held.review)
        assert reviewer.get_decision(held.decision).outcome == OUTCOME_REVIEW
        assert reviewer.get_order(held.order).decision == held.decision
        assert [each.name for each in reviewer.list_decisions()] == [held.decision]
        with pytest.raises(ConflictError):
            reviewer.get_decision(passed.decision)


def test_no_page_is_shorter_for_what_is_hidden(made: World) -> None:
    with made.orders("erp") as erp:
        held = [
            erp.score_order(order_to_proto(order))
            for number in range(3)
            for order in in_doubt(number)
        ][1::2]
    decide(made, held[0].review)
    header = (("authorization", f"Bearer {made.keys['reviewer']}"),)
    with grpc.insecure_channel(made.server.address) as channel:
        reader = OrderServiceStub(channel)  # type: ignore[no-untyped-call]
        decisions = reader.ListDecisions(
            ListDecisionsRequest(parent="tenants/default", outcome=OUTCOME_REVIEW, page_size=1),
            metadata=header,
        )
        answered = reader.ListOrders(
            ListOrdersRequest(parent="tenants/default", page_size=1,
                              state=ORDER_STATE_REJECTED_DUPLICATE), metadata=header,
        )  # fmt: skip
        waiting = reader.ListOrders(
            ListOrdersRequest(parent="tenants/default", state=ORDER_STATE_HELD, page_size=1),
            metadata=header,
        )
    assert [each.name for each in decisions.decisions] == [held[0].decision]
    assert [each.name for each in answered.orders] == [held[0].order]
    assert not waiting.orders
    assert {decisions.next_page_token, answered.next_page_token, waiting.next_page_token} == {""}


def test_nothing_is_hidden_from_those_who_do_not_answer_reviews(made: World) -> None:
    first, second = in_doubt()
    with made.orders("erp") as erp, made.orders("auditor") as auditor:
        erp.score_order(order_to_proto(first))
        held = erp.score_order(order_to_proto(second))
        for reader in (erp, auditor):
            assert reader.get_decision(held.decision).outcome == OUTCOME_REVIEW
            assert reader.get_order(held.order).state == ORDER_STATE_HELD
            assert len(list(reader.list_orders(state=ORDER_STATE_HELD))) == 1


def test_events_do_not_tell_it_either(made: World) -> None:
    first, second = in_doubt()
    states = [ORDER_STATE_HELD, ORDER_STATE_REJECTED_DUPLICATE]
    with (
        made.orders("erp") as erp,
        made.orders("reviewer") as reviewer,
        reviewer.watch_orders() as blindfold,
        reviewer.watch_orders(states=states) as by_state,
        erp.watch_orders() as plain,
    ):
        watches = [begun(each) for each in (blindfold, by_state, plain)]
        passed = erp.score_order(order_to_proto(first))
        held = erp.score_order(order_to_proto(second))
        assert [told(next(watches[0])) for _ in range(2)] == [
            (passed.order, ORDER_STATE_UNSPECIFIED, 0, ""),
            (held.order, ORDER_STATE_UNSPECIFIED, 0, ""),
        ]
        assert [told(next(watches[2])) for _ in range(2)] == [
            (passed.order, ORDER_STATE_RECEIVED, OUTCOME_UNIQUE, ""),
            (held.order, ORDER_STATE_HELD, OUTCOME_REVIEW, held.review),
        ]
        erp.update_order_status(passed.order, ORDER_STATE_ACCEPTED)
        changed = next(watches[0])
        assert (changed.order, changed.state, changed.previous_state) == (passed.order, 0, 0)
        decide(made, held.review)
        assert told(next(watches[1])) == (held.order, ORDER_STATE_REJECTED_DUPLICATE, 0, "")


def begun(watch: OrderWatch) -> Iterator[OrderEvent]:
    """The events of a stream that has begun."""
    messages = watch.messages()
    next(messages)
    return (event for message in messages for event in message.events)


def told(event: OrderEvent) -> tuple[str, int, int, str]:
    return event.order, event.state, event.outcome, event.review


def test_who_may_ask_the_engine_is_not_kept_from_its_answers(tmp_path: Path) -> None:
    with (
        world(tmp_path, closed=False, **ALL_BLIND) as made,
        OrderTwinClient(made.server.address, timeout=10) as local,
    ):
        answer = local.score_order(order_to_proto(an_order()))
        assert local.get_decision(answer.decision).outcome == OUTCOME_UNIQUE
        assert local.get_order(answer.order).state == ORDER_STATE_RECEIVED
