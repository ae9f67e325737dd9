"""How a model looks on a terminal: its figures, and its tables as curves of text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from rich.console import RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.model import DuplicateModel, Table

WIDTH = 24
"""Longest bar to either side, in characters."""
FULL_SCALE = 8.0
"""Log2 odds that fill it."""


def summary(model: DuplicateModel) -> Iterator[RenderableType]:
    """Version, origin, thresholds, and the reach of each term, the widest first."""
    limits = model.thresholds
    yield Text(f"model {model.version}", "bold")
    for name, value in sorted(model.metadata.items()):
        yield Text(f"  {name}: {value}", "dim")
    yield Text(f"  prior weight {model.prior_weight:+.2f} log2 odds")
    yield Text(
        f"  review from {limits.review:.1%} (attended {limits.attended_review:.1%}), "
        f"duplicate from {limits.duplicate:.1%}"
    )
    table = RichTable(box=None, pad_edge=False, header_style="bold")
    for column in ("term", "lowest", "highest", "missing", "meaning"):
        table.add_column(column, justify="left" if column in ("term", "meaning") else "right")
    meanings = {comparison.name: comparison.meaning for comparison in COMPARISONS}
    for term in sorted(model.tables, key=lambda each: -float(np.ptp(each.values))):
        missing = f"{term.values[-1]:+.2f}" if term.values.ndim == 1 else ""
        meaning = meanings.get(term.term, "both together")
        table.add_row(
            term.term, f"{term.values.min():+.2f}", f"{term.values.max():+.2f}", missing, meaning
        )
    yield table


def curve(table: Table) -> Iterator[Text]:
    """A step function as one bar per step; a pair of comparisons as its range only."""
    yield Text(f"\n{table.term}", "bold")
    if table.values.ndim > 1:
        lowest, highest = table.values.min(), table.values.max()
        yield Text(f"  from {lowest:+.2f} to {highest:+.2f} over {table.values.size} cells")
        return
    for label, value in zip(_labels(table), table.values.tolist(), strict=True):
        yield Text.assemble(f"  {label:>24} {value:+6.2f} ", bar(value))


def _labels(table: Table) -> list[str]:
    edges = table.edges[0].tolist()
    if not edges:
        return ["any value", "missing"]
    between = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
    return [f"up to {edges[0]:.4g}", *between, f"over {edges[-1]:.4g}", "missing"]


def bar(value: float) -> Text:
    """A bar to the left for what speaks against a duplicate, to the right for what speaks for it.

    >>> bar(8.0).plain.count("█"), bar(-4.0).plain.count("█")
    (24, 12)
    """
    length = round(min(abs(value) / FULL_SCALE, 1.0) * WIDTH)
    blocks = "█" * length
    if value < 0:
        return Text.assemble(" " * (WIDTH - length), (blocks, "green"), "│")
    return Text.assemble(" " * WIDTH, "│", (blocks, "red"))
