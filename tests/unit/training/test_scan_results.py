"""Groups, figures, tables and the report of a scan."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.training.scan_cases import a_chunk, facts, pair

from ordertwin_models.decision import DUPLICATE_RELATIONS
from ordertwin_training.scan.figures import figures_of
from ordertwin_training.scan.findings import MOST_NAMES, OTHERS, Chunk, Quality, add_bounded
from ordertwin_training.scan.groups import Groups
from ordertwin_training.scan.quality import CHECKED
from ordertwin_training.scan.report import About, top_groups, write_report
from ordertwin_training.scan.tables import COLUMNS, safe_cell, write_tables
from ordertwin_training.scan.words import WORDS

ABOUT = About("orders.csv", "en", "1", "house/1", datetime(2026, 4, 1, tzinfo=UTC))
PLACEHOLDER = re.compile(r"{(\w+)}")


def report_of(tmp_path: Path, *chunks: Chunk, about: About = ABOUT) -> str:
    figures, groups = figures_of(chunks)
    write_report(tmp_path / "report.html", about, figures, groups, lambda: chunks)
    return (tmp_path / "report.html").read_text("utf-8")


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=40))
def test_groups_are_the_connected_orders_led_by_the_earliest(links: list[tuple[int, int]]) -> None:
    groups, sets = Groups(), {number: {number} for number in range(1, 31)}
    for first, second in links:
        groups.join(first, second)
        joined = sets[first] | sets[second]
        for member in joined:
            sets[member] = joined
    linked = {number for link in links for number in link}
    assert {number: groups.leader(number) for number in linked} == {
        number: min(sets[number]) for number in linked
    }
    assert sum(groups.sizes().values()) == len(linked)
    assert len(groups) == len({min(sets[number]) for number in linked})


def test_a_chunk_comes_back_from_its_line() -> None:
    quality = Quality()
    quality.note("no_reference", "N-1")
    quality.share("phone", "+49 30 1", ("C-1", "C-2"))
    quality.alike["C-1\tC-2\tACME"] += 2
    chunk = a_chunk(pair(2, 1), quality=quality, settled=1, truncated=2)
    chunk.count("channel", "EDI")
    assert Chunk.from_line(chunk.to_line()) == chunk


def test_figures_add_up_over_chunks() -> None:
    gone = facts(4, state="SHIPPED", value=50.0)
    doubtful = pair(5, 3, outcome="REVIEW", probability=0.5, relation="REKEYED")
    chunks = [a_chunk(pair(2, 1), pair(4, 3, order=gone)), a_chunk(doubtful, settled=3)]
    for chunk in chunks:
        chunk.totals["channel"] = Counter({"EDI": 10})
    figures, groups = figures_of(chunks)
    assert (figures.orders, figures.duplicates, figures.reviews, figures.settled) == (20, 2, 1, 3)
    assert (figures.groups, groups.sizes()) == (2, {1: 2, 3: 3})
    value = figures.value["EUR"]
    assert (value.stoppable, value.gone, value.doubtful) == (100.0, 50.0, 50.0)
    (cause,) = figures.worst("channel", 5)
    assert (cause.flagged, cause.orders, cause.share) == (3, 20, 0.15)
    assert figures.document()["relations"] == {"RESEND": 2, "REKEYED": 1}


def test_one_customer_is_one_cause_however_its_name_is_written() -> None:
    other = pair(4, 3, order=facts(4, customer="A.C.M.E."))
    figures, _ = figures_of([a_chunk(pair(2, 1), other)])
    (cause,) = figures.worst("customer", 5)
    assert (cause.name, cause.flagged) == ("C-1 · ACME", 2)


def test_counts_stay_bounded() -> None:
    counts: Counter[str] = Counter()
    add_bounded(counts, Counter({str(number): 1 for number in range(MOST_NAMES + 7)}))
    assert len(counts) == MOST_NAMES + 1
    assert counts[OTHERS] == 7


def test_tables_have_each_order_once_with_its_group(tmp_path: Path) -> None:
    chunks = [a_chunk(pair(2, 1), pair(3, 2)), a_chunk(pair(9, 5))]
    _, groups = figures_of(chunks)
    rows = write_tables(chunks, groups, tmp_path / "g.parquet", tmp_path / "g.csv")
    table = pq.read_table(tmp_path / "g.parquet")
    assert table.column_names == list(COLUMNS)
    assert rows == table.num_rows == 5
    shown = [(row["group"], row["role"], row["order_id"]) for row in table.to_pylist()]
    assert shown == [
        (1, "FIRST", "O-1"),
        (1, "REPEAT", "O-2"),
        (1, "REPEAT", "O-3"),
        (2, "FIRST", "O-5"),
        (2, "REPEAT", "O-9"),
    ]
    with (tmp_path / "g.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["order_id"] for row in csv.DictReader(file)] == [each[2] for each in shown]


def test_tables_of_a_clean_history_are_empty_but_whole(tmp_path: Path) -> None:
    assert write_tables([], Groups(), tmp_path / "g.parquet", tmp_path / "g.csv") == 0
    assert pq.read_table(tmp_path / "g.parquet").column_names == list(COLUMNS)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    assert safe_cell(evil).startswith("'")
    chunk = a_chunk(pair(2, 1, order=facts(2, customer=evil, reference=evil, order_id=evil)))
    _, groups = figures_of([chunk])
    write_tables([chunk], groups, tmp_path / "g.parquet", tmp_path / "g.csv")
    with (tmp_path / "g.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            assert not any(cell.lstrip(" ").startswith(("=", "+", "@", "\t")) for cell in row)


def test_the_report_shows_groups_reasons_and_value(tmp_path: Path) -> None:
    text = report_of(tmp_path, a_chunk(pair(2, 1)))
    for shown in ("N-1", "N-2", "sent a second time", "same reference", "100.00 EUR", "sent again"):
        assert shown in text
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text


def test_nothing_from_an_order_is_markup(tmp_path: Path) -> None:
    evil = '<script>alert("x")</script>'
    order = facts(2, customer=evil, reference=evil, number=evil, clerk=evil, source=evil)
    chunk = a_chunk(pair(2, 1, order=order, summary=evil, reasons=((1.0, evil),)))
    chunk.quality.note("no_contact", evil)
    chunk.quality.share("phone", evil, (evil, "C-2"))
    chunk.quality.junk[evil] += 1
    about = About(evil, "en", evil, evil, ABOUT.at, (evil,), 1)
    assert "<script" not in report_of(tmp_path, chunk, about=about)


def test_a_clean_history_is_told_so(tmp_path: Path) -> None:
    assert "No duplicate was found." in report_of(tmp_path, a_chunk())
    assert "No duplicate was found." in report_of(tmp_path)


def test_the_report_speaks_chinese(tmp_path: Path) -> None:
    about = About("orders.csv", "zh", "1", "", ABOUT.at)
    text = report_of(tmp_path, a_chunk(pair(2, 1)), about=about)
    assert '<html lang="zh">' in text
    assert "组重复订单" in text


def test_all_languages_have_the_same_words_with_the_same_places() -> None:
    english = WORDS["en"]
    for words in WORDS.values():
        assert words.keys() == english.keys()
        for name, text in words.items():
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english[name])), name
    assert {relation.value for relation in DUPLICATE_RELATIONS} <= english.keys()
    assert set(CHECKED) <= english.keys()


def test_only_the_groups_worth_most_are_kept_with_a_few_repeats() -> None:
    small = [pair(100 + n, n, order=facts(100 + n, value=float(n))) for n in range(1, 40)]
    large = [pair(300 + n, 299, order=facts(300 + n, value=1000.0)) for n in range(9)]
    chunks = [a_chunk(*small, *large)]
    _, groups = figures_of(chunks)
    shown = top_groups(lambda: chunks, groups, most=3)
    assert [group.value for group in shown] == [9000.0, 39.0, 38.0]
    assert (len(shown[0].repeats), shown[0].hidden) == (5, 4)
    assert shown[0].first is not None
    assert shown[0].first.sequence == 299
