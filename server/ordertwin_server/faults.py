"""Failures of serving itself, beside the domain errors of `ordertwin_models.errors`.

OrderTwinError
├── MalformedRequest     the bytes are no message of this method
├── DeadlineExceeded     the caller no longer waits; nothing was written
├── Overloaded           more calls at once than admitted; come back a little later
├── ShuttingDown         the server is being stopped; go on elsewhere or later
├── PolicyRefused        a policy file cannot be read or breaks rules
└── StartFailed          the server cannot start; says what to do
"""

from __future__ import annotations

from pathlib import Path

from ordertwin_models.errors import OrderTwinError


class MalformedRequest(OrderTwinError):
    """The bytes are no message of this method."""

    def __init__(self, method: str) -> None:
        self.method = method
        super().__init__(
            f"The request cannot be decoded as a message of {method}; "
            "check that client and server use the same ordertwin.v1 contract."
        )


class DeadlineExceeded(OrderTwinError):
    """The caller no longer waits; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "The deadline passed before the work was done and nothing was written; "
            "repeat the call with the same request id and more time."
        )


class Overloaded(OrderTwinError):
    """More calls at once than the server admits. `retry_after` is in seconds."""

    def __init__(self, kind: str, limit: int, retry_after: float) -> None:
        self.kind, self.limit, self.retry_after = kind, limit, retry_after
        super().__init__(
            f"More than {limit} {kind} calls at once; "
            f"repeat the call in {round(retry_after * 1000)} ms."
        )


class ShuttingDown(OrderTwinError):
    """The server is being stopped."""

    def __init__(self) -> None:
        super().__init__("The server is shutting down; repeat the call in a moment.")


class PolicyRefused(OrderTwinError):
    """A policy file cannot be read or breaks rules; `problem` says what to do."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"The policy file {path} {problem}")


class StartFailed(OrderTwinError):
    """The server cannot start; the message says what to do."""
