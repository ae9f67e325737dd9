"""Pictures of a run: what each system finds at which price, and relation by relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.orders.compare import Tried
from ordertwin_models.decision import Relation
from ordertwin_training.detection_report import DetectionCase, reachable_probability

Array = NDArray[np.float64]
_OURS = "#0b7a75"
_OTHERS = ("#d1495b", "#edae49", "#5b7db1", "#8a5a83", "#4f5d75", "#b07d62", "#9aa5b1", "#c7b446")
_SMALLEST = 0.1


def draw(folder: Path, tried: Mapping[str, Tried], ours: str) -> list[Path]:
    """Write both pictures; returns their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "recall-and-price.png", folder / "relations.png"]
    style = {"font.size": 9, "legend.frameon": False, "axes.grid": True, "grid.color": "#e4e7eb"}
    with matplotlib.rc_context(style):
        _recall_and_price(files[0], tried, ours)
        _relations(files[1], tried[ours].cases)
    return files


def trade_off(cases: Sequence[DetectionCase]) -> tuple[Array, Array]:
    """False flags per 1,000 orders that are no duplicates, and recall, threshold by threshold."""
    duplicate = np.array([case.is_duplicate for case in cases], dtype=bool)
    rank = np.array([reachable_probability(case) for case in cases])
    thresholds = np.unique(rank[rank > 0.0])[::-1]
    found = np.sort(rank[duplicate])
    wrong = np.sort(rank[~duplicate])
    recall = 1.0 - np.searchsorted(found, thresholds) / max(len(found), 1)
    price = 1000.0 * (len(wrong) - np.searchsorted(wrong, thresholds)) / max(len(wrong), 1)
    return price, recall


def _recall_and_price(path: Path, tried: Mapping[str, Tried], ours: str) -> None:
    figure, axes = _canvas()
    colours = dict(zip([name for name in tried if name != ours], _OTHERS, strict=False))
    for name, record in tried.items():
        price, recall = trade_off(record.cases)
        width = 2.4 if name == ours else 1.3
        price = np.maximum(price, _SMALLEST)
        # A rule that says yes or no has one point only.
        marker = "o" if len(price) == 1 else None
        colour = colours.get(name, _OURS)
        axes.step(price, recall, where="post", label=name, lw=width, color=colour, marker=marker)
    axes.axvline(1.0, color="#8795a1", lw=1, ls="--")
    axes.set(xscale="log", xlim=(_SMALLEST, 1000), ylim=(0, 1.02), ylabel="recall",
             xlabel="false flags per 1,000 orders that are no duplicates")  # fmt: skip
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _relations(path: Path, cases: Sequence[DetectionCase]) -> None:
    figure, axes = _canvas()
    names = [r for r in Relation if any(case.relation is r for case in cases)]
    shares = [np.mean([case.flagged for case in cases if case.relation is r]) for r in names]
    colours = [_OURS if name.is_duplicate else _OTHERS[0] for name in names]
    places = np.arange(len(names))[::-1]
    axes.barh(places, shares, color=colours)
    axes.set_yticks(places, [name.lower().replace("_", " ") for name in names])
    for place, share in zip(places, shares, strict=True):
        axes.text(float(share) + 0.01, float(place), f"{share:.1%}", va="center", fontsize=8)
    axes.set(xlim=(0, 1.1), xlabel="share flagged: duplicates should be, look-alikes not")
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _canvas() -> tuple[Figure, matplotlib.axes.Axes]:
    figure = Figure(figsize=(8.6, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    return figure, axes
