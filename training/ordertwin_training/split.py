"""Which orders to learn from and which to be judged on: by groups and by time.

Orders of one customer, orders with the same basket, and orders that truth links to each other form
a group, and a group is never on both sides. Where a history is cut in time, what a model is fitted
on is older than what it is calibrated and tested on; orders that fit neither side are looked up by
others, but never judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ordertwin_training.arrivals import Arrival
from ordertwin_training.labels import Groups, Labels

SMALL_BASKET = 3
"""Baskets with fewer positions are shared by strangers too often to make a group of them."""

MANY_CUSTOMERS = 4
"""So are baskets that so many customers bought: a starter set links everybody to everybody."""

GIANT = 0.25
"""A group with a larger share of all orders goes to the largest part, whatever the draw."""


class Part(IntEnum):
    """What an order is used for."""

    UNUSED = 0
    FIT = 1
    STOP = 2
    CALIBRATE = 3
    TEST = 4


@dataclass(frozen=True, slots=True)
class Shares:
    """How groups are shared out; `cut` is the share of the stream after which held-out orders
    begin and others end, None to let all of it count for both.

    >>> Shares(fit=1.0, stop=0.0, calibrate=0.0, test=1.0, cut=None).bounds
    (0.5, 0.5, 0.5)
    """

    fit: float = 0.6
    stop: float = 0.1
    calibrate: float = 0.15
    test: float = 0.15
    cut: float | None = 0.6

    @property
    def bounds(self) -> tuple[float, float, float]:
        """Where FIT, STOP and CALIBRATE end on the unit interval; TEST is the rest."""
        parts = np.array([self.fit, self.stop, self.calibrate, self.test])
        fit, stop, calibrate, _ = (np.cumsum(parts) / parts.sum()).tolist()
        return fit, stop, calibrate

    @property
    def largest(self) -> Part:
        """The part with the largest share."""
        shares = [self.fit, self.stop, self.calibrate, self.test]
        return Part(shares.index(max(shares)) + 1)


ONE_HISTORY = Shares()
"""For a history that has to serve for everything."""

TO_LEARN_FROM = Shares(fit=0.85, stop=0.15, calibrate=0.0, test=0.0, cut=None)
"""For a world that is learned from, when others are held out whole."""

TO_BE_JUDGED_ON = Shares(fit=0.0, stop=0.0, calibrate=0.5, test=0.5, cut=None)
"""For a world that is held out whole: none of its customers, goods or habits is learned from."""


def parts_of(
    arrivals: Sequence[Arrival], labels: Labels, shares: Shares, seed: int
) -> NDArray[np.int8]:
    """The `Part` of each order. Orders of unknown truth and amended ones are unused."""
    groups = np.array(group_numbers(arrivals, labels), dtype=np.int64)
    leaders, group, size = np.unique(groups, return_inverse=True, return_counts=True)
    drawn = np.random.default_rng(seed).random(len(leaders))
    of_group = np.searchsorted(shares.bounds, drawn, side="right") + int(Part.FIT)
    of_group[size > GIANT * len(arrivals)] = shares.largest
    parts = of_group[group].astype(np.int8)
    if shares.cut is not None:
        late = np.arange(len(arrivals)) >= shares.cut * len(arrivals)
        parts[late != (parts >= Part.CALIBRATE)] = Part.UNUSED
    usable = [labels.is_known(i) and not arrival.amends for i, arrival in enumerate(arrivals)]
    parts[~np.array(usable, dtype=bool)] = Part.UNUSED
    return parts


def group_numbers(arrivals: Sequence[Arrival], labels: Labels) -> list[int]:
    """The group of each order, named by its first member."""
    groups = Groups(len(arrivals))
    of_customer: dict[str, int] = {}
    of_basket: defaultdict[int, list[int]] = defaultdict(list)
    for position, (arrival, family) in enumerate(zip(arrivals, labels.relatives(), strict=True)):
        groups.join(position, family)
        if arrival.customer:
            groups.join(position, of_customer.setdefault(arrival.customer, position))
        if arrival.positions >= SMALL_BASKET:
            of_basket[arrival.products].append(position)
    for positions in of_basket.values():
        customers = {arrivals[position].customer for position in positions}
        if len(customers) < MANY_CUSTOMERS:
            for position in positions:
                groups.join(positions[0], position)
    return [groups.leader(position) for position in range(len(arrivals))]
