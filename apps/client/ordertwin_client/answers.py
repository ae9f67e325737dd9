"""What calls give back where a plain message would not do."""

from __future__ import annotations

from dataclasses import dataclass

from ordertwin.v1.order_service_pb2 import (
    ScoreOrderRequest,
    ScoreOrderResponse,
    ScoreOrdersResponse,
)
from ordertwin_client.errors import OrderTwinError, error_from_status


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Nobody could say whether the order is already there: place it, and hand it in later.

    Keep `request` and give it to `hand_in` of the client when the server is back: it carries the
    request id, so nothing is registered twice, even if the first call did arrive.
    """

    request: ScoreOrderRequest
    error: OrderTwinError


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """The answer to one element of a stream: a response, or the error of this element alone."""

    index: int
    request_id: str
    response: ScoreOrderResponse | None
    error: OrderTwinError | None

    @classmethod
    def of(cls, message: ScoreOrdersResponse) -> StreamAnswer:
        """The answer in a message.

        >>> answer = StreamAnswer.of(ScoreOrdersResponse(index=2, response=ScoreOrderResponse()))
        >>> answer.index, answer.error
        (2, None)
        """
        failed = message.HasField("error")
        return cls(
            index=message.index,
            request_id=message.request_id,
            response=None if failed else message.response,
            error=error_from_status(message.error) if failed else None,
        )
