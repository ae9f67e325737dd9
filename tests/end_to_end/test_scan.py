"""`ordertwin scan`: any file or store, whatever its order, interrupted or not, gives one result."""

from __future__ import annotations

import csv
import json
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.end_to_end.command_line import COMMAND, ordertwin, serving

from benchmarks.bulk_orders import Business
from ordertwin_models.order import Order
from ordertwin_training.stream import OrderEvent, write_stream

START = datetime(2025, 1, 6, 8, tzinfo=UTC)
HEAD = (
    "order_id",
    "ordered_at",
    "source",
    "customer_id",
    "customer_name",
    "customer_reference",
    "sku",
    "quantity",
    "unit_price",
    "currency_code",
)


def history(count: int, repeats: int = 6) -> list[Order]:
    """Orders a minute apart; every so often one comes again, ten minutes later."""
    business = Business(3)
    orders = [business.order(START + timedelta(minutes=number)) for number in range(count)]
    again = [
        replace(one, order_id=f"{one.order_id}-again",
                ordered_at=one.ordered_at + timedelta(minutes=10, seconds=5))
        for one in orders[:: max(1, count // repeats)][:repeats]
    ]  # fmt: skip
    return sorted([*orders, *again], key=lambda one: one.ordered_at)


def rows_of(orders: list[Order]) -> Iterator[tuple[str, ...]]:
    for one in orders:
        for line in one.lines:
            yield (
                one.order_id,
                one.ordered_at.isoformat(),
                one.source,
                one.customer.party_id,
                one.customer.name,
                one.customer_reference,
                line.sku,
                str(line.quantity),
                str(line.unit_price),
                one.currency_code,
            )


def write_csv(path: Path, orders: list[Order]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows_of(orders)])
    return path


def scanned(folder: Path, source: str, *options: str, code: int = 0) -> dict[str, Any]:
    done = ordertwin(
        "scan", source, "--json", "--workers", "1", "--model", "none", *options, cwd=folder
    )
    assert done.returncode == code, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return summary


def has_begun(findings: Path) -> bool:
    """Whether a chunk or two are done."""
    return findings.exists() and findings.read_bytes().count(b"\n") > 2


def groups(folder: Path, out: str) -> list[tuple[int, str]]:
    table = pq.read_table(folder / out / "groups.parquet").to_pylist()
    return [(row["group"], row["order_id"]) for row in table]


@pytest.fixture
def shuffled() -> list[Order]:
    orders = history(24)
    random.Random(5).shuffle(orders)
    return orders


def test_csv_json_lines_and_parquet_in_any_order_give_the_same_groups(
    tmp_path: Path, shuffled: list[Order]
) -> None:
    write_csv(tmp_path / "a.csv", shuffled)
    rows = list(rows_of(shuffled))
    columns: dict[str, list[Any]] = {
        name: [row[place] for row in rows] for place, name in enumerate(HEAD)
    }
    columns["ordered_at"] = [datetime.fromisoformat(text) for text in columns["ordered_at"]]
    columns["quantity"] = [int(text) for text in columns["quantity"]]
    pq.write_table(pa.table(columns), tmp_path / "b.parquet")
    in_order = sorted(shuffled, key=lambda one: one.ordered_at)
    write_csv(tmp_path / "c.csv", in_order)
    summaries = [
        scanned(tmp_path, name, "--out", name[0]) for name in ("a.csv", "b.parquet", "c.csv")
    ]
    assert summaries[0]["groups"] >= 5
    found = [groups(tmp_path, name) for name in "abc"]
    assert found[0] == found[1] == found[2]
    assert not (tmp_path / "a" / "work").exists()
    assert {path.name for path in (tmp_path / "a").iterdir()} == {
        "report.html",
        "groups.csv",
        "groups.parquet",
        "summary.json",
    }


def heed_interrupts() -> None:
    """What a shell runs in the background inherits that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_scan_that_was_interrupted_goes_on_with_the_same_command(tmp_path: Path) -> None:
    write_stream(tmp_path / "h.jsonl", map(OrderEvent, history(1500)))
    command = [COMMAND, "scan", "h.jsonl", "--out", "cut", "--workers", "2", "--model", "none"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, preexec_fn=heed_interrupts
    )
    findings = tmp_path / "cut" / "work" / "findings.jsonl"
    while process.poll() is None and not (
        findings.exists() and findings.read_bytes().count(b"\n") > 2
    ):
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode == 130
    assert "the same command goes on" in said
    rest = scanned(tmp_path, "h.jsonl", "--out", "cut")
    assert 0 <= rest["judged_now"] < rest["orders"] == 1506
    assert rest["groups"] >= 5


def test_another_file_is_not_mixed_into_an_unfinished_scan(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", history(20))
    (tmp_path / "out" / "work").mkdir(parents=True)
    (tmp_path / "out" / "work" / "source.json").write_text('["elsewhere", 1, 2]')
    refused = ordertwin("scan", str(path), "--out", "out", cwd=tmp_path)
    assert refused.returncode == 1
    assert "begin anew with --fresh" in refused.stderr
    assert scanned(tmp_path, "a.csv", "--out", "out", "--fresh")["orders"] == 26


def test_orders_that_cannot_be_read_are_left_out_and_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", history(20))
    path.write_text(path.read_text().replace(",GBP", ",pounds", 1))
    summary = scanned(tmp_path, "a.csv")
    assert (summary["orders"], summary["unreadable"]) == (25, 1)
    report = (tmp_path / "scan-a" / "report.html").read_text()
    assert "Could not be read" in report
    assert "column currency_code" in report


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.csv", None, "none.csv: no such file or directory"),
        ("a.parquet", b"PAR1 but not really", "is no Parquet file"),
        ("a.csv", b"name;price\nx;1\n", "order_id"),
    ],
)
def test_what_is_no_history_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    refused = ordertwin("scan", name, cwd=tmp_path)
    assert refused.returncode == 1
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_empty_history_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("")
    summary = scanned(tmp_path, "a.jsonl", "--fail-if-found")
    assert (summary["orders"], summary["groups"]) == (0, 0)
    assert "No duplicate was found." in (tmp_path / "scan-a" / "report.html").read_text()


def test_a_store_is_scanned_while_its_server_runs(tmp_path: Path) -> None:
    with serving(tmp_path, "--model", "none", "--sample") as server:
        server.wait_for("Next, in another terminal")
        found = scanned(
            tmp_path, "data/ordertwin.db", "--language", "zh", "--fail-if-found", code=3
        )
        assert found["orders"] > 20
        assert "重复订单" in (tmp_path / "scan-ordertwin" / "report.html").read_text("utf-8")
        assert server.interrupt() == 0
