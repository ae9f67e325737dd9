"""A history of any length, order by order, in the order of its file and in bounded memory.

Reading is in two steps, so that the dear one can be done elsewhere: `passages` cuts a file into the
places where one order stands, `understand` says what order that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from ordertwin_models.fingerprint import fingerprint64
from ordertwin_models.order import Order, OrderState
from ordertwin_models.validation import validate_order
from ordertwin_training.company_history.columns import ORDER_COLUMNS
from ordertwin_training.company_history.mapping import HistoryMapping
from ordertwin_training.company_history.orders import event_of_line, order_of_rows
from ordertwin_training.company_history.problems import HistoryInvalid, Problem, Problems
from ordertwin_training.company_history.table import (
    Progress,
    Row,
    is_json_lines,
    read_lines,
    read_rows,
)
from ordertwin_training.stream import OrderEvent, StatusEvent


@dataclass(frozen=True, slots=True)
class Passage:
    """Where one order stands in a file: a line of JSON, or its rows. `line` is the first."""

    line: int
    text: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """What a passage says: an order, and its state if it tells; or neither, for a status event; or
    what is wrong."""

    line: int
    order: Order | None
    state: OrderState | None
    problems: tuple[Problem, ...]


def passages(
    path: Path, mapping: HistoryMapping | None, progress: Progress | None = None
) -> Iterator[Passage]:
    """The passages of a file, without a mapping one that is ours already.

    Rows of one order must stand together. Raises HistoryInvalid at what cannot even be cut.
    """
    problems = Problems(path)
    if is_json_lines(path) and mapping is None:
        for number, text in enumerate(read_lines(path, "", problems, progress), start=1):
            if text.strip():
                yield Passage(number, text)
        return
    rows = read_rows(path, ORDER_COLUMNS, mapping or HistoryMapping(), problems, progress)
    seen: set[int] = set()
    for (source, order_id), group in groupby(rows, _natural_key):
        together = tuple(group)
        line, key = together[0].line, natural_key(source, order_id)
        if not order_id:
            problems.add(line, "order_id", "is missing; every row needs the id of its order")
        elif key in seen:
            problems.add(line, "order_id", f"{order_id!r} stood further up; sort the rows by order")
        # A broken row behind these may be one more of them.
        problems.stop_if_any()
        seen.add(key)
        yield Passage(line, rows=together)
    problems.stop_if_any()


def understand(
    passage: Passage, path: Path, mapping: HistoryMapping | None, now: datetime
) -> Understood:
    """What a passage of `path` says; `now` is for the check that no order lies in the future."""
    problems = Problems(path)
    order: Order | None = None
    state: OrderState | None = None
    try:
        if passage.rows:
            events = order_of_rows(passage.rows, mapping or HistoryMapping(), problems, now)
        else:
            events = [event_of_line(passage.text)]
        for event in events:
            if isinstance(event, OrderEvent):
                order = event.order
            elif passage.rows:
                state = event.state
        if order is not None and not passage.rows:
            for violation in validate_order(order, now=now):
                problems.add(passage.line, violation.field, violation.description)
    except HistoryInvalid:
        pass
    except ValueError as error:
        problems.add(passage.line, "", str(error))
    if problems.found:
        order = state = None
    return Understood(passage.line, order, state, tuple(problems.found))


def final_states(path: Path) -> dict[int, OrderState]:
    """The last state of each order that a stream of JSON Lines tells of, by `natural_key`.

    What cannot be read is left out; `passages` and `understand` find it again, and say so.
    """
    states: dict[int, OrderState] = {}
    try:
        for text in read_lines(path, "", Problems(path)):
            if '"status"' in text:
                _note_state(text, states)
    except HistoryInvalid:
        pass
    return states


def natural_key(source: str, order_id: str) -> int:
    """What identifies an order, as a number of 64 bits.

    >>> natural_key("edi", "SO-1") == natural_key("edi", "SO-1") != natural_key("ed", "iSO-1")
    True
    """
    return fingerprint64("natural key", f"{len(source)}:{source}{order_id}")


def _note_state(text: str, states: dict[int, OrderState]) -> None:
    try:
        event = event_of_line(text)
    except ValueError:
        return
    if isinstance(event, StatusEvent):
        states[natural_key(event.source, event.order_id)] = event.state


def _natural_key(row: Row) -> tuple[str, str]:
    return row.cells.get("source", ""), row.cells.get("order_id", "")
