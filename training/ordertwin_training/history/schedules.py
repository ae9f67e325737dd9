"""Deliveries of one item, agreed once and ordered one by one: schedules and call-offs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from ordertwin_models.decision import Relation
from ordertwin_training.history.base import BaseOrder
from ordertwin_training.history.quantities import other_quantity


@dataclass(frozen=True, slots=True)
class _Series:
    first: BaseOrder
    gap: timedelta
    deliveries: int
    steady: bool


def scheduled(order: BaseOrder, rng: random.Random) -> Iterator[BaseOrder]:
    """Several deliveries of the first item of an order, written down in one sitting or one after
    the other, in equal quantities or others, under a contract or not."""
    return _deliveries(_draw_series(order, rng), rng)


def _draw_series(order: BaseOrder, rng: random.Random) -> _Series:
    blanket = f"{rng.choice(('BL', 'FC', 'RV-', '46'))}{rng.randrange(10**4, 10**6)}"
    under_contract = rng.random() < 0.5
    first = replace(
        order,
        lines=order.lines[:1],
        series=f"{order.customer} {blanket}",
        relation=Relation.BLANKET_RELEASE if under_contract else Relation.STANDING,
        blanket=blanket if under_contract else "",
        release="1" if under_contract else "",
    )
    gap = timedelta(days=rng.choice((0, 0, 0, 7, 14, 30)))
    return _Series(first, gap, rng.randrange(3, 9), rng.random() < 0.5)


def _deliveries(series: _Series, rng: random.Random) -> Iterator[BaseOrder]:
    first, requested = series.first, series.first.requested or series.first.at.date()
    step = series.gap or timedelta(days=rng.choice((1, 1, 2, 3, 7, 7, 14, 30, 60)))
    is_one_purchase = not series.gap and rng.random() < 0.6
    for number in range(series.deliveries):
        at = first.at + number * series.gap
        if not series.gap:
            at += timedelta(seconds=number * rng.randrange(15, 120))
        line = first.lines[0]
        if not series.steady and number:
            line = replace(line, quantity=other_quantity(line.quantity, rng))
        yield replace(
            first,
            at=at,
            lines=(line,),
            requested=requested + number * step,
            sitting=series.first.series if is_one_purchase else "",
            release=str(number + 1) if first.release else "",
        )
