"""A real company's own history: its orders, and the pairs that its people have judged.

Orders come as CSV with one row per order line (`ORDER_COLUMNS`), as JSON Lines of order documents
or stream events, or as flat JSON Lines when there is a mapping file (`HistoryMapping`). Nothing is
taken over unless everything could be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ordertwin_training.company_history.columns import (
    ORDER_COLUMNS,
    PAIR_COLUMNS,
    Column,
    Verdict,
)
from ordertwin_training.company_history.mapping import HistoryMapping, load_mapping
from ordertwin_training.company_history.orders import orders_from_documents, orders_from_rows
from ordertwin_training.company_history.pairs import LabelledPair, read_pairs, truths
from ordertwin_training.company_history.problems import HistoryInvalid, Problem, Problems
from ordertwin_training.company_history.table import Progress, is_json_lines
from ordertwin_training.stream import BACKGROUND, Event, OrderEvent, Truth

__all__ = [
    "ORDER_COLUMNS",
    "PAIR_COLUMNS",
    "Column",
    "CompanyHistory",
    "HistoryInvalid",
    "HistoryMapping",
    "LabelledPair",
    "Problem",
    "Verdict",
    "load_mapping",
    "read_company_history",
]


@dataclass(frozen=True, slots=True)
class CompanyHistory:
    """Events in time order, orders with what the verdicts say about them; and the verdicts."""

    events: tuple[Event, ...]
    pairs: tuple[LabelledPair, ...]


def read_company_history(
    orders: Path,
    pairs: Path | None = None,
    *,
    now: datetime,
    mapping: Path | None = None,
    pairs_mapping: Path | None = None,
    rest_is_unique: bool = False,
    progress: Progress | None = None,
) -> CompanyHistory:
    """Read a company's orders and the pairs its people have judged.

    `now` is the present, for the check that no order lies in the future. `rest_is_unique` says that
    every duplicate among the orders is in the pairs file, so that the others are known to be none;
    otherwise nothing is known about them. `progress` hears of the bytes read of the orders file.

    Raises HistoryInvalid with every problem found (at most 20): file, line, column, what to do.
    """
    problems = Problems(orders)
    if is_json_lines(orders) and mapping is None:
        events = orders_from_documents(orders, problems, now, progress)
    else:
        found = load_mapping(mapping, ORDER_COLUMNS) if mapping else HistoryMapping()
        events = orders_from_rows(orders, found, problems, now, progress)
    if not events and not problems.found:
        problems.add(0, "", "holds no order")
    problems.stop_if_any()
    events.sort(key=lambda event: event.at)
    judged = _judged(events, pairs, pairs_mapping)
    otherwise = BACKGROUND if rest_is_unique else None
    known = truths(judged)
    return CompanyHistory(
        tuple(_with_truth(event, known, otherwise) for event in events), tuple(judged)
    )


def _judged(
    events: Sequence[Event], path: Path | None, mapping_path: Path | None
) -> list[LabelledPair]:
    if path is None:
        return []
    mapping = load_mapping(mapping_path, PAIR_COLUMNS) if mapping_path else HistoryMapping()
    ids = [event.order.order_id for event in events if isinstance(event, OrderEvent)]
    arrivals = {order_id: rank for rank, order_id in enumerate(ids)}
    problems = Problems(path)
    pairs = read_pairs(path, mapping, arrivals, problems)
    problems.stop_if_any()
    return pairs


def _with_truth(event: Event, known: dict[str, Truth | None], otherwise: Truth | None) -> Event:
    if not isinstance(event, OrderEvent):
        return event
    order_id = event.order.order_id
    if order_id in known:
        return replace(event, truth=known[order_id])
    return event if event.truth is not None else replace(event, truth=otherwise)
