"""The goods of an order: lines that name the same product with the same specification, summed.

An invoice repeats an item now and then (14 % of real wholesale orders do); whether 6 and 4 or 10
were written says nothing about whether two orders are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ordertwin_models.fingerprint import fingerprint32, fingerprint64
from ordertwin_models.normalise import NormalisedLine

TOKENS_KEPT = 8
TOKEN_STEM = 5
DIMENSIONS_KEPT = 3


@dataclass(frozen=True, slots=True)
class Position:
    """One product of a basket.

    `identities` are 64-bit numbers of everything that identifies the product, the surest first:
    SKU, GTIN, customer SKU, name with specification. `term` is the first of them: what is counted.
    """

    line_ids: tuple[str, ...]
    sku: int
    gtin: int
    customer_sku: int
    name: int
    tokens: tuple[int, ...]
    dimensions: tuple[int, ...]
    identities: tuple[int, ...]
    quantity: float | None
    unit_price: float | None
    requested_day: int

    @property
    def term(self) -> int:
        """The number the product is counted under."""
        return self.identities[0]


def positions(lines: Iterable[NormalisedLine]) -> tuple[Position, ...]:
    """The basket of normalised lines, in the order the products first appear.

    Lines without code, name and specification are left out: nothing could be said of them.
    """
    merged: dict[tuple[int, tuple[int, ...]], Position] = {}
    for line in lines:
        position = _position(line)
        if position is None:
            continue
        key = (position.term, position.dimensions)
        earlier = merged.get(key)
        merged[key] = position if earlier is None else _sum(earlier, position)
    return tuple(merged.values())


def _position(line: NormalisedLine) -> Position | None:
    words = " ".join(sorted(line.tokens))
    specification = " ".join(line.dimensions)
    name = f"{words}|{specification}" if words or specification else ""
    identities = tuple(
        fingerprint64(kind, value)
        for kind, value in (
            ("sku", line.sku),
            ("gtin", line.gtin),
            ("customer_sku", line.customer_sku),
            ("product_name", name),
        )
        if value
    )
    if not identities:
        return None
    stems = dict.fromkeys(token[:TOKEN_STEM] for token in line.tokens)
    return Position(
        line_ids=(line.line_id,),
        sku=fingerprint32(line.sku),
        gtin=fingerprint32(line.gtin),
        customer_sku=fingerprint32(line.customer_sku),
        name=fingerprint32(name),
        tokens=tuple(fingerprint32(stem) for stem in list(stems)[:TOKENS_KEPT]),
        dimensions=tuple(fingerprint32(d) for d in line.dimensions[:DIMENSIONS_KEPT]),
        identities=identities,
        quantity=line.quantity,
        unit_price=line.unit_price,
        requested_day=line.requested_day or 0,
    )


def _sum(first: Position, second: Position) -> Position:
    known = first.quantity is not None and second.quantity is not None
    return Position(
        line_ids=first.line_ids + second.line_ids,
        sku=first.sku,
        gtin=first.gtin or second.gtin,
        customer_sku=first.customer_sku or second.customer_sku,
        name=first.name or second.name,
        tokens=first.tokens or second.tokens,
        dimensions=first.dimensions,
        identities=first.identities,
        quantity=(first.quantity or 0) + (second.quantity or 0) if known else None,
        unit_price=first.unit_price if first.unit_price is not None else second.unit_price,
        requested_day=min(filter(None, (first.requested_day, second.requested_day)), default=0),
    )
