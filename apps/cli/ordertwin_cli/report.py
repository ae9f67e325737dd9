"""`ordertwin report`: what was caught, what it was worth, how often it was wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_cli.failures import CommandFailed
from ordertwin_client.requests import DEFAULT_TARGET
from ordertwin_models.spreadsheet import neutral

HEAD = ("by", "value", "orders", "flagged", "caught", "confirmed", "refuted", "prevented")
_CHINESE = ("依据", "值", "订单", "标记", "拦截", "确认", "误报", "避免金额")


class Every(StrEnum):
    """How long the periods are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(report)


def report(
    since: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day, UTC; 30 days ago by default."),
    ] = None,
    until: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day after the last, UTC; tomorrow by default."),
    ] = None,
    every: Annotated[Every, typer.Option(help="How long periods are.")] = Every.WEEK,
    top: Annotated[int, typer.Option(min=1, max=100, help="Rows of each breakdown.")] = 10,
    language: Annotated[str, typer.Option(help="Language: en or zh.")] = "en",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print rows as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Show duplicates caught, value prevented and false alarms, over time and by where they came
    from.

    Example: `ordertwin report --since 2026-10-01 --until 2026-11-01 --every week`.
    """
    import csv
    import json
    import sys

    from google.protobuf.json_format import MessageToDict

    from ordertwin.v1 import report_service_pb2 as pb
    from ordertwin_cli.connection import reporting

    if as_csv and as_json:
        raise CommandFailed("give --csv or --json, not both")
    today = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted: Any = pb.GetDuplicateReportRequest(
        parent=f"tenants/{tenant}",
        bucket=f"REPORT_BUCKET_{every.name}",
        top=top,
        language_code=language,
    )
    wanted.start_time.FromDatetime(since or today - datetime.timedelta(days=30))
    wanted.end_time.FromDatetime(until or today + datetime.timedelta(days=1))
    with reporting(server) as client:
        made = client.duplicates(wanted)
    if as_json:
        print(json.dumps(MessageToDict(made), ensure_ascii=False))
    elif as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([HEAD, *rows(made)])
    else:
        for line in view(made, language):
            print(line)


def rows(made: Any) -> Iterator[tuple[str, ...]]:
    """Every row of a report: all of it, its periods, its breakdowns. A value that a spreadsheet
    would take for a formula is marked as text.

    >>> from ordertwin.v1.report_service_pb2 import DuplicateReport
    >>> list(rows(DuplicateReport()))
    [('total', '', '', '0', '0', '0', '0', '')]
    """
    from ordertwin.v1.report_service_pb2 import ReportDimension

    yield _row("total", "", made.total)
    for each in made.periods:
        yield _row("period", f"{each.start_time.ToDatetime():%Y-%m-%d}", each.figures)
    for split in made.breakdowns:
        name = ReportDimension.Name(split.dimension).removeprefix("REPORT_DIMENSION_").lower()
        for each in split.rows:
            value = f"{each.value} {each.label}".strip()
            yield _row(name, neutral(value), each.figures)


def view(made: Any, language: str) -> list[str]:
    """A report in lines."""
    chinese = language.lower().startswith("zh")
    known = [_CHINESE if chinese else HEAD, *rows(made)]
    widths = [max(len(row[place]) for row in known) for place in range(len(HEAD))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in known]
    rate, missed = made.total.false_alarm_rate, made.missed
    if rate.answers:
        lines.append(f"{'误报率' if chinese else 'false alarms'}: {_share(rate)}")
    if missed.answers:
        name = "估计遗漏" if chinese else "missed, estimated"
        lines.append(f"{name}: {missed.value:.0f} ({missed.low:.0f}-{missed.high:.0f})")
    if made.HasField("median_time_to_decision"):
        median, ninth = (
            each.ToTimedelta().total_seconds() / 60
            for each in (made.median_time_to_decision, made.p90_time_to_decision)
        )
        name = "决定用时(分钟,中位数/90 %)" if chinese else "minutes to decision (median, p90)"
        lines.append(f"{name}: {median:.1f}, {ninth:.1f}")
    name = "审核分钟数 / 待审核" if chinese else "review minutes, reviews waiting"
    lines.append(f"{name}: {made.review_minutes:.1f}, {made.backlog}")
    return [*lines, *made.causes]


def _share(rate: Any) -> str:
    return f"{rate.value:.1%} ({rate.low:.1%}-{rate.high:.1%}), n = {rate.answers}"


def _row(by: str, value: str, each: Any) -> tuple[str, ...]:
    received = str(each.orders_received) if each.HasField("orders_received") else ""
    money = " ".join(
        f"{sum_.units + sum_.nanos / 1e9:.2f} {sum_.currency_code}".strip()
        for sum_ in each.value_prevented
    )
    counts = (each.flagged, each.caught, each.confirmed, each.refuted)
    return (by, value, received, *map(str, counts), money)
