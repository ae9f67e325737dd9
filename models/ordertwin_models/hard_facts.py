"""Facts that make a duplicate by themselves: what a policy calls resent and copied."""

from __future__ import annotations

from typing import Any

import numpy as np

from ordertwin_models.comparison import Pairs
from ordertwin_models.comparison.copying import differing_fields
from ordertwin_models.comparison.identifiers import TELLING, reference, reference_frequency
from ordertwin_models.features import HASHED_AT
from ordertwin_models.policy import Copying

Array = np.ndarray[Any, Any]

_DAY = 86_400.0
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


def copied_letter_by_letter(pairs: Pairs, copying: Copying) -> Array:
    """The hard fact COPIED of each row: every field that is kept for comparing says the same.

    The orders are moments apart, and both know the time of day; or they are days apart and bear one
    running number of the customer's that no third order bears. Nowhere when no customer, place or
    reference is stated.
    """
    nowhere = np.zeros(len(pairs), bool)
    if not len(pairs) or not pairs.order.header["hashed"][_NAMED_AT].any():
        return nowhere
    vague = (pairs.order.header["date_only"] | pairs.batch.headers["date_only"]) != 0
    copied: Array = (pairs.gap <= copying.seconds) & ~vague if copying.seconds else nowhere
    named = (pairs.equal("reference_raw") == 1) & (pairs.gap <= copying.days * _DAY)
    if copying.days and named.any():
        alone = (reference(pairs) == TELLING) & (reference_frequency(pairs) <= 1)
        copied = copied | (named & alone)
    if not copied.any():
        return nowhere
    quote, quotes = pairs.hashed("quote")
    copied = copied & (differing_fields(pairs) == 0) & (quotes == quote)
    for row in np.flatnonzero(copied).tolist():
        copied[row] = _same_lines(pairs.order.lines, pairs.batch.lines[pairs.batch.owner == row])
    return copied


def _same_lines(mine: Array, theirs: Array) -> bool:
    """Whether all that lines say is the same: codes, names, variants, quantities, units, prices."""
    return len(mine) == len(theirs) and all(
        np.array_equal(mine[field], theirs[field], equal_nan=mine[field].dtype.kind == "f")
        for field in _SAID_OF_A_LINE
    )
