"""Where the goods go, and where the invoice goes."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import Array, Comparison, Pairs


def customer_ship_to(pairs: Pairs) -> Array:
    """Similarity of the places of delivery where both are surely of one customer.

    Another place means another order when one customer supplies many shops; under another customer
    number it means little, because the wrong account brings its own address along.
    """
    return np.where(pairs.of_customer, pairs.ship_to, np.nan)


ADDRESS = (
    Comparison(
        "ship_to", "address", 1, "how alike the places of delivery are",
        lambda pairs: pairs.ship_to,
    ),
    Comparison(
        "customer_ship_to", "address", 1, "how alike one customer's places of delivery are",
        customer_ship_to,
    ),
    Comparison(
        "bill_to", "address", 1, "the invoice addresses are equal",
        lambda pairs: pairs.equal("bill_to"),
    ),
    Comparison(
        "recipient", "address", 1, "how alike the recipients' names are",
        lambda pairs: pairs.similar("recipient"),
    ),
)  # fmt: skip
