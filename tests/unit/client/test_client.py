"""Both clients against a real server: the same calls, typed errors, retries, failing open."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc.status_pb2 import Status
from tests.unit.server.builders import an_order, another_order, resent
from tests.unit.server.running import Running, running, settings_in

from ordertwin.v1 import decision_pb2, order_pb2
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest, ScoreOrderResponse
from ordertwin_client import (
    AsyncOrderTwinClient,
    ConflictError,
    InvalidOrderError,
    NotFoundError,
    OrderTwinClient,
    OrderTwinError,
    ServerError,
    UnavailableError,
    Unchecked,
)
from ordertwin_client.errors import error_from_status
from ordertwin_client.requests import score_request
from ordertwin_server.convert import order_to_proto

ORDER = order_to_proto(an_order())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running(settings_in(tmp_path)) as started:
        yield started


@contextmanager
def answering(act: Callable[[ScoreOrderRequest, Any], ScoreOrderResponse]) -> Iterator[str]:
    """A server that answers ScoreOrder as a test wants."""
    handler = grpc.unary_unary_rpc_method_handler(
        act, ScoreOrderRequest.FromString, ScoreOrderResponse.SerializeToString
    )
    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler("ordertwin.v1.OrderService", {"ScoreOrder": handler})]
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0).wait()


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


async def test_the_async_client_makes_the_same_calls(server: Running) -> None:
    async with AsyncOrderTwinClient(server.address, timeout=10) as client:
        first = await client.score_order(ORDER)
        twin = await client.score_order(order_to_proto(resent(an_order())), language_code="zh")
        assert twin.matches[0].order.name == first.order
        assert (await client.get_order(first.order)).order_id == "SO-1"
        decision = await client.get_decision(twin.decision, language_code="zh")
        assert decision.summary == twin.summary
        moved = await client.update_order_status(first.order, order_pb2.ORDER_STATE_ACCEPTED)
        assert moved.state == order_pb2.ORDER_STATE_ACCEPTED
        listed = [order.order_id async for order in client.list_orders(page_size=1)]
        assert listed == ["SO-2", "SO-1"]
        with pytest.raises(NotFoundError):
            await client.get_order("tenants/default/orders/nobody")


async def test_the_async_client_streams_from_both_kinds_of_source(server: Running) -> None:
    async def source() -> AsyncIterator[order_pb2.Order]:
        for order in (an_order("A"), another_order("B")):
            yield order_to_proto(order)

    async with AsyncOrderTwinClient(server.address) as client:
        answers = [answer async for answer in client.score_orders(source())]
        again = [
            answer
            async for answer in client.score_orders(
                [order_to_proto(an_order("A")), order_pb2.Order()]
            )
        ]
    assert [answer.index for answer in answers] == [0, 1]
    assert again[0].response is not None
    assert again[0].response.replayed
    assert isinstance(again[1].error, InvalidOrderError)


async def test_the_async_client_fails_open_too() -> None:
    async with AsyncOrderTwinClient(free_address(), timeout=0.2) as client:
        answer = await client.score_order(ORDER, fail_open=True)
        assert isinstance(answer, Unchecked)
        with pytest.raises(UnavailableError):
            await client.score_order(ORDER)


def test_every_call_gets_a_request_id_of_its_own() -> None:
    ids = {score_request(ORDER).request_id for _ in range(50)}
    assert len(ids) == 50


def test_a_call_is_repeated_with_the_same_request_id_while_the_server_is_unavailable() -> None:
    seen: list[str] = []

    def act(request: ScoreOrderRequest, context: Any) -> ScoreOrderResponse:
        seen.append(request.request_id)
        if len(seen) < 3:
            context.abort(grpc.StatusCode.UNAVAILABLE, "busy")
        return ScoreOrderResponse(outcome=decision_pb2.OUTCOME_UNIQUE)

    with answering(act) as address, OrderTwinClient(address, timeout=5) as client:
        assert client.score_order(ORDER).outcome == decision_pb2.OUTCOME_UNIQUE
    assert len(seen) == 3
    assert len(set(seen)) == 1


@pytest.mark.parametrize("code", ["INVALID_ARGUMENT", "INTERNAL", "RESOURCE_EXHAUSTED"])
def test_nothing_else_is_repeated(code: str) -> None:
    calls: list[int] = []

    def act(request: ScoreOrderRequest, context: Any) -> ScoreOrderResponse:
        calls.append(1)
        context.abort(grpc.StatusCode[code], "no")
        raise AssertionError

    with (
        answering(act) as address,
        OrderTwinClient(address, timeout=5) as client,
        pytest.raises(OrderTwinError),
    ):
        client.score_order(ORDER)
    assert len(calls) == 1


def test_a_slow_server_does_not_hold_the_order_up() -> None:
    def act(request: ScoreOrderRequest, context: Any) -> ScoreOrderResponse:
        time.sleep(1)
        return ScoreOrderResponse()

    with answering(act) as address, OrderTwinClient(address) as client:
        client.score_order(ORDER, fail_open=True)
        started = time.monotonic()
        answer = client.score_order(ORDER, fail_open=True)
        assert time.monotonic() - started < 0.6
        assert isinstance(answer, Unchecked)
        assert answer.error.code == "DEADLINE_EXCEEDED"


def test_an_unchecked_order_is_handed_in_later_under_its_first_request_id(tmp_path: Path) -> None:
    address = free_address()
    with OrderTwinClient(address) as client:
        unchecked = client.score_order(ORDER, fail_open=True)
        assert isinstance(unchecked, Unchecked)
        assert unchecked.error.code == "UNAVAILABLE"
        with running(settings_in(tmp_path, listen=address)):
            wait_until_found(client)
            first = client.hand_in(unchecked)
            again = client.hand_in(unchecked)
            assert (again.order, again.replayed) == (first.order, True)
            assert client.get_order(first.order).order_id == "SO-1"


def wait_until_found(client: OrderTwinClient) -> None:
    for _ in range(100):
        try:
            list(client.list_orders())
            return
        except UnavailableError:
            time.sleep(0.05)
    raise AssertionError("the server was not found again")


def test_failing_open_does_not_hide_a_broken_order(server: Running) -> None:
    with OrderTwinClient(server.address, timeout=10) as client:
        with pytest.raises(InvalidOrderError) as refused:
            client.score_order(order_pb2.Order(), fail_open=True)
        assert "order.order_id" in {broken.field for broken in refused.value.violations}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (3, InvalidOrderError),
        (5, NotFoundError),
        (9, ConflictError),
        (10, ConflictError),
        (14, UnavailableError),
        (4, UnavailableError),
        (8, UnavailableError),
        (13, ServerError),
        (2, ServerError),
        (99, ServerError),
    ],
)
def test_every_status_has_its_error(code: int, kind: type[OrderTwinError]) -> None:
    error = error_from_status(Status(code=code, message="so it is"))
    assert type(error) is kind
    assert error.message == "so it is"


def test_a_channel_of_ones_own_stays_open(server: Running) -> None:
    with grpc.insecure_channel(server.address) as channel:
        with OrderTwinClient(channel=channel) as client:
            list(client.list_orders())
        with OrderTwinClient(channel=channel) as client:
            list(client.list_orders())


def test_closing_twice_is_fine() -> None:
    client = OrderTwinClient()
    client.close()
    client.close()
