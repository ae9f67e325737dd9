"""The tables of the benchmark page, from the results that the benchmarks printed.

Cog calls these functions; `make bench-publish` writes the results anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ordertwin_models.decision import Relation

RESULTS = Path(__file__).parent / "benchmark"

_SYSTEM = {
    "recall flagged": "recall_flagged",
    "false flags per 1,000 background": "false_flags_per_1000",
    "look-alikes flagged": "look_alike_false_flags",
    "average precision": "average_precision",
    "mean of streams": "mean_average_precision",
    "recall at 1 per 1,000": "recall_at_1_per_1000",
    "ms an order": "milliseconds_per_order",
}
_STREAM = {
    "recall flagged": "recall_flagged",
    "false flags per 1,000 background": "false_flags_per_1000",
    "look-alikes flagged": "look_alike_false_flags",
    "average precision": "average_precision",
    "recall at 1 per 1,000": "recall_at_1_per_1000",
    "ECE": "ece",
    "pairs complete": "pairs_completeness",
    "relation right": "relation_accuracy",
}
_WHOLE = {
    "recall flagged with the right counterpart": "recall_flagged",
    "worst relation of five or more cases": "worst_relation_recall",
    "recall blocked of RESEND, DOUBLE_SUBMIT, RETRY": "recall_blocked_exact",
    "false flags per 1,000 background orders": "false_flags_per_1000",
    "false blocks per 1,000 background orders": "false_blocks_per_1000",
    "look-alikes flagged": "look_alike_false_flags",
    "average precision": "average_precision",
    "average precision of the best general tool": "best_peer_average_precision",
    "recall at one false flag per 1,000 legitimate orders": "recall_at_1_per_1000",
    "relation named right among the flagged": "relation_accuracy",
    "calibration error (ECE)": "ece",
    "pairs completeness of blocking": "pairs_completeness",
    "candidates per order, median": "candidates_p50",
    "candidates per order, p99": "candidates_p99",
    "loss of the additive model against free boosting": "additive_loss",
}


def whole(name: str) -> str:
    """The figures of a run over all its streams."""
    report = _read(name)
    counts = ", ".join(
        f"{report[key]:,} {key.replace('_', '-')}"
        for key in ("duplicates", "look_alikes", "background")
    )
    head = f"Model {report['model_version']}, {report['orders']:,} orders ({counts}).\n\n"
    rows = [(title, _number(report[key])) for title, key in _WHOLE.items()]
    return head + _table(("figure", "value"), rows)


def systems(name: str) -> str:
    """One row for each system that was asked."""
    rows = [
        (system, *(_number(figures[key]) for key in _SYSTEM.values()))
        for system, figures in _read(name)["systems"].items()
    ]
    return _table(("system", *_SYSTEM), rows)


def streams(name: str) -> str:
    """One row for each stream."""
    rows = [
        (stream, *(_number(figures[key]) for key in _STREAM.values()))
        for stream, figures in _read(name)["by_stream"].items()
    ]
    return _table(("stream", *_STREAM), rows)


def relations(name: str) -> str:
    """One row for each relation: what is a duplicate should be flagged, what is none should not."""
    rows = [
        (
            relation,
            "duplicate" if Relation(relation).is_duplicate else "look-alike",
            str(figures["cases"]),
            *(_number(figures[key]) for key in ("flagged", "blocked", "exact_reference")),
        )
        for relation, figures in _read(name)["relations"].items()
    ]
    head = ("relation", "is a", "orders", "flagged", "blocked", "flagged by exact reference")
    return _table(head, rows)


def rows_of(name: str, part: str, first: str) -> str:
    """Any table of named rows, as the robustness benchmark and the sanity check print them."""
    found: Mapping[str, Mapping[str, float]] = _read(name)[part] if part else _read(name)
    columns = list(next(iter(found.values()), {}))
    rows = [(row, *(_number(figures[c]) for c in columns)) for row, figures in found.items()]
    return _table((first, *columns), rows)


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return found


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return (
        f"{value:,.0f}"
        if abs(value) >= 100
        else f"{value:.1f}"
        if abs(value) >= 10
        else (f"{value:.3f}")
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
