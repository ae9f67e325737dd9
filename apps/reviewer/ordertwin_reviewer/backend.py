"""The gRPC server as this application sees it: one channel, calls that carry who asks."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.message import Message

from ordertwin_client.channel import Metadata, Tls, is_here, open_aio_channel
from ordertwin_client.errors import error_from_call
from ordertwin_reviewer.contract import Operation


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the `authorization` header to forward, empty for none, and the id of the call."""

    authorization: str = field(default="", repr=False)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def metadata(self) -> Metadata:
        """What the call carries."""
        own = ("x-request-id", self.request_id)
        return (("authorization", self.authorization), own) if self.authorization else (own,)


class Backend:
    """Calls the gRPC server. Make it inside the event loop that uses it; `timeout` in seconds.

    Raises ValueError when credentials would travel in the clear beyond this machine.
    """

    def __init__(self, target: str, tls: Tls | None = None, *, timeout: float = 10.0) -> None:
        if tls is None and not is_here(target):
            raise ValueError(
                f"Keys would travel in the clear to {target}; give --tls or --tls-ca FILE."
            )
        self.target = target
        self._channel = open_aio_channel(target, tls)
        self._timeout = timeout
        self._calls: dict[str, Callable[..., Any]] = {}

    async def call(
        self, operation: Operation, request: Message, asker: Asker, *, timeout: float | None = None
    ) -> Any:
        """The answer, or an error of `ordertwin_client.errors`."""
        method = self._method(operation, self._channel.unary_unary)
        try:
            return await method(request, timeout=timeout or self._timeout, metadata=asker.metadata)
        except grpc.RpcError as error:
            raise error_from_call(error) from None

    async def stream(
        self, operation: Operation, request: Message, asker: Asker
    ) -> AsyncIterator[Message]:
        """The elements of a stream as they come; it ends when the caller stops reading."""
        call = self._method(operation, self._channel.unary_stream)(request, metadata=asker.metadata)
        try:
            async for element in call:
                yield element
        except grpc.RpcError as error:
            raise error_from_call(error) from None
        finally:
            call.cancel()

    def _method(self, operation: Operation, maker: Callable[..., Any]) -> Callable[..., Any]:
        method = self._calls.get(operation.path)
        if method is None:
            method = self._calls[operation.path] = maker(
                operation.path,
                request_serializer=operation.request_type.SerializeToString,
                response_deserializer=operation.response_type.FromString,
            )
        return method

    async def close(self) -> None:
        """Let go of the connection."""
        await self._channel.close(None)
