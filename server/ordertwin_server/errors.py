"""The one table from errors to what a caller sees: status, reason, variables and details.

Only sentences written for callers leave the server. An error that is not in the table, and any text
of an exception, stays in the log under an error id, which is all that the caller gets of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from ordertwin.v1.error_reason_pb2 import ErrorReason
from ordertwin_models.errors import (
    EtagMismatch,
    InvalidFields,
    NotFound,
    NotMergeable,
    NotUndoable,
    OrderIdTaken,
    OrderTwinError,
    PageTokenInvalid,
    RequestIdReused,
    StateTransitionRefused,
    StoreAnswerLost,
    StoreOutcomeUnknown,
    StoreUnavailable,
)
from ordertwin_server.faults import (
    AskedBlindly,
    DeadlineExceeded,
    DutiesSeparated,
    LimitExceeded,
    MalformedRequest,
    ModelRefused,
    ModelStateRefused,
    ModelVersionTaken,
    Overloaded,
    OverrideNotUsable,
    PermissionDenied,
    PolicyVersionTaken,
    RateLimited,
    ResumeTokenExpired,
    ReviewClaimed,
    ReviewClosed,
    SealBroken,
    ShuttingDown,
    SignInRefused,
    TooManyAttempts,
    TooManyKeys,
    Unauthenticated,
    VerdictEnded,
)

DOMAIN = "ordertwin.dev"
REASON_PREFIX = "ERROR_REASON_"
MAX_VIOLATIONS = 20
LARGEST_STATUS = 7_500
"""Bytes of an error on the wire: callers refuse trailers of more than 8 KiB, and would then take a
broken order for a server that is busy."""
Code = grpc.StatusCode


@dataclass(frozen=True, slots=True)
class Row:
    """How errors of one class are told. `variables` are attributes of the error, sent as metadata;
    `sentence` replaces the text of errors whose own text is for operators."""

    error: type[OrderTwinError]
    code: grpc.StatusCode
    reason: int
    variables: tuple[str, ...] = ()
    sentence: str = ""
    details: Callable[[Any], Message] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller is told of an error, and the error id that leads to it in the log, if any."""

    status: Status
    code: grpc.StatusCode
    error_id: str = ""


def _bad_request(error: InvalidFields) -> BadRequest:
    return BadRequest(
        field_violations=[
            BadRequest.FieldViolation(field=broken.field, description=broken.description)
            for broken in error.violations[:MAX_VIOLATIONS]
        ]
    )


def _retry_info(error: Overloaded | RateLimited | TooManyAttempts) -> RetryInfo:
    delay = Duration()
    delay.FromMilliseconds(round(error.retry_after * 1000))
    return RetryInfo(retry_delay=delay)


_STORE_SENTENCE = (
    "The store cannot be read or written just now; repeat the call with the same request id."
)
_INTERNAL_SENTENCE = "The server failed; its log has the cause under error id {error_id}."

TABLE = (
    Row(
        InvalidFields,
        Code.INVALID_ARGUMENT,
        ErrorReason.ERROR_REASON_INVALID_FIELDS,
        details=_bad_request,
    ),
    Row(
        MalformedRequest,
        Code.INVALID_ARGUMENT,
        ErrorReason.ERROR_REASON_MALFORMED_REQUEST,
        ("method",),
    ),
    Row(NotFound, Code.NOT_FOUND, ErrorReason.ERROR_REASON_NOT_FOUND, ("kind", "name")),
    Row(
        RequestIdReused,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
        ("request_id",),
    ),
    Row(
        StateTransitionRefused,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_STATE_TRANSITION_REFUSED,
        ("current", "wanted", "allowed"),
    ),
    Row(EtagMismatch, Code.ABORTED, ErrorReason.ERROR_REASON_ETAG_MISMATCH, ("name",)),
    Row(PageTokenInvalid, Code.INVALID_ARGUMENT, ErrorReason.ERROR_REASON_PAGE_TOKEN_INVALID),
    Row(
        StoreUnavailable,
        Code.UNAVAILABLE,
        ErrorReason.ERROR_REASON_STORE_UNAVAILABLE,
        sentence=_STORE_SENTENCE,
    ),
    Row(
        StoreAnswerLost,
        Code.UNAVAILABLE,
        ErrorReason.ERROR_REASON_STORE_UNAVAILABLE,
        sentence=_STORE_SENTENCE,
    ),
    Row(
        StoreOutcomeUnknown,
        Code.UNAVAILABLE,
        ErrorReason.ERROR_REASON_STORE_UNAVAILABLE,
        sentence=_STORE_SENTENCE,
    ),
    Row(ShuttingDown, Code.UNAVAILABLE, ErrorReason.ERROR_REASON_SHUTTING_DOWN),
    Row(
        Overloaded,
        Code.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_OVERLOADED,
        ("kind", "limit"),
        details=_retry_info,
    ),
    Row(DeadlineExceeded, Code.DEADLINE_EXCEEDED, ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED),
    Row(
        Unauthenticated,
        Code.UNAUTHENTICATED,
        ErrorReason.ERROR_REASON_UNAUTHENTICATED,
        ("problem",),
    ),
    Row(
        PermissionDenied,
        Code.PERMISSION_DENIED,
        ErrorReason.ERROR_REASON_PERMISSION_DENIED,
        ("permission",),
    ),
    Row(
        LimitExceeded,
        Code.PERMISSION_DENIED,
        ErrorReason.ERROR_REASON_LIMIT_EXCEEDED,
        ("limit",),
    ),
    Row(
        DutiesSeparated,
        Code.PERMISSION_DENIED,
        ErrorReason.ERROR_REASON_DUTIES_SEPARATED,
        ("duty",),
    ),
    Row(
        RateLimited,
        Code.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_RATE_LIMITED,
        ("limit",),
        details=_retry_info,
    ),
    Row(
        TooManyKeys,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_TOO_MANY_KEYS,
        ("client", "limit"),
    ),
    Row(
        SignInRefused,
        Code.UNAUTHENTICATED,
        ErrorReason.ERROR_REASON_SIGN_IN_REFUSED,
    ),
    Row(
        TooManyAttempts,
        Code.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_TOO_MANY_ATTEMPTS,
        details=_retry_info,
    ),
    Row(
        SealBroken,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_SECRET_UNREADABLE,
    ),
    Row(
        OverrideNotUsable,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_OVERRIDE_NOT_USABLE,
        ("name", "state"),
    ),
    Row(
        ModelRefused,
        Code.INVALID_ARGUMENT,
        ErrorReason.ERROR_REASON_MODEL_REFUSED,
        ("problem",),
    ),
    Row(
        ModelVersionTaken,
        Code.ALREADY_EXISTS,
        ErrorReason.ERROR_REASON_MODEL_VERSION_TAKEN,
        ("version",),
    ),
    Row(
        PolicyVersionTaken,
        Code.ALREADY_EXISTS,
        ErrorReason.ERROR_REASON_POLICY_VERSION_TAKEN,
        ("version",),
    ),
    Row(
        ModelStateRefused,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_MODEL_STATE_REFUSED,
        ("version", "state", "wanted"),
    ),
    Row(
        ResumeTokenExpired,
        Code.OUT_OF_RANGE,
        ErrorReason.ERROR_REASON_RESUME_TOKEN_EXPIRED,
    ),
    Row(
        ReviewClaimed,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_REVIEW_CLAIMED,
        ("name", "reviewer", "until"),
    ),
    Row(
        ReviewClosed,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_REVIEW_CLOSED,
        ("name", "state", "successor"),
    ),
    Row(
        AskedBlindly,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_ASKED_BLINDLY,
    ),
    Row(
        VerdictEnded,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_VERDICT_ENDED,
        ("name",),
    ),
    Row(
        OrderIdTaken,
        Code.ALREADY_EXISTS,
        ErrorReason.ERROR_REASON_ORDER_ID_TAKEN,
        ("source", "order_id"),
    ),
    Row(
        NotMergeable,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_NOT_MERGEABLE,
        ("problems",),
    ),
    Row(
        NotUndoable,
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_NOT_UNDOABLE,
        ("name", "why"),
    ),
)
"""Every error a caller can meet, but INTERNAL, which stands for all that is not here."""

