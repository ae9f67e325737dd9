"""Chance that is the same on every machine: named random streams and stable fractions of texts.

Python seeds `random.Random` with a text through SHA-512 and never through `hash()`, so a name
always gives the same stream. This file knows nothing about orders.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from typing import TypeVar

_T = TypeVar("_T")


def chance(*names: object) -> random.Random:
    """The random stream with this name.

    >>> chance(7, "customer", "C-1").random() == chance(7, "customer", "C-1").random()
    True
    """
    return random.Random("/".join(map(str, names)))


def number_of(*names: object) -> int:
    """A stable number in [0, 2**64) for a name.

    >>> number_of("C-1") % 1000
    629
    """
    text = "/".join(map(str, names)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def fraction_of(*names: object) -> float:
    """A stable number in [0, 1) for a name, as if drawn evenly."""
    return number_of(*names) / 2**64


def pick(rng: random.Random, weights: Mapping[_T, float]) -> _T:
    """One key, drawn by weight; weights need not sum to one.

    >>> pick(chance(1), {"a": 1.0, "b": 0.0})
    'a'
    """
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def spread(rng: random.Random, median: float, sigma: float) -> float:
    """A positive number whose logarithm is normal around the logarithm of `median`."""
    return median * rng.lognormvariate(0.0, sigma)
