"""The table of errors: complete, and saying nothing that is not meant for callers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo

from ordertwin.v1.error_reason_pb2 import ErrorReason
from ordertwin_models import errors as domain
from ordertwin_models.errors import FieldViolation, OrderTwinError
from ordertwin_server import faults
from ordertwin_server.errors import TABLE, Told, tell

M = TypeVar("M", bound=Message)
EXAMPLES: tuple[OrderTwinError, ...] = (
    domain.InvalidOrder([FieldViolation("lines", "is required")]),
    domain.InvalidRequest([FieldViolation("page_size", "must be 0 or more")]),
    domain.PageTokenInvalid("The page token is not from this list."),
    domain.NotFound("order", "tenants/default/orders/x"),
    domain.RequestIdReused("r-1"),
    domain.StateTransitionRefused("CANCELLED", "SHIPPED", ()),
    domain.EtagMismatch("tenants/default/orders/x"),
    domain.StoreUnavailable("/secret/path is full"),
    domain.StoreAnswerLost("x"),
    domain.StoreOutcomeUnknown("/secret/path gave EIO"),
    faults.MalformedRequest("ordertwin.v1.GetOrderRequest"),
    faults.DeadlineExceeded(),
    faults.Overloaded("scoring", 64, 0.1),
    faults.ShuttingDown(),
    faults.Unauthenticated("expired", "clients/erp"),
    faults.PermissionDenied("orders.read"),
    faults.LimitExceeded("up to 500 EUR by all channels"),
    faults.DutiesSeparated("Nobody grants a role to themselves"),
    faults.ResumeTokenExpired(),
    domain.OrderIdTaken("edi", "SO-1"),
    domain.NotMergeable(["The earlier order was cancelled."]),
    domain.NotUndoable("merges/m", "it was undone before"),
    faults.RateLimited(100, 0.01),
    faults.SignInRefused(),
    faults.TooManyAttempts(1.5),
    faults.SealBroken(),
    faults.TooManyKeys("erp", 2),
    faults.OverrideNotUsable("tenants/default/overrides/x", "EXPIRED"),
    faults.ModelRefused("It was cut off on its way; send it again."),
    faults.ModelVersionTaken("own/1"),
    faults.PolicyVersionTaken("house/1"),
    faults.ModelStateRefused("own/1", "ACTIVE", "SHADOW"),
    faults.ReviewClaimed("tenants/default/reviews/x", "people/ann", "2026-03-02T12:15:00+00:00"),
    faults.ReviewClosed("tenants/default/reviews/x", "DECIDED"),
    faults.AskedBlindly(),
    faults.VerdictEnded("tenants/default/verdicts/7"),
)
NEVER_IN_A_CALL = {
    "ArtefactInvalid",
    "InvalidFields",
    "PolicyRefused",
    "StartFailed",
    "StoreError",
    "StoreUnusable",
}


def detail(told: Told, kind: type[M]) -> list[M]:
    found = []
    for packed in told.status.details:
        message = kind()
        if packed.Unpack(message):
            found.append(message)
    return found


def leaves(kind: type[OrderTwinError]) -> Iterator[type[OrderTwinError]]:
    for below in kind.__subclasses__():
        yield below
        yield from leaves(below)


def test_every_reason_of_the_contract_has_a_raiser() -> None:
    told = {info.reason for error in EXAMPLES for info in detail(tell(error), ErrorInfo)}
    told |= {info.reason for info in detail(tell(ValueError()), ErrorInfo)}
    names = {name.removeprefix("ERROR_REASON_") for name, _ in ErrorReason.items()}
    assert told == names - {"UNSPECIFIED"}


def test_every_error_of_ours_has_a_row_or_never_reaches_a_caller() -> None:
    ours = {
        kind
        for kind in leaves(OrderTwinError)
        if kind.__module__ in (domain.__name__, faults.__name__)
        and kind.__name__ not in NEVER_IN_A_CALL
    }
    assert {type(error) for error in EXAMPLES} == ours
    for error in EXAMPLES:
        assert tell(error).code is not grpc.StatusCode.INTERNAL


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_has_one_info_with_every_variable_of_its_text(error: OrderTwinError) -> None:
    told = tell(error)
    (info,) = detail(told, ErrorInfo)
    assert info.domain == "ordertwin.dev"
    assert re.fullmatch("[A-Z][A-Z0-9_]{1,62}", info.reason)
    row = next(row for row in TABLE if isinstance(error, row.error))
    assert set(info.metadata) == set(row.variables)
    assert told.status.code == told.code.value[0]


def test_violations_are_listed_and_at_most_twenty() -> None:
    many = [FieldViolation(f"lines[{n}].quantity", "must not be negative") for n in range(30)]
    (bad,) = detail(tell(domain.InvalidOrder(many)), BadRequest)
    assert len(bad.field_violations) == 20
    assert bad.field_violations[0].field == "lines[0].quantity"


def test_overload_says_when_to_come_back() -> None:
    (retry,) = detail(tell(faults.Overloaded("scoring", 64, 0.1)), RetryInfo)
    assert retry.retry_delay.ToMilliseconds() == 100


def test_an_unknown_fault_gives_away_an_error_id_and_nothing_else() -> None:
    told = tell(ValueError("customer Müller, password=123"))
    (info,) = detail(told, ErrorInfo)
    assert told.code is grpc.StatusCode.INTERNAL
    assert dict(info.metadata) == {"error_id": told.error_id}
    assert told.error_id in told.status.message
    assert b"password" not in told.status.SerializeToString()
    assert told.error_id != tell(ValueError()).error_id


@pytest.mark.parametrize("error", EXAMPLES[7:9])
def test_what_a_store_says_is_for_the_operator(error: OrderTwinError) -> None:
    told = tell(error)
    assert told.code is grpc.StatusCode.UNAVAILABLE
    assert b"secret" not in told.status.SerializeToString()
    assert "same request id" in told.status.message
