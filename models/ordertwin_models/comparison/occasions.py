"""How often something came about, when copies are not counted."""

from __future__ import annotations

import numpy as np

from ordertwin_models.comparison.pairs import Array, Pairs

_HOUR = 3600.0


def occasions(times: Array) -> Array:
    """Distinct moments, oldest first; what lies within an hour of the one before is the same.

    >>> occasions(np.array([7200.0, 60.0, 0.0])).tolist()
    [0.0, 7200.0]
    """
    if len(times) < 2:
        return times
    ordered = np.sort(times)
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] - ordered[:-1] > _HOUR
    return ordered[first]


def purchases(pairs: Pairs, chosen: Array) -> int:
    """On how many occasions the chosen candidates came, or from how many customers: the larger one.

    What one customer sends several times within an hour came once: a burst of copies is no habit.
    """
    customers = len(set(pairs.hashed("customer_key")[1][chosen].tolist()))
    return max(customers, len(occasions(pairs.batch.headers["ordered_at"][chosen])))


def deliveries(times: Array, days: Array) -> Array:
    """Distinct moments as in `occasions`, one for each day of delivery asked for; 0 is no day.

    Who orders the same goods again for the same day repeats an order, and not a habit.

    >>> deliveries(np.array([0.0, 90_000.0, 180_000.0]), np.array([19_700, 19_700, 0])).tolist()
    [0.0, 180000.0]
    """
    if len(times) < 2 or not days.any():
        return occasions(times)
    order = np.argsort(times, kind="stable")
    times, days = times[order], days[order]
    first = days == 0
    first[np.unique(days, return_index=True)[1]] = True
    return occasions(times[first])
