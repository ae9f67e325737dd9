"""Facts that make a duplicate by themselves: what a policy calls resent and copied."""

from __future__ import annotations

from typing import Any

import numpy as np

from ordertwin_models.comparison import COMPARISON_NAMES, Pairs
from ordertwin_models.comparison.identifiers import TELLING
from ordertwin_models.features import HASHED_AT
from ordertwin_models.policy import Copying

Array = np.ndarray[Any, Any]

_DAY = 86_400.0
_ONCE = 1.0
_DIFFERING, _REFERENCE, _SPELT_ALIKE, _USED = map(
    COMPARISON_NAMES.index,
    ("differing_fields", "reference", "reference_spelling", "reference_frequency"),
)
_ALL_SAME = ("source", "reference", "basket")
_NONE_OTHER = ("customer_key", "ship_postal", "ship_house")
_NAMED_AT = [
    HASHED_AT[field] for field in ("customer_key", "ship_postal", "ship_house", "reference_raw")
]
_SAID_OF_A_LINE = (
    "sku", "gtin", "customer_sku", "name", "dimensions", "tokens", "quantity", "factor",
    "unit_price",
)  # fmt: skip


def sent_again(pairs: Pairs, minutes: float) -> Array:
    """The hard fact RESENT of each row: all that names order, goods and place is equal, within
    minutes; nowhere when `minutes` is 0."""
    if not minutes or not len(pairs):
        return np.zeros(len(pairs), bool)
    same = np.stack([pairs.equal(field) for field in _ALL_SAME])
    other = np.stack([pairs.equal(field) for field in _NONE_OTHER])
    gap = np.abs(pairs.order.header["ordered_at"] - pairs.batch.headers["ordered_at"])
    resent: Array = (same == 1).all(axis=0) & ~(other == 0).any(axis=0) & (gap <= minutes * 60)
    return resent


def same_in_every_field(pairs: Pairs, matrix: Array, copying: Copying) -> Array:
    """The hard fact COPIED of each row: every field that is kept for comparing says the same;
    `matrix` is the comparison matrix of the pairs.

    The orders are moments apart, and both know the time of day; or they are days apart and bear one
    running number that the customer used on one occasion only. Nowhere when no customer, place or
    reference is stated.
    """
    copied = np.zeros(len(pairs), bool)
    if not len(pairs) or not pairs.order.header["hashed"][_NAMED_AT].any():
        return copied
    if copying.seconds:
        vague = (pairs.order.header["date_only"] | pairs.batch.headers["date_only"]) != 0
        copied |= (pairs.gap <= copying.seconds) & ~vague
    if copying.days:
        used_once = (matrix[:, _REFERENCE] == TELLING) & (matrix[:, _USED] <= _ONCE)
        copied |= used_once & (matrix[:, _SPELT_ALIKE] == 1) & (pairs.gap <= copying.days * _DAY)
    quote, quotes = pairs.hashed("quote")
    copied &= (matrix[:, _DIFFERING] == 0) & (quotes == quote)
    for row in np.flatnonzero(copied).tolist():
        copied[row] = _same_lines(pairs.order.lines, pairs.batch.lines[pairs.batch.owner == row])
    return copied


def _same_lines(mine: Array, theirs: Array) -> bool:
    """Whether all that lines say is the same: codes, names, variants, quantities, units, prices."""
    return len(mine) == len(theirs) and all(
        np.array_equal(mine[field], theirs[field], equal_nan=mine[field].dtype.kind == "f")
        for field in _SAID_OF_A_LINE
    )
