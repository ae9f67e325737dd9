"""Reports as rows for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from ordertwin.v1.report_service_pb2 import ReportDimension

HEAD = (
    "by",
    "value",
    "orders",
    "flagged",
    "caught",
    "confirmed",
    "refuted",
    "prevented",
    "per_1000",
    "false_alarms",
    "false_alarms_low",
    "false_alarms_high",
)
_FORMULA = re.compile("[ \\xa0\\u3000\\u200b\\ufeff\\x00]*[=+\\-@\\t\\r\\n＝＋－＠]")


def neutral(text: str) -> str:
    """The text, marked as text where a spreadsheet would take it for a formula; the same as that of
    the core, which the page may not import.

    >>> neutral(" =1+1"), neutral("orders/o1")
    ("' =1+1", 'orders/o1')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def report_rows(report: Any, only: str = "") -> Iterator[tuple[str, ...]]:
    """Every row of a `DuplicateReport`: all of it, its periods, its breakdowns; or `only` those by
    one thing. Numbers are plain, shares are between 0 and 1.

    >>> from ordertwin.v1.report_service_pb2 import DuplicateReport
    >>> list(report_rows(DuplicateReport()))
    [('total', '', '', '0', '0', '0', '0', '', '', '', '', '')]
    """
    for by, value, figures in _named(report):
        if only in ("", by):
            yield (by, neutral(value), *_cells(figures))


def csv_of(report: Any, only: str = "") -> str:
    """The rows under their heads, as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEAD, *report_rows(report, only)])
    return text.getvalue()


def name_of_dimension(dimension: int) -> str:
    """What a breakdown is by, in one word.

    >>> name_of_dimension(1)
    'channel'
    """
    return str(ReportDimension.Name(dimension)).removeprefix("REPORT_DIMENSION_").lower()


def _named(report: Any) -> Iterator[tuple[str, str, Any]]:
    yield "total", "", report.total
    for each in report.periods:
        yield "period", f"{each.start_time.ToDatetime():%Y-%m-%d}", each.figures
    for split in report.breakdowns:
        by = name_of_dimension(split.dimension)
        for row in split.rows:
            yield by, f"{row.value} {row.label}".strip(), row.figures


def _cells(figures: Any) -> tuple[str, ...]:
    received = str(figures.orders_received) if figures.HasField("orders_received") else ""
    money = " ".join(
        f"{sum_.units + sum_.nanos / 1e9:.2f} {sum_.currency_code}".strip()
        for sum_ in figures.value_prevented
    )
    counts = (figures.flagged, figures.caught, figures.confirmed, figures.refuted)
    incidence = f"{figures.incidence:.3f}" if figures.HasField("incidence") else ""
    rate = figures.false_alarm_rate
    shares = (rate.value, rate.low, rate.high) if rate.answers else ()
    alarms = tuple(f"{share:.4f}" for share in shares) or ("", "", "")
    return (received, *map(str, counts), money, incidence, *alarms)
