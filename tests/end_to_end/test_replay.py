"""Replay through real gRPC: counted, judged, repeatable, and all or nothing on a broken file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.command_line import ordertwin

from ordertwin_cli.embedded import embedded_server

SAMPLE = str(files("ordertwin_cli") / "sample" / "orders.jsonl")
KEYS = {
    "recall_flagged",
    "worst_relation_recall",
    "recall_blocked_exact",
    "false_flags_per_1000",
    "false_blocks_per_1000",
    "average_precision",
    "exact_reference_recall",
    "exact_reference_false_flags_per_1000",
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with embedded_server() as running:
        yield running.address


def report_of(output: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(output.splitlines()[-1])
    return report


def test_a_replay_is_judged_and_may_be_repeated(server: str, tmp_path: Path) -> None:
    first = ordertwin("replay", SAMPLE, "--json", "--server", server, cwd=tmp_path)
    again = ordertwin("replay", SAMPLE, "--json", "--server", server, cwd=tmp_path)
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    report, repeated = report_of(first.stdout), report_of(again.stdout)
    assert report.keys() >= KEYS
    assert (report["orders"], report["status_changes"], report["replayed"]) == (23, 1, 0)
    assert report["largest_sum_error"] <= 1e-9
    assert repeated["replayed"] == 23
    unchanged = KEYS | {"outcomes", "relations"}
    assert {k: report[k] for k in unchanged} == {k: repeated[k] for k in unchanged}


def test_exact_copies_are_found_in_the_sample(server: str, tmp_path: Path) -> None:
    done = ordertwin("replay", SAMPLE, "--json", "--server", server, cwd=tmp_path)
    relations = report_of(done.stdout)["relations"]
    assert relations["RESEND"]["flagged"] == relations["DOUBLE_SUBMIT"]["flagged"] == 1.0
    assert relations["REPLACEMENT"]["flagged"] == 0.0


def test_a_generated_history_can_be_replayed_on_a_temporary_server(tmp_path: Path) -> None:
    made = ordertwin("generate", "history.jsonl.gz", "--orders", "60", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    done = ordertwin("replay", "history.jsonl.gz", "--spawn", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert report_of(done.stdout)["orders"] >= 60


def test_the_orders_judged_wrongly_are_written_and_so_they_are_the_second_time(
    tmp_path: Path,
) -> None:
    events = [json.loads(line) for line in Path(SAMPLE).read_text("utf-8").splitlines()]
    for event in events:
        if event.get("truth", {}).get("relation") == "RESEND":
            resent = event
            event["truth"] = {"relation": None}
    stream = tmp_path / "stream.jsonl"
    stream.write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    with embedded_server() as fresh:
        written = []
        for name in ("first.jsonl", "again.jsonl"):
            done = ordertwin(
                "replay", str(stream), "--errors", name, "--server", fresh.address, cwd=tmp_path
            )
            assert done.returncode == 0, done.stderr
            assert f"{name}: " in done.stdout.splitlines()[-1]
            written.append((tmp_path / name).read_text("utf-8"))
    assert written[0] == written[1]
    records = [json.loads(line) for line in written[0].splitlines()]
    (record,) = [each for each in records if each["order_id"] == resent["order"]["order_id"]]
    assert (record["kind"], record["relation"]) == ("false_block", None)
    assert record["decision"].startswith("tenants/default/decisions/")
    assert record["reasons"][0]["text"]


def test_a_file_of_errors_that_cannot_be_written_is_told_of_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    done = ordertwin("replay", SAMPLE, "--spawn", "--errors", "no/such/place", cwd=tmp_path)
    assert done.returncode == 1
    assert "no/such/place cannot be written: no such file or directory" in done.stderr
    assert done.stdout == ""


def test_nothing_is_sent_when_a_line_is_broken(tmp_path: Path) -> None:
    lines = Path(SAMPLE).read_text("utf-8").splitlines()
    lines[20] = lines[20].replace('"60"', "NaN", 1)
    broken = tmp_path / "broken.jsonl"
    broken.write_text("\n".join(lines), "utf-8")
    with embedded_server() as fresh:
        done = ordertwin("replay", str(broken), "--server", fresh.address, cwd=tmp_path)
        status = ordertwin("status", "--json", "--server", fresh.address, cwd=tmp_path)
    assert done.returncode == 1
    assert "line 21" in done.stderr
    assert "NaN" in done.stderr
    assert done.stdout == ""
    assert json.loads(status.stdout)["newest_order"] == ""


def test_a_model_without_a_temporary_server_is_refused(tmp_path: Path) -> None:
    done = ordertwin("replay", SAMPLE, "--model", "model.json", cwd=tmp_path)
    assert done.returncode == 1
    assert "--spawn" in done.stderr


def test_a_temporary_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    done = ordertwin("replay", SAMPLE, "--spawn", "--model", "missing.json", cwd=tmp_path)
    assert done.returncode == 1
    assert "missing.json" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
