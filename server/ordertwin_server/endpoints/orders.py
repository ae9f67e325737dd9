"""OrderService as gRPC handlers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial

import grpc

from ordertwin.v1 import order_service_pb2 as pb
from ordertwin_server.call_log import NOTES
from ordertwin_server.commands.call import Call
from ordertwin_server.door import Door, Workers, decoded, loggable_id
from ordertwin_server.errors import reason_of
from ordertwin_server.faults import ShuttingDown
from ordertwin_server.interceptors import Context
from ordertwin_server.reporting import Reporter
from ordertwin_server.services.orders import OrderService

SERVICE = pb.DESCRIPTOR.services_by_name["OrderService"].full_name


class OrderEndpoint:
    """Handlers of OrderService. `closing` ends streams when the server drains; `others` are
    the handlers that are made elsewhere, by name."""

    def __init__(
        self,
        service: OrderService,
        door: Door,
        workers: Workers,
        reporter: Reporter,
        *,
        closing: asyncio.Event,
        others: Mapping[str, grpc.RpcMethodHandler[bytes, bytes]],
    ) -> None:
        self._others = others
        self._service = service
        self._door = door
        self._workers = workers
        self._reporter = reporter
        self._closing = closing

    def handlers(self) -> grpc.GenericRpcHandler[bytes, bytes]:
        """What a gRPC server is given."""
        service, reads, scoring = self._service, self._workers.reads, self._workers.scoring
        unary = partial(self._door.unary, SERVICE)
        return grpc.method_handlers_generic_handler(
            SERVICE,
            {
                "ScoreOrder": unary(
                    "ScoreOrder", pb.ScoreOrderRequest, service.score_order, scoring
                ),
                "ScoreOrders": grpc.stream_stream_rpc_method_handler(self._score_orders),
                "GetOrder": unary("GetOrder", pb.GetOrderRequest, service.get_order, reads),
                "ListOrders": unary("ListOrders", pb.ListOrdersRequest, service.list_orders, reads),
                "UpdateOrderStatus": unary(
                    "UpdateOrderStatus",
                    pb.UpdateOrderStatusRequest,
                    service.update_order_status,
                    reads,
                ),
                "GetDecision": unary(
                    "GetDecision", pb.GetDecisionRequest, service.get_decision, reads
                ),
                "ListDecisions": unary(
                    "ListDecisions", pb.ListDecisionsRequest, service.list_decisions, reads
                ),
                **self._others,
            },
        )

    async def _score_orders(self, _requests: AsyncIterator[bytes], context: Context) -> None:
        """Answer one after the other, so that each order meets those before it.

        Nothing is read ahead: gRPC's flow control holds back a sender, and waiting for each write
        holds back this loop when the reader is slow. Each element passes the guard again, so a
        stream ends when its key does.
        """
        notes, pool = NOTES.get(), self._workers.scoring
        await self._door.run(pool, f"/{SERVICE}/ScoreOrders", lambda call: b"", context)
        while (data := await self._next_element(context)) is not None:
            answer = partial(self._answer_element, notes.elements, data)
            method = f"/{SERVICE}/ScoreOrder"
            await context.write(await self._door.run(pool, method, answer, context, counted=False))
            notes.elements += 1

    def _answer_element(self, index: int, data: bytes, call: Call) -> bytes:
        reply = pb.ScoreOrdersResponse(index=index)
        try:
            request = decoded(pb.ScoreOrdersRequest, data).request
            call.trail.request_id = loggable_id(request)
            reply.request_id = request.request_id
            reply.response.CopyFrom(self._service.score_order(call, request))
        except Exception as error:
            call.trail.outcome = reason_of(error)
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
