"""A report as charts, each with the table that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ordertwin_reviewer.pages.language import Reader, moment_of
from ordertwin_reviewer.pages.terms import CHANNEL, N_, RELATION
from ordertwin_reviewer.ranges import Range
from ordertwin_reviewer.sheets import name_of_dimension

TITLES = {
    "channel": N_("By channel"),
    "source": N_("By connector"),
    "relation": N_("By kind of repeat"),
    "customer": N_("By customer"),
    "clerk": N_("By clerk"),
}
"""Breakdowns in the order in which they are shown, and what they are called."""
FIRST_COLUMNS = {
    "channel": N_("Channel"),
    "source": N_("Connector"),
    "relation": N_("Kind of repeat"),
    "customer": N_("Customer"),
    "clerk": N_("Clerk"),
}
UNNAMED = {
    "channel": N_("No channel"),
    "source": N_("No connector"),
    "relation": N_("No kind given"),
    "customer": N_("No customer number"),
    "clerk": N_("No clerk"),
}
NAMES = {"channel": CHANNEL, "relation": RELATION}
BEYOND = "…"
"""What the server calls everything beyond the number of values that it tells apart."""
LINED_UP = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One chart with its table. `sheet` is what an address says of its rows as CSV; `chart` is what
    the script draws, None when there is nothing to see; `said_above` marks a table that says no
    more than an earlier one."""

    key: str
    title: str
    note: str
    sheet: str
    chart: dict[str, Any] | None
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    wide: bool = False
    further: int = 0
    said_above: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """What the server said of a range, of as much time before, and of it in longer periods."""

    span: Range
    report: Any
    before: Any
    coarse: Any


@dataclass(frozen=True, slots=True)
class Charts:
    """Makes the charts of one report for one reader."""

    made: Reported
    reader: Reader

    def words(self, text: str) -> str:
        """A text in the reader's language."""
        return self.reader.words(text)

    def over_time(self) -> Iterator[Part]:
        """What was caught, how often, what it was worth, and how often it was wrong, by period."""
        words, span = self.words, self.made.span
        labels, of = self._periods(self.made.report, span)
        period, sheet = words(N_("Period")), f"{span.query}&part=period"
        yield Part(
            "caught",
            words(N_("Duplicates over time")),
            words(N_("Flagged orders by the day on which they came in, and what became of them.")),
            sheet,
            _chart("stacked", labels, self._outcomes(of)),
            [period, *self._count_heads(orders=True), words(N_("Value prevented"))],
            [[label, *self._counts(each, orders=True), self._money(each)]
             for label, each in zip(labels, of, strict=True)],
            wide=True,
        )  # fmt: skip
        yield self._value(period, sheet, labels, of)
        yield Part(
            "incidence",
            words(N_("Duplicates per 1,000 orders")),
            words(N_("Duplicates caught among all orders that came in.")),
            sheet,
            _chart("line", labels, [
                _series(words(N_("Per 1,000 orders")), "one", [
                    each.incidence if each.HasField("incidence") else None for each in of])]),
            [period, words(N_("Orders")), words(N_("Caught")), words(N_("Per 1,000 orders"))],
            [[label, self._received(each), self.reader.number(each.caught), self._incidence(each)]
             for label, each in zip(labels, of, strict=True)],
            said_above=True,
        )  # fmt: skip
        yield self._alarms(period)

    def breakdowns(self) -> Iterator[Part]:
        """The range by channel, connector, kind of repeat, customer and clerk."""
        splits = {name_of_dimension(each.dimension): each for each in self.made.report.breakdowns}
        for by, title in TITLES.items():
            split = splits.get(by)
            if split is None:
                continue
            orders = any(row.figures.HasField("orders_received") for row in split.rows)
            labels = [self._value_label(by, row) for row in split.rows]
            seen = [
                (label, row.figures)
                for label, row in zip(labels, split.rows, strict=True)
                # Most orders come from no clerk: their bar would make all others short.
                if row.figures.flagged and (row.value or by != "clerk")
            ][:LINED_UP]
            yield Part(
                by,
                self.words(title),
                "",
                f"{self.made.span.query}&part={by}",
                _chart("across", [label for label, _ in seen], self._outcomes(
                    [each for _, each in seen])),
                [self.words(FIRST_COLUMNS[by]), *self._count_heads(orders=orders),
                 self.words(N_("False alarms, share")), self.words(N_("Value prevented"))],
                [[label, *self._counts(row.figures, orders=orders), self._rate(row.figures),
                  self._money(row.figures)]
                 for label, row in zip(labels, split.rows, strict=True)],
                further=split.further_rows,
            )  # fmt: skip

    def _value(self, period: str, sheet: str, labels: Sequence[str], of: Sequence[Any]) -> Part:
        words = self.words
        currency = main_currency(self.made.report)
        amounts = [_amount(each, currency) for each in of]
        return Part(
            "value",
            words(N_("Value prevented")),
            words(N_("What confirmed duplicates were worth, in %(currency)s."))
            % {"currency": currency}
            if currency
            else words(N_("What confirmed duplicates were worth.")),
            sheet,
            _chart("bars", labels, [_series(words(N_("Value prevented")), "one", amounts)]),
            [period, words(N_("Confirmed")), words(N_("Value prevented"))],
            [[label, self.reader.number(each.confirmed), self._money(each)]
             for label, each in zip(labels, of, strict=True)],
            said_above=True,
        )  # fmt: skip

    def _alarms(self, period: str) -> Part:
        words, span = self.words, self.made.span.coarser
        labels, of = self._periods(self.made.coarse, span)
        rates = [each.false_alarm_rate if each.false_alarm_rate.answers else None for each in of]
        return Part(
            "alarms",
            words(N_("False alarms")),
            words(N_("Share of verdicts that said two orders, with its interval.")),
            f"{span.query}&part=period",
            _chart("interval", labels, [
                _series(words(N_("95\N{NO-BREAK SPACE}% interval")), "soft",
                        [[rate.low, rate.high] if rate else None for rate in rates]),
                _series(words(N_("False alarms, share")), "four",
                        [rate.value if rate else None for rate in rates])]),
            [period, words(N_("Verdicts")), words(N_("False alarms")),
             words(N_("False alarms, share"))],
            [[label, self.reader.number(each.confirmed + each.refuted),
              self.reader.number(each.refuted), self._rate(each)]
             for label, each in zip(labels, of, strict=True)],
        )  # fmt: skip

    def _outcomes(self, of: Sequence[Any]) -> list[dict[str, Any]]:
        """Flagged orders in four parts that add up."""
        words = self.words
        return [
            _series(words(N_("Confirmed")), "one", [each.confirmed for each in of]),
            _series(words(N_("Sure, no verdict")), "two",
                    [each.caught - each.confirmed for each in of]),
            _series(words(N_("Doubt, no verdict")), "three",
                    [each.flagged - each.caught - each.refuted for each in of]),
            _series(words(N_("False alarm")), "four", [each.refuted for each in of]),
        ]  # fmt: skip

    def _count_heads(self, *, orders: bool) -> list[str]:
        heads = [N_("Orders"), N_("Per 1,000 orders")] if orders else []
        heads += [N_("Flagged"), N_("Caught"), N_("Confirmed"), N_("False alarms")]
        return [self.words(head) for head in heads]

    def _counts(self, each: Any, *, orders: bool) -> list[str]:
        counts = (each.flagged, each.caught, each.confirmed, each.refuted)
        before = [self._received(each), self._incidence(each)] if orders else []
        return before + [self.reader.number(count) for count in counts]

    def _received(self, each: Any) -> str:
        known = each.HasField("orders_received")
        return self.reader.number(each.orders_received) if known else "–"

    def _incidence(self, each: Any) -> str:
        return self.reader.number(each.incidence, 1) if each.HasField("incidence") else "–"

    def _rate(self, each: Any) -> str:
        rate = each.false_alarm_rate
        return interval(self.reader, rate, share=True) if rate.answers else "–"

    def _money(self, each: Any) -> str:
        return " · ".join(map(self.reader.money, each.value_prevented)) or "–"

    def _periods(self, report: Any, span: Range) -> tuple[list[str], list[Any]]:
        """What periods are called, and their figures."""
        name = self.reader.month if span.bucket == "month" else self.reader.short_day
        labels = [name(moment_of(each.start_time)) for each in report.periods]
        return labels, [each.figures for each in report.periods]

    def _value_label(self, by: str, row: Any) -> str:
        if row.value == BEYOND:
            return self.words(N_("All others"))
        if by in NAMES:
            return self.words(NAMES[by].get(row.value, UNNAMED[by]))
        if not row.value:
            return self.words(UNNAMED[by])
        return f"{row.label} ({row.value})" if row.label else str(row.value)


