"""What is usual for this customer, learned from the candidates themselves.

Blocking brings up a customer's recent orders and earlier orders of the same products, so that an
order can be held against the customer's own rhythm and not against a rule for everyone.
"""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.occasions import deliveries, occasions, purchases
from ordertwin_models.comparison.pairs import SIMILAR_BASKET, Array, Comparison, Pairs

_MINUTE = 60.0
_DAY = 86_400.0
_FURTHEST = 8.0


def _deliveries(pairs: Pairs, chosen: Array) -> Array:
    """When the chosen candidates came, one moment for each delivery."""
    headers = pairs.batch.headers[chosen]
    return deliveries(headers["ordered_at"], headers["requested_day"])


def _median(values: Array) -> float:
    """The median of a few numbers, without the detours of `numpy.median`."""
    ordered, middle = np.sort(values), len(values) // 2
    if len(values) % 2:
        return float(ordered[middle])
    return float(ordered[middle - 1] + ordered[middle]) / 2


def _against(pairs: Pairs, usual: float) -> Array:
    ratio = np.log2(np.maximum(pairs.gap, _MINUTE) / max(usual, _MINUTE))
    limited = np.minimum(np.maximum(ratio, -_FURTHEST), _FURTHEST)
    return np.where(pairs.of_customer, limited, np.nan)


def basket_repeats(pairs: Pairs) -> Array:
    """Log2 of one plus the earlier occasions on which this customer ordered about this basket."""
    count = len(_deliveries(pairs, pairs.similar))
    return np.where(pairs.of_customer, np.log2(1.0 + count), np.nan)


def basket_rhythm(pairs: Pairs) -> Array:
    """Log2 of the gap over this customer's usual gap between such baskets; 0 is on time."""
    times = _deliveries(pairs, pairs.similar)
    if len(times) < 2:
        return pairs.missing
    similar = pairs.baskets.overlap >= SIMILAR_BASKET
    return np.where(similar, _against(pairs, _median(times[1:] - times[:-1])), np.nan)


def customer_pace(pairs: Pairs) -> Array:
    """Log2 of the gap over this customer's usual gap between orders of any kind."""
    times = occasions(pairs.batch.headers["ordered_at"][pairs.of_customer])
    if len(times) < 2:
        return pairs.missing
    return _against(pairs, float(times[-1] - times[0]) / (len(times) - 1))


def overlap_excess(pairs: Pairs) -> Array:
    """How much more the basket overlaps than is usual among this customer's other orders."""
    count = int(pairs.of_customer.sum())
    if count < 3:
        return pairs.missing
    usual = _median(pairs.baskets.overlap[pairs.of_customer])
    return np.where(pairs.of_customer, pairs.baskets.overlap - usual, np.nan)


def basket_frequency(pairs: Pairs) -> Array:
    """Log2 of one plus how often exactly this basket, with quantities, came before from anyone.

    Copies do not count: `occasions` says what does.
    """
    same = pairs.equal("basket") == 1
    if not same.any():
        return pairs.missing
    count = np.log2(1.0 + min(int(pairs.order.header["basket_count"]), purchases(pairs, same)))
    return np.where(same, count, np.nan)


def habit_frequency(pairs: Pairs) -> Array:
    """Log2 of one plus on how many occasions this customer ordered exactly these products."""
    same = (pairs.equal("products") == 1) & pairs.of_customer
    if not same.any():
        return pairs.missing
    seen = len(_deliveries(pairs, same))
    count = np.log2(1.0 + min(int(pairs.order.header["habit_count"]), seen))
    return np.where(same, count, np.nan)


def other_dates(pairs: Pairs) -> Array:
    """Log2 of one plus the orders of this basket that the customer entered within a day of this
    one for other delivery dates: a schedule written down in one sitting."""
    mine, theirs = int(pairs.order.header["requested_day"]), pairs.batch.headers["requested_day"]
    if not mine:
        return pairs.missing
    scheduled = pairs.similar & (pairs.gap <= _DAY) & (theirs != 0) & (theirs != mine)
    return np.where(pairs.of_customer, np.log2(1.0 + int(scheduled.sum())), np.nan)


HABIT = (
    Comparison(
        "basket_repeats", "habit", 0, "how often this customer ordered about this basket",
        basket_repeats,
    ),
    Comparison(
        "basket_rhythm", "habit", 0, "the gap against the usual gap between such baskets",
        basket_rhythm,
    ),
    Comparison(
        "other_dates", "habit", -1, "orders of this basket just entered for other delivery dates",
        other_dates,
    ),
    Comparison(
        "customer_pace", "habit", 0, "the gap against this customer's usual gap", customer_pace
    ),
    Comparison(
        "overlap_excess", "habit", 1, "overlap beyond what is usual for this customer",
        overlap_excess,
    ),
    Comparison(
        "basket_frequency", "habit", -1, "how often exactly this basket came from anyone",
        basket_frequency,
    ),
    Comparison(
        "habit_frequency", "habit", 0, "how often this customer ordered exactly these products",
        habit_frequency,
    ),
)  # fmt: skip
