"""What becomes of orders once they are in the books: accepted, shipped, cancelled, returned."""

from __future__ import annotations

import math
import random
from datetime import timedelta

from ordertwin_models.order import OrderState

Steps = list[tuple[timedelta, OrderState]]
"""States to come, each with the time since the order arrived."""

_CANCELLED_SHARE = 0.015
_USUAL = (
    (OrderState.ACCEPTED, 2 * 60, 86400),
    (OrderState.SHIPPED, 4 * 3600, 4 * 86400),
    (OrderState.COMPLETED, 86400, 12 * 86400),
)


def usual_course(rng: random.Random) -> Steps:
    """The course of an order that nothing happens to: as far as it gets reported."""
    reported = rng.randint(1, len(_USUAL))
    passed, steps = 0.0, []
    for state, least, most in _USUAL[:reported]:
        passed += math.exp(rng.uniform(math.log(least), math.log(most)))
        steps.append((timedelta(seconds=round(passed)), state))
    return steps


def ordinary_course(rng: random.Random, reported_share: float) -> Steps:
    """The course of any order: mostly not reported, now and then cancelled."""
    if rng.random() < _CANCELLED_SHARE:
        return [(timedelta(seconds=rng.randrange(600, 3 * 86400)), OrderState.CANCELLED)]
    return usual_course(rng) if rng.random() < reported_share else []


def taken_back(until: timedelta, rng: random.Random) -> Steps:
    """The course of an order that is cancelled, or shipped and returned, before `until`."""
    moment = until * rng.uniform(0.05, 0.95)
    if until > timedelta(days=3) and rng.random() < 0.5:
        return [
            (moment * 0.3, OrderState.ACCEPTED),
            (moment * 0.6, OrderState.SHIPPED),
            (moment, OrderState.RETURNED),
        ]
    return [(moment, OrderState.CANCELLED)]


def cleaned_up(rng: random.Random) -> Steps:
    """The course of a copy that somebody found and cancelled."""
    return [(timedelta(seconds=rng.randrange(1800, 4 * 86400)), OrderState.CANCELLED)]
