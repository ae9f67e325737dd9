"""WatchOrders as a gRPC handler: one coroutine a stream, no thread."""

from __future__ import annotations

import asyncio
from functools import partial

import grpc

from ordertwin.v1 import order_event_pb2 as pb
from ordertwin_server.access.guard import AccessGuard
from ordertwin_server.call_log import NOTES
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.watch_orders import ResumeTokens, Watch, WatchOrders
from ordertwin_server.convert.event_out import watch_message
from ordertwin_server.door import Door, Workers, decoded
from ordertwin_server.interceptors import Context
from ordertwin_server.services.watching import WatchService
from ordertwin_server.settings import Settings
from ordertwin_server.watching.hub import Hub
from ordertwin_stores.interface import OrderStore

METHOD = "/ordertwin.v1.OrderService/WatchOrders"


class WatchEndpoint:
    """Streams of events. The guard lets a stream begin; the hub ends it when the right is gone."""

    def __init__(self, store: OrderStore, door: Door, workers: Workers, hub: Hub) -> None:
        self._service = WatchService(WatchOrders(store.events, ResumeTokens(store.access.secret)))
        self._door, self._workers, self._hub = door, workers, hub

    def handler(self) -> grpc.RpcMethodHandler[bytes, bytes]:
        """What a gRPC server is given."""
        return grpc.unary_stream_rpc_method_handler(self._watch)

    async def _watch(self, data: bytes, context: Context) -> None:
        notes = NOTES.get()
        watch = await self._begun(data, context)
        with self._hub.joined(watch, self._door.ticket_of(context)) as watcher:
            try:
                async for message in watcher.messages():
                    await context.write(message)
                    notes.elements += 1
            except asyncio.CancelledError:
                # The reader hung up, or lets us wait while the stream has to end.
                reason = watcher.why_cancelled()
                if reason is None:
                    raise
                raise reason from None

    async def _begun(self, data: bytes, context: Context) -> Watch:
        begun: list[Watch] = []

        def begin(call: Call) -> bytes:
            begun.append(self._service.begin(call, decoded(pb.WatchOrdersRequest, data)))
            return b""

        await self._door.run(self._workers.reads, METHOD, begin, context)
        return begun[0]


def hub_of(settings: Settings, store: OrderStore, guard: AccessGuard) -> Hub:
    """Who tells the watchers of a server."""
    return Hub(
        store.events,
        partial(watch_message, ResumeTokens(store.access.secret)),
        lambda ticket: guard.ensure_still_may(METHOD, ticket),
        heartbeat=settings.heartbeat_seconds,
    )
