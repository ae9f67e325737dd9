"""The stream file: orders and status changes as JSON Lines, in the order in which they arrived.

Generator, training, replay and benchmark all speak this format, so it must stay light: it knows
the core and the standard library, nothing of how events are made or used.

    {"type": "order", "order": {...}, "truth": {"relation": "REKEYED", "counterpart": "SO-17"}}
    {"type": "status", "order_id": "SO-17", "source": "edi", "state": "CANCELLED", "at": "..."}

`truth` is left out when nobody knows; `{"relation": null}` says: known to be related to nothing.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar, cast

from ordertwin_models.decision import Relation
from ordertwin_models.document import order_from_document, order_to_document
from ordertwin_models.errors import InvalidOrder, OrderTwinError
from ordertwin_models.order import Order, OrderState


class StreamInvalid(OrderTwinError):
    """A stream file cannot be read; says which file, which line and what to do."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        self.path, self.line, self.problem = Path(path), line, problem
        super().__init__(f"{path}, line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about an order: its relation to the earlier order `counterpart` (an order id).

    Both None: known to be related to no earlier order.
    """

    relation: Relation | None
    counterpart: str | None

    @property
    def is_duplicate(self) -> bool:
        """Whether the order should not have been entered as a new one.

        >>> Truth(Relation.RESEND, "SO-1").is_duplicate, Truth(None, None).is_duplicate
        (True, False)
        """
        return self.relation is not None and self.relation.is_duplicate


BACKGROUND = Truth(None, None)
"""The truth of an order that is known to be related to nothing."""


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """An order arrives. `truth` is None when nobody knows what it is."""

    order: Order
    truth: Truth | None = None

    @property
    def at(self) -> datetime:
        """When the customer ordered."""
        return self.order.ordered_at


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """The order with natural key (`source`, `order_id`) changes its state."""

    source: str
    order_id: str
    state: OrderState
    at: datetime


Event = OrderEvent | StatusEvent
_Name = TypeVar("_Name", bound=StrEnum)


def read_stream(path: Path | str) -> Iterator[Event]:
    """Events of the file in file order, one at a time; names ending in `.gz` are unpacked.

    Raises StreamInvalid at the first line that is not an event; FileNotFoundError as usual.
    """
    for _, event in numbered_events(path):
        yield event


def numbered_events(path: Path | str) -> Iterator[tuple[int, Event]]:
    """As `read_stream`, each event with the number of its line, from 1."""
    number = 0
    try:
        with _open_text(Path(path), "r") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, parse_event(line)
    except ValueError as error:
        if isinstance(error, UnicodeDecodeError):
            error = ValueError(f"is not UTF-8 ({error.reason}); save the file as UTF-8")
            number += 1
        raise StreamInvalid(path, number, str(error)) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        problem = f"the gzip data end or break here ({error}); copy the file again"
        raise StreamInvalid(path, number + 1, problem) from error


def write_stream(path: Path | str, events: Iterable[Event]) -> int:
    """Write events to `path` (packed if it ends in `.gz`); returns how many.

    Equal events give equal bytes, packed or not.
    """
    count = 0
    with _open_text(Path(path), "w") as file:
        for count, event in enumerate(events, start=1):  # noqa: B007 (returned)
            file.write(format_event(event) + "\n")
    return count


def parse_event(line: str) -> Event:
    """The event in one line of a stream file.

    Raises ValueError with a sentence that says what is wrong.

    >>> parse_event('{"type": "status", "order_id": "SO-1", "state": "SHIPPED",'
    ...             ' "at": "2026-03-01T10:00:00Z"}').state.value
    'SHIPPED'
    """
    try:
        document = json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is not an event: it is nested too deeply") from error
    if not isinstance(document, dict):
        raise ValueError("is not a JSON object; each line holds one event")
    kind = document.get("type")
    if kind == "order":
        return _parse_order_event(document)
    if kind == "status":
        return _parse_status_event(document)
    raise ValueError(f'"type" is {json.dumps(kind)}; it must be "order" or "status"')


def format_event(event: Event) -> str:
    """The line of a stream file that `parse_event` reads back as `event`."""
    if isinstance(event, OrderEvent):
        document: dict[str, Any] = {"type": "order", "order": order_to_document(event.order)}
        if event.truth is not None:
            document["truth"] = _truth_document(event.truth)
    else:
        document = {"type": "status", "order_id": event.order_id}
        if event.source:
            document["source"] = event.source
        document |= {"state": event.state.value, "at": event.at.isoformat()}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _parse_order_event(document: Mapping[str, Any]) -> OrderEvent:
    _refuse_unknown(document, ("type", "order", "truth"))
    order = document.get("order")
    if not isinstance(order, dict):
        raise ValueError('"order" must be an object: the order document')
    try:
        return OrderEvent(order_from_document(order), _parse_truth(document.get("truth")))
    except InvalidOrder as error:
        raise ValueError(f"the order is not valid: {error}") from error


def _parse_truth(value: object) -> Truth | None:
    if value is None:
        return None
    if not isinstance(value, dict) or "relation" not in value:
        raise ValueError('"truth" must be an object with "relation"; leave it out when unknown')
    _refuse_unknown(value, ("relation", "counterpart"), "truth.")
    relation, counterpart = value["relation"], value.get("counterpart")
    if relation is None:
        return BACKGROUND
    if counterpart is not None and not isinstance(counterpart, str):
        raise ValueError('"truth.counterpart" must be the order_id of the earlier order')
    return Truth(_member(Relation, relation, "truth.relation"), counterpart)


def _truth_document(truth: Truth) -> dict[str, str | None]:
    if truth.relation is None:
        return {"relation": None}
    document: dict[str, str | None] = {"relation": truth.relation.value}
    if truth.counterpart is not None:
        document["counterpart"] = truth.counterpart
    return document


def _parse_status_event(document: Mapping[str, Any]) -> StatusEvent:
    _refuse_unknown(document, ("type", "order_id", "source", "state", "at"))
    order_id, source = document.get("order_id"), document.get("source", "")
    if not isinstance(order_id, str) or not order_id or not isinstance(source, str):
        raise ValueError('"order_id" (required) and "source" must be text')
    state = _member(OrderState, document.get("state"), "state")
    return StatusEvent(source, order_id, state, _parse_time(document))


def _parse_time(document: Mapping[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(document["at"])
    except (KeyError, TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError('"at" must be a time with zone, such as "2026-03-01T10:00:00Z"')
    return at


def _member(kind: type[_Name], value: object, field: str) -> _Name:
    for member in kind:
        if member.value == value:
            return member
    known = ", ".join(member.value for member in kind)
    raise ValueError(f'"{field}" is {json.dumps(value)}; it must be one of {known}')


def _refuse_unknown(document: Mapping[str, Any], known: tuple[str, ...], prefix: str = "") -> None:
    for name in document:
        if name not in known:
            raise ValueError(f'"{prefix}{name}" is unknown; known here: {", ".join(known)}')


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number an order can hold; leave the field out")


@contextmanager
def _open_text(path: Path, mode: str) -> Iterator[IO[str]]:
    with ExitStack() as stack:
        file = cast(IO[bytes], stack.enter_context(path.open(f"{mode}b")))
        if path.suffix == ".gz":
            packed = gzip.GzipFile(filename="", mode=f"{mode}b", fileobj=file, mtime=0)
            file = cast(IO[bytes], stack.enter_context(packed))
        yield stack.enter_context(io.TextIOWrapper(file, encoding="utf-8", newline="\n"))
