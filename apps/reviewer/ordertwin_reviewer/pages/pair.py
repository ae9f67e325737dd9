"""Two orders side by side: fields with their differences, and lines next to each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.utils import default_process

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
    differ = any(piece.differs for piece in (*ours, *theirs))
    return Row(label, ours, theirs, "differs" if differ else "same")


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
    ours, theirs = list(enumerate(incoming.lines, 1)), list(enumerate(existing.lines, 1))
    if alignments:
        for one in alignments:
            pair = _taken(ours, one.incoming_line_id), _taken(theirs, one.existing_line_id)
            if any(each is not None for each in pair):
                yield pair
    else:
        # The likest first, or a line would take the neighbour of one that is more like it.
        said = [(place, other, _said(other)) for place, other in theirs]
        likest = sorted(
            (-found, mine, place)
            for mine, line in ours
            for words in (_said(line),)
            for place, other, others in said
            if (found := _likeness(line, other, words, others)) >= ALIKE
        )
        met: dict[int, int] = {}
        for _, mine, place in likest:
            if mine not in met and place not in met.values():
                met[mine] = place
        for mine, place in sorted(met.items()):
            yield incoming.lines[mine - 1], existing.lines[place - 1]
        ours = [one for one in ours if one[0] not in met]
        theirs = [one for one in theirs if one[0] not in met.values()]
    for _, line in ours:
        yield line, None
    for _, line in theirs:
        yield None, line


def _taken(lines: list[tuple[int, Any]], line_id: str) -> Any | None:
    """Take a line by its id, or by position as the server counts them where it has none."""
    found = next((one for one in lines if (one[1].line_id or str(one[0])) == line_id), None)
    if found is None:
        return None
    lines.remove(found)
    return found[1]


def _likeness(one: Any, other: Any, words: str, others: str) -> float:
    if (one.sku and one.sku == other.sku) or (one.gtin and one.gtin == other.gtin):
        return 101.0
    return float(token_set_ratio(words, others))


def _said(line: Any) -> str:
    """What a line calls its goods; capitals and signs do not tell goods apart."""
    return default_process(f"{line.name} {line.specification}")
