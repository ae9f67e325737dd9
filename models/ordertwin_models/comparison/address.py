"""Where the goods go, and where the invoice goes."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import Array, Comparison, Pairs

_PARTS = (("ship_house", 0.3), ("ship_postal", 0.25), ("ship_locality", 0.1))
_STREET = 0.35


def ship_to(pairs: Pairs) -> Array:
    """Similarity 0 to 1 of the places of delivery, over the parts that both state."""
    weight, agreed = np.zeros(len(pairs)), np.zeros(len(pairs))
    parts = [(pairs.equal(field), share) for field, share in _PARTS]
    parts.append((np.clip((pairs.similar("street") - 0.5) / 0.4, 0, 1), _STREET))
    for agreement, share in parts:
        known = ~np.isnan(agreement)
        weight += np.where(known, share, 0.0)
        agreed += np.where(known, share * np.nan_to_num(agreement), 0.0)
    return np.where(weight > 0, agreed / np.maximum(weight, 1e-9), np.nan)


ADDRESS = (
    Comparison("ship_to", "address", 1, "how alike the places of delivery are", ship_to),
    Comparison(
        "bill_to", "address", 1, "the invoice addresses are equal",
        lambda pairs: pairs.equal("bill_to"),
    ),
    Comparison(
        "recipient", "address", 1, "how alike the recipients' names are",
        lambda pairs: pairs.similar("recipient"),
    ),
)  # fmt: skip
