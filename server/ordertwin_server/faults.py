"""Failures of serving itself, beside the domain errors of `ordertwin_models.errors`.

OrderTwinError
├── MalformedRequest     the bytes are no message of this method
├── DeadlineExceeded     the caller no longer waits; nothing was written
├── Overloaded           more calls at once than admitted; come back a little later
├── ShuttingDown         the server is being stopped; go on elsewhere or later
├── PolicyRefused        a policy file cannot be read or breaks rules
├── Unauthenticated      no credential, or not a good one
├── PermissionDenied     the caller's roles do not permit the call
├── LimitExceeded        the caller may do such things, but not this one
├── DutiesSeparated      somebody else has to do it
├── RateLimited          the caller made too many calls; come back a little later
├── TooManyKeys          the client has as many live keys as it may have
├── SignInRefused        member and password do not fit together
├── TooManyAttempts      too many passwords were tried; come back a little later
├── SealBroken           a secret was sealed by a server with another key
├── ModelRefused         a model file is broken, unsigned or made for another version
├── ModelVersionTaken    another model file has that version
├── PolicyVersionTaken   another policy has that version
├── ModelStateRefused    the model version cannot go there from where it is
├── OverrideNotUsable    the override expired, was used, or waits for a second person
├── ResumeTokenExpired   events after the token were dropped, or it is from another store
├── ReviewClaimed        somebody else is at the review
├── ReviewClosed         the review was decided or closed
├── VerdictEnded         the verdict was withdrawn or overruled before
├── AskedBlindly         the caller is to answer about the order without knowing the decision
└── StartFailed          the server cannot start; says what to do
"""

from __future__ import annotations

import math
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


class Unauthenticated(OrderTwinError):
    """No credential, or not a good one; `problem` says which.

    `member` is who it belongs to, for the operation log, when that much is sure.
    """

    def __init__(self, problem: str, member: str = "") -> None:
        self.problem, self.member = problem, member
        super().__init__(
            f"The credential is {problem}. Send a good one as metadata "
            "`authorization: Bearer KEY`; an administrator makes keys with "
            "`ordertwin access create-key`."
        )


class SignInRefused(OrderTwinError):
    """Member and password do not fit together; which of the two is wrong is not said."""

    def __init__(self) -> None:
        super().__init__(
            "The member and the password do not fit together. An administrator sets passwords "
            "with `ordertwin access password`."
        )


class TooManyAttempts(OrderTwinError):
    """Too many passwords were tried. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"Too many passwords were tried; try again in {math.ceil(retry_after)} s.")


class PermissionDenied(OrderTwinError):
    """The caller's roles do not permit the call."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(
            f"This needs the permission {permission}, which the caller has not; "
            "an administrator grants roles with `ordertwin access grant`."
        )


class LimitExceeded(OrderTwinError):
    """The caller may do such things, but this one is beyond the limits of their role."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(
            f"This order is beyond what the caller may release: {limit}. Ask somebody with a "
            "wider role, or in an emergency ask for an override."
        )


class DutiesSeparated(OrderTwinError):
    """Somebody else has to do it: the caller had a hand in the matter before."""

    def __init__(self, duty: str) -> None:
        self.duty = duty
        super().__init__(
            f"{duty}. Ask a colleague to do it, or in an emergency ask for an override."
        )


class RateLimited(OrderTwinError):
    """The caller made too many calls. `retry_after` is in seconds."""

    def __init__(self, limit: int, retry_after: float) -> None:
        self.limit, self.retry_after = limit, retry_after
        super().__init__(
            f"More than {limit} calls a second with this credential; "
            f"repeat the call in {round(retry_after * 1000)} ms."
        )


class TooManyKeys(OrderTwinError):
    """The client has as many live keys as it may have."""

    def __init__(self, client: str, limit: int) -> None:
        self.client, self.limit = client, limit
        super().__init__(
            f"Client {client} has {limit} live keys already, enough to change from one to the "
            "next; revoke one first."
        )


class SealBroken(OrderTwinError):
    """A secret in the store was sealed by a server with another key, or for something else."""

    def __init__(self) -> None:
        super().__init__(
            "A secret in the store cannot be read with this server's key: give all servers of a "
            "store the same audit-signing-key.pem, or make what the secret is for anew."
        )


class OverrideNotUsable(OrderTwinError):
    """The override expired, was used, or waits for a second person."""

    def __init__(self, name: str, state: str) -> None:
        self.name, self.state = name, state
        super().__init__(f"Override {name} cannot be used or approved: it is {state}.")


class ModelRefused(OrderTwinError):
    """A model file is truncated, edited, unsigned or made for another version of OrderTwin."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(
            f"The model is refused. {problem} The model that answers now goes on answering."
        )


class ModelVersionTaken(OrderTwinError):
    """Another model file was published under this version before."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(
            f"There is another model with version {version}; train it again under a version of "
            "its own."
        )


class PolicyVersionTaken(OrderTwinError):
    """Another policy was published under this version before."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(
            f"There is another policy with version {version}; give this one a version of its own."
        )


class ModelStateRefused(OrderTwinError):
    """The model version cannot go there from where it is."""

    def __init__(self, version: str, state: str, wanted: str) -> None:
        self.version, self.state, self.wanted = version, state, wanted
        super().__init__(f"Model version {version} is {state} and cannot become {wanted}.")


class ResumeTokenExpired(OrderTwinError):
    """Events after the resume token were dropped, or it is from another store."""

    def __init__(self) -> None:
        super().__init__(
            "The resume token is too old, or not from this store: some events after it are gone. "
            "Read the orders anew with ListOrders, then watch without a token."
        )


class ReviewClaimed(OrderTwinError):
    """Somebody else is at the review; `until` is when their time runs out."""

    def __init__(self, name: str, reviewer: str, until: str) -> None:
        self.name, self.reviewer, self.until = name, reviewer, until
        super().__init__(
            f"{reviewer} is at review {name} until {until}; take another one, or wait until then."
        )


class ReviewClosed(OrderTwinError):
    """The review was decided or closed, so nobody is asked any more. `successor` asks about the
    same order now."""

    def __init__(self, name: str, state: str, successor: str = "") -> None:
        self.name, self.state, self.successor = name, state, successor
        what = {
            "DECIDED": "To correct one's answer, repeat the call with the etag of the decided "
            "review, or withdraw the verdict.",
            "CLOSED": "Its order went on without an answer, so nobody needs one any more.",
        }
        changed = f"Its order was decided again, for its twins changed; answer {successor} instead."
        super().__init__(f"Review {name} is {state}. {changed if successor else what[state]}")


class AskedBlindly(OrderTwinError):
    """The caller is to answer about the order without knowing what the engine thinks of it."""

    def __init__(self) -> None:
        super().__init__(
            "People are asked about this order without being told what the engine thinks: answer "
            "its review first, then the decision is shown."
        )


class VerdictEnded(OrderTwinError):
    """The verdict was withdrawn or overruled before."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Verdict {name} was withdrawn or overruled before; nothing is left of it."
        )
