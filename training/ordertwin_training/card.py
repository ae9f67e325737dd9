"""The model card: what a model is, what it was made from, how good it is, where it ends.

Markdown for people; the same facts as numbers are in `evaluation.json` beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ordertwin_models.decision import Relation
from ordertwin_models.model import DuplicateModel
from ordertwin_training.calibrate import Policy


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card tells. `report` is the detection report on the test part, `rankings` the
    figures of the model and its baselines by name, `sources` what it learned from, line by line."""

    model: DuplicateModel
    snapshot: str
    command: str
    sources: Sequence[str]
    parts: Mapping[str, int]
    policy: Policy
    report: Mapping[str, Any]
    rankings: Mapping[str, Mapping[str, float]]
    relation_accuracy: Mapping[str, float]
    calibration_error: float
    parity: float


def model_card(facts: CardFacts) -> str:
    """The card as Markdown."""
    model, report = facts.model, facts.report
    sections = [
        f"# Model {model.version}",
        "Tells whether an incoming order is already there. An additive model: a prior weight and "
        f"{len(model.tables)} tables, one for each comparison that mattered; what they say is "
        "added up. See `tables.png` for all of them, and the model file for the numbers.",
        "## Made from",
        _bullets(
            [
                f"command: `{facts.command}`",
                f"data snapshot (SHA-256 of all pairs): `{facts.snapshot}`",
                *(
                    f"libraries: {model.metadata[key]}"
                    for key in model.metadata
                    if key == "libraries"
                ),
            ]
        ),
        _bullets(facts.sources),
        "Orders used: "
        + ", ".join(f"{count:,} {name}" for name, count in facts.parts.items())
        + ".",
        "## How good",
        f"On {report['duplicates']:,} duplicates, {report['look_alikes']:,} look-alikes and "
        f"{report['background']:,} background orders that were held out, by group, from everything "
        "above. Flagged means REVIEW or DUPLICATE, with the right counterpart.",
        _headline(report),
        "### By relation",
        _relations(report, facts.relation_accuracy),
        "### Against other ways, on the same pairs",
        _rankings(facts.rankings),
        "## How sure",
        f"Calibrated to a share of duplicates of {facts.policy.prevalence:.1%}; expected "
        f"calibration error {facts.calibration_error:.4f}. Thresholds: review "
        f"{model.thresholds.review:.4g}, at the screen {model.thresholds.attended_review:.4g}, "
        f"duplicate {model.thresholds.duplicate:.4g}; they follow from the costs missed "
        f"{facts.policy.missed:g}, review {facts.policy.review:g}, block {facts.policy.block:g}. "
        f"Tables and estimator agree to {facts.parity:.1g}.",
        "## Limits",
        _bullets(
            [
                "Duplicates and look-alikes were injected into real or generated base orders; "
                "figures on your own orders will differ. Train with your own confirmed pairs.",
                "Cancelled, returned and merged orders are nobody's twin, whatever the model says.",
                "A duplicate that blocking does not bring up is not found: see pairs completeness.",
            ]
        ),
    ]
    return "\n\n".join(sections) + "\n"


def _headline(report: Mapping[str, Any]) -> str:
    rows = [
        ("recall flagged", _percent(report["recall_flagged"])),
        ("recall flagged, worst relation", f"{_percent(report['worst_relation_recall'])} "
         f"({report['worst_relation']})"),
        ("recall blocked: resend, double submit, retry", _percent(report["recall_blocked_exact"])),
        ("false flags per 1,000 background orders", _number(report["false_flags_per_1000"])),
        ("false blocks per 1,000 background orders", _number(report["false_blocks_per_1000"])),
        ("look-alikes flagged", _percent(report["look_alike_false_flags"])),
        ("average precision", _number(report["average_precision"], 4)),
        *(
            (f"precision at {share} duplicates", _percent(report[f"precision_at_{share}"]))
            for share in ("0.1%", "0.5%", "1%")
        ),
        ("pairs completeness (blocking)", _percent(report["pairs_completeness"])),
        ("reduction ratio (blocking)", _number(report["reduction_ratio"], 5)),
        ("exact-reference rule: recall", _percent(report["exact_reference_recall"])),
        (
            "exact-reference rule: false flags per 1,000",
            _number(report["exact_reference_false_flags_per_1000"]),
        ),
    ]  # fmt: skip
    return _table(("figure", "value"), rows)


def _relations(report: Mapping[str, Any], accuracy: Mapping[str, float]) -> str:
    rows = [
        (
            name,
            "yes" if Relation(name).is_duplicate else "no",
            f"{figures['cases']:,}",
            _percent(figures["flagged"]),
            _percent(figures["blocked"]),
            _percent(figures["exact_reference"]),
            _percent(figures["pairs_completeness"]),
            _percent(accuracy.get(name)),
        )
        for name, figures in report["relations"].items()
    ]
    head = ("relation", "duplicate", "orders", "flagged", "blocked", "exact reference", "blocking",
            "named rightly")  # fmt: skip
    return _table(head, rows)


def _rankings(rankings: Mapping[str, Mapping[str, float]]) -> str:
    columns = sorted({column for figures in rankings.values() for column in figures})
    rows = [
        (name, *(_number(figures[column], 4) for column in columns))
        for name, figures in rankings.items()
    ]
    return _table(("scored by", *(column.replace("_", " ") for column in columns)), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def _bullets(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _number(value: float | None, decimals: int = 2) -> str:
    return "–" if value is None else f"{value:.{decimals}f}"
