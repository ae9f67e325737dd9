"""Who orders: number, tax number, name, contact person, telephone, e-mail."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import Array, Comparison, Pairs
from ordertwin_models.comparison.text import edits


def _nearly(mine: str, theirs: list[str]) -> list[float]:
    """1 equal, 0.5 one slip of the pen apart, 0 different."""
    return [_BY_EDITS[count] for count in edits(mine, theirs)]


_BY_EDITS = (1.0, 0.5, 0.0)


def customer_rarity(pairs: Pairs) -> Array:
    """Bits of information in both being of this customer; a house customer has few."""
    return np.where(pairs.of_customer, pairs.order.header["customer_bits"], np.nan)


CUSTOMER = (
    Comparison(
        "customer", "customer", 1, "how surely both are of one customer, all evidence together",
        lambda pairs: pairs.same_customer,
    ),
    Comparison(
        "customer_conflicts", "customer", -1, "share of the customer's data that differs",
        lambda pairs: pairs.customer_conflicts,
    ),
    Comparison(
        "customer_number", "customer", 1, "the customer numbers are equal",
        lambda pairs: pairs.equal("customer_id"),
    ),
    Comparison(
        "customer_name", "customer", 1, "how alike the customers' names are",
        lambda pairs: pairs.customer_name,
    ),
    Comparison(
        "contact_name", "customer", 1, "how alike the contact persons' names are",
        lambda pairs: pairs.contact_name,
    ),
    Comparison(
        "phone", "customer", 1, "the telephone numbers are equal, or one slip apart",
        lambda pairs: pairs.judged("phone", _nearly),
    ),
    Comparison(
        "email", "customer", 1, "the e-mail addresses are equal, or one slip apart",
        lambda pairs: pairs.judged("email", _nearly),
    ),
    Comparison(
        "customer_rarity", "customer", 0, "how rarely this customer orders", customer_rarity
    ),
)  # fmt: skip
