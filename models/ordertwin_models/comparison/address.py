"""Where the goods go, and where the invoice goes."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import SIMILAR_BASKET, Array, Comparison, Pairs


def _of_one_number(pairs: Pairs) -> Array:
    """Whether nothing, or little, says that two customers' names are in play."""
    contradicted = (pairs.equal("customer_id") == 0) | (pairs.customer_conflicts >= 0.5)
    one: Array = pairs.of_customer & ~contradicted
    return one


def customer_ship_to(pairs: Pairs) -> Array:
    """Similarity of the places of delivery where both are surely of one customer.

    Another place means another order when one customer supplies many shops.
    """
    return np.where(_of_one_number(pairs), pairs.ship_to, np.nan)


def foreign_ship_to(pairs: Pairs) -> Array:
    """Similarity of the places of delivery where the customers differ, or may.

    The wrong account brings its own address along, so another place means little here.
    """
    return np.where(_of_one_number(pairs), np.nan, pairs.ship_to)


def places(pairs: Pairs) -> Array:
    """Log2 of one plus the other places that this customer's orders like this one went to."""
    elsewhere = (
        pairs.of_customer & (pairs.baskets.overlap >= SIMILAR_BASKET) & (pairs.ship_to < 0.5)
    )
    if not elsewhere.any():
        return np.where(pairs.of_customer, 0.0, np.nan)
    house = pairs.hashed("ship_house")[1].astype(np.int64)
    postal = pairs.hashed("ship_postal")[1].astype(np.int64)
    count = len(set((house * 2_654_435_761 + postal)[elsewhere].tolist()))
    return np.where(pairs.of_customer, np.log2(1.0 + count), np.nan)


ADDRESS = (
    Comparison(
        "customer_ship_to", "address", 1, "how alike one customer's places of delivery are",
        customer_ship_to,
    ),
    Comparison(
        "foreign_ship_to", "address", 1, "how alike the places of two customers are",
        foreign_ship_to,
    ),
    Comparison(
        "places", "address", -1, "other places that the customer sent this basket to", places
    ),
    Comparison(
        "bill_to", "address", 1, "the invoice addresses are equal",
        lambda pairs: pairs.equal("bill_to"),
    ),
    Comparison(
        "recipient", "address", 1, "how alike the recipients' names are",
        lambda pairs: pairs.recipient,
    ),
)  # fmt: skip
