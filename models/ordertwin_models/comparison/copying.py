"""Whether one order copies the other letter by letter, as systems and nervous fingers do."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import Array, Comparison, Pairs
from ordertwin_models.features import HASHED_AT

_COPIED = (
    "reference_raw", "revision", "blanket", "release", "company", "source", "customer_id",
    "tax_id", "phone", "email", "ship_postal", "ship_locality", "ship_house", "bill_to", "currency",
    "basket",
)  # fmt: skip
_COPIED_AT = [HASHED_AT[field] for field in _COPIED]
_COPIED_TEXTS = ("customer_name", "contact_name", "recipient", "organization", "street", "point")
_COPIED_NUMBERS = ("requested_day", "channel", "lines")
_CENT = 0.005


def differing_fields(pairs: Pairs) -> Array:
    """How many fields of the two orders differ, or are stated by one of them only.

    Numbers and times of the orders themselves do not count, nor who entered them, nor message
    functions and a note that only one of them has, in which a repetition may call itself one.
    """
    mine, theirs = pairs.order.header, pairs.batch.headers
    differing = (theirs["hashed"][:, _COPIED_AT] != mine["hashed"][_COPIED_AT]).sum(axis=1)
    if pairs.states("note"):
        differing = differing + (pairs.equal("note") == 0)
    for field in _COPIED_NUMBERS:
        differing = differing + (theirs[field] != mine[field])
    equal_amount = np.abs(theirs["amount"] - mine["amount"]) <= _CENT
    both_missing = np.isnan(theirs["amount"]) & np.isnan(mine["amount"])
    differing = differing + ~(equal_amount | both_missing)
    for field in _COPIED_TEXTS:
        text, others = pairs.texts(field)
        if others.count(text) < len(others):
            differing = differing + np.array([text != other for other in others])
    return np.asarray(differing, float)


COPYING = (
    Comparison(
        "differing_fields", "copy", -1, "how many fields of the two orders differ",
        differing_fields,
    ),
)  # fmt: skip
