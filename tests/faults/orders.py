"""Orders for fault tests: each unlike every other, or alike on purpose."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from benchmarks.bulk_orders import Business
from ordertwin.v1 import order_pb2
from ordertwin_models.order import Order
from ordertwin_server.convert import order_to_proto

FIRST_DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Orders:
    """A seeded source of orders, whose ids begin with `prefix`."""

    def __init__(self, seed: int, prefix: str = "") -> None:
        self._prefix = prefix
        self._business = Business(seed)
        self._rng = random.Random(seed)
        self._number = 0

    def next(self) -> order_pb2.Order:
        """An order that is nobody's twin."""
        return order_to_proto(self._next())

    def similar(self, count: int) -> list[order_pb2.Order]:
        """Orders of which only one is new: the same one sent, keyed and changed a little."""
        first = self._next()
        return [order_to_proto(each) for each in self._alike(first, count)]

    def _next(self) -> Order:
        self._number += 1
        order = self._business.order(FIRST_DAY + timedelta(minutes=self._number))
        return replace(order, order_id=f"{self._prefix}{order.order_id}")

    def _alike(self, first: Order, count: int) -> Iterator[Order]:
        for number in range(count):
            order_id = f"{first.order_id}-{number}"
            line = first.lines[number % len(first.lines)]
            more = replace(line, quantity=(line.quantity or Decimal(0)) + 1)
            changes = (
                {},
                {"note": "second message"},
                {"ordered_at": first.ordered_at + timedelta(seconds=self._rng.randint(1, 300))},
                {"customer_reference": f"{first.customer_reference} a"},
                {"lines": tuple(more if each is line else each for each in first.lines)},
            )[number % 5]
            yield replace(first, order_id=order_id, order_number=f"N-{order_id}", **changes)
