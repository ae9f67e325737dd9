"""Pictures of a trained model. Knows matplotlib and numbers, nothing of orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ordertwin_models.model import DuplicateModel, Table, Thresholds
from ordertwin_training.calibrate import Curve, Reliability

Array = NDArray[np.float64]

INK, PALE, GRID = "#22313f", "#8795a1", "#e4e7eb"
COLOURS = ("#0b7a75", "#d1495b", "#edae49", "#5b7db1", "#8a5a83")
_STYLE = {
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": PALE,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "xtick.color": PALE,
    "ytick.color": PALE,
    "legend.frameon": False,
    "svg.hashsalt": "ordertwin",
}
_TABLES_A_ROW = 4


def precision_recall(path: Path, curves: Mapping[str, Curve], prevalence: float) -> None:
    """Precision against recall at a prevalence, one line for each way of scoring."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _canvas(f"Precision and recall at {prevalence:.1%} duplicates")
        for (name, curve), colour in zip(curves.items(), COLOURS, strict=False):
            precision = np.maximum.accumulate(curve.precision(prevalence)[::-1])[::-1]
            axes.step(curve.recall, precision, where="post", label=name, color=colour, lw=1.8)
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.02))
        axes.legend(loc="lower left")
        _save(figure, path)


def calibration(path: Path, found: Reliability) -> None:
    """What was said against what was seen; the size of a dot is the share of orders (log)."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _canvas("Calibration of the likeliest candidate")
        axes.plot([0, 1], [0, 1], color=PALE, lw=1, ls="--")
        size = 30 + 12 * np.maximum(0, np.log10(found.share) + 6)
        axes.plot(found.said, found.seen, color=COLOURS[0], lw=1)
        axes.scatter(found.said, found.seen, s=size, color=COLOURS[0], zorder=3)
        error, brier = found.expected_calibration_error, found.brier
        axes.text(0.02, 0.95, f"ECE {error:.4f}   Brier {brier:.5f}", transform=axes.transAxes)
        axes.set(xlabel="match probability said", ylabel="share of twins seen")
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.05))
        _save(figure, path)


def threshold_choice(path: Path, curve: Curve, chosen: Thresholds, prevalence: float) -> None:
    """Recall, precision and false flags against the threshold, with the chosen ones marked."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _canvas("What a threshold does")
        threshold = np.clip(curve.probability, 1e-6, 1 - 1e-6)
        odds = np.log2(threshold / (1 - threshold))
        lines = {
            "recall": curve.recall,
            f"precision at {prevalence:.1%}": curve.precision(prevalence),
            "share of other orders flagged": curve.false_rate,
        }
        for (name, values), colour in zip(lines.items(), COLOURS, strict=False):
            axes.step(odds, values, where="post", label=name, color=colour, lw=1.8)
        for name, probability, side in (
            ("review", chosen.review, "right"),
            ("duplicate", chosen.duplicate, "left"),
        ):
            at = np.log2(probability / (1 - probability)) if probability < 1 else odds.max()
            axes.axvline(at, color=INK, lw=1, ls=":")
            axes.text(at, 1.05, f" {name} {probability:.3g} ", ha=side, fontsize=8)
        axes.set(xlabel="threshold (log2 odds)", ylim=(0, 1.1))
        axes.legend(loc="center left")
        _save(figure, path)


def learning_curve(
    path: Path, verdicts: Sequence[int], precision: Sequence[float], loss: Sequence[float]
) -> None:
    """Average precision and loss on later pairs against the number of verdicts learned from."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _canvas("What verdicts brought")
        axes.plot(verdicts, precision, "o-", color=COLOURS[0], label="average precision")
        axes.plot(verdicts, loss, "o-", color=COLOURS[1], label="loss")
        axes.set(xlabel="verdicts", ylim=(0, 1.05))
        axes.legend(loc="center right")
        _save(figure, path)


def comparison_curves(path: Path, model: DuplicateModel, meanings: Mapping[str, str]) -> None:
    """Every table of the model as the step function it is, the one that reaches furthest first."""
    ranked = sorted(model.tables, key=lambda table: -float(np.ptp(table.values)))
    rows = max(1, ceil(len(ranked) / _TABLES_A_ROW))
    with matplotlib.rc_context({**_STYLE, "font.size": 7, "axes.titlesize": 8}):
        figure = Figure(figsize=(3.2 * _TABLES_A_ROW, 2.3 * rows), layout="constrained")
        panels: list[Axes] = np.ravel(figure.subplots(rows, _TABLES_A_ROW, squeeze=False)).tolist()
        for axes, table in zip(panels, ranked, strict=False):
            axes.set_title(table.term)
            if len(table.comparisons) == 1:
                _draw_steps(axes, table)
                axes.set_xlabel(meanings.get(table.term, ""), fontsize=6, color=PALE)
            else:
                _draw_pair(axes, table)
        for axes in panels[len(ranked) :]:
            axes.set_axis_off()
        figure.text(0.995, 0.995, "red dot: missing", ha="right", va="top", color=COLOURS[1])
        _save(figure, path)


def _draw_steps(axes: Axes, table: Table) -> None:
    (edges,), values = table.edges, table.values
    reach = max(1e-9, float(np.ptp(edges)) if len(edges) > 1 else 1.0)
    inner = edges if len(edges) else np.zeros(1)
    steps = values[:-1] if len(edges) else np.repeat(values[:1], 2)
    ends = np.concatenate([[inner[0] - 0.12 * reach], inner, [inner[-1] + 0.12 * reach]])
    axes.axhline(0, color=PALE, lw=0.8)
    axes.stairs(steps, ends, color=COLOURS[0], lw=1.6, baseline=None)
    axes.plot(ends[0] - 0.06 * reach, values[-1], "o", ms=4, color=COLOURS[1])
    axes.set_ylabel("log2 odds")


def _draw_pair(axes: Axes, table: Table) -> None:
    reach = float(np.abs(table.values).max()) or 1.0
    axes.imshow(
        table.values.T, origin="lower", aspect="auto", cmap="RdBu_r", vmin=-reach, vmax=reach
    )
    axes.set(xlabel=table.comparisons[0], ylabel=table.comparisons[1], xticks=[], yticks=[])
    axes.grid(False)


def _canvas(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, pad=14)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    # Nothing of when and by what, so that the same model gives the same picture.
    unsaid = ("Date", "Creator") if path.suffix.lower() == ".svg" else ("Software",)
    figure.savefig(path, dpi=140, metadata=dict.fromkeys(unsaid))