def interval(reader: Reader, estimate: Any, *, share: bool) -> str:
    """An estimate with its interval, as a share or a number.

    >>> from ordertwin.v1.report_service_pb2 import ReportEstimate
    >>> interval(Reader.of("en"), ReportEstimate(value=0.5, low=0.25, high=0.75), share=True)
    '50.0\\xa0% (25.0–75.0\\xa0%)'
    """
    if share:
        low = reader.number(estimate.low * 100, 1)
        return f"{reader.share(estimate.value)} ({low}–{reader.share(estimate.high)})"
    value, low, high = (
        reader.number(each, 0) for each in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low}–{high})"


def main_currency(report: Any) -> str:
    """The currency in which most was prevented; amounts are not converted, only compared."""
    sums = report.total.value_prevented
    return str(max(sums, key=lambda each: each.units).currency_code) if sums else ""


def title_of(span: Range, reader: Reader) -> str:
    """What a range is called; a month by its name.

    >>> from datetime import datetime
    >>> days = datetime(2026, 2, 1), datetime(2026, 3, 1), datetime(2026, 3, 3)
    >>> title_of(Range(days[0], days[1], "day"), Reader.of("en"))
    'February 2026'
    >>> title_of(Range(days[1], days[2], "day"), Reader.of("en"))
    'Mar 1, 2026 – Mar 2, 2026'
    """
    if span.is_month:
        return reader.month(span.since)
    return f"{reader.whole_day(span.since)} – {reader.whole_day(span.last)}"


def _amount(figures: Any, currency: str) -> float:
    known = (each for each in figures.value_prevented if each.currency_code == currency)
    return float(sum(each.units + each.nanos / 1e9 for each in known))


def _series(label: str, colour: str, values: Sequence[Any]) -> dict[str, Any]:
    return {"label": label, "colour": colour, "values": list(values)}


def _chart(kind: str, labels: Sequence[str], series: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not any(value for each in series for value in each["values"]):
        return None
    return {"kind": kind, "labels": list(labels), "series": series}
