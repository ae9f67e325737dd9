"""Errors as RFC 9457 problems: what the gRPC status says, in JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse

from ordertwin_client.errors import FieldViolation, InvalidOrderError, OrderTwinError
from ordertwin_client.errors import UnavailableError as Unavailable

MEDIA_TYPE = "application/problem+json"
TYPE = "https://ordertwin.dev/errors/"
DOMAIN = "ordertwin.dev"

STATUSES: Mapping[str, int] = {
    "CANCELLED": 499,
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ABORTED": 409,
    "ALREADY_EXISTS": 409,
    "RESOURCE_EXHAUSTED": 429,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
"""HTTP statuses of gRPC ones, as everybody maps them; what is not here is 500."""


class Refused(Exception):
    """A call that does not reach the server; `reason` is a name of `ErrorReason` or empty."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        reason: str = "",
        code: str = "INVALID_ARGUMENT",
        violations: Sequence[FieldViolation] = (),
        headers: Mapping[str, str] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.reason, self.code = status, detail, reason, code
        self.violations = tuple(violations)
        self.headers = dict(headers or {})
        self.metadata = dict(metadata or {})


def response_to(error: OrderTwinError | Refused, request_id: str) -> JSONResponse:
    """The error as a response."""
    told, headers = problem(error, request_id)
    return JSONResponse(told, told["status"], headers, MEDIA_TYPE)


def problem(
    error: OrderTwinError | Refused, request_id: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """The problem document, and the headers that go with it."""
    if isinstance(error, Refused):
        status, detail, violations = error.status, error.detail, error.violations
        headers = dict(error.headers)
    else:
        status, detail = STATUSES.get(error.code, 500), error.message
        violations = error.violations if isinstance(error, InvalidOrderError) else ()
        headers = {}
    told: dict[str, Any] = {
        "type": TYPE + error.reason if error.reason else "about:blank",
        "title": _title(error.reason or error.code),
        "status": status,
        "detail": detail,
        "code": error.code,
        "requestId": request_id,
    }
    if error.reason:
        told |= {"reason": error.reason, "domain": DOMAIN, "metadata": dict(error.metadata)}
    if violations:
        told["violations"] = [
            {"field": each.field, "description": each.description} for each in violations
        ]
    if isinstance(error, Unavailable) and error.retry_after is not None:
        told["retryAfter"] = error.retry_after
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return told, headers


def _title(name: str) -> str:
    """
    >>> _title("REQUEST_ID_REUSED")
    'Request id reused'
    """
    return name.replace("_", " ").capitalize()
