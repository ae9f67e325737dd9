"""Two orders side by side: fields with their differences, and lines next to each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.fuzz import token_set_ratio

from ordertwin_reviewer.pages.differences import Piece, differences
from ordertwin_reviewer.pages.language import Reader
from ordertwin_reviewer.pages.terms import CHANNEL, term

ALIKE = 60.0
"""Names of lines that resemble each other this much may be the same product."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both orders."""

    label: str
    left: list[Piece]
    right: list[Piece]
    state: str

    @property
    def is_same(self) -> bool:
        """Whether both say the same, so that it can be folded away."""
        return self.state == "same"


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of both orders next to each other; a side is empty where the line is missing."""

    cells: tuple[Row, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What is shown of two orders."""

    fields: tuple[Row, ...]
    lines: tuple[LineRow, ...]

    @property
    def differing(self) -> int:
        """How many fields differ."""
        return sum(row.state == "differs" for row in self.fields)


def pair_of(incoming: Any, existing: Any, alignments: Sequence[Any], reader: Reader) -> Pair:
    """Compare two orders; `alignments` are those of the decision, empty where it is hidden."""
    fields = tuple(
        _row(label, ours, theirs)
        for (label, ours), (_, theirs) in zip(
            _fields(incoming, reader), _fields(existing, reader), strict=True
        )
        if ours or theirs
    )
    rows = _aligned(incoming, existing, alignments)
    return Pair(fields, tuple(_line_row(ours, theirs, reader) for ours, theirs in rows))


def _row(label: str, left: str, right: str) -> Row:
    if left == right:
        return Row(label, [Piece(left, False)], [Piece(right, False)], "same")
    if not left or not right:
        return Row(label, [Piece(left, False)], [Piece(right, False)], "one-sided")
    ours, theirs = differences(left, right)
    return Row(label, ours, theirs, "differs")


def _fields(order: Any, reader: Reader) -> Iterable[tuple[str, str]]:
    words = reader.words
    yield words("Order number"), order.order_number or order.order_id
    yield words("Customer reference"), order.customer_reference
    yield words("Ordered"), reader.time(order.ordered_at)
    yield words("Channel"), words(term(CHANNEL, order.channel)) if order.channel else ""
    yield words("Source"), order.source
    yield words("Entered by"), order.entered_by
    yield words("Customer number"), order.customer.party_id
    yield words("Customer"), order.customer.name
    yield words("Contact"), order.customer.contact_name
    yield words("Phone"), order.customer.phone
    yield words("E-mail"), order.customer.email
    yield words("Deliver to"), _address(order.ship_to)
    yield words("Invoice to"), _address(order.bill_to)
    yield words("Delivery date"), reader.day(order.requested_delivery_date)
    yield words("Revision"), order.revision
    yield words("Blanket order"), order.blanket_reference
    yield words("Call-off"), order.release_number
    yield words("Quote"), order.quote_reference
    yield words("Company"), order.company
    yield words("Message function"), order.message_function
    yield words("Total"), reader.money(order.total_amount)
    yield words("Note"), order.note


def _address(address: Any) -> str:
    town = " ".join(part for part in (address.postal_code, address.locality) if part)
    parts = (*address.recipients, address.organization, *address.address_lines, town)
    return ", ".join(
        part for part in (*parts, address.administrative_area, address.region_code) if part
    )


def _line_row(ours: Any, theirs: Any, reader: Reader) -> LineRow:
    cells = tuple(
        _row(label, left, right)
        for (label, left), (_, right) in zip(
            _cells(ours, reader), _cells(theirs, reader), strict=True
        )
    )
    if ours is None or theirs is None:
        state = "only-existing" if ours is None else "only-incoming"
    else:
        state = "differs" if any(cell.state == "differs" for cell in cells) else "same"
    return LineRow(cells, state)


def _cells(line: Any, reader: Reader) -> Iterable[tuple[str, str]]:
    words = reader.words
    item = (line.sku or line.gtin or line.customer_sku) if line is not None else ""
    name = " · ".join(part for part in (line.name, line.specification) if part) if line else ""
    amount = f"{reader.quantity(line.quantity.value)} {line.unit}".strip() if line else ""
    price = reader.money(line.unit_price) if line is not None else ""
    yield words("Article"), item
    yield words("Product"), name
    yield words("Quantity"), amount
    yield words("Price"), price


def _aligned(
    incoming: Any, existing: Any, alignments: Sequence[Any]
) -> Iterable[tuple[Any | None, Any | None]]:
    """Lines next to each other: as the decision aligned them, or by article and name."""
    ours, theirs = _by_id(incoming.lines), _by_id(existing.lines)
    if alignments:
        for one in alignments:
            pair = ours.pop(one.incoming_line_id, None), theirs.pop(one.existing_line_id, None)
            if any(each is not None for each in pair):
                yield pair
    else:
        for key, line in list(ours.items()):
            best = max(theirs, key=lambda other: _likeness(line, theirs[other]), default=None)
            if best is not None and _likeness(line, theirs[best]) >= ALIKE:
                yield ours.pop(key), theirs.pop(best)
    for line in ours.values():
        yield line, None
    for line in theirs.values():
        yield None, line


def _by_id(lines: Iterable[Any]) -> dict[str, Any]:
    """Lines by their id, or by position as the server counts them where they have none."""
    return {line.line_id or str(number): line for number, line in enumerate(lines, 1)}


def _likeness(one: Any, other: Any) -> float:
    if (one.sku and one.sku == other.sku) or (one.gtin and one.gtin == other.gtin):
        return 100.0
    return float(token_set_ratio(f"{one.sku} {one.name}", f"{other.sku} {other.name}"))
