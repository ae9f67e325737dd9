"""The addresses of JSON: `/v1/...` for every operation, `/v1/openapi.json` and `/docs`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ordertwin_client.errors import OrderTwinError
from ordertwin_reviewer.backend import Asker, Backend
from ordertwin_reviewer.contract import Directory, operations
from ordertwin_reviewer.options import WebOptions
from ordertwin_reviewer.rest import openapi
from ordertwin_reviewer.rest.events import event_stream
from ordertwin_reviewer.rest.problems import Refused, response_to
from ordertwin_reviewer.rest.translate import json_of, request_message
from ordertwin_reviewer.strangers import may_be_local

ID_HEADER = "X-Request-Id"
TIMEOUT_HEADER = "Request-Timeout"
LONGEST_WAIT = 600.0
OPEN = frozenset({"/ordertwin.v1.SessionService/SignIn"})
"""Operations that show a password instead of a credential."""
PATIENT_FOR = 8
"""How many times the limit of a body is read and dropped: who still sends does not hear why."""
_ID = re.compile(r"[\x21-\x7e]{1,128}")


class JsonDoor:
    """Answers JSON by asking the gRPC server."""

    def __init__(self, backend: Backend, options: WebOptions) -> None:
        self._backend = backend
        self._options = options
        self._directory = Directory(operations())

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [
            Route("/v1/openapi.json", self._openapi),
            Route("/docs", self._docs),
            Route("/v1/{path:path}", self._answer, methods=verbs),
        ]

    async def _answer(self, request: Request) -> Response:
        given = request.headers.get(ID_HEADER, "")
        authorization = request.headers.get("authorization", "")
        asker = Asker(authorization, given) if _ID.fullmatch(given) else Asker(authorization)
        try:
            return await self._answered(request, asker, given)
        except (Refused, OrderTwinError) as error:
            response = response_to(error, asker.request_id)
            response.headers[ID_HEADER] = asker.request_id
            return response

    async def _answered(self, request: Request, asker: Asker, given: str) -> Response:
        path = request.scope.get("raw_path", b"").decode("ascii", "replace").partition("?")[0]
        found = self._directory.find(request.method, path)
        if found is None:
            raise self._lost(path)
        operation, held = found
        needs_one = not asker.authorization and operation.path not in OPEN
        if needs_one and not may_be_local(request, self._options):
            raise Refused(
                401,
                "The call carries no credential; send `Authorization: Bearer KEY`.",
                reason="UNAUTHENTICATED",
                code="UNAUTHENTICATED",
                metadata={"problem": "missing"},
            )
        body = await self._body(request)
        message = request_message(operation, held, request.query_params.multi_items(), body)
        own_id = getattr(message, "request_id", "")
        if not given and _ID.fullmatch(own_id):
            asker = Asker(asker.authorization, own_id)
        if operation.streams:
            last = request.headers.get("last-event-id", "")
            return await event_stream(self._backend, operation, message, asker, last)
        timeout = _timeout(request.headers)
        answer = await self._backend.call(operation, message, asker, timeout=timeout)
        return Response(
            json_of(answer), media_type="application/json", headers={ID_HEADER: asker.request_id}
        )

    def _lost(self, path: str) -> Refused:
        verbs = self._directory.verbs(path)
        if verbs:
            detail = f"Only {', '.join(verbs)} may be used here."
            return Refused(405, detail, code="UNIMPLEMENTED", headers={"Allow": ", ".join(verbs)})
        return Refused(
            404, "There is no such operation; /docs lists them all.", code="UNIMPLEMENTED"
        )

    async def _body(self, request: Request) -> bytes:
        limit = self._options.max_body_bytes
        received, size = bytearray(), 0
        async for chunk in request.stream():
            size += len(chunk)
            if size <= limit:
                received += chunk
            elif size > PATIENT_FOR * limit:
                break
        if size > limit:
            raise Refused(
                413,
                f"The body is longer than {limit} bytes.",
                code="RESOURCE_EXHAUSTED",
                headers={"Connection": "close"},
            )
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        # A page of another site can send forms here without asking the browser, but not JSON.
        if received and kind != "application/json":
            raise Refused(415, "Send `Content-Type: application/json`.")
        return bytes(received)

    async def _openapi(self, _request: Request) -> Response:
        return JSONResponse(openapi.document())

    async def _docs(self, _request: Request) -> Response:
        page = files("ordertwin_reviewer").joinpath("static", "docs.html")
        return HTMLResponse(page.read_text("utf-8"))


def _timeout(headers: Mapping[str, str]) -> float | None:
    """Seconds that the caller wants to wait, None when they do not say."""
    text = headers.get(TIMEOUT_HEADER)
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= LONGEST_WAIT:
        raise Refused(400, f"{TIMEOUT_HEADER} must be seconds from 0 to {LONGEST_WAIT:g}.")
    return seconds
