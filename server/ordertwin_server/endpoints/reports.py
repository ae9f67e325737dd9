"""ReportService as gRPC handlers."""

from __future__ import annotations

import time

import grpc

from ordertwin.v1 import report_service_pb2 as pb
from ordertwin_server.commands.report_days import CountedDays
from ordertwin_server.commands.report_duplicates import ReportDuplicates
from ordertwin_server.door import Door, Workers
from ordertwin_server.services.reports import ReportService
from ordertwin_stores.interface import OrderStore

SERVICE = pb.DESCRIPTOR.services_by_name["ReportService"].full_name


def report_handlers(
    store: OrderStore, door: Door, workers: Workers
) -> grpc.GenericRpcHandler[bytes, bytes]:
    """What a gRPC server is given."""
    days = CountedDays(store.reviews, store.events, time.monotonic)
    service = ReportService(ReportDuplicates(store.reviews, days))
    name, act = "GetDuplicateReport", service.get_duplicate_report
    handler = door.unary(SERVICE, name, pb.GetDuplicateReportRequest, act, workers.reads)
    return grpc.method_handlers_generic_handler(SERVICE, {name: handler})
