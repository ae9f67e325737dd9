"""Streams as server-sent events: each element is one event, an error is the last one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from google.protobuf.message import Message
from starlette.responses import StreamingResponse

from ordertwin_client.errors import OrderTwinError
from ordertwin_reviewer.backend import Asker, Backend
from ordertwin_reviewer.contract import Operation
from ordertwin_reviewer.rest.problems import problem
from ordertwin_reviewer.rest.translate import json_of

TOKEN = "resume_token"
"""Field of requests and elements that says where a stream goes on; it is the id of the event."""
MEDIA_TYPE = "text/event-stream"


async def event_stream(
    backend: Backend, operation: Operation, request: Message, asker: Asker, last_id: str
) -> StreamingResponse:
    """The stream as events; a stream that cannot begin raises its error instead."""
    names = operation.method.input_type.fields_by_name
    if last_id and TOKEN in names and not getattr(request, TOKEN):
        setattr(request, TOKEN, last_id)
    elements = backend.stream(operation, request, asker)
    first = await anext(elements, None)
    return StreamingResponse(
        _events(first, elements, asker),
        media_type=MEDIA_TYPE,
        headers={"X-Request-Id": asker.request_id, "X-Accel-Buffering": "no"},
    )


async def _events(
    first: Message | None, elements: AsyncIterator[Message], asker: Asker
) -> AsyncIterator[str]:
    if first is None:
        return
    yield event_of(first)
    try:
        async for element in elements:
            yield event_of(element)
    except OrderTwinError as error:
        told, _ = problem(error, asker.request_id)
        yield f"event: problem\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"


def event_of(element: Message) -> str:
    """One event; its name is the kind of element, where the element says so.

    >>> from ordertwin.v1.access_pb2 import Caller
    >>> event_of(Caller(member="local"))
    'data: {"member": "local"}\\n\\n'
    """
    token = getattr(element, TOKEN, "")
    kind = element.WhichOneof("event") if "event" in element.DESCRIPTOR.oneofs_by_name else ""
    lines = [f"id: {token}"] if token else []
    lines += [f"event: {kind}"] if kind else []
    lines.append(f"data: {json_of(element)}")
    return "\n".join(lines) + "\n\n"
