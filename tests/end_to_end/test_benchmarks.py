"""The benchmarks run, and end with one line of JSON that has the keys people look for."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.postgres_server import Database

ROOT = Path(__file__).parents[2]


def last_line_of(*arguments: str, timeout: float = 600) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def test_detection_reports_figures_and_the_rule_that_erps_ship() -> None:
    streams = ("--streams", "wholesale-en,no-phones-gb")
    report = last_line_of("benchmarks.detection", "--size", "1600", "--no-peers", *streams)
    assert report["orders"] >= 160
    assert report["largest_sum_error"] <= 1e-9
    assert {
        "recall_flagged",
        "worst_relation_recall",
        "recall_blocked_exact",
        "false_flags_per_1000",
        "false_blocks_per_1000",
        "average_precision",
        "recall_at_1_per_1000",
        "relation_accuracy",
        "ece",
        "pairs_completeness",
        "candidates_p50",
        "candidates_p99",
        "additive_loss",
        "best_peer_average_precision",
        "exact_reference_recall",
        "exact_reference_false_flags_per_1000",
    } <= report.keys()


def test_models_are_exchanged_under_load_without_a_failed_call() -> None:
    report = last_line_of("benchmarks.model_swaps", "--swaps", "8", "--bad", "2", "--calls", "40")
    assert (report["swap_failed_calls"], report["bad_refused"]) == (0, 2)
    assert report["replayed_equal"] == report["replayed"] == report["calls"]


KEYS_OF_SERVING = {
    "stored_orders",
    "echo_p50_ms",
    "score_p50_ms",
    "score_p99_ms",
    "score_p50_ratio",
    "score_p99_ratio",
    "throughput_ratio_validate",
    "throughput_ratio_register",
    "growth_ratio",
    "hot_key_p99_ratio",
    "rss_mb",
    "bytes_per_order",
    "start_seconds",
}


def test_serving_reports_times_next_to_an_echo_and_to_others(tmp_path: Path) -> None:
    size = ("--orders", "100", "--calls", "10", "--peer-orders", "60", "--keep", str(tmp_path))
    report = last_line_of("benchmarks.serving", *size)
    assert report["stored_orders"] == 100
    assert report.keys() >= KEYS_OF_SERVING
    for library in ("splink", "dedupe"):
        missing = find_spec(library) is None
        assert (report[f"{library}_ratio"] is None) == missing
        assert (f"{library}_left_out" in report) == missing


def test_serving_is_measured_on_postgresql_and_goes_on_with_what_was_kept(
    postgres: Database, tmp_path: Path
) -> None:
    size = ("--orders", "50", "--calls", "5", "--peer-orders", "0", "--keep", str(tmp_path))
    first, again = (
        last_line_of("benchmarks.serving", *size, "--store", postgres.address) for _ in range(2)
    )
    assert first.keys() >= KEYS_OF_SERVING | {"load_orders_per_second"}
    assert (first["store"], first["stored_orders"]) == ("postgresql", 50)
    assert again["stored_orders"] > 50
    assert "load_orders_per_second" not in again


def test_people_reports_pages_json_watchers_and_merges_in_one_line() -> None:
    sizes = ("--orders", "50", "--reviews", "20", "--calls", "5", "--times", "1", "--merges", "2")
    watching = ("--watchers", "5", "--watched-calls", "10", "--rate", "50", "--turns", "1")
    report = last_line_of("benchmarks.people", *sizes, *watching, timeout=900)
    assert {
        "page_p95_ms",
        "queue_100k_p95_ms",
        "axe_violations",
        "watchers",
        "watch_lag_p99_ms",
        "score_p99_change_with_watchers",
        "json_overhead_ratio",
        "merge_roundtrips_exact",
    } <= report.keys()
    assert (report["open_reviews"], report["merge_roundtrips_exact"]) == (20, 1.0)
    assert report["axe_violations"] in (0, None)
