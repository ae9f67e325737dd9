"""How bytes become calls: the guard, then one hop to a worker thread, decoding, the work, encoding.

Requests are decoded here and not by gRPC, which would call undecodable bytes an INTERNAL error.
Everything from the guard to the encoded answer runs in one thread, so the event loop stays free.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from ordertwin_server.access.guard import AccessGuard, Ticket
from ordertwin_server.call_log import NOTES
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.request_rules import request_id_violations
from ordertwin_server.faults import MalformedRequest
from ordertwin_server.interceptors import Context

M = TypeVar("M", bound=Message)
_OUR_NAME = re.compile(r"tenants/[^/]+/([a-zA-Z]+/[0-9A-Za-z]{1,32})")
"""A resource name whose key was given out by a server; any other text could be an order's."""
_PORT = re.compile(r":[0-9]+$")


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


class Door:
    """Runs calls of any service behind the guard."""

    def __init__(self, guard: AccessGuard) -> None:
        self._guard = guard

    def unary(
        self,
        service: str,
        name: str,
        request_type: type[M],
        act: Callable[[Call, M], Message],
        pool: Executor,
    ) -> grpc.RpcMethodHandler[bytes, bytes]:
        """The handler of an RPC with one answer; `service` is the full name of its service."""
        method = f"/{service}/{name}"

        async def handle(data: bytes, context: Context) -> bytes:
            notes = NOTES.get()

            def work(call: Call) -> bytes:
                request = decoded(request_type, data)
                notes.request_id = call.trail.request_id = loggable_id(request)
                call.trail.target = _target(request)
                return act(call, request).SerializeToString()

            return await self.run(pool, method, work, context)

        return grpc.unary_unary_rpc_method_handler(handle)

    async def run(
        self,
        pool: Executor,
        method: str,
        work: Callable[[Call], bytes],
        context: Context,
        *,
        counted: bool = True,
    ) -> bytes:
        """Do the work in a thread once the guard let the caller in."""
        patience = _Patience(context.time_remaining())
        ticket = self.ticket_of(context)
        future = pool.submit(self._guard.run, method, ticket, patience.lasts, work, counted=counted)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            patience.end()
            raise

    def ticket_of(self, context: Context) -> Ticket:
        """What a call shows."""
        return _ticket_of(context, with_certificate=self._guard.reads_certificates)


def _ticket_of(context: Context, *, with_certificate: bool = False) -> Ticket:
    """What a call shows; more than one credential is as good as a broken one."""
    shown = [
        value if isinstance(value, str) else ""
        for name, value in context.invocation_metadata() or ()
        if name == "authorization"
    ]
    authorization = "" if not shown else shown[0] if len(shown) == 1 else "several"
    certificate = b""
    if with_certificate:
        certificate = next(iter(context.auth_context().get("x509_pem_cert", ())), b"")
    return Ticket(authorization, _PORT.sub("", context.peer()), certificate)


def decoded(request_type: type[M], data: bytes) -> M:
    """The message in the bytes, or `MalformedRequest`."""
    try:
        return request_type.FromString(data)
    except DecodeError:
        raise MalformedRequest(request_type.DESCRIPTOR.full_name) from None


def loggable_id(request: Message) -> str:
    """The request id if it obeys its rule; any other text could be long, or break a log line."""
    request_id: str = getattr(request, "request_id", "")
    return "" if request_id_violations(request_id) else request_id


def _target(request: Message) -> str:
    """What a call is about, by its resource name."""
    name: str = getattr(request, "name", "")
    found = _OUR_NAME.fullmatch(name)
    return found[1] if found else ""


class _Patience:
    """Whether a caller still waits: until their deadline, or until they hang up."""

    def __init__(self, seconds: float | None) -> None:
        self._until = math.inf if seconds is None else time.monotonic() + seconds

    def lasts(self) -> bool:
        return time.monotonic() < self._until

    def end(self) -> None:
        self._until = -math.inf
