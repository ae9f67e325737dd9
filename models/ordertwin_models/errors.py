"""Every way OrderTwin can fail, as one tree.

    OrderTwinError
    ├── InvalidOrder             the order breaks rules; names every broken field
    ├── InvalidRequest           an argument other than the order breaks rules
    │   └── PageTokenInvalid
    ├── NotFound                 nothing has that name
    ├── RequestIdReused          the request id came with another payload before
    ├── StateTransitionRefused   the order cannot go there from where it is
    ├── EtagMismatch             somebody else was faster
    ├── OrderIdTaken             another order has this id
    ├── NotMergeable             the orders cannot become one
    ├── NotUndoable              what was done has to stay
    ├── StoreError
    │   ├── StoreUnavailable     cannot be read or written just now; try again
    │   ├── StoreOutcomeUnknown  a commit may or may not be on disk; stop writing
    │   ├── StoreAnswerLost      a commit was cut off; a repeat of the request finds out
    │   └── StoreUnusable        cannot be opened at all; says what to do
    └── ArtefactInvalid          a model file is truncated, edited or of another schema

The server maps each leaf to a gRPC status and an `ErrorReason`; nothing else crosses a room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class OrderTwinError(Exception):
    """Root of the tree. `str(error)` is a sentence for the person who can mend it."""


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One broken rule: the path of the field and what is wrong with it.

    >>> FieldViolation("lines[0].quantity", "must not be negative")
    FieldViolation(field='lines[0].quantity', description='must not be negative')
    """

    field: str
    description: str


class InvalidFields(OrderTwinError):
    """Shared shape of the errors that name fields."""

    def __init__(self, violations: Sequence[FieldViolation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(f"{v.field}: {v.description}" for v in self.violations))


class InvalidOrder(InvalidFields):
    """The order breaks rules.

    >>> str(InvalidOrder([FieldViolation("order_id", "is required")]))
    'order_id: is required'
    """


class InvalidRequest(InvalidFields):
    """An argument other than the order breaks rules."""


class PageTokenInvalid(OrderTwinError):
    """The page token is not one of ours, or belongs to another filter."""


class NotFound(OrderTwinError):
    """Nothing has that name.

    >>> str(NotFound("order", "tenants/default/orders/o-1"))
    'There is no order tenants/default/orders/o-1.'
    """

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"There is no {kind} {name}.")


class RequestIdReused(OrderTwinError):
    """The request id came with another payload before."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        super().__init__(
            f"Request id {request_id} was used before with another payload; "
            "send a changed request with a new request id."
        )


class StateTransitionRefused(OrderTwinError):
    """The order cannot go there from where it is."""

    def __init__(self, current: str, wanted: str, allowed: Sequence[str]) -> None:
        self.current, self.wanted, self.allowed = current, wanted, tuple(allowed)
        ways = ", ".join(self.allowed) or "nowhere"
        super().__init__(
            f"An order in state {current} cannot become {wanted}; it can become {ways}."
        )


class EtagMismatch(OrderTwinError):
    """Somebody else changed the resource in between."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} was changed in between; read it again, then repeat the call.")


class OrderIdTaken(OrderTwinError):
    """Another order of this source has this id."""

    def __init__(self, source: str, order_id: str) -> None:
        self.source, self.order_id = source, order_id
        super().__init__(
            f"There is another order {order_id} from {source or 'no source'}; give the merged "
            "order an id of its own, or none."
        )


class NotMergeable(OrderTwinError):
    """The orders cannot become one; `problems` are sentences that say why."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = " ".join(problems)
        super().__init__(f"The orders cannot be merged. {self.problems}")


class NotUndoable(OrderTwinError):
    """What was done has to stay, and `why` says so."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name} cannot be undone: {why}.")


class StoreError(OrderTwinError):
    """The store failed. Drivers translate their own exceptions into one of the leaves."""


class StoreUnavailable(StoreError):
    """The store cannot be read or written just now; the call may be repeated."""


class StoreOutcomeUnknown(StoreError):
    """A commit may or may not be on disk: stop writing; the request id makes a repeat safe."""


class StoreAnswerLost(StoreError):
    """The connection broke while a commit was under way, and nobody could be asked since.

    The store itself is sound: a repeat with the same request id finds out what became of it.
    """


class StoreUnusable(StoreError):
    """The store cannot be opened; the message says what to do."""


class ArtefactInvalid(OrderTwinError):
    """A model file is truncated, edited, or of another schema."""
