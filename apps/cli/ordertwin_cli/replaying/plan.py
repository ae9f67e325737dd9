"""A stream file, checked from end to end before anything of it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ordertwin_models.errors import InvalidFields
from ordertwin_models.validation import validate_order
from ordertwin_training.stream import (
    Event,
    OrderEvent,
    StreamInvalid,
    format_event,
    numbered_events,
)

MAX_LINES = 10_000
"""Most lines any server may be told to accept."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event, where it stands in the file, and the request id it is sent with."""

    line: int
    event: Event
    request_id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked file: how much there is to send."""

    path: Path
    events: int
    orders: int

    def steps(self) -> Iterator[Step]:
        """The events to send, in file order. Memory does not grow with the file."""
        for line, event in numbered_events(self.path):
            yield Step(line, event, request_id(line, event))


def checked(path: Path, *, now: datetime) -> Plan:
    """The plan for a file in which every event could be read and every order is valid.

    Raises StreamInvalid that names the first broken line, so that nothing is sent by halves.
    """
    events = orders = 0
    for line, event in numbered_events(path):
        events += 1
        if isinstance(event, OrderEvent):
            orders += 1
            violations = validate_order(event.order, now=now, max_lines=MAX_LINES)
            if violations:
                raise StreamInvalid(path, line, str(InvalidFields(violations)))
    if not events:
        raise StreamInvalid(path, 1, "there are no events; each line holds one, see docs/replay.md")
    return Plan(path, events, orders)


def request_id(line: int, event: Event) -> str:
    """The same event at the same line is the same request, so a replay may be repeated.

    >>> from ordertwin_training.stream import parse_event
    >>> event = parse_event('{"type": "status", "order_id": "SO-1", "state": "SHIPPED",'
    ...                     ' "at": "2026-03-01T10:00:00Z"}')
    >>> request_id(7, event)
    'replay-7-3aff6125ec1b1ba9f59e4866'
    """
    digest = hashlib.sha256(format_event(event).encode()).hexdigest()
    return f"replay-{line}-{digest[:24]}"
