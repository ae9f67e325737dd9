"""What requests about cases ask for, as values; what cannot be read becomes a violation."""

from __future__ import annotations

from collections.abc import Iterable

from ordertwin.v1 import case_pb2
from ordertwin.v1 import case_service_pb2 as pb
from ordertwin_models.decision import Relation
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.case_book import LANGUAGES, Edit, WantedCase
from ordertwin_server.convert.enums import ANSWER, RELATION, member_in
from ordertwin_server.names import key_in, verdict_position
from ordertwin_stores.cases import CaseFilter, CaseText


def wanted_in(call: Call, request: pb.CreateCaseRequest) -> WantedCase:
    """The case that is wanted."""
    return WantedCase(
        verdict=verdict_position(request.verdict, call.tenant, field="verdict"),
        texts=_texts(request.texts),
        relation=_relation(request.relation),
        seed=request.seed,
    )


def edit_in(call: Call, request: pb.EditCaseRequest) -> Edit:
    """What is to be changed."""
    return Edit(
        key=key_in(request.name, "case", call.tenant),
        texts=_texts(request.texts),
        relation=_relation(request.relation),
        etag=request.etag,
    )


def filter_in(call: Call, request: pb.ListCasesRequest) -> CaseFilter:
    """Which cases are asked for, the words aside."""
    verdict = request.verdict
    return CaseFilter(
        withdrawn=request.withdrawn,
        relation=_relation(request.relation),
        answer=member_in(ANSWER, request.answer, "answer"),
        verdict=verdict_position(verdict, call.tenant, field="verdict") if verdict else None,
    )


def _relation(number: int) -> Relation | None:
    return member_in(RELATION, number, "relation")


def _texts(texts: Iterable[case_pb2.CaseText]) -> tuple[CaseText, ...]:
    given = tuple(CaseText(each.language_code, each.title.strip(), each.note) for each in texts)
    if len(given) > len(LANGUAGES):
        text = f"may have at most {len(LANGUAGES)} languages"
        raise InvalidRequest([FieldViolation("texts", text)])
    return given
