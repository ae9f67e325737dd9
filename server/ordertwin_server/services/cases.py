"""CaseService, one method an RPC: message in, command, message out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ordertwin.v1 import case_pb2
from ordertwin.v1 import case_service_pb2 as pb
from ordertwin_models.decision import Relation
from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.case_book import CaseBook
from ordertwin_server.convert import case_in
from ordertwin_server.convert.case_out import case_to_proto
from ordertwin_server.convert.enums import RELATION
from ordertwin_server.names import case_name, ensure_parent, key_in, order_name, verdict_name


class CaseService:
    """The service for people who learn how duplicate orders look, and for those who teach it."""

    def __init__(self, book: CaseBook) -> None:
        self._book = book

    def create_case(self, call: Call, request: pb.CreateCaseRequest) -> case_pb2.Case:
        """The new case, or what it would be."""
        ensure_parent(request.parent, call.tenant)
        wanted = case_in.wanted_in(call, request)
        with _named(call):
            if request.validate_only:
                made = self._book.preview(call, wanted)
            else:
                made = self._book.create(call, request.request_id, wanted)
        return case_to_proto(call, made, request.language_code)

    def list_cases(self, call: Call, request: pb.ListCasesRequest) -> pb.ListCasesResponse:
        """A page of cases."""
        ensure_parent(request.parent, call.tenant)
        where = case_in.filter_in(call, request)
        page = self._book.list(call, where, request.query, request.page_size, request.page_token)
        return pb.ListCasesResponse(
            cases=[case_to_proto(call, each, "") for each in page.cases],
            next_page_token=page.next_token,
            counts=[
                case_pb2.CaseCount(relation=RELATION.number(Relation(name)), cases=number)
                for name, number in page.counts.items()
            ],
        )

    def get_case(self, call: Call, request: pb.GetCaseRequest) -> case_pb2.Case:
        """One case."""
        key = key_in(request.name, "case", call.tenant)
        with _named(call):
            return case_to_proto(call, self._book.get(call, key), request.language_code)

    def edit_case(self, call: Call, request: pb.EditCaseRequest) -> case_pb2.Case:
        """The case with other words."""
        edit = case_in.edit_in(call, request)
        with _named(call):
            made = self._book.edit(call, request.request_id, edit)
        return case_to_proto(call, made, request.language_code)

    def withdraw_case(self, call: Call, request: pb.WithdrawCaseRequest) -> case_pb2.Case:
        """The case, out of sight or back in it."""
        key = key_in(request.name, "case", call.tenant)
        with _named(call):
            made = self._book.withdraw(
                call, request.request_id, key, request.etag, restore=request.restore
            )
        return case_to_proto(call, made, request.language_code)


@contextmanager
def _named(call: Call) -> Iterator[None]:
    """Commands know keys; the caller hears resource names."""
    names = {"case": case_name, "order": order_name, "verdict": verdict_name}
    try:
        yield
    except NotFound as error:
        made = names.get(error.kind)
        raise NotFound(error.kind, made(call.tenant, error.name) if made else error.name) from error
    except EtagMismatch as error:
        raise EtagMismatch(f"tenants/{call.tenant}/{call.trail.target}") from error
