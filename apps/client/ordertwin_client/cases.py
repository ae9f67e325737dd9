"""CaseService for blocking code: the case book."""

from __future__ import annotations

from collections.abc import Iterator

from ordertwin.v1 import case_pb2
from ordertwin.v1 import case_service_pb2 as pb
from ordertwin.v1.case_service_pb2_grpc import CaseServiceStub
from ordertwin_client.requests import Rpc
from ordertwin_client.service import ServiceClient

CREATE_CASE = Rpc("CreateCase", case_pb2.Case)
LIST_CASES = Rpc("ListCases", pb.ListCasesResponse)
GET_CASE = Rpc("GetCase", case_pb2.Case)
EDIT_CASE = Rpc("EditCase", case_pb2.Case)
WITHDRAW_CASE = Rpc("WithdrawCase", case_pb2.Case)


class CaseClient(ServiceClient):
    """Calls CaseService; with the same `request_id` a change can safely be repeated."""

    stubs = (CaseServiceStub,)

    def cases(self, request: pb.ListCasesRequest) -> Iterator[case_pb2.Case]:
        """Cases without their orders, the newest first, page after page."""
        for page in self.pages(LIST_CASES, request):
            yield from page.cases
