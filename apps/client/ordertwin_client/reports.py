"""ReportService for blocking code."""

from __future__ import annotations

from ordertwin.v1 import report_service_pb2 as pb
from ordertwin.v1.report_service_pb2_grpc import ReportServiceStub
from ordertwin_client.requests import Rpc
from ordertwin_client.service import ServiceClient

GET_DUPLICATE_REPORT = Rpc("GetDuplicateReport", pb.DuplicateReport)


class ReportClient(ServiceClient):
    """Calls ReportService."""

    stubs = (ReportServiceStub,)

    def duplicates(self, request: pb.GetDuplicateReportRequest) -> pb.DuplicateReport:
        """What was caught, missed and held in a time range."""
        return self.call(GET_DUPLICATE_REPORT, request)
