"""What the clients of single services have in common: one way to call, one way to turn pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar

import grpc
from google.protobuf.message import Message

from ordertwin_client.channel import Metadata
from ordertwin_client.errors import error_from_call
from ordertwin_client.requests import READ_TIMEOUT, Rpc

R = TypeVar("R", bound=Message)


class ServiceClient:
    """Calls the services of `stubs` on a channel, with the metadata that carries a credential.

    `timeout` is in seconds. Every call gives an answer or raises an error of
    `ordertwin_client.errors`.
    """

    stubs: ClassVar[tuple[Callable[[grpc.Channel], Any], ...]] = ()

    def __init__(
        self,
        channel: grpc.Channel,
        metadata: Metadata | None = None,
        *,
        timeout: float = READ_TIMEOUT,
    ) -> None:
        self._methods: dict[str, Any] = {}
        for stub in self.stubs:
            self._methods |= vars(stub(channel))
        self._metadata, self._timeout = metadata, timeout

    def call(self, rpc: Rpc[R], request: Message) -> R:
        """The answer to one request."""
        try:
            response: R = self._methods[rpc.name](
                request, timeout=self._timeout, metadata=self._metadata
            )
            return response
        except grpc.RpcError as error:
            raise error_from_call(error) from None

    def pages(self, rpc: Rpc[R], request: Message) -> Iterator[R]:
        """The answers to a request for a list, page after page; `request` stays as it is."""
        further: Any = type(request)()
        further.CopyFrom(request)
        while True:
            page: Any = self.call(rpc, further)
            yield page
            if not page.next_page_token:
                return
            further.page_token = page.next_page_token
