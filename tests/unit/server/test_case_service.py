"""CaseService over gRPC: what each reader is told of a case, and what is left of one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from tests.unit.server.access_world import PARENT, World, world
from tests.unit.server.test_privacy import CANARY, a_canary, texts_in
from tests.unit.server.test_review_service import NO_CHANCE, ask, reviewing

from ordertwin.v1 import case_pb2, review_pb2
from ordertwin.v1 import case_service_pb2 as pb
from ordertwin.v1 import review_service_pb2 as reviews_pb
from ordertwin_client import AccessError, ConflictError, InvalidOrderError, NotFoundError
from ordertwin_client.access import ERASE_SUBJECT
from ordertwin_client.cases import (
    CREATE_CASE,
    EDIT_CASE,
    GET_CASE,
    LIST_CASES,
    WITHDRAW_CASE,
    CaseClient,
)
from ordertwin_client.reviews import DECIDE_REVIEW

NOTE = f"{CANARY} ordered by phone, then the mail came"
TEXTS = [{"language_code": "en", "title": "Phone and mail", "note": NOTE}]


@contextmanager
def teaching(made: World, client: str) -> Iterator[CaseClient]:
    header = (("authorization", f"Bearer {made.keys[client]}"),)
    with grpc.insecure_channel(made.server.address) as channel:
        yield CaseClient(channel, header, timeout=10)


def tell(made: World, client: str, rpc: Any, /, **fields: Any) -> Any:
    request = getattr(pb, f"{rpc.name}Request")
    if "request_id" in request.DESCRIPTOR.fields_by_name:
        fields.setdefault("request_id", str(uuid.uuid4()))
    if "parent" in request.DESCRIPTOR.fields_by_name:
        fields.setdefault("parent", PARENT)
    with teaching(made, client) as cases:
        return cases.call(rpc, request(**fields))


def a_verdict(made: World) -> str:
    """The name of a verdict on two orders that say the canary's name everywhere."""
    with made.orders("erp") as client:
        client.score_order(a_canary("SO-1"))
        second = a_canary("SO-2")
        second.customer_reference = ""
        del second.lines[2:]
        client.score_order(second)
    with reviewing(made) as client:
        review = next(client.reviews(reviews_pb.ListReviewsRequest(parent=PARENT)))
    decided = ask(
        made,
        "reviewer",
        DECIDE_REVIEW,
        name=review.name,
        answer=review_pb2.ANSWER_MATCH,
        relation="RELATION_REKEYED",
    )
    return str(decided.verdicts[-1].name)


def test_everybody_reads_editors_know_more_and_nothing_is_left_of_who_is_erased(
    tmp_path: Path,
) -> None:
    with world(tmp_path, **NO_CHANCE) as made:
        verdict = a_verdict(made)
        case = tell(made, "reviewer", CREATE_CASE, verdict=verdict, texts=TEXTS, seed=3)
        assert (case.verdict, case.created_by) == (verdict, "clients/reviewer")
        assert case.decision.matches[0].order.name == ""
        told = tell(made, "erp", GET_CASE, name=case.name, language_code="zh")
        assert (told.verdict, told.created_by) == ("", "")
        assert "重复" in told.decision.summary
        assert told.incoming.customer.name.endswith(" GmbH")
        del told.texts[:]
        assert CANARY.casefold() not in str(told).casefold()
        (listed,) = tell(made, "auditor", LIST_CASES, query="mail").cases
        assert not listed.HasField("incoming")
        assert tell(made, "scientist", LIST_CASES).counts[0] == case_pb2.CaseCount(
            relation=case.relation, cases=1
        )
        assert tell(made, "boss", GET_CASE, name=case.name).verdict == ""
        made.ask("boss", ERASE_SUBJECT, email=f"{CANARY}@example.org")
        with pytest.raises(NotFoundError, match="cases/"):
            tell(made, "erp", GET_CASE, name=case.name)
    assert CANARY.casefold() not in texts_in(tmp_path / "orders.db")


def test_rights_and_errors_of_changes(tmp_path: Path) -> None:
    with world(tmp_path, **NO_CHANCE) as made:
        verdict = a_verdict(made)
        for client in ("erp", "scientist", "auditor", "boss"):
            with pytest.raises(AccessError):
                tell(made, client, CREATE_CASE, verdict=verdict, texts=TEXTS)
        with pytest.raises(InvalidOrderError, match="verdict"):
            tell(made, "reviewer", CREATE_CASE, verdict=f"{PARENT}/verdicts/x", texts=TEXTS)
        with pytest.raises(NotFoundError, match="verdicts/99"):
            tell(made, "reviewer", CREATE_CASE, verdict=f"{PARENT}/verdicts/99", texts=TEXTS)
        shown = tell(made, "reviewer", CREATE_CASE, verdict=verdict, validate_only=True)
        assert (shown.name, shown.etag, len(shown.texts)) == ("", "", 0)
        case = tell(made, "reviewer", CREATE_CASE, verdict=verdict, texts=TEXTS)
        edited = tell(made, "boss", EDIT_CASE, name=case.name, texts=TEXTS, etag=case.etag)
        assert edited.etag != case.etag
        with pytest.raises(ConflictError, match="cases/"):
            tell(made, "boss", WITHDRAW_CASE, name=case.name, etag=case.etag)
        tell(made, "boss", WITHDRAW_CASE, name=case.name, etag=edited.etag)
        with teaching(made, "reviewer") as client:
            assert list(client.cases(pb.ListCasesRequest(parent=PARENT))) == []