_ROWS = {row.error: row for row in TABLE}


def reason_of(error: BaseException) -> str:
    """The name of the reason that a caller is told, for the operation log.

    >>> reason_of(NotFound("order", "o-1")), reason_of(ValueError())
    ('NOT_FOUND', 'INTERNAL')
    """
    row = _row_of(error)
    reason = ErrorReason.ERROR_REASON_INTERNAL if row is None else row.reason
    return ErrorReason.Name(reason).removeprefix(REASON_PREFIX)


def _row_of(error: BaseException) -> Row | None:
    return next((_ROWS[kind] for kind in type(error).__mro__ if kind in _ROWS), None)


def tell(error: BaseException) -> Told:
    """What the caller is told of `error`.

    >>> told = tell(NotFound("order", "tenants/default/orders/o-1"))
    >>> told.code.name, told.status.message
    ('NOT_FOUND', 'There is no order tenants/default/orders/o-1.')
    >>> tell(ValueError("password=123")).status.message
    'The server failed; its log has the cause under error id ...
    """
    row = _row_of(error)
    if row is None:
        return _tell_internal()
    return Told(_fitting(row, error), row.code)


def _fitting(row: Row, error: BaseException) -> Status:
    """The status of an error; of many field violations with long texts, as many as fit."""
    status = _status_of(row, error)
    if isinstance(error, InvalidFields):
        kept = error.violations[:MAX_VIOLATIONS]
        while len(kept) > 1 and _size_in_trailers(status) > LARGEST_STATUS:
            kept = kept[:-1]
            status = _status_of(row, InvalidFields(kept))
    return status


def _size_in_trailers(status: Status) -> int:
    """Bytes on the wire: the message percent-encoded, and the whole status once more in base64."""
    text: bytes = status.message.encode()
    plain = sum(0x20 <= byte < 0x7F and byte != ord("%") for byte in text)
    return plain + 3 * (len(text) - plain) + 4 * (len(status.SerializeToString()) // 3 + 1)


def _status_of(row: Row, error: BaseException) -> Status:
    info = _info(row.reason, {name: _text(getattr(error, name)) for name in row.variables})
    details = [info] if row.details is None else [info, row.details(error)]
    return _status(row.code, row.sentence or str(error), details)


def _tell_internal() -> Told:
    error_id = secrets.token_hex(8)
    info = _info(ErrorReason.ERROR_REASON_INTERNAL, {"error_id": error_id})
    message = _INTERNAL_SENTENCE.format(error_id=error_id)
    return Told(_status(Code.INTERNAL, message, [info]), Code.INTERNAL, error_id)


def _info(reason: int, variables: Mapping[str, str]) -> ErrorInfo:
    name = ErrorReason.Name(reason).removeprefix(REASON_PREFIX)
    return ErrorInfo(reason=name, domain=DOMAIN, metadata=variables)


def _status(code: grpc.StatusCode, message: str, details: list[Message]) -> Status:
    packed = []
    for detail in details:
        any_message = AnyMessage()
        any_message.Pack(detail)
        packed.append(any_message)
    return Status(code=code.value[0], message=message, details=packed)


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
