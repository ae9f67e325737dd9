"""`ordertwin report`: what was caught, what it was worth, how often it was wrong."""

from __future__ import annotations

import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_cli.failures import CommandFailed
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    from ordertwin_reviewer.ranges import Range

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
    month: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m"], help="A month instead, for example 2026-10."),
    ] = None,
    every: Annotated[
        Every | None,
        typer.Option(help="How long periods are; weeks, and days of a month, by default."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=100, help="Rows of each breakdown.")] = 10,
    language: Annotated[str, typer.Option(help="Language: en or zh.")] = "en",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print rows as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
    html: Annotated[
        Path | None,
        typer.Option(help="Write it with charts, to print, as one page to this file."),
    ] = None,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Show duplicates caught, value prevented and false alarms, over time and by where they came
    from.

    Example: `ordertwin report --since 2026-10-01 --until 2026-11-01 --every week`.

    Example: `ordertwin report --month 2026-10 --html october.html`.
    """
    import json

    from google.protobuf.json_format import MessageToDict

    from ordertwin.v1 import report_service_pb2 as pb
    from ordertwin_cli.connection import reporting
    from ordertwin_cli.web import ensure_installed
    from ordertwin_reviewer.sheets import csv_of

    if sum((as_csv, as_json, html is not None)) > 1:
        raise CommandFailed("give one of --csv, --json and --html")
    if month is not None and (since is not None or until is not None):
        raise CommandFailed("give --month, or --since and --until")
    if html is not None:
        ensure_installed()
    span = _span(since, until, month, every)

    def asked(span: Range) -> pb.GetDuplicateReportRequest:
        return pb.GetDuplicateReportRequest(
            parent=f"tenants/{tenant}", top=top, language_code=language, **span.fields()
        )

    with reporting(server) as client:
        made = client.duplicates(asked(span))
        others = (span.before, span.coarser) if html is not None else ()
        beside = [client.duplicates(asked(each)) for each in others]
    if html is not None:
        from ordertwin_reviewer.pages.figure_charts import Reported
        from ordertwin_reviewer.pages.figure_paper import on_paper

        now = datetime.datetime.now(datetime.UTC)
        html.write_text(on_paper(Reported(span, made, *beside), language, now), "utf-8")
        print(html)
    elif as_json:
        print(json.dumps(MessageToDict(made), ensure_ascii=False))
    elif as_csv:
        print(csv_of(made), end="")
    else:
        for line in view(made, language):
            print(line)


def _span(
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    month: datetime.datetime | None,
    every: Every | None,
) -> Range:
    from ordertwin_reviewer.ranges import USUAL, Range, following_month

    if month is not None:
        first = month.replace(tzinfo=datetime.UTC)
        return Range(first, following_month(first), every or Every.DAY)
    today = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Range(
        since.replace(tzinfo=datetime.UTC) if since else today - USUAL,
        until.replace(tzinfo=datetime.UTC) if until else today + datetime.timedelta(days=1),
        every or Every.WEEK,
    )


def view(made: Any, language: str) -> list[str]:
    """A report in lines."""
    from ordertwin_reviewer.sheets import HEAD, report_rows

    chinese = language.lower().startswith("zh")
    shown = len(_CHINESE)
    known = [_CHINESE if chinese else HEAD[:shown], *(row[:shown] for row in report_rows(made))]
    widths = [max(len(row[place]) for row in known) for place in range(shown)]
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
