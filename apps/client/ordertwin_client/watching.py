"""Watching orders: a stream of events that outlives its connections.

    with client.watch_orders(states=[ORDER_STATE_HELD]) as watch:
        for event in watch:
            handle(event)
            save(event.resume_token)    # to go on from here after a restart of your own

Events come in order and at least once: after a break the newest token of a handled event leads on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from types import TracebackType
from typing import Any, Self

import grpc

from ordertwin.v1.order_event_pb2 import OrderEvent, WatchOrdersRequest, WatchOrdersResponse
from ordertwin_client.channel import Metadata
from ordertwin_client.errors import UnavailableError, error_from_call

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between tries to reach the server again; each pause is twice the one before."""


class _Retrying:
    """The request to send next, and how long to wait before."""

    def __init__(
        self,
        begin: Callable[..., Any],
        request: WatchOrdersRequest,
        metadata: Metadata | None,
        patience: float | None,
    ) -> None:
        self._begin, self._metadata, self._patience = begin, metadata, patience
        self._request = WatchOrdersRequest()
        self._request.CopyFrom(request)
        self._call: Any = None
        self._closed = False
        self._heard = time.monotonic()
        self._pause = FIRST_PAUSE

    @property
    def resume_token(self) -> str:
        """Where the watch stands: after the events that were handed out."""
        return self._request.resume_token

    def _open(self) -> Any:
        self._call = self._begin(self._request, metadata=self._metadata)
        return self._call

    def _hear(self, message: WatchOrdersResponse) -> None:
        self._heard, self._pause = time.monotonic(), FIRST_PAUSE

    def _was_closed(self) -> bool:
        return self._closed

    def _seen(self, token: str) -> None:
        self._request.resume_token = token

    def _wait_after(self, failed: grpc.RpcError) -> float | None:
        """Seconds until the next try, None when the watch was closed; raises what is final."""
        if self._closed:
            return None
        error = error_from_call(failed)
        given_up = self._patience is not None and (time.monotonic() - self._heard >= self._patience)
        if not isinstance(error, UnavailableError) or given_up:
            raise error from None
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        return pause


class OrderWatch(_Retrying):
    """An iterator of events for blocking code; `close`, from any thread, ends it."""

    def __iter__(self) -> Iterator[OrderEvent]:
        for message in self.messages():
            yield from message.events

    def messages(self) -> Iterator[WatchOrdersResponse]:
        """Messages as they come, those without events too; `resume_token` follows once the next
        one is asked for."""
        while not self._closed:
            try:
                for message in self._open():
                    self._hear(message)
                    yield message
                    self._seen(message.resume_token)
            except grpc.RpcError as failed:
                pause = self._wait_after(failed)
                if pause is None:
                    return
                time.sleep(pause)

    def close(self) -> None:
        """End the watch. Safe to repeat."""
        self._closed = True
        if self._call is not None:
            self._call.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncOrderWatch(_Retrying):
    """The same for async code."""

    async def __aiter__(self) -> AsyncIterator[OrderEvent]:
        async for message in self.messages():
            for event in message.events:
                yield event

    async def messages(self) -> AsyncIterator[WatchOrdersResponse]:
        """Messages as they come, those without events too; `resume_token` follows once the next
        one is asked for."""
        while not self._closed:
            try:
                async for message in self._open():
                    self._hear(message)
                    yield message
                    self._seen(message.resume_token)
            except grpc.RpcError as failed:
                pause = self._wait_after(failed)
                if pause is None:
                    return
                await asyncio.sleep(pause)
            except asyncio.CancelledError:
                if self._was_closed():
                    return
                raise

    def close(self) -> None:
        """End the watch. Safe to repeat."""
        self._closed = True
        if self._call is not None:
            self._call.cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
