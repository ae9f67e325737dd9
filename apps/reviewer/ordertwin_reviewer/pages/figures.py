"""What was caught and how often it was wrong: on the page, as CSV, and as a month on paper."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_client.errors import OrderTwinError
from ordertwin_reviewer.pages.figure_charts import (
    TITLES,
    Charts,
    Reported,
    main_currency,
    title_of,
)
from ordertwin_reviewer.pages.language import Reader
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import N_
from ordertwin_reviewer.ranges import USUAL, Range, day_of, following_month
from ordertwin_reviewer.sheets import csv_of

BUCKETS: Mapping[str, str] = {"day": N_("Days"), "week": N_("Weeks"), "month": N_("Months")}
LEVELS: Mapping[int, tuple[str, str]] = {
    0: ("none", N_("Too few decisions to say")),
    1: ("good", N_("As before")),
    2: ("review", N_("Changed somewhat")),
    3: ("bad", N_("Changed much")),
}
"""How a level of drift is marked, and what it is called."""
KINDS: Mapping[str, str] = {
    "share": N_("Share"),
    "completeness": N_("Completeness"),
    "distribution": N_("Distribution"),
    "feature": N_("Comparison"),
    "flagged orders": N_("flagged orders"),
    "orders with anything alike": N_("orders with anything alike"),
    "overturned decisions": N_("overturned decisions"),
    "candidates per order": N_("candidates per order"),
    "match weight of the likeliest twin": N_("match weight of the likeliest twin"),
}
"""Kinds of figures that drift, and those that are no names of fields."""
PATIENCE = 60.0
"""Seconds that a report of a long range may take."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Pages of figures."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        page = self.shell.page
        return [
            page("/figures", self._page),
            page("/figures/sheet.csv", self._sheet),
            page("/figures/health", self._health),
            page("/figures/{month}", self._month),
        ]

    async def _page(self, visit: Visit) -> Response:
        shown = contents(await _reported(visit, _asked(visit)), visit.reader, visit.now)
        chips = _chips(visit, shown["span"])
        return visit.show("figures.html", chips=chips, buckets=BUCKETS, **shown)

    async def _month(self, visit: Visit) -> Response:
        first = day_of(visit.request.path_params["month"] + "-01")
        if first is None:
            return visit.go("/figures")
        made = await _reported(visit, Range(first, following_month(first), "day"))
        shown = contents(made, visit.reader, visit.now)
        return visit.show("figures_paper.html", inline=None, **shown)

    async def _health(self, visit: Visit) -> Response:
        """The part of the page about the model; it comes after the others."""
        try:
            health = await visit.ask("GetModelHealth", timeout=PATIENCE)
        except OrderTwinError as error:
            return visit.part("_problem.html", error=error)
        return visit.part("_health.html", health=health, level=LEVELS[health.drift], kinds=KINDS)

    async def _sheet(self, visit: Visit) -> Response:
        """The rows of all charts or of one."""
        span, only = _asked(visit), visit.asked("part")
        report = await _report(visit, span, top=100)
        name = f"ordertwin-{span.since:%Y-%m-%d}{f'-{only}' if only in TITLES else ''}.csv"
        return Response(
            # Spreadsheets take UTF-8 for what it is when it begins with a mark.
            "\ufeff" + csv_of(report, only),
            media_type="text/csv",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )


