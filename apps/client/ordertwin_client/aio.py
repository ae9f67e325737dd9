"""The client for async code: the calls of `client`, awaited."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, Unpack, overload

import grpc
from google.protobuf.message import Message

from ordertwin.v1.decision_pb2 import Action, Decision
from ordertwin.v1.order_merge_pb2 import (
    MergeOrdersResponse,
    ResolveOrderResponse,
    UnmergeOrdersResponse,
)
from ordertwin.v1.order_pb2 import Order, OrderState
from ordertwin.v1.order_service_pb2 import (
    GetDecisionRequest,
    GetOrderRequest,
    ListDecisionsRequest,
    ListOrdersRequest,
    ScoreOrderRequest,
    ScoreOrderResponse,
    ScoreOrdersRequest,
)
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin_client.answers import StreamAnswer, Unchecked
from ordertwin_client.channel import Tls, metadata_with, open_aio_channel
from ordertwin_client.errors import AccessError, ServerError, UnavailableError, error_from_call
from ordertwin_client.requests import (
    DEFAULT_TARGET,
    GET_DECISION,
    GET_ORDER,
    LIST_DECISIONS,
    LIST_ORDERS,
    MERGE_ORDERS,
    READ_TIMEOUT,
    RESOLVE_ORDER,
    SCORE_ORDER,
    SCORE_TIMEOUT,
    UNMERGE_ORDERS,
    UPDATE_ORDER_STATUS,
    DecisionOptions,
    ListOptions,
    MergeOptions,
    ResolveOptions,
    Rpc,
    ScoreOptions,
    StatusOptions,
    UnmergeOptions,
    WatchOptions,
    decisions_request,
    following,
    list_request,
    merge_request,
    resolve_request,
    score_request,
    status_request,
    stream_element,
    unmerge_request,
    watch_request,
)
from ordertwin_client.watching import AsyncOrderWatch

R = TypeVar("R", bound=Message)


class AsyncOrderTwinClient:
    """Speaks with one OrderTwin server; make it inside the event loop that uses it.

    `timeout` and `read_timeout` are in seconds. `key` is an API key; beyond this machine it needs
    `tls`. A `channel` of your own should be made with `requests.CHANNEL_OPTIONS`; closing it stays
    yours, and so does seeing that a key is not sent over it in the clear.
    """

    def __init__(
        self,
        target: str = DEFAULT_TARGET,
        *,
        timeout: float = SCORE_TIMEOUT,
        read_timeout: float = READ_TIMEOUT,
        key: str = "",
        tls: Tls | None = None,
        channel: grpc.aio.Channel | None = None,
    ) -> None:
        encrypted = channel is not None or tls is not None
        self._metadata = metadata_with(key, target, encrypted=encrypted)
        self._owned = None if channel else open_aio_channel(target, tls)
        self._stub: Any = OrderServiceStub(channel or self._owned)  # type: ignore[no-untyped-call]
        self._timeout = timeout
        self._read_timeout = read_timeout

    @overload
    async def score_order(
        self,
        order: Order,
        *,
        fail_open: Literal[False] = False,
        timeout: float | None = None,
        **options: Unpack[ScoreOptions],
    ) -> ScoreOrderResponse: ...

    @overload
    async def score_order(
        self,
        order: Order,
        *,
        fail_open: bool,
        timeout: float | None = None,
        **options: Unpack[ScoreOptions],
    ) -> ScoreOrderResponse | Unchecked: ...

    async def score_order(
        self,
        order: Order,
        *,
        fail_open: bool = False,
        timeout: float | None = None,
        **options: Unpack[ScoreOptions],
    ) -> ScoreOrderResponse | Unchecked:
        """Ask whether the order is already there, and register it.

        A `request_id` is made when none is given; `timeout` is in seconds. With `fail_open` a
        server that is down, slow, broken or does not let us in gives `Unchecked` instead of an
        error.
        """
        request = score_request(order, **options)
        try:
            return await self._score(request, self._timeout if timeout is None else timeout)
        except (UnavailableError, ServerError, AccessError) as error:
            if not fail_open:
                raise
            return Unchecked(request, error)

    async def hand_in(
        self, unchecked: Unchecked, *, timeout: float | None = None
    ) -> ScoreOrderResponse:
        """Ask again about an order that went unchecked, with its first request id."""
        return await self._score(
            unchecked.request, self._read_timeout if timeout is None else timeout
        )

    async def score_orders(
        self,
        questions: AsyncIterable[Order | ScoreOrderRequest] | Iterable[Order | ScoreOrderRequest],
        *,
        timeout: float | None = None,
    ) -> AsyncIterator[StreamAnswer]:
        """Ask about many orders over one stream; answers come in the order of the questions.

        An order that fails gives an answer with an error, and the stream goes on. `timeout` is for
        the whole stream.
        """
        call = self._stub.ScoreOrders(
            _elements(questions), timeout=timeout, metadata=self._metadata
        )
        try:
            async for message in call:
                yield StreamAnswer.of(message)
        except grpc.RpcError as error:
            raise error_from_call(error) from None
        finally:
            call.cancel()

    async def get_order(self, name: str) -> Order:
        """The order with this name, `tenants/{tenant}/orders/{order}`."""
        return await self._call(GET_ORDER, GetOrderRequest(name=name), self._read_timeout)

    async def list_orders(self, **where: Unpack[ListOptions]) -> AsyncIterator[Order]:
        """Orders, the newest first, page after page."""
        request: ListOrdersRequest | None = list_request(**where)
        while request:
            page = await self._call(LIST_ORDERS, request, self._read_timeout)
            for order in page.orders:
                yield order
            request = following(request, page)

    async def update_order_status(
        self, name: str, state: OrderState, **options: Unpack[StatusOptions]
    ) -> Order:
        """Move an order to another state; options are `request_id`, `reason` and `etag`."""
        request = status_request(name, state, **options)
        return await self._call(UPDATE_ORDER_STATUS, request, self._read_timeout)

    async def get_decision(self, name: str, *, language_code: str = "") -> Decision:
        """The decision with this name, `tenants/{tenant}/decisions/{decision}`."""
        request = GetDecisionRequest(name=name, language_code=language_code)
        return await self._call(GET_DECISION, request, self._read_timeout)

    async def list_decisions(self, **where: Unpack[DecisionOptions]) -> AsyncIterator[Decision]:
        """Stored decisions, the newest first, page after page."""
        request: ListDecisionsRequest | None = decisions_request(**where)
        while request:
            page = await self._call(LIST_DECISIONS, request, self._read_timeout)
            for decision in page.decisions:
                yield decision
            request = following(request, page)

    def watch_orders(
        self, *, patience: float | None = None, **what: Unpack[WatchOptions]
    ) -> AsyncOrderWatch:
        """What happens to orders from now on, or after `resume_token`, until it is closed.

        A break is mended with the newest token; after `patience` seconds without a server, None for
        ever, the error is raised.
        """
        return AsyncOrderWatch(
            self._stub.WatchOrders, watch_request(**what), self._metadata, patience
        )

    async def merge_orders(
        self, first: str, second: str, **options: Unpack[MergeOptions]
    ) -> MergeOrdersResponse:
        """Make one order of two, or with `validate_only` show what would come of it.

        Without `etags` the orders are merged as they are now.
        """
        etags = options.get("etags")
        if etags is None:
            etags = ((await self.get_order(first)).etag, (await self.get_order(second)).etag)
        request = merge_request((first, second), etags, **options)
        return await self._call(MERGE_ORDERS, request, self._read_timeout)

    async def unmerge_orders(
        self, name: str, **options: Unpack[UnmergeOptions]
    ) -> UnmergeOrdersResponse:
        """Undo a merge, `tenants/{tenant}/merges/{merge}`."""
        request = unmerge_request(name, **options)
        return await self._call(UNMERGE_ORDERS, request, self._read_timeout)

    async def resolve_order(
        self, name: str, action: Action, existing: str, **options: Unpack[ResolveOptions]
    ) -> ResolveOrderResponse:
        """Settle an order as a duplicate of another (LINK, ATTACH), or let it replace that one."""
        request = resolve_request(name, action, existing, **options)
        return await self._call(RESOLVE_ORDER, request, self._read_timeout)

    async def close(self) -> None:
        """Let go of the connection. Safe to repeat."""
        if self._owned:
            await self._owned.close(None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _score(self, request: ScoreOrderRequest, timeout: float) -> ScoreOrderResponse:
        return await self._call(SCORE_ORDER, request, timeout)

    async def _call(self, rpc: Rpc[R], request: Message, timeout: float) -> R:
        try:
            response: R = await getattr(self._stub, rpc.name)(
                request, timeout=timeout, metadata=self._metadata
            )
            return response
        except grpc.RpcError as error:
            raise error_from_call(error) from None


async def _elements(
    questions: AsyncIterable[Order | ScoreOrderRequest] | Iterable[Order | ScoreOrderRequest],
) -> AsyncIterator[ScoreOrdersRequest]:
    if isinstance(questions, AsyncIterable):
        async for question in questions:
            yield stream_element(question)
    else:
        for question in questions:
            yield stream_element(question)
