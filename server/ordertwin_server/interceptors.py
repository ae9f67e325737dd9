"""What every call passes through: admission, error mapping, and its log line.

Handlers below get and give bytes. Health and reflection pass untouched, so that they answer while
everything else is full; any other method without a gate is refused. Cancellation is let through:
swallowing it would leak the call.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import grpc
from grpc_status import rpc_status

from ordertwin_server.access.table import OPEN_TO_ALL
from ordertwin_server.admission import Gate
from ordertwin_server.call_log import LOGGER, NOTES, CallNotes
from ordertwin_server.faults import DeadlineExceeded, PermissionDenied
from ordertwin_server.reporting import Reporter

Context: TypeAlias = "grpc.aio.ServicerContext[bytes, bytes]"


class CallGuard(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Guards the methods named in `gates`; `called` hears method, code and seconds of each call."""

    def __init__(
        self,
        gates: Mapping[str, Gate],
        reporter: Reporter,
        called: Callable[[str, str, float], None],
    ) -> None:
        self._gates = gates
        self._reporter = reporter
        self._called = called

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """The handler of the method, guarded when it has a gate."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        gate = self._gates.get(method)
        if handler is None or method in OPEN_TO_ALL:
            return handler
        if gate is None:
            return grpc.unary_unary_rpc_method_handler(self._refuse)
        if handler.request_streaming:
            return grpc.stream_stream_rpc_method_handler(
                self._guarded(handler.stream_stream, method, gate)
            )
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._guarded(handler.unary_stream, method, gate)
            )
        return grpc.unary_unary_rpc_method_handler(self._guarded(handler.unary_unary, method, gate))

    async def _refuse(self, request: bytes, context: Context) -> bytes:
        status = rpc_status.to_status(self._reporter.report(PermissionDenied("none"), "").status)
        await context.abort(status.code, status.details, status.trailing_metadata)

    def _guarded(
        self,
        handle: Callable[[bytes | AsyncIterator[bytes], Context], Awaitable[bytes | None]],
        method: str,
        gate: Gate,
    ) -> Callable[[bytes | AsyncIterator[bytes], Context], Awaitable[bytes | None]]:
        async def guarded(request: bytes | AsyncIterator[bytes], context: Context) -> bytes | None:
            with _logged(method, context, self._called) as log_code:
                try:
                    with gate.admit():
                        _ensure_time_left(context)
                        return await handle(request, context)
                except asyncio.CancelledError:
                    log_code(grpc.StatusCode.CANCELLED)
                    raise
                except Exception as error:
                    told = self._reporter.report(error, method)
                    log_code(told.code)
                    status = rpc_status.to_status(told.status)
                    await context.abort(status.code, status.details, status.trailing_metadata)

        return guarded


@contextmanager
def _logged(
    method: str, context: Context, called: Callable[[str, str, float], None]
) -> Iterator[Callable[[grpc.StatusCode], None]]:
    """Writes the line of one call when it ends, with the last code it was given, and counts it."""
    started = time.perf_counter()
    notes = CallNotes()
    token = NOTES.set(notes)
    code = grpc.StatusCode.OK

    def log_code(final: grpc.StatusCode) -> None:
        nonlocal code
        code = final

    try:
        yield log_code
    finally:
        NOTES.reset(token)
        seconds, name = time.perf_counter() - started, method.rpartition("/")[2]
        called(name, code.name, seconds)
        if LOGGER.isEnabledFor(logging.INFO):
            fields: dict[str, object] = {
                "method": name,
                "code": code.name,
                "ms": round(seconds * 1000, 1),
                "request_id": notes.request_id,
                "peer": context.peer(),
            }
            if notes.elements:
                fields["elements"] = notes.elements
            LOGGER.info("call", extra={"fields": fields})


def _ensure_time_left(context: Context) -> None:
    remaining = context.time_remaining()
    if remaining is not None and remaining <= 0:
        raise DeadlineExceeded
