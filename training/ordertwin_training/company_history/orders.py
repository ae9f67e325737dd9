"""The orders of a company, from rows or from order documents, checked as at the server's door."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ordertwin_models.document import order_from_document
from ordertwin_models.errors import FieldViolation, InvalidOrder
from ordertwin_models.order import Order, OrderState
from ordertwin_models.order_fields import Kind
from ordertwin_models.validation import validate_order
from ordertwin_training.company_history.columns import ORDER_COLUMNS, Column
from ordertwin_training.company_history.mapping import HistoryMapping
from ordertwin_training.company_history.problems import Problems
from ordertwin_training.company_history.table import Progress, Row, read_lines, read_rows
from ordertwin_training.stream import Event, OrderEvent, StatusEvent, parse_event

_COLUMNS = {column.name: column for column in ORDER_COLUMNS}
_NAMES = {column.path: column.name for column in ORDER_COLUMNS if column.path}
_STATE_COLUMNS = ("state", "state_changed_at")
_INDEX = re.compile(r"\[(\d+)\]")


@dataclass(slots=True)
class _Draft:
    """An order on its way from rows to an order document."""

    document: dict[str, Any]
    header: dict[str, str]
    first_line: int
    is_broken: bool = False
    line_numbers: list[int] = field(default_factory=list)


def orders_from_rows(
    path: Path,
    mapping: HistoryMapping,
    problems: Problems,
    now: datetime,
    progress: Progress | None = None,
) -> list[Event]:
    """Orders and their states from a file of rows, one row per order line."""
    drafts: dict[tuple[str, str], _Draft] = {}
    for row in read_rows(path, ORDER_COLUMNS, mapping, problems, progress):
        order_id = row.cells.get("order_id")
        if order_id is None:
            problems.add(row.line, "order_id", "is missing; every row needs the id of its order")
            continue
        key = (row.cells.get("source", ""), order_id)
        draft = drafts.get(key)
        if draft is None:
            draft = drafts[key] = _Draft({}, {}, row.line)
        _add_row(draft, row, mapping, problems)
    events: list[Event] = []
    for draft in drafts.values():
        if draft.is_broken:
            continue
        events += _events(draft, problems, now)
    return events


def orders_from_documents(
    path: Path, problems: Problems, now: datetime, progress: Progress | None = None
) -> list[Event]:
    """Orders from JSON Lines of order documents, or of stream events."""
    events: list[Event] = []
    seen: dict[tuple[str, str], int] = {}
    for number, text in enumerate(read_lines(path, "", problems, progress), start=1):
        if not text.strip():
            continue
        try:
            event = event_of_line(text)
        except ValueError as error:
            problems.add(number, "", str(error))
            continue
        if isinstance(event, OrderEvent):
            key = (event.order.source, event.order.order_id)
            if key in seen:
                problems.add(number, "order_id", f"was on line {seen[key]} already; keep one")
            seen[key] = number
            for violation in validate_order(event.order, now=now):
                problems.add(number, violation.field, violation.description)
        events.append(event)
    return events


def order_of_rows(
    rows: Sequence[Row], mapping: HistoryMapping, problems: Problems, now: datetime
) -> list[Event]:
    """The order that is all of these rows, and its state; nothing when there are problems."""
    draft = _Draft({}, {}, rows[0].line)
    for row in rows:
        _add_row(draft, row, mapping, problems)
    return [] if draft.is_broken else list(_events(draft, problems, now))


def event_of_line(text: str) -> Event:
    """The event in a line of JSON: an order document or an event of a stream.

    Raises ValueError with a sentence that says what is wrong.
    """
    is_event = '"type"' in text and "type" in json.loads(text)
    return parse_event(text if is_event else f'{{"type":"order","order":{text}}}')


def _add_row(draft: _Draft, row: Row, mapping: HistoryMapping, problems: Problems) -> None:
    line: dict[str, Any] = {}
    for name, text in row.cells.items():
        column = _COLUMNS[name]
        known = draft.header.get(name)
        if known == text:
            continue
        try:
            if known is not None:
                raise ValueError(
                    f"is {text!r}, but {known!r} on line {draft.first_line}, same order"
                )
            value = mapping.written(column, text)
        except ValueError as error:
            problems.add(row.line, name, str(error))
            draft.is_broken = True
            continue
        if column.is_of_line:
            line[column.path.removeprefix("lines[].")] = value
        else:
            draft.header[name] = text
            _put(draft.document, column, value)
    if line:
        draft.document.setdefault("lines", []).append(line)
        draft.line_numbers.append(row.line)


def _put(document: dict[str, Any], column: Column, text: str) -> None:
    value: Any = text
    if column.kind is Kind.TEXTS:
        value = [part.strip() for part in re.split(r"[|\n]", text) if part.strip()]
    owner, _, name = (column.path or column.name).rpartition(".")
    target = document.setdefault(owner, {}) if owner else document
    target[name] = value


def _events(draft: _Draft, problems: Problems, now: datetime) -> Iterator[Event]:
    states = {name: draft.document.pop(name, "") for name in _STATE_COLUMNS}
    try:
        order = order_from_document(draft.document)
        violations = validate_order(order, now=now)
    except InvalidOrder as error:
        violations = list(error.violations)
    if violations:
        for violation in violations:
            line, name = _place(violation, draft)
            problems.add(line, name, violation.description)
        return
    yield OrderEvent(order)
    yield from _status(order, states, draft.first_line, problems)


def _status(
    order: Order, states: dict[str, str], line: int, problems: Problems
) -> Iterator[StatusEvent]:
    state, since = states["state"], states["state_changed_at"]
    if not state or state == OrderState.RECEIVED:
        return
    if state not in OrderState.__members__:
        known = ", ".join(OrderState)
        text = f"is {state!r}; translate it under [values.state] to one of {known}"
        problems.add(line, "state", text)
    elif not since:
        text = f"is missing; without it nobody knows since when the order is {state}"
        problems.add(line, "state_changed_at", text)
    else:
        at = datetime.fromisoformat(since)
        yield StatusEvent(order.source, order.order_id, OrderState[state], at)


def _place(violation: FieldViolation, draft: _Draft) -> tuple[int, str]:
    """The line and the column of a broken field."""
    index = _INDEX.search(violation.field)
    path = _INDEX.sub("[]", violation.field)
    name = _NAMES.get(path) or _NAMES.get(path.removesuffix("[]")) or violation.field
    if index and path.startswith("lines[]") and int(index[1]) < len(draft.line_numbers):
        return draft.line_numbers[int(index[1])], name
    return draft.first_line, name
