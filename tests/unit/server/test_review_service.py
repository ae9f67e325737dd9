"""ReviewService over gRPC: names, masks, what is hidden, and errors as callers meet them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.review_world import in_doubt

from ordertwin.v1 import review_pb2
from ordertwin.v1 import review_service_pb2 as pb
from ordertwin.v1.order_pb2 import (
    ORDER_STATE_ACCEPTED,
    ORDER_STATE_HELD,
    ORDER_STATE_UNSPECIFIED,
)
from ordertwin_client import AccessError, ConflictError, InvalidOrderError, NotFoundError
from ordertwin_client.reviews import (
    CLAIM_REVIEW,
    DECIDE_REVIEW,
    GET_AGREEMENT,
    GET_REVIEW,
    LIST_SUPPRESSIONS,
    SUPPRESS_PAIR,
    WITHDRAW_VERDICT,
    ReviewClient,
)
from ordertwin_server.convert import order_to_proto

PARENT = "tenants/default"
NO_CHANCE = {"audit_share": 0.0, "confident_share": 0.0, "blind_share": 0.0, "second_share": 0.0}


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0, **NO_CHANCE) as made:
        yield made


@contextmanager
def reviewing(made: World, client: str = "reviewer") -> Iterator[ReviewClient]:
    header = (("authorization", f"Bearer {made.keys[client]}"),)
    with grpc.insecure_channel(made.server.address) as channel:
        yield ReviewClient(channel, header, timeout=10)


def ask(made: World, client: str, rpc: Any, /, **fields: Any) -> Any:
    request = getattr(pb, f"{rpc.name}Request")
    if "request_id" in request.DESCRIPTOR.fields_by_name:
        fields.setdefault("request_id", str(uuid.uuid4()))
    with reviewing(made, client) as reviews:
        return reviews.call(rpc, request(**fields))


def held(made: World, number: int = 1) -> Any:
    """The answer to an order that is held in doubt."""
    first, second = in_doubt(number)
    with made.orders("erp") as orders:
        orders.score_order(order_to_proto(first))
        answer = orders.score_order(order_to_proto(second))
    assert answer.state == ORDER_STATE_HELD
    return answer


def listed(made: World, client: str = "reviewer", **fields: Any) -> list[review_pb2.Review]:
    with reviewing(made, client) as reviews:
        return list(reviews.reviews(pb.ListReviewsRequest(parent=PARENT, **fields)))


def test_a_reviewer_lists_claims_decides_and_takes_back(guarded: World) -> None:
    answer = held(guarded)
    (waiting,) = listed(guarded)
    assert waiting.name == answer.review
    assert waiting.order.order_id == "SO-1b"
    assert waiting.likeliest.order_id == "SO-1a"
    assert waiting.likeliest.match_probability > 0.5
    claimed = ask(guarded, "reviewer", CLAIM_REVIEW, name=waiting.name, language_code="zh")
    assert claimed.claimed_by == "clients/reviewer"
    assert claimed.HasField("claim_expire_time")
    assert claimed.decision.summary
    assert claimed.candidates[0].existing.order_id == "SO-1a"
    decided = ask(
        guarded,
        "reviewer",
        DECIDE_REVIEW,
        name=waiting.name,
        answer=review_pb2.ANSWER_DISTINCT,
        etag=claimed.etag,
    )
    assert decided.state == review_pb2.REVIEW_STATE_DECIDED
    assert decided.order.state == ORDER_STATE_ACCEPTED
    (verdict,) = decided.verdicts
    assert (verdict.name, verdict.settled) == (f"{PARENT}/verdicts/1", True)
    assert not listed(guarded)
    assert [review.name for review in listed(guarded, ended=True)] == [waiting.name]
    back = ask(guarded, "reviewer", WITHDRAW_VERDICT, name=verdict.name, reason="asked again")
    assert (back.restored, back.review) == (True, waiting.name)
    assert listed(guarded)[0].order.state == ORDER_STATE_HELD


def test_auditors_read_reviews_masked_and_clerks_not_at_all(guarded: World) -> None:
    answer = held(guarded)
    seen = ask(guarded, "auditor", GET_REVIEW, name=answer.review)
    assert seen.order.customer_name == "•••"
    assert seen.order.order.customer.email == "•••"
    assert seen.candidates[0].existing.customer.name == "•••"
    assert seen.order.order_id == "SO-1b"
    with pytest.raises(AccessError):
        ask(guarded, "erp", GET_REVIEW, name=answer.review)
    with pytest.raises(AccessError):
        ask(guarded, "auditor", CLAIM_REVIEW, name=answer.review)


def test_errors_name_the_review_as_the_caller_did(guarded: World) -> None:
    answer = held(guarded)
    with pytest.raises(NotFoundError, match=f"There is no review {PARENT}/reviews/none"):
        ask(guarded, "reviewer", GET_REVIEW, name=f"{PARENT}/reviews/none")
    with pytest.raises(InvalidOrderError, match="must look like tenants/default/reviews"):
        ask(guarded, "reviewer", GET_REVIEW, name="reviews/1")
    with pytest.raises(InvalidOrderError, match="must end in the position"):
        ask(guarded, "reviewer", WITHDRAW_VERDICT, name=f"{PARENT}/verdicts/x")
    stale = {"name": answer.review, "answer": review_pb2.ANSWER_DISTINCT, "etag": '"77"'}
    with pytest.raises(ConflictError, match=f"{answer.review} was changed in between"):
        ask(guarded, "reviewer", DECIDE_REVIEW, **stale)
    with pytest.raises(InvalidOrderError, match="is unknown"):
        listed(guarded, state=99)


def test_a_blind_review_tells_nothing_before_the_verdict(tmp_path: Path) -> None:
    with world(tmp_path, calls_per_second=0, **(NO_CHANCE | {"blind_share": 1.0})) as made:
        answer = held(made)
        (waiting,) = listed(made)
        hidden = ask(made, "reviewer", GET_REVIEW, name=waiting.name)
        for review in (waiting, hidden):
            assert review.blind
            assert review.kind == review_pb2.REVIEW_KIND_UNSPECIFIED
            assert not review.HasField("likeliest")
            assert not review.HasField("decision")
            assert (review.priority, review.order.state) == (0, ORDER_STATE_UNSPECIFIED)
        assert hidden.order.order.state == ORDER_STATE_UNSPECIFIED
        assert hidden.candidates[0].match_probability == 0
        assert hidden.candidates[0].existing.order_id == "SO-1a"
        decided = ask(
            made, "reviewer", DECIDE_REVIEW, name=waiting.name, answer=review_pb2.ANSWER_MATCH
        )
        assert decided.kind == review_pb2.REVIEW_KIND_DOUBT
        assert decided.decision.matches[0].match_probability > 0.5
        assert decided.verdicts[0].blind
        assert decided.verdicts[0].decision == answer.decision


def test_pairs_are_set_apart_and_agreement_is_told(guarded: World) -> None:
    answer = held(guarded)
    pair = review_pb2.Suppression(
        order=answer.order, counterpart=answer.matches[0].order.name, reason="two shops"
    )
    made = ask(guarded, "reviewer", SUPPRESS_PAIR, parent=PARENT, suppression=pair)
    kept = ask(guarded, "auditor", LIST_SUPPRESSIONS, parent=PARENT, order=answer.order)
    assert [each.name for each in kept.suppressions] == [made.name]
    assert kept.suppressions[0].reason == "•••"
    assert not ask(guarded, "scientist", GET_AGREEMENT, parent=PARENT).agreements
