"""What wraps every call: undecodable bytes, overload, leaks, deadlines, cancellation, draining."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from tests.unit.server.builders import an_order, another_order
from tests.unit.server.running import Running, running, settings_in

from ordertwin.v1 import order_pb2
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest, ScoreOrdersResponse
from ordertwin_client import InvalidOrderError, OrderTwinClient, ServerError, UnavailableError
from ordertwin_models.errors import StoreOutcomeUnknown, StoreUnavailable
from ordertwin_server.call_log import LOGGER, JsonFormatter
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.convert import order_to_proto

METHODS = ("ScoreOrder", "GetOrder", "ListOrders", "UpdateOrderStatus", "GetDecision")


def reason_of(error: Any) -> str:
    status = rpc_status.from_call(error)
    assert status is not None
    info = ErrorInfo()
    status.details[0].Unpack(info)
    return str(info.reason)


@contextmanager
def raw_channel(server: Running) -> Iterator[Callable[[str, bytes], bytes]]:
    with grpc.insecure_channel(server.address) as opened:
        channel: Any = opened

        def call(method: str, data: bytes) -> bytes:
            path = f"/ordertwin.v1.OrderService/{method}"
            return bytes(channel.unary_unary(path)(data, timeout=10))

        yield call


class Scripted:
    """Stands in for the command, to bring about faults on purpose."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act
        self.started = threading.Semaphore(0)

    def install(self, patch: pytest.MonkeyPatch) -> Scripted:
        real = ScoreOrder.__call__

        def scripted(command: ScoreOrder, call: Any, question: Any) -> Any:
            self.started.release()
            self.act()
            return real(command, call, question)

        patch.setattr(ScoreOrder, "__call__", scripted)
        return self


def failing_with(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "data", [b"\x0a\xff", b"\x0a\x02\xff\xfe", b"\xff" * 40, b"\x0b" * 5000], ids=range(4)
)
def test_bytes_that_are_no_message_are_an_invalid_argument(
    server: Running, method: str, data: bytes
) -> None:
    with raw_channel(server) as call, pytest.raises(grpc.RpcError) as refused:
        call(method, data)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(refused.value) in {"MALFORMED_REQUEST", "INVALID_FIELDS"}


def test_no_mutated_message_makes_the_server_fail(server: Running) -> None:
    order = order_to_proto(an_order())
    good = ScoreOrderRequest(order=order, request_id="r-1", validate_only=True).SerializeToString()
    dice = random.Random(7)
    allowed = {grpc.StatusCode.INVALID_ARGUMENT}
    with raw_channel(server) as call:
        for _ in range(400):
            mutated = bytearray(good)
            for _ in range(dice.randint(1, 4)):
                mutated[dice.randrange(len(mutated))] = dice.randrange(256)
            try:
                call("ScoreOrder", bytes(mutated))
            except grpc.RpcError as error:
                assert error.code() in allowed, error  # noqa: PT017


def test_a_broken_element_of_a_stream_fails_alone(server: Running) -> None:
    with grpc.insecure_channel(server.address) as opened:
        channel: Any = opened
        stream = channel.stream_stream("/ordertwin.v1.OrderService/ScoreOrders")
        replies = [
            ScoreOrdersResponse.FromString(data)
            for data in stream(iter([b"\x0a\xff", b""]), timeout=10)
        ]
    assert [reply.error.code for reply in replies] == [3, 3]


def test_a_message_above_the_limit_is_refused(client: OrderTwinClient) -> None:
    order = order_to_proto(an_order())
    order.note = "x" * (1024 * 1024 + 1)
    with pytest.raises(UnavailableError) as refused:
        client.score_order(order)
    assert refused.value.code == "RESOURCE_EXHAUSTED"


def test_a_third_of_a_million_empty_lines_are_counted_not_read(client: OrderTwinClient) -> None:
    order = order_to_proto(an_order())
    for _ in range(300_000):
        order.lines.add()
    started = time.perf_counter()
    with pytest.raises(Exception, match="INVALID_FIELDS") as refused:
        client.score_order(order)
    assert time.perf_counter() - started < 2
    (violation,) = refused.value.violations  # type: ignore[attr-defined]
    assert violation.field == "order.lines"
    assert "at most 2000" in violation.description


