"""GetDuplicateReport over gRPC: what is counted, who may see it, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.review_world import in_doubt

from ordertwin.v1 import report_service_pb2 as pb
from ordertwin.v1.model_health_pb2 import DRIFT_LEVEL_UNSPECIFIED
from ordertwin_cli.report import view
from ordertwin_client import AccessError, InvalidOrderError
from ordertwin_client.models import ModelClient
from ordertwin_client.reports import ReportClient
from ordertwin_reviewer.sheets import csv_of, report_rows
from ordertwin_server.convert import order_to_proto

QUIET = {"audit_share": 0.0, "confident_share": 0.0, "blind_share": 0.0, "second_share": 0.0}


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0, **QUIET) as made:
        yield made


def reported(made: World, client: str = "reviewer", days: int = 9, **fields: Any) -> Any:
    request: Any = pb.GetDuplicateReportRequest(parent="tenants/default", **fields)
    now = datetime.now(UTC)
    request.start_time.FromDatetime(now - timedelta(days=1))
    request.end_time.FromDatetime(now + timedelta(days=days))
    header = (("authorization", f"Bearer {made.keys[client]}"),)
    with grpc.insecure_channel(made.server.address) as channel:
        return ReportClient(channel, header, timeout=20).duplicates(request)


def test_a_report_counts_and_hides_names_from_those_who_may_not_read_them(guarded: World) -> None:
    with guarded.orders("erp") as orders:
        for order in in_doubt(1, entered_by="anna"):
            orders.score_order(order_to_proto(order))
    report = reported(guarded, bucket=pb.REPORT_BUCKET_MONTH)
    assert (report.total.orders_received, report.total.flagged, report.backlog) == (2, 1, 1)
    assert sum(each.figures.flagged for each in report.periods) == 1
    said = {each.dimension: each.rows[0] for each in report.breakdowns}
    assert said[pb.REPORT_DIMENSION_CLERK].value == "anna"
    assert said[pb.REPORT_DIMENSION_CUSTOMER].label == "Customer 1"
    masked = {each.dimension: each.rows[0] for each in reported(guarded, "auditor").breakdowns}
    assert masked[pb.REPORT_DIMENSION_CLERK].value == "••• 1"
    assert masked[pb.REPORT_DIMENSION_CUSTOMER].label == "•••"
    rows = [row[:8] for row in report_rows(report)]
    assert ("clerk", "anna", "", "1", "0", "0", "0", "") in rows
    assert len(csv_of(report, "clerk").splitlines()) == 2
    assert view(report, "zh")[0].startswith("依据")


def test_whoever_reads_reports_is_told_how_the_model_is(guarded: World) -> None:
    header = (("authorization", f"Bearer {guarded.keys['reviewer']}"),)
    with grpc.insecure_channel(guarded.server.address) as channel:
        health = ModelClient(channel, header, timeout=20).health()
    assert health.serving_version
    assert (health.drift, health.figures) == (DRIFT_LEVEL_UNSPECIFIED, 0)
    header = (("authorization", f"Bearer {guarded.keys['erp']}"),)
    with grpc.insecure_channel(guarded.server.address) as channel, pytest.raises(AccessError):
        ModelClient(channel, header, timeout=20).health()


def test_clerks_see_no_reports_and_senseless_ranges_are_refused(guarded: World) -> None:
    with pytest.raises(AccessError):
        reported(guarded, "erp")
    for fields in ({"days": -5}, {"days": 900}, {"top": 101}, {"bucket": 9}):
        with pytest.raises(InvalidOrderError):
            reported(guarded, **fields)
