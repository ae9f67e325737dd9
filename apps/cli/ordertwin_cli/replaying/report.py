"""The report of a replay: as one dictionary for machines, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ordertwin_cli.replaying.judge import Judge
from ordertwin_cli.replaying.send import Tally
from ordertwin_models.decision import Relation
from ordertwin_training.detection_report import detection_report


def report_of(tally: Tally, judges: Sequence[Judge]) -> dict[str, Any]:
    """Everything measured, ready for JSON: figures of detection, then of the replay itself."""
    cases = [case for judge in judges for case in judge.cases]
    found = sum(case.is_duplicate and case.flagged for case in cases)
    first = sum(judge.first_named_right for judge in judges)
    return detection_report(cases) | {
        "first_match_right": first / found if found else None,
        "orders": tally.orders,
        "outcomes": dict(sorted(tally.outcomes.items())),
        "orders_of_unknown_truth": tally.orders - len(cases),
        "status_changes": tally.status_changes,
        "status_unknown": tally.status_unknown,
        "status_refused": tally.status_refused,
        "replayed": tally.replayed,
        "truncated": tally.truncated,
        "degraded": tally.degraded,
        "model_version": ", ".join(sorted(tally.model_versions)),
        "pairs_explained": tally.pairs,
        "largest_sum_error": tally.sum_error,
        "seconds": round(tally.seconds, 3),
        "interrupted": tally.interrupted,
    }


def view(report: dict[str, Any]) -> Iterator[RenderableType]:
    """The report for a terminal."""
    if report["relations"]:
        yield _table(report["relations"])
    yield _sentences(report)


def _table(relations: dict[str, dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("relation", "orders", "flagged", "blocked", "same reference"):
        table.add_column(column, justify="left" if column == "relation" else "right")
    for title, wanted in (("Duplicates: more is better", True), ("Others: less is better", False)):
        rows = {n: f for n, f in relations.items() if Relation(n).is_duplicate is wanted}
        if rows:
            table.add_row(Text(title, "dim"))
        for name, figures in rows.items():
            shares = (figures["flagged"], figures["blocked"], figures["exact_reference"])
            table.add_row(f"  {name}", str(figures["cases"]), *(_share(s) for s in shares))
    return table


def _sentences(report: dict[str, Any]) -> Text:
    rate = report["orders"] / report["seconds"] if report["seconds"] else 0.0
    lines = [
        f"{report['orders']} orders and {report['status_changes']} status changes "
        f"in {report['seconds']:.1f} s ({rate:.0f} orders/s), model {report['model_version']}",
        f"duplicates   {_share(report['recall_flagged'])} of {report['duplicates']} flagged with "
        f"their counterpart, {_share(report['recall_blocked'])} blocked "
        f"(exact copies {_share(report['recall_blocked_exact'])}); "
        f"same reference finds {_share(report['exact_reference_recall'])}",
        f"look-alikes  {_share(report['look_alike_false_flags'])} "
        f"of {report['look_alikes']} flagged",
        f"background   {_number(report['false_flags_per_1000'])} flags and "
        f"{_number(report['false_blocks_per_1000'])} blocks per 1,000 of {report['background']}; "
        f"same reference flags {_number(report['exact_reference_false_flags_per_1000'])}",
        f"average precision {_number(report['average_precision'], 4)}; "
        f"precision at 0.1 / 0.5 / 1 % of duplicates: {_share(report['precision_at_0.1%'])} / "
        f"{_share(report['precision_at_0.5%'])} / {_share(report['precision_at_1%'])}",
    ]
    if not report["relations"] and not report["background"]:
        lines = [lines[0], "No order carries its truth, so there is nothing to judge by."]
    lines += _remarks(report)
    return Text("\n".join(lines))


def _remarks(report: dict[str, Any]) -> Iterator[str]:
    if report["interrupted"]:
        yield "Stopped before the end; run it again to go on."
    if report["replayed"]:
        yield f"{report['replayed']} orders had been sent before; their stored answers were judged."
    if report["degraded"]:
        yield f"{report['degraded']} orders were answered by rules, without a model."
    if report["status_unknown"]:
        yield f"{report['status_unknown']} status changes were of orders the server does not have."
    if report["status_refused"]:
        yield f"{report['status_refused']} status changes were refused by the state of the order."


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}".replace("%", " %")


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
