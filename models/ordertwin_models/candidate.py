"""What passes between blocking and a store: keys to look up, and the orders found by them.

Both are tuples, because each order has dozens of the one and hundreds of the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ordertwin_models.order import OrderState


class Lookup(NamedTuple):
    """One blocking key to look up: signed 64-bit value, rule it came from, newest orders wanted."""

    key: int
    rule: str
    cap: int


class Candidate(NamedTuple):
    """An existing order that shares at least one looked-up key, ready to compare.

    `sequence` grows with registration, `features` are the bytes that `OrderFeatures.to_bytes` made,
    `rules` the blocking rules that found it.
    """

    sequence: int
    key: str
    state: OrderState
    state_changed_at: datetime
    features: bytes
    rules: tuple[str, ...]
