"""The goods of an order: lines that name the same product with the same specification, summed.

An invoice repeats an item now and then (14 % of real wholesale orders do); whether 6 and 4 or 10
were written says nothing about whether two orders are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from ordertwin_models.fingerprint import fingerprint32, fingerprint64
from ordertwin_models.normalise import NormalisedLine
from ordertwin_models.normalise.units import PACKAGE
from ordertwin_models.word_key import word_key

TOKENS_KEPT = 8
DIMENSIONS_KEPT = 3
IN_PACKAGES = -1.0
_WORDS = Struct(f"<{4 + DIMENSIONS_KEPT + TOKENS_KEPT}I")


@dataclass(frozen=True, slots=True)
class Product:
    """What a line names, as numbers; 0 is missing.

    `identities` are 64-bit numbers of everything that identifies the product, the surest first:
    SKU, GTIN, customer SKU, name with specification. `dimensions` is padded with 0; of many those
    with a unit are kept before bare numbers, and the others stand behind the words of the name.
    `packed` are the 32-bit words that a `features.LINE` begins with, which are the same for every
    order.
    """

    identities: tuple[int, ...]
    dimensions: tuple[int, ...]
    packed: bytes


class Position(NamedTuple):
    """One product of a basket, with all lines that name it; a tuple, because an order has many.

    `factor` is how many base units one unit of the order holds, 0.0 when no unit is stated,
    `IN_PACKAGES` when it is a package of unknown content.
    """

    product: Product
    line_ids: tuple[str, ...]
    quantity: float | None
    factor: float
    unit_price: float | None
    requested_day: int

    @property
    def term(self) -> int:
        """The number the product is counted under: the surest of its identities."""
        return self.product.identities[0]


def positions(lines: Iterable[NormalisedLine]) -> tuple[Position, ...]:
    """The basket of normalised lines, in the order the products first appear.

    Lines without code, name and specification are left out: nothing could be said of them.
    """
    merged: dict[tuple[int, tuple[int, ...]], Position] = {}
    for line in lines:
        product = _product(line.sku, line.gtin, line.customer_sku, line.tokens, line.dimensions)
        if not product.identities:
            continue
        position = Position(
            product=product,
            line_ids=(line.line_id,),
            quantity=line.quantity,
            factor=IN_PACKAGES if line.unit == PACKAGE else line.factor or 0.0,
            unit_price=line.unit_price,
            requested_day=line.requested_day or 0,
        )
        key = (product.identities[0], product.dimensions)
        earlier = merged.get(key)
        merged[key] = position if earlier is None else _sum(earlier, position)
    return tuple(merged.values())


@lru_cache(maxsize=32_768)
def _product(
    sku: str, gtin: str, customer_sku: str, tokens: tuple[str, ...], dimensions: tuple[str, ...]
) -> Product:
    words, specification = " ".join(sorted(tokens)), " ".join(dimensions)
    name = f"{words}|{specification}" if words or specification else ""
    named = (("sku", sku), ("gtin", gtin), ("customer_sku", customer_sku), ("product_name", name))
    ordered = sorted(dimensions, key=str.isdecimal)
    sizes = _padded(ordered, DIMENSIONS_KEPT)
    words_kept = dict.fromkeys([*map(word_key, tokens), *ordered[DIMENSIONS_KEPT:]])
    codes = [fingerprint32(value) for _, value in named]
    return Product(
        identities=tuple([fingerprint64(kind, value) for kind, value in named if value]),
        dimensions=sizes,
        packed=_WORDS.pack(*codes, *sizes, *_padded(words_kept, TOKENS_KEPT)),
    )


def _padded(words: Iterable[str], length: int) -> tuple[int, ...]:
    numbers = [fingerprint32(word) for word in words][:length]
    return (*numbers, *[0] * (length - len(numbers)))


def _sum(first: Position, second: Position) -> Position:
    known = first.quantity is not None and second.quantity is not None
    return Position(
        product=first.product,
        line_ids=first.line_ids + second.line_ids,
        quantity=(first.quantity or 0) + (second.quantity or 0) if known else None,
        factor=first.factor if first.factor == second.factor else 1.0,
        unit_price=first.unit_price if first.unit_price is not None else second.unit_price,
        requested_day=min(filter(None, (first.requested_day, second.requested_day)), default=0),
    )