def test_the_text_of_an_unknown_fault_reaches_neither_caller_nor_log(
    client: OrderTwinClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Frau Schulze, password=123"
    Scripted(failing_with(ValueError(secret))).install(monkeypatch)
    with caplog.at_level(logging.INFO, LOGGER.name), pytest.raises(ServerError) as failed:
        client.score_order(order_to_proto(an_order()))
    (answer,) = client.score_orders([order_to_proto(an_order())])
    assert isinstance(answer.error, ServerError)
    assert secret not in str(failed.value)
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert not any("Schulze" in line for line in lines)
    failure = next(json.loads(line) for line in lines if "error_id" in line)
    assert failure["error_id"] == failed.value.error_id
    assert failure["exception"] == "ValueError"
    assert "test_transport.py" in failure["where"]


def test_a_call_leaves_one_line_without_order_content(
    client: OrderTwinClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, LOGGER.name):
        client.score_order(order_to_proto(an_order()), request_id="r-77")
    (line,) = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert line["method"] == "ScoreOrder"
    assert line["code"] == "OK"
    assert line["request_id"] == "r-77"
    assert line["ms"] > 0
    assert "127.0.0.1" in line["peer"]
    assert not any(word in json.dumps(line) for word in ("Schmidt", "PO-4711", "SO-1"))


def test_many_violations_with_long_texts_reach_the_caller_as_what_they_are(
    client: OrderTwinClient,
) -> None:
    message = order_to_proto(an_order())
    message.attributes.update({"🚚" * 70 + str(number): "x" for number in range(30)})
    for number in range(30):
        message.lines.add(sku=f"A-{number}", line_id="订" * 64)
    with pytest.raises(InvalidOrderError) as refused:
        client.score_order(message)
    assert len(refused.value.violations) > 1
    assert refused.value.reason == "INVALID_FIELDS"


@pytest.mark.parametrize("request_id", ["r-1\nforged line", "r" * 5000])
def test_a_request_id_that_breaks_its_rule_is_kept_out_of_the_log(
    client: OrderTwinClient, caplog: pytest.LogCaptureFixture, request_id: str
) -> None:
    with caplog.at_level(logging.INFO, LOGGER.name):
        with pytest.raises(InvalidOrderError):
            client.score_order(order_to_proto(an_order()), request_id=request_id)
        # A refused call is logged after its answer went out, and before the next is served.
        client.score_order(order_to_proto(an_order()), request_id="r-78")
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert [line["request_id"] for line in lines] == ["", "r-78"]


def test_overload_is_refused_at_once_while_health_and_reads_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    scripted = Scripted(lambda: assert_set(release)).install(monkeypatch)
    settings = settings_in(tmp_path, scoring_workers=2, max_scoring=3)
    with running(settings) as server, OrderTwinClient(server.address, timeout=20) as client:
        held = [
            threading.Thread(target=client.score_order, args=(order_to_proto(order),))
            for order in (an_order("A"), another_order("B"), an_order("C"))
        ]
        for thread in held:
            thread.start()
        for _ in range(2):
            assert scripted.started.acquire(timeout=10)
        refused = refusal_when_full(client)
        assert refused.code == "RESOURCE_EXHAUSTED"
        assert refused.reason == "OVERLOADED"
        assert refused.retry_after == pytest.approx(0.1)
        with grpc.insecure_channel(server.address) as channel:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        assert list(client.list_orders()) == []
        release.set()
        for thread in held:
            thread.join(10)
        assert len(list(client.list_orders())) == 3


def refusal_when_full(client: OrderTwinClient) -> UnavailableError:
    """The third call may still be on its way when the fourth is made, and is let in between two."""
    for _ in range(12):
        try:
            client.score_order(order_to_proto(an_order("D")), timeout=0.2)
        except UnavailableError as error:
            if error.code == "RESOURCE_EXHAUSTED":
                return error
        time.sleep(1.0)
    raise AssertionError("never refused")


def assert_set(event: threading.Event) -> None:
    assert event.wait(20)


def test_a_caller_whose_deadline_passed_leaves_nothing_behind(
    client: OrderTwinClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        Scripted(lambda: time.sleep(0.3)).install(patch)
        with pytest.raises(UnavailableError) as refused:
            client.score_order(order_to_proto(an_order()), timeout=0.1)
        assert refused.value.code == "DEADLINE_EXCEEDED"
        time.sleep(0.5)
    assert list(client.list_orders()) == []


async def test_a_cancelled_call_is_not_registered(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted = Scripted(lambda: time.sleep(0.3)).install(monkeypatch)
    async with grpc.aio.insecure_channel(server.address) as opened:
        channel: Any = opened
        method = channel.unary_unary("/ordertwin.v1.OrderService/ScoreOrder")
        request = ScoreOrderRequest(order=order_to_proto(an_order()), request_id="r-1")
        call = method(request.SerializeToString())
        sent = asyncio.ensure_future(call.code())
        assert await asyncio.to_thread(scripted.started.acquire, timeout=10)
        call.cancel()
        assert await sent is grpc.StatusCode.CANCELLED
    await asyncio.sleep(0.5)
    with OrderTwinClient(server.address) as client:
        assert list(client.list_orders()) == []


def test_a_full_store_is_unavailable_and_comes_back(
    client: OrderTwinClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        Scripted(failing_with(StoreUnavailable("disk full"))).install(patch)
        with pytest.raises(UnavailableError) as refused:
            client.score_order(order_to_proto(an_order()))
        assert (refused.value.code, refused.value.reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
    assert client.score_order(order_to_proto(an_order())).order


def test_a_commit_of_unknown_outcome_stops_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Scripted(failing_with(StoreOutcomeUnknown("EIO on commit"))).install(monkeypatch)
    with running(settings_in(tmp_path)) as server:
        with OrderTwinClient(server.address) as client, pytest.raises(UnavailableError):
            client.score_order(order_to_proto(an_order()), timeout=5)
        server.thread.join(15)
        assert not server.thread.is_alive()
        assert server.stop() == "EIO on commit"


def test_a_call_in_progress_is_finished_when_the_server_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted = Scripted(lambda: time.sleep(0.5)).install(monkeypatch)
    answers = []
    with (
        running(settings_in(tmp_path, grace_seconds=10.0)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
    ):
        ask = threading.Thread(
            target=lambda: answers.append(client.score_order(order_to_proto(an_order())))
        )
        ask.start()
        assert scripted.started.acquire(timeout=10)
        server.stop()
        ask.join(10)
    assert answers[0].order


def test_an_open_stream_ends_with_shutting_down(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path, grace_seconds=10.0)) as server,
        OrderTwinClient(server.address) as client,
    ):
        done = threading.Event()

        def orders() -> Iterator[order_pb2.Order]:
            yield order_to_proto(an_order())
            done.wait(20)

        stream = client.score_orders(orders())
        assert next(stream).response is not None
        started = time.monotonic()
        server.ask_to_stop()
        with pytest.raises(UnavailableError) as ended:
            next(stream)
        assert time.monotonic() - started < 5
        assert ended.value.reason == "SHUTTING_DOWN"
        done.set()


def test_draining_reports_not_serving_but_still_answers(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path, drain_seconds=2.0)) as server,
        OrderTwinClient(server.address, timeout=5) as client,
    ):
        client.score_order(order_to_proto(an_order()))
        server.ask_to_stop()
        with grpc.insecure_channel(server.address) as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            wanted = health_pb2.HealthCheckResponse.NOT_SERVING
            while stub.Check(health_pb2.HealthCheckRequest()).status != wanted:
                time.sleep(0.02)
        assert client.score_order(order_to_proto(another_order())).order
