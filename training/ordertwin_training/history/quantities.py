"""Quantities: laws of how much people order, and what becomes of a quantity the next time."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from decimal import Decimal

from ordertwin_training.history.base import Item
from ordertwin_training.history.seeds import spread

_PACKS = (1, 2, 3, 4, 6, 6, 8, 10, 12, 12, 12, 24, 24, 36, 48, 72, 96, 144)

_ROUNDS = (1, 1, 2, 2, 2, 3, 5, 5, 5, 10, 10, 10, 20, 20, 50, 100, 200)


def _single(item: Item, rng: random.Random) -> Decimal:
    return Decimal(rng.choices((1, 2, 3, 4, 10), (85, 10, 3, 1, 1))[0])


def _few(item: Item, rng: random.Random) -> Decimal:
    return Decimal(max(1, round(spread(rng, 3, 0.9))))


def _packs(item: Item, rng: random.Random) -> Decimal:
    if item.pack > 1 and rng.random() < 0.6:
        return Decimal(item.pack * rng.choice((1, 1, 1, 2, 2, 3, 4, 6, 10)))
    return Decimal(rng.choice(_PACKS))


def _rounds(item: Item, rng: random.Random) -> Decimal:
    return Decimal(rng.choice(_ROUNDS))


def _weights(item: Item, rng: random.Random) -> Decimal:
    if item.unit == "pcs":
        return _packs(item, rng)
    amount = spread(rng, 20, 1.4)
    step = Decimal("0.5") if amount < 10 else Decimal(5)
    return max(step, round(Decimal(amount) / step) * step)


def _bulk(item: Item, rng: random.Random) -> Decimal:
    amount = 10 ** rng.uniform(0, rng.choice((1.5, 3, 4, 5)))
    if rng.random() < 0.6:
        magnitude = 10 ** (len(str(int(amount))) - 1)
        amount = round(amount / magnitude) * magnitude
    return Decimal(max(1, int(amount)))


_LAWS: Mapping[str, Callable[[Item, random.Random], Decimal]] = {
    "single": _single,
    "few": _few,
    "packs": _packs,
    "rounds": _rounds,
    "weights": _weights,
    "bulk": _bulk,
}


def draw_quantity(law: str, item: Item, rng: random.Random) -> Decimal:
    """How much of the item somebody orders, by the law of the business."""
    return _LAWS[law](item, rng)


def other_quantity(quantity: Decimal, rng: random.Random) -> Decimal:
    """What somebody orders the next time who does not want the same again; never the same.

    >>> from ordertwin_training.history.seeds import chance
    >>> other_quantity(Decimal(1), chance(1)) > 1
    True
    """
    if quantity != quantity.to_integral_value():
        return (quantity * rng.choice((Decimal("0.5"), Decimal(2), Decimal(3)))).normalize()
    factor = rng.choice((0.25, 0.5, 0.5, 0.75, 1.25, 1.5, 2, 2, 3, 4, 5))
    changed = Decimal(max(1, round(float(quantity) * factor)))
    return changed if changed != quantity else quantity + rng.choice((1, 1, 2, 5))
