"""Reports as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from ordertwin_models.decision import Relation

_STREAM_COLUMNS = {
    "recall": "recall_flagged",
    "worst": "worst_relation_recall",
    "false/1,000": "false_flags_per_1000",
    "look-alikes": "look_alike_false_flags",
    "AP": "average_precision",
    "recall at 1/1,000": "recall_at_1_per_1000",
    "ECE": "ece",
    "complete": "pairs_completeness",
    "cand. p50": "candidates_p50",
    "cand. p99": "candidates_p99",
    "relation": "relation_accuracy",
}


def relation_table(report: Mapping[str, Any]) -> Table:
    """One row a relation: how many, flagged, blocked, proposed, named rightly."""
    table = _table("relation", "orders", "flagged", "blocked", "complete", "relation right")
    for title, wanted in (("Duplicates: more is better", True), ("Others: less is better", False)):
        table.add_row(Text(title, "dim"))
        for name, row in report["relations"].items():
            if Relation(name).is_duplicate is wanted:
                facts = ("flagged", "blocked", "pairs_completeness", "relation_accuracy")
                table.add_row(name, str(row["cases"]), *(number(row.get(fact)) for fact in facts))
    return table


def stream_table(reports: Mapping[str, Mapping[str, Any]]) -> Table:
    """One row a stream, one column a figure."""
    table = _table("stream", *_STREAM_COLUMNS)
    for name, report in reports.items():
        table.add_row(name, *(number(report.get(key)) for key in _STREAM_COLUMNS.values()))
    return table


def plain_table(first: str, rows: Mapping[str, Mapping[str, float]]) -> Table:
    """Any figures, one row a name; all rows have the columns of the first."""
    columns = list(next(iter(rows.values()), {}))
    table = _table(first, *columns)
    for name, row in rows.items():
        table.add_row(name, *(number(row[column]) for column in columns))
    return table


def system_table(systems: Mapping[str, Mapping[str, Any]]) -> Table:
    """One row a system; AP over all streams, and the mean of the single streams' AP."""
    columns = {
        "recall": "recall_flagged",
        "false/1,000": "false_flags_per_1000",
        "look-alikes": "look_alike_false_flags",
        "AP": "average_precision",
        "mean AP": "mean_average_precision",
        "recall at 1/1,000": "recall_at_1_per_1000",
        "ms/order": "milliseconds_per_order",
    }
    table = _table("system", *columns)
    for name, report in systems.items():
        failed = f" (failed on {len(report['failures'])})" if report["failures"] else ""
        table.add_row(name + failed, *(number(report[key]) for key in columns.values()))
    return table


def confusion_table(counts: Mapping[tuple[str, str], int], most: int = 12) -> Table:
    """The commonest ways to call a flagged duplicate by another name."""
    table = _table("it was", "it was called", "times")
    wrong = [(pair, count) for pair, count in counts.items() if pair[0] != pair[1]]
    for (truth, called), count in sorted(wrong, key=lambda one: (-one[1], one[0]))[:most]:
        table.add_row(truth, called, str(count))
    return table


def number(value: float | None) -> str:
    """Three digits after the point, or a dash.

    >>> number(0.98765), number(None)
    ('0.988', '-')
    """
    return "-" if value is None else f"{value:.3f}"


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for column in others:
        table.add_column(column, justify="right")
    return table
