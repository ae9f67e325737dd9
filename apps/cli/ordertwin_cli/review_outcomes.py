"""What became of orders, from a file to the server: each row once, however often it comes."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ordertwin.v1.order_pb2 import Order, OrderOutcome
from ordertwin_cli.failures import CommandFailed
from ordertwin_client import ConflictError, OrderTwinClient, OrderTwinError

_PREFIX = "ORDER_OUTCOME_"
COLUMNS = ("source", "order_id", "outcome", "counterpart")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; `counterpart` is the id of an order of the same source, or empty."""

    line: int
    source: str
    order_id: str
    outcome: str
    counterpart: str

    @property
    def request_id(self) -> str:
        """The same for the same row, so that nothing is kept twice."""
        said = (self.source, self.order_id, self.outcome, self.counterpart)
        return "outcome-" + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:40]


@dataclass(slots=True)
class HandedIn:
    """How many outcomes are kept, and a sentence for every row that was not taken."""

    kept: int = 0
    problems: list[str] = field(default_factory=list)


def rows_in(path: Path) -> list[Row]:
    """The rows of a CSV or JSON Lines file; CommandFailed when it is neither."""
    read = _from_csv if path.suffix.casefold() == ".csv" else _from_json
    return [
        Row(line, *(str(given.get(name) or "").strip() for name in COLUMNS))
        for line, given in read(path)
    ]


def hand_in(client: OrderTwinClient, tenant: str, rows: Sequence[Row]) -> HandedIn:
    """Tell the server of every row; rows that it refuses are told of, the others are kept."""
    done = HandedIn()
    for row in rows:
        try:
            _hand_in_row(client, tenant, row)
        except (OrderTwinError, ValueError) as error:
            done.problems.append(f"line {row.line}: {error}")
        else:
            done.kept += 1
    return done


def _hand_in_row(client: OrderTwinClient, tenant: str, row: Row) -> None:
    try:
        outcome: Any = OrderOutcome.Value(f"{_PREFIX}{row.outcome.upper()}")
    except ValueError:
        known = ", ".join(name.removeprefix(_PREFIX) for name in OrderOutcome.keys()[1:])
        raise ValueError(f"outcome {row.outcome!r} must be one of {known}") from None
    order = _order(client, tenant, row.source, row.order_id)
    counterpart = (
        _order(client, tenant, row.source, row.counterpart).name if row.counterpart else ""
    )
    try:
        client.update_order_status(
            order.name,
            order.state,
            request_id=row.request_id,
            outcome=outcome,
            counterpart=counterpart,
        )
    except ConflictError as error:
        # Handed in before, when the order was in another state.
        if error.reason != "REQUEST_ID_REUSED":
            raise


def _order(client: OrderTwinClient, tenant: str, source: str, order_id: str) -> Order:
    if not order_id:
        raise ValueError("order_id is missing")
    found = next(
        (
            order
            for order in client.list_orders(tenant=tenant, source=source, order_id=order_id)
            if order.source == source
        ),
        None,
    )
    if found is None:
        raise ValueError(f"there is no order {order_id} of source {source!r}")
    return found


def _from_csv(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"order_id", "outcome"} - set(reader.fieldnames or ())
        if missing:
            raise CommandFailed(f"{path} has no column {min(missing)}")
        for row in reader:
            yield reader.line_num, row


def _from_json(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                given = json.loads(text)
            except ValueError:
                given = None
            if not isinstance(given, dict):
                raise CommandFailed(f"{path}, line {line}: is no JSON object")
            yield line, given
