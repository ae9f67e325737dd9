"""ReportService for blocking code."""

from __future__ import annotations

from typing import Any

import grpc

from ordertwin.v1 import report_service_pb2 as pb
from ordertwin.v1.report_service_pb2_grpc import ReportServiceStub
from ordertwin_client.channel import Metadata
from ordertwin_client.errors import error_from_call
from ordertwin_client.requests import READ_TIMEOUT


class ReportClient:
    """Calls ReportService on a channel, with the metadata that carries a credential.

    `timeout` is in seconds.
    """

    def __init__(
        self,
        channel: grpc.Channel,
        metadata: Metadata | None = None,
        *,
        timeout: float = READ_TIMEOUT,
    ) -> None:
        self._stub: Any = ReportServiceStub(channel)  # type: ignore[no-untyped-call]
        self._metadata, self._timeout = metadata, timeout

    def duplicates(self, request: pb.GetDuplicateReportRequest) -> pb.DuplicateReport:
        """The report, or an error of `ordertwin_client.errors`."""
        try:
            report: pb.DuplicateReport = self._stub.GetDuplicateReport(
                request, timeout=self._timeout, metadata=self._metadata
            )
            return report
        except grpc.RpcError as error:
            raise error_from_call(error) from None