def contents(made: Reported, reader: Reader, now: datetime) -> dict[str, Any]:
    """What templates show of a report."""
    charts = Charts(made, reader)
    return {
        "report": made.report,
        "span": made.span,
        "title": title_of(made.span, reader),
        "tiles": tiles(made, reader, now),
        "now": now,
        "over_time": list(charts.over_time()),
        "breakdowns": list(charts.breakdowns()),
    }


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure, what it is, what it rests on, and what it was before."""

    name: str
    value: str
    below: str
    before: str = ""


def tiles(made: Reported, reader: Reader, now: datetime) -> Sequence[Tile]:
    """The figures that a manager asks for first."""
    report, words = made.report, reader.words
    total, earlier = report.total, made.before.total

    def was(known: bool, value: str) -> str:
        if not known:
            return ""
        if made.span.is_month:
            month = reader.month(made.span.before.since)
            return words(N_("%(value)s in %(month)s")) % {"value": value, "month": month}
        return words(N_("%(value)s in the time before")) % {"value": value}

    rate, missed = total.false_alarm_rate, report.missed
    had_before = earlier.orders_received > 0
    currency = main_currency(report)
    money = [reader.money(each) for each in sorted(
        total.value_prevented, key=lambda each: each.currency_code != currency)]  # fmt: skip
    money_before = [
        reader.money(each) for each in earlier.value_prevented if each.currency_code == currency
    ]
    return (
        Tile(
            words(N_("Duplicates caught")),
            reader.number(total.caught),
            words(N_("of %(flagged)s flagged among %(orders)s orders"))
            % {
                "flagged": reader.number(total.flagged),
                "orders": reader.number(total.orders_received),
            },
            was(had_before, reader.number(earlier.caught)),
        ),
        Tile(
            words(N_("Value prevented")),
            money[0] if money else "–",
            " · ".join(money[1:]) or words(N_("what confirmed duplicates were worth")),
            was(bool(money_before), "".join(money_before)),
        ),
        Tile(
            words(N_("Duplicates per 1,000 orders")),
            reader.number(total.incidence, 1) if total.HasField("incidence") else "–",
            words(N_("caught among all that came in")),
            was(had_before, reader.number(earlier.incidence, 1)),
        ),
        Tile(
            words(N_("False alarms")),
            reader.share(rate.value) if rate.answers else "–",
            _range(reader, rate, N_("%(low)s to %(high)s, from %(count)s verdicts"), share=True),
            was(
                earlier.false_alarm_rate.answers > 0,
                reader.share(earlier.false_alarm_rate.value),
            ),
        ),
        Tile(
            words(N_("Missed duplicates")),
            f"≈ {reader.number(missed.value, 0)}" if missed.answers else "–",
            _range(reader, missed, N_("%(low)s to %(high)s, from %(count)s samples"), share=False),
        ),
        Tile(
            words(N_("Time to decision")),
            reader.span(report.median_time_to_decision.ToTimedelta())
            if report.HasField("median_time_to_decision")
            else "–",
            words(N_("half of them; nine of ten within %(time)s"))
            % {"time": reader.span(report.p90_time_to_decision.ToTimedelta())}
            if report.HasField("p90_time_to_decision")
            else words(N_("no verdicts yet")),
        ),
        Tile(
            words(N_("Review work")),
            words(N_("%(minutes)s min")) % {"minutes": reader.number(report.review_minutes, 0)},
            words(N_("%(count)s reviews, from claim to end"))
            % {"count": reader.number(report.reviews_worked)},
        ),
        Tile(
            words(N_("Waiting now")),
            reader.number(report.backlog),
            words(N_("reviews, the oldest for %(time)s"))
            % {"time": reader.age(report.oldest_waiting_time, now)}
            if report.backlog
            else words(N_("nothing waits")),
        ),
    )


def _range(reader: Reader, estimate: Any, text: str, *, share: bool) -> str:
    if not estimate.answers:
        return reader.words(N_("nobody was asked yet"))
    low, high = (
        reader.share(each) if share else reader.number(each, 0)
        for each in (estimate.low, estimate.high)
    )
    count = reader.number(estimate.answers)
    return reader.words(text) % {"low": low, "high": high, "count": count}


async def _reported(visit: Visit, span: Range) -> Reported:
    shown, before = await asyncio.gather(
        _report(visit, span, top=10), _report(visit, span.before, top=1)
    )
    # The same days as those shown: asked for later, they are counted once.
    coarser = shown if span.coarser == span else await _report(visit, span.coarser, top=1)
    return Reported(span, shown, before, coarser)


async def _report(visit: Visit, span: Range, *, top: int) -> Any:
    return await visit.ask("GetDuplicateReport", timeout=PATIENCE, top=top, **span.fields())


def _asked(visit: Visit) -> Range:
    return Range.asked(visit.asked("since"), visit.asked("until"), visit.asked("every"), visit.now)


def _chips(visit: Visit, shown: Range) -> list[tuple[str, str, bool]]:
    """Ranges to choose with one click: what they are called, their address, which one is shown."""
    reader, now = visit.reader, visit.now
    words = reader.words
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow, this_month = today + timedelta(days=1), today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    known = [
        (words(N_("30 days")), Range(tomorrow - USUAL, tomorrow, "day")),
        (reader.month(this_month), Range(this_month, following_month(this_month), "day")),
        (reader.month(last_month), Range(last_month, this_month, "day")),
        (words(N_("90 days")), Range(tomorrow - timedelta(days=90), tomorrow, "week")),
        (words(N_("12 months")), Range(tomorrow - timedelta(days=365), tomorrow, "month")),
    ]
    return [
        (name, each.query, (each.since, each.until) == (shown.since, shown.until))
        for name, each in known
    ]
