"""Tells a browser that something about the reviews changed, so that it asks for the queue again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from ordertwin.v1.order_event_pb2 import EVENT_KIND_ORDER_DECIDED, WatchOrdersResponse
from ordertwin.v1.order_pb2 import ORDER_STATE_HELD
from ordertwin_reviewer.pages.sessions import Sessions
from ordertwin_reviewer.pages.shell import Visit
from ordertwin_reviewer.rest.events import MEDIA_TYPE

CHANGED = "event: changed\ndata: reviews\n\n"
ALIVE = ": alive\n\n"


async def review_changes(visit: Visit, sessions: Sessions) -> Response:
    """Events that name nothing; what changed is asked for with the rights of whoever asks.

    It ends with the session. Raises the error of a stream that cannot begin.
    """
    elements = visit.watch("WatchOrders")
    await anext(elements, None)

    async def told() -> AsyncIterator[str]:
        yield ALIVE
        async for element in elements:
            if not sessions.is_live(visit.session):
                return
            yield CHANGED if touches_reviews(element) else ALIVE

    return StreamingResponse(told(), media_type=MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})


def touches_reviews(message: WatchOrdersResponse) -> bool:
    """Whether the queue may look different now: most orders pass without anybody being asked.

    >>> held = {"state": ORDER_STATE_HELD}
    >>> touches_reviews(WatchOrdersResponse(events=[{}, held]))
    True
    >>> touches_reviews(WatchOrdersResponse(events=[{}]))
    False
    """
    return any(_touches_reviews(event) for event in message.events)


def _touches_reviews(event: Any) -> bool:
    # What is asked blindly comes without an outcome.
    asked = event.kind == EVENT_KIND_ORDER_DECIDED and not event.outcome
    held = ORDER_STATE_HELD in (event.state, event.previous_state)
    return bool(event.review) or held or asked
