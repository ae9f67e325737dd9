"""Reports as messages."""

from __future__ import annotations

from ordertwin.v1 import report_service_pb2 as pb
from ordertwin_server.commands.report_duplicates import Report
from ordertwin_server.commands.report_tallies import Dimension, Estimate, Tally
from ordertwin_server.convert.causes import sentence_of
from ordertwin_server.convert.mask import MASK
from ordertwin_server.convert.values import amount_to_proto, time_to_proto


def report_to_proto(report: Report, language: str, *, reveal: bool) -> pb.DuplicateReport:
    """The report as this caller may see it: without `reveal`, clerks and customers unnamed."""
    made = pb.DuplicateReport(
        start_time=time_to_proto(report.since),
        end_time=time_to_proto(report.until),
        total=_figures(report.total),
        periods=[
            pb.ReportPeriod(
                start_time=time_to_proto(start), end_time=time_to_proto(end), figures=_figures(each)
            )
            for start, end, each in report.periods
        ],
        breakdowns=[_breakdown(report, each, reveal=reveal) for each in Dimension],
        causes=[sentence_of(cause, language) for cause in report.causes],
        backlog=report.backlog.reviews,
        reviews_worked=report.work.reviews,
        review_minutes=report.work.seconds / 60,
    )
    if report.missed is not None:
        made.missed.CopyFrom(_estimate(report.missed))
    if report.median is not None:
        made.median_time_to_decision.FromTimedelta(report.median)
    if report.ninth is not None:
        made.p90_time_to_decision.FromTimedelta(report.ninth)
    if report.backlog.oldest is not None:
        made.oldest_waiting_time.CopyFrom(time_to_proto(report.backlog.oldest))
    return made


def _breakdown(report: Report, dimension: Dimension, *, reveal: bool) -> pb.ReportBreakdown:
    rows = []
    for place, (value, tally) in enumerate(report.rows[dimension], 1):
        named = reveal or dimension is not Dimension.CLERK or not value
        row = pb.ReportRow(value=value if named else f"{MASK} {place}", figures=_figures(tally))
        if dimension is Dimension.CUSTOMER:
            name = report.names.get(value, "")
            row.label = name if reveal or not name else MASK
        rows.append(row)
    return pb.ReportBreakdown(
        dimension=getattr(pb, f"REPORT_DIMENSION_{dimension.name}"),
        rows=rows,
        further_rows=report.further[dimension],
    )


def _figures(tally: Tally) -> pb.DuplicateFigures:
    made = pb.DuplicateFigures(
        orders_received=tally.received,
        flagged=tally.flagged,
        confirmed=tally.confirmed,
        refuted=tally.refuted,
        caught=tally.caught,
        incidence=tally.incidence,
        value_prevented=[
            amount_to_proto(amount, code, "value_prevented")
            for code, amount in sorted(tally.value.items())
        ],
    )
    if tally.false_alarms is not None:
        made.false_alarm_rate.CopyFrom(_estimate(tally.false_alarms))
    return made


def _estimate(known: Estimate) -> pb.ReportEstimate:
    return pb.ReportEstimate(
        value=known.value, low=known.low, high=known.high, answers=known.answers
    )
