"""What is worth asking a person: how much an answer would teach and save, and what chance chooses.

Pure: whoever draws brings the seed, and the same order is drawn again with the same seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from hashlib import blake2b

from ordertwin_models.order import Order

PRIORITY_MOST = 2**24 - 1
"""The largest priority there is."""

USUAL_VALUE = 100.0
"""What an order counts as worth when nobody knows, and every order that chance chose: a sample that
is answered by value, and never to its end, would no longer be one by chance."""

_SCALE = 500_000
_NEVER_IDLE = 0.05
_CHANCE = 0.5


def uncertainty(probability: float) -> float:
    """Bits that an answer is worth when a duplicate has this probability, 0 to 1.

    >>> uncertainty(0.5), uncertainty(1.0), round(uncertainty(0.9), 3)
    (1.0, 0.0, 0.469)
    """
    if not 0.0 < probability < 1.0:
        return 0.0
    other = 1.0 - probability
    return -(probability * math.log2(probability) + other * math.log2(other))


def priority(probabilities: Iterable[float], value: float | None) -> int:
    """How soon a doubtful order should be looked at: uncertainty weighted by the value at stake.

    The value counts by its magnitude, in its own currency: ten times the value is one step more.

    >>> priority([0.5], 10_000) > priority([0.5], 100) > priority([0.95], 100) > priority([], 100)
    True
    """
    unsure = max(map(uncertainty, probabilities), default=0.0)
    return _weighted(max(unsure, _NEVER_IDLE), value)


def chance_priority() -> int:
    """The priority of every order that chance chose: it comes up among the others."""
    return _weighted(_CHANCE, None)


def value_at_stake(order: Order) -> float | None:
    """The order's total, or what its lines come to; None when nobody knows.

    >>> from datetime import UTC, datetime
    >>> value_at_stake(Order(order_id="SO-1", ordered_at=datetime(2026, 3, 2, tzinfo=UTC),
    ...                      total_amount=Decimal("63.80")))
    63.8
    """
    if order.total_amount is not None:
        return abs(float(order.total_amount))
    priced = [
        abs(line.quantity * line.unit_price)
        for line in order.lines
        if line.quantity is not None and line.unit_price is not None
    ]
    return float(sum(priced, Decimal(0))) if priced else None


def drawn(seed: str, purpose: str, key: str, share: float) -> bool:
    """Whether chance chooses `key` for a purpose, as it does with that share of all keys.

    >>> drawn("7", "audit", "order-1", 1.0), drawn("7", "audit", "order-1", 0.0)
    (True, False)
    >>> chosen = sum(drawn("7", "audit", f"order-{n}", 0.1) for n in range(1000))
    >>> 70 < chosen < 130
    True
    """
    text = f"{seed}\0{purpose}\0{key}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") < share * 2**64


def _weighted(unsure: float, value: float | None) -> int:
    known = value if value is not None and math.isfinite(value) else USUAL_VALUE
    stake = 1.0 + math.log10(1.0 + max(known, 0.0))
    return min(round(_SCALE * unsure * stake), PRIORITY_MOST)
