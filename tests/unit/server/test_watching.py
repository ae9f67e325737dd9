"""Watchers hear of everything that happens, in order, also after a break, and no longer than they
may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import grpc
import pytest
from tests.unit.server.access_world import world
from tests.unit.server.builders import an_order, another_order, resent
from tests.unit.server.running import Running, running, settings_in

from ordertwin.v1 import review_service_pb2 as review_pb
from ordertwin.v1.decision_pb2 import OUTCOME_DUPLICATE, OUTCOME_UNIQUE
from ordertwin.v1.order_event_pb2 import (
    EVENT_KIND_CLAIM_RELEASED,
    EVENT_KIND_ORDER_DECIDED,
    EVENT_KIND_REVIEW_CLAIMED,
    EVENT_KIND_STATUS_CHANGED,
    EventKind,
    WatchOrdersRequest,
    WatchOrdersResponse,
)
from ordertwin.v1.order_pb2 import ORDER_STATE_ACCEPTED, ORDER_STATE_HELD, ORDER_STATE_RECEIVED
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin_client import AccessError, OrderTwinClient, OrderTwinError
from ordertwin_client.access import LIST_API_KEYS, REVOKE_API_KEY
from ordertwin_client.reviews import CLAIM_REVIEW, RELEASE_CLAIM, ReviewClient
from ordertwin_models.order import Order
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_stores.events import TOLD

PARENT = "tenants/default"


def ask(client: OrderTwinClient, order: Order) -> str:
    """Score an order; returns its name."""
    return client.score_order(order_to_proto(order)).order


def events_of(messages: Iterator[WatchOrdersResponse], count: int) -> list:
    """The next events, however they are packed."""
    found: list = []
    while len(found) < count:
        found.extend(next(messages).events)
    return found


def test_a_watcher_hears_of_decisions_and_status_changes(client: OrderTwinClient) -> None:
    with client.watch_orders() as watch:
        messages = watch.messages()
        assert not next(messages).events
        name = ask(client, an_order())
        client.update_order_status(name, ORDER_STATE_ACCEPTED)
        decided, accepted = events_of(messages, 2)
    assert (decided.kind, decided.order, decided.order_id) == (
        EVENT_KIND_ORDER_DECIDED,
        name,
        "SO-1",
    )
    assert (decided.outcome, decided.state) == (OUTCOME_UNIQUE, ORDER_STATE_RECEIVED)
    assert decided.decision.startswith(f"{PARENT}/decisions/")
    assert (accepted.kind, accepted.state) == (EVENT_KIND_STATUS_CHANGED, ORDER_STATE_ACCEPTED)
    assert accepted.previous_state == ORDER_STATE_RECEIVED


def test_a_watcher_hears_that_somebody_is_at_a_review(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path, confident_share=1.0)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
        grpc.insecure_channel(server.address) as channel,
    ):
        ask(client, an_order())
        held = ask(client, resent(an_order()))
        watch = client.watch_orders()
        messages = watch.messages()
        next(messages)
        reviews = ReviewClient(channel, timeout=10)
        every = reviews.reviews(review_pb.ListReviewsRequest(parent=PARENT))
        waiting = next(review for review in every if review.order.name == held)
        for rpc, request in (
            (CLAIM_REVIEW, review_pb.ClaimReviewRequest),
            (RELEASE_CLAIM, review_pb.ReleaseClaimRequest),
        ):
            reviews.call(rpc, request(name=waiting.name, request_id=rpc.name))
        taken, given_back = events_of(messages, 2)
        watch.close()
    assert (taken.kind, taken.order, taken.review) == (
        EVENT_KIND_REVIEW_CLAIMED,
        held,
        waiting.name,
    )
    assert given_back.kind == EVENT_KIND_CLAIM_RELEASED


def test_a_watcher_goes_on_where_an_earlier_one_stopped(client: OrderTwinClient) -> None:
    with client.watch_orders() as watch:
        messages = watch.messages()
        next(messages)
        ask(client, an_order())
        (first,) = events_of(messages, 1)
    ask(client, another_order())
    ask(client, resent(an_order(), "SO-2"))
    with client.watch_orders(resume_token=first.resume_token) as watch:
        missed = events_of(watch.messages(), 2)
    assert [event.order_id for event in missed] == ["SO-9", "SO-2"]


def test_a_filter_lets_through_what_it_names(client: OrderTwinClient) -> None:
    with (
        client.watch_orders(outcomes=[OUTCOME_DUPLICATE], states=[ORDER_STATE_HELD]) as some,
        client.watch_orders(sources=["web"]) as other,
    ):
        flagged, web = some.messages(), other.messages()
        next(flagged), next(web)
        ask(client, an_order())
        ask(client, resent(an_order(), "SO-2"))
        ask(client, another_order("SO-3"))
        ask(client, Order(**{**_fields(another_order("SO-4")), "source": "web"}))
        assert [event.order_id for event in events_of(flagged, 2)] == ["SO-2", "SO-4"]
        assert [event.order_id for event in events_of(web, 1)] == ["SO-4"]


def _fields(order: Order) -> dict:
    return {name: getattr(order, name) for name in order.__slots__}


def test_a_watcher_hears_that_the_server_lives(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, heartbeat_seconds=0.1)
    with (
        running(settings) as server,
        OrderTwinClient(server.address, timeout=10) as client,
        client.watch_orders() as watch,
    ):
        messages = watch.messages()
        tokens = {next(messages).resume_token for _ in range(3)}
    assert len(tokens) == 1


@pytest.mark.parametrize("token", ["no token", "AAAAAAAAAAk="])
def test_a_token_that_is_not_ours_is_refused(client: OrderTwinClient, token: str) -> None:
    with (
        client.watch_orders(resume_token=token) as watch,
        pytest.raises(OrderTwinError, match="RESUME_TOKEN_EXPIRED"),
    ):
        next(watch.messages())


def test_a_token_from_a_store_that_knew_more_is_refused(tmp_path: Path) -> None:
    """As after a backup was restored: events after it would be taken for seen ones."""
    (tmp_path / "one").mkdir(), (tmp_path / "two").mkdir()
    with (
        running(settings_in(tmp_path / "one")) as server,
        OrderTwinClient(server.address, timeout=10) as client,
        client.watch_orders() as watch,
    ):
        messages = watch.messages()
        next(messages)
        ask(client, an_order())
        (event,) = events_of(messages, 1)
    with (
        running(settings_in(tmp_path / "two")) as server,
        OrderTwinClient(server.address, timeout=10) as client,
        client.watch_orders(resume_token=event.resume_token) as watch,
        pytest.raises(OrderTwinError, match="RESUME_TOKEN_EXPIRED"),
    ):
        next(watch.messages())


def test_a_watch_ends_with_its_key(tmp_path: Path) -> None:
    with world(tmp_path) as it, it.orders("erp") as erp, erp.watch_orders() as watch:
        messages = watch.messages()
        next(messages)
        keys = it.ask("boss", LIST_API_KEYS).api_keys
        (key,) = [each for each in keys if each.client == "erp"]
        it.ask("boss", REVOKE_API_KEY, name=key.name)
        with pytest.raises(AccessError, match="UNAUTHENTICATED"):
            next(messages)


def test_a_watcher_hears_of_no_other_tenant(tmp_path: Path) -> None:
    with (
        world(tmp_path) as it,
        it.orders("erp") as erp,
        it.orders("far") as far,
        far.watch_orders(tenant="elsewhere") as watch,
    ):
        messages = watch.messages()
        next(messages)
        ask(erp, an_order("SO-1"))
        ask(far, an_order("SO-2"))
        assert [event.order_id for event in events_of(messages, 1)] == ["SO-2"]


def test_a_server_that_stops_hands_out_a_token(server: Running, tmp_path: Path) -> None:
    with grpc.insecure_channel(server.address) as channel:
        call = OrderServiceStub(channel).WatchOrders(WatchOrdersRequest(parent=PARENT))
        first = next(call)
        server.ask_to_stop()
        last = next(call)
        with pytest.raises(grpc.RpcError) as ended:
            next(call)
    assert (last.closing, last.resume_token) == (True, first.resume_token)
    assert ended.value.code() is grpc.StatusCode.UNAVAILABLE


def test_a_watch_outlives_a_restart(tmp_path: Path) -> None:
    with running(settings_in(tmp_path)) as server:
        address = server.address
        client = OrderTwinClient(address, timeout=10)
        watch = client.watch_orders(patience=20)
        messages = watch.messages()
        next(messages)
    with closing(client), watch, running(settings_in(tmp_path, listen=address)):
        ask(client, an_order())
        assert [event.order_id for event in events_of(messages, 1)] == ["SO-1"]


def test_more_watchers_than_admitted_are_told_so(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path, max_watchers=1)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
        client.watch_orders() as one,
        client.watch_orders(patience=0) as other,
    ):
        next(one.messages())
        with pytest.raises(OrderTwinError, match="OVERLOADED"):
            next(other.messages())


def test_every_kind_that_is_told_has_a_name_in_the_contract() -> None:
    named = {name.removeprefix("EVENT_KIND_") for name in EventKind.keys()}  # noqa: SIM118
    assert named - {"UNSPECIFIED"} == TOLD
