"""OrderService as gRPC handlers: bytes in, one hop to a worker thread, bytes out.

Requests are decoded here and not by gRPC, which would call undecodable bytes an INTERNAL error.
Decoding, the command and encoding run together in one thread, so the event loop stays free.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from ordertwin.v1 import order_service_pb2 as pb
from ordertwin_server.admission import Gate
from ordertwin_server.call_log import NOTES
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.request_rules import request_id_violations
from ordertwin_server.faults import MalformedRequest, ShuttingDown
from ordertwin_server.interceptors import Context
from ordertwin_server.reporting import Reporter
from ordertwin_server.services.orders import OrderService

SERVICE = pb.DESCRIPTOR.services_by_name["OrderService"].full_name
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Workers:
    """Threads for scoring and threads for everything else, so that neither waits for the other."""

    scoring: ThreadPoolExecutor
    reads: ThreadPoolExecutor

    @classmethod
    def of(cls, scoring: int, reads: int) -> Workers:
        """That many threads each; they start when they are needed."""
        return cls(
            ThreadPoolExecutor(scoring, thread_name_prefix="scoring"),
            ThreadPoolExecutor(reads, thread_name_prefix="reads"),
        )

    def close(self) -> None:
        """Drop what has not started and wait for what has."""
        for pool in (self.scoring, self.reads):
            pool.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls of each kind are admitted at once."""

    scoring: int
    reads: int
    streams: int


def gates(limits: Limits) -> Mapping[str, Gate]:
    """The gate of every method of the service."""
    scoring = Gate("scoring", limits.scoring)
    streams = Gate("stream", limits.streams)
    reads = Gate("read and update", limits.reads)
    special = {"ScoreOrder": scoring, "ScoreOrders": streams}
    return {
        f"/{SERVICE}/{method.name}": special.get(method.name, reads)
        for method in pb.DESCRIPTOR.services_by_name["OrderService"].methods
    }


class OrderEndpoint:
    """Handlers of OrderService for one tenant. `closing` ends streams when the server drains."""

    def __init__(
        self,
        service: OrderService,
        workers: Workers,
        reporter: Reporter,
        *,
        tenant: str,
        closing: asyncio.Event,
    ) -> None:
        self._service = service
        self._workers = workers
        self._reporter = reporter
        self._tenant = tenant
        self._closing = closing

    def handlers(self) -> grpc.GenericRpcHandler[bytes, bytes]:
        """What a gRPC server is given."""
        service, reads, scoring = self._service, self._workers.reads, self._workers.scoring
        return grpc.method_handlers_generic_handler(
            SERVICE,
            {
                "ScoreOrder": self._unary(pb.ScoreOrderRequest, service.score_order, scoring),
                "ScoreOrders": grpc.stream_stream_rpc_method_handler(self._score_orders),
                "GetOrder": self._unary(pb.GetOrderRequest, service.get_order, reads),
                "ListOrders": self._unary(pb.ListOrdersRequest, service.list_orders, reads),
                "UpdateOrderStatus": self._unary(
                    pb.UpdateOrderStatusRequest, service.update_order_status, reads
                ),
                "GetDecision": self._unary(pb.GetDecisionRequest, service.get_decision, reads),
            },
        )

    def _unary(
        self, request_type: type[M], act: Callable[[Call, M], Message], pool: Executor
    ) -> grpc.RpcMethodHandler[bytes, bytes]:
        async def handle(data: bytes, context: Context) -> bytes:
            notes = NOTES.get()

            def work(call: Call) -> bytes:
                request = _decoded(request_type, data)
                notes.request_id = _loggable(getattr(request, "request_id", ""))
                return act(call, request).SerializeToString()

            return await self._in_thread(pool, work, context)

        return grpc.unary_unary_rpc_method_handler(handle)

    async def _score_orders(self, _requests: AsyncIterator[bytes], context: Context) -> None:
        """Answer one after the other, so that each order meets those before it.

        Nothing is read ahead: gRPC's flow control holds back a sender, and waiting for each write
        holds back this loop when the reader is slow.
        """
        notes = NOTES.get()
        while (data := await self._next_element(context)) is not None:
            answer = partial(self._answer_element, notes.elements, data)
            await context.write(await self._in_thread(self._workers.scoring, answer, context))
            notes.elements += 1

    def _answer_element(self, index: int, data: bytes, call: Call) -> bytes:
        reply = pb.ScoreOrdersResponse(index=index)
        try:
            request = _decoded(pb.ScoreOrdersRequest, data).request
            reply.request_id = request.request_id
            reply.response.CopyFrom(self._service.score_order(call, request))
        except Exception as error:
            reply.error.CopyFrom(self._reporter.report(error, "ScoreOrders").status)
        return reply.SerializeToString()

    async def _next_element(self, context: Context) -> bytes | None:
        """The next element, None after the last; `ShuttingDown` when the server drains."""
        closing = asyncio.ensure_future(self._closing.wait())
        reading = asyncio.ensure_future(context.read())
        try:
            await asyncio.wait({closing, reading}, return_when=asyncio.FIRST_COMPLETED)
            if closing.done():
                raise ShuttingDown
            element: object = reading.result()
        finally:
            closing.cancel()
            reading.cancel()
        return element if isinstance(element, bytes) else None

    async def _in_thread(
        self, pool: Executor, work: Callable[[Call], bytes], context: Context
    ) -> bytes:
        patience = _Patience(context.time_remaining())
        call = Call(self._tenant, waiting=patience.lasts)
        try:
            return await asyncio.wrap_future(pool.submit(work, call))
        except asyncio.CancelledError:
            patience.end()
            raise


class _Patience:
    """Whether a caller still waits: until their deadline, or until they hang up."""

    def __init__(self, seconds: float | None) -> None:
        self._until = math.inf if seconds is None else time.monotonic() + seconds

    def lasts(self) -> bool:
        return time.monotonic() < self._until

    def end(self) -> None:
        self._until = -math.inf


def _loggable(request_id: str) -> str:
    """The request id if it obeys its rule; any other text could be long, or break a log line."""
    return "" if request_id_violations(request_id) else request_id


def _decoded(request_type: type[M], data: bytes) -> M:
    try:
        return request_type.FromString(data)
    except DecodeError:
        raise MalformedRequest(request_type.DESCRIPTOR.full_name) from None
