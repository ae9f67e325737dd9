"""The client: ask OrderTwin about orders, from blocking or from async code.

    from ordertwin_client import OrderTwinClient, Unchecked

    with OrderTwinClient("127.0.0.1:50551") as client:
        answer = client.score_order(order, fail_open=True)
        if isinstance(answer, Unchecked):
            ...             # place the order, and hand it in later: it must not wait for us
        elif answer.outcome == OUTCOME_DUPLICATE:
            ...             # show answer.summary and answer.matches

Every call has a deadline, is repeated with the same request id while the server is unavailable, and
raises one of the errors drawn in `ordertwin_client.errors`.
"""

from ordertwin_client.aio import AsyncOrderTwinClient
from ordertwin_client.answers import StreamAnswer, Unchecked
from ordertwin_client.channel import Tls
from ordertwin_client.client import OrderTwinClient
from ordertwin_client.errors import (
    AccessError,
    ConflictError,
    FieldViolation,
    InvalidOrderError,
    NotFoundError,
    OrderTwinError,
    ServerError,
    UnavailableError,
)
from ordertwin_client.watching import AsyncOrderWatch, OrderWatch

__all__ = [
    "AccessError",
    "AsyncOrderTwinClient",
    "AsyncOrderWatch",
    "ConflictError",
    "FieldViolation",
    "InvalidOrderError",
    "NotFoundError",
    "OrderTwinClient",
    "OrderTwinError",
    "OrderWatch",
    "ServerError",
    "StreamAnswer",
    "Tls",
    "UnavailableError",
    "Unchecked",
]
