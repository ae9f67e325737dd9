"""ReportService: message in, command, message out."""

from __future__ import annotations

from ordertwin.v1 import report_service_pb2 as pb
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.report_duplicates import Bucket, ReportDuplicates
from ordertwin_server.convert.access_in import time_in
from ordertwin_server.convert.report_out import report_to_proto
from ordertwin_server.names import ensure_parent

_BUCKETS = {0: Bucket.DAY, 1: Bucket.DAY, 2: Bucket.WEEK, 3: Bucket.MONTH}
_EARLIEST, _LATEST = 1990, 9000


class ReportService:
    """The service for people who want to know what all of this brings."""

    def __init__(self, report: ReportDuplicates) -> None:
        self._report = report

    def get_duplicate_report(
        self, call: Call, request: pb.GetDuplicateReportRequest
    ) -> pb.DuplicateReport:
        """The report."""
        ensure_parent(request.parent, call.tenant)
        bucket = _BUCKETS.get(request.bucket)
        if bucket is None:
            raise InvalidRequest([FieldViolation("bucket", f"{request.bucket} is unknown")])
        since = time_in(request.start_time, "start_time")
        until = time_in(request.end_time, "end_time")
        for name, at in (("start_time", since), ("end_time", until)):
            if not request.HasField(name) or not _EARLIEST <= at.year < _LATEST:
                raise InvalidRequest([FieldViolation(name, "must be a time from 1990 on")])
        report = self._report(call, since, until, bucket, request.top)
        reveal = call.caller.may(Permission.ORDERS_REVEAL)
        return report_to_proto(report, request.language_code, reveal=reveal)
