"""What can go wrong in a call, as one tree, read from the status that the server sent.

OrderTwinError           code, reason, message and metadata as the server gave them
├── InvalidOrderError    the request breaks rules; `violations` names every broken field
├── NotFoundError        nothing has that name
├── ConflictError        request id reused, state transition refused, or etag outdated: see `reason`
├── AccessError          the credential is not good, or does not permit this: see `reason`
├── UnavailableError     down, overloaded, too slow or cancelled; `retry_after` seconds if known
└── ServerError          a fault of the server; its log has the cause under `error_id`
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One broken rule: the path of the field and what is wrong with it."""

    field: str
    description: str


class OrderTwinError(Exception):
    """A call failed. `code` is the gRPC status name, `reason` a name of `ErrorReason`."""

    def __init__(self, status: Status) -> None:
        info, self._bad_request, self._retry_info = ErrorInfo(), BadRequest(), RetryInfo()
        for detail in status.details:
            for known in (info, self._bad_request, self._retry_info):
                detail.Unpack(known)
        self.code = _NAMES.get(status.code, "UNKNOWN")
        self.reason = info.reason
        self.message = status.message
        self.metadata: Mapping[str, str] = dict(info.metadata)
        super().__init__(f"{self.code}{f' ({info.reason})' if info.reason else ''}: {self.message}")


class InvalidOrderError(OrderTwinError):
    """The request breaks rules."""

    @property
    def violations(self) -> tuple[FieldViolation, ...]:
        """Every broken field, at most 20."""
        return tuple(
            FieldViolation(broken.field, broken.description)
            for broken in self._bad_request.field_violations
        )


class NotFoundError(OrderTwinError):
    """Nothing has that name."""


class ConflictError(OrderTwinError):
    """The call does not fit what is stored; `reason` says how."""


class AccessError(OrderTwinError):
    """The credential is missing or not good, or does not permit the call; `reason` says which."""


class UnavailableError(OrderTwinError):
    """The server is down, overloaded, too slow, or the call was cancelled; it may be repeated."""

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before the next try, None when the server did not say."""
        if not self._retry_info.HasField("retry_delay"):
            return None
        delay: timedelta = self._retry_info.retry_delay.ToTimedelta()
        return delay.total_seconds()


class ServerError(OrderTwinError):
    """A fault of the server."""

    @property
    def error_id(self) -> str:
        """What to look for in the log of the server."""
        return self.metadata.get("error_id", "")


_NAMES = {code.value[0]: code.name for code in grpc.StatusCode}
_CLASSES: Mapping[str, type[OrderTwinError]] = {
    "INVALID_ARGUMENT": InvalidOrderError,
    "NOT_FOUND": NotFoundError,
    "FAILED_PRECONDITION": ConflictError,
    "ABORTED": ConflictError,
    "ALREADY_EXISTS": ConflictError,
    "UNAUTHENTICATED": AccessError,
    "PERMISSION_DENIED": AccessError,
    "UNAVAILABLE": UnavailableError,
    "DEADLINE_EXCEEDED": UnavailableError,
    "RESOURCE_EXHAUSTED": UnavailableError,
    "CANCELLED": UnavailableError,
}


def error_from_status(status: Status) -> OrderTwinError:
    """The error that a status stands for.

    >>> error_from_status(Status(code=5, message="There is no order x."))
    NotFoundError('NOT_FOUND: There is no order x.')
    """
    return _CLASSES.get(_NAMES.get(status.code, ""), ServerError)(status)


def error_from_call(failed: Any) -> OrderTwinError:
    """The error of a failed call, also when it failed before it reached the server.

    `failed` is a `grpc.RpcError`, whose code and details the stubs of grpc do not know.
    """
    try:
        status = rpc_status.from_call(failed)
    except ValueError:
        status = None
    if status is None:
        status = Status(code=failed.code().value[0], message=failed.details() or "")
    return error_from_status(status)
