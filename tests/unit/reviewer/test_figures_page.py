"""The page of figures: what it says, its CSV, the month on paper, and who may read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.unit.reviewer.conftest import Closed, Twins
from tests.unit.reviewer.test_pages import sign_in
from typer.testing import CliRunner

from ordertwin.v1 import report_service_pb2 as pb
from ordertwin_cli.main import app
from ordertwin_models.spreadsheet import neutral as core_neutral
from ordertwin_reviewer.pages.figure_charts import Charts, Reported
from ordertwin_reviewer.pages.figures import tiles
from ordertwin_reviewer.pages.language import Reader
from ordertwin_reviewer.pages.shell import Visit
from ordertwin_reviewer.ranges import Range
from ordertwin_reviewer.sheets import csv_of, neutral

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
OCTOBER = Range(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), "week")


@pytest.fixture
def visitor(closed: Closed) -> Iterator[httpx.Client]:
    """A browser that knows nothing yet, of a server that asks for keys."""
    with httpx.Client(base_url=closed.http.base_url, timeout=20, follow_redirects=True) as made:
        yield made


def figures() -> pb.DuplicateFigures:
    made = pb.DuplicateFigures(
        orders_received=1000, flagged=20, confirmed=8, refuted=2, caught=15, incidence=15.0
    )
    made.value_prevented.add(currency_code="EUR", units=1200, nanos=500_000_000)
    made.false_alarm_rate.MergeFrom(pb.ReportEstimate(value=0.2, low=0.06, high=0.51, answers=10))
    return made


def a_report() -> pb.DuplicateReport:
    report = pb.DuplicateReport(total=figures(), backlog=0, review_minutes=42.4, reviews_worked=10)
    report.periods.add(figures=figures()).start_time.FromDatetime(OCTOBER.since)
    report.breakdowns.add(
        dimension=pb.REPORT_DIMENSION_CUSTOMER,
        rows=[pb.ReportRow(value="C-1", label="=cmd()", figures=figures())],
        further_rows=3,
    )
    report.breakdowns.add(
        dimension=pb.REPORT_DIMENSION_CLERK, rows=[pb.ReportRow(value="", figures=figures())]
    )
    return report


def reported() -> Reported:
    return Reported(OCTOBER, a_report(), a_report(), a_report())


def test_every_flagged_order_is_in_one_part_of_its_bar() -> None:
    parts = {part.key: part for part in Charts(reported(), Reader.of("en")).over_time()}
    chart = parts["caught"].chart
    assert chart is not None
    assert [each["values"] for each in chart["series"]] == [[8], [7], [3], [2]]
    assert parts["caught"].rows[0][:3] == ["Oct 1", "1,000", "15.0"]
    alarms = parts["alarms"].chart
    assert alarms is not None
    low, high = alarms["series"][0]["values"][0]
    assert (round(low, 2), round(high, 2)) == (0.06, 0.51)
    assert parts["alarms"].rows[0][-1] == "20.0\xa0% (6.0–51.0\xa0%)"


def test_a_chart_of_clerks_leaves_out_orders_without_one_and_its_table_does_not() -> None:
    parts = {part.key: part for part in Charts(reported(), Reader.of("zh")).breakdowns()}
    assert parts["clerk"].chart is None
    assert parts["clerk"].rows[0][0] == "无录入员"
    assert parts["customer"].further == 3


def test_tiles_compare_with_the_month_before_and_say_what_is_unknown() -> None:
    said = {tile.name: tile for tile in tiles(reported(), Reader.of("en"), NOW)}
    assert said["Value prevented"].value == "€1,200.50"
    assert said["Duplicates caught"].before == "15 in September 2026"
    assert said["False alarms"].below == "6.0\xa0% to 51.0\xa0%, from 10 verdicts"
    assert said["Missed duplicates"].below == "nobody was asked yet"
    assert said["Waiting now"].below == "nothing waits"


@pytest.mark.parametrize(
    "text", ["", "PO-1", "1+1", " x=1", *(f"{before}{sign}1" for before in ("", " ", "\u3000\ufeff")
                                       for sign in "=+-@\t\r\n＝＋－＠")],
)  # fmt: skip
def test_page_and_core_take_the_same_for_formulas(text: str) -> None:
    assert neutral(text) == core_neutral(text)


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    report = a_report()
    report.breakdowns[0].rows[0].value = ""
    rows = list(csv.DictReader(io.StringIO(csv_of(report, "customer"))))
    assert [row["value"] for row in rows] == ["'=cmd()"]
    assert rows[0]["false_alarms_high"] == "0.5100"


def test_the_page_its_sheets_and_its_paper_are_there(twins: Twins) -> None:
    page = twins.http.get("/figures")
    assert page.status_code == 200
    assert "Duplicates over time" in page.text
    assert 'aria-current="page"' in page.text
    sheet = twins.http.get("/figures/sheet.csv", params={"part": "channel"})
    assert sheet.headers["content-type"].startswith("text/csv")
    assert sheet.text.startswith("\ufeffby,value,orders")
    assert {row["by"] for row in csv.DictReader(io.StringIO(sheet.text[1:]))} <= {"channel"}
    paper = twins.http.get(f"/figures/{datetime.now(UTC):%Y-%m}")
    assert "How to read this" in paper.text
    assert "Too few decisions to say" in twins.http.get("/figures/health").text


def test_the_same_days_are_not_asked_for_twice_at_the_same_time(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: list[datetime] = []
    together: list[set[datetime]] = []
    ask = Visit.ask

    async def watched(visit: Visit, method: str, **fields: Any) -> Any:
        if method != "GetDuplicateReport":
            return await ask(visit, method, **fields)
        running.append(fields["start_time"])
        together.append(set(running))
        assert len(running) == len(together[-1])
        answered = await ask(visit, method, **fields)
        running.remove(fields["start_time"])
        return answered

    monkeypatch.setattr(Visit, "ask", watched)
    assert twins.http.get("/figures").status_code == 200
    assert [len(each) for each in together] == [1, 2, 1]


@pytest.mark.parametrize(
    "asked",
    ["since=yesterday", "since=2026-13-01&until=x", "since=2027-01-01&until=2020-01-01", "every=7",
     "since=1990-01-01&until=2026-01-01", "since=9999-12-31&until=9999-12-31"],
)  # fmt: skip
def test_a_senseless_range_becomes_one_that_makes_sense(twins: Twins, asked: str) -> None:
    assert twins.http.get(f"/figures?{asked}").status_code == 200


@pytest.mark.parametrize("month", ["2026-99", "never", "0001-01"])
def test_a_month_that_is_none_leads_to_the_figures(twins: Twins, month: str) -> None:
    assert twins.http.get(f"/figures/{month}", follow_redirects=True).url.path == "/figures"


def test_clerks_see_no_figures(visitor: httpx.Client, closed: Closed) -> None:
    page = sign_in(visitor, closed, "desk")
    assert "/figures" not in page.text
    assert visitor.get("/figures").status_code == 403
    assert visitor.get("/figures/sheet.csv").status_code == 403


def test_administrators_find_figures(visitor: httpx.Client, closed: Closed) -> None:
    page = sign_in(visitor, closed, "boss")
    assert 'href="/figures"' in page.text
    assert visitor.get("/figures").status_code == 200


def test_the_command_writes_a_page_that_needs_nothing_else(twins: Twins, tmp_path: Path) -> None:
    file = tmp_path / "month.html"
    month = f"{datetime.now(UTC):%Y-%m}"
    given = f"report --month {month} --html {file} --language zh --server {twins.address}"
    done = CliRunner().invoke(app, given.split())
    assert done.exit_code == 0, done.output
    page = file.read_text("utf-8")
    assert "阅读说明" in page
    assert 'src="/' not in page
    assert 'href="/' not in page
