"""A small history with truth: enough kinds of orders to train on within seconds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from ordertwin_models.decision import Relation
from ordertwin_models.order import Channel, Order, OrderLine, OrderState, Party
from ordertwin_training.stream import BACKGROUND, Event, OrderEvent, StatusEvent, Truth

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def a_line(chance: random.Random) -> OrderLine:
    sku = f"SKU-{int(chance.triangular(0, 400, 0)):03d}"
    price = Decimal(1 + int(sku[4:])) / 4
    return OrderLine(sku=sku, quantity=Decimal(chance.randint(1, 40)), unit_price=price)


def an_order(number: int, at: datetime, chance: random.Random) -> Order:
    customer = chance.randrange(60)
    return Order(
        order_id=f"O-{number}",
        ordered_at=at,
        source="shop",
        customer_reference=f"PO-{customer}-{number}",
        channel=chance.choice([Channel.EDI, Channel.WEB, Channel.PHONE]),
        customer=Party(party_id=f"C-{customer}", name=f"Customer {customer} Ltd"),
        lines=tuple(a_line(chance) for _ in range(chance.randint(1, 7))),
        currency_code="EUR",
    )


def a_twin(order: Order, number: int, chance: random.Random) -> tuple[Order, Relation]:
    relation = chance.choice([Relation.RETRY, Relation.REKEYED, Relation.CROSS_CHANNEL])
    hours = {Relation.RETRY: 0.02, Relation.REKEYED: 30.0, Relation.CROSS_CHANNEL: 5.0}[relation]
    at = order.ordered_at + timedelta(hours=hours * chance.uniform(0.5, 1.5))
    again = replace(order, order_id=f"O-{number}", ordered_at=at)
    if relation is Relation.REKEYED:
        first = replace(order.lines[0], quantity=(order.lines[0].quantity or Decimal(1)) * 10)
        again = replace(again, lines=(first, *order.lines[1:]))
    if relation is Relation.CROSS_CHANNEL:
        again = replace(again, customer_reference="", channel=Channel.OTHER)
    return again, relation


def a_look_alike(order: Order, number: int, chance: random.Random) -> Order:
    at = order.ordered_at + timedelta(days=7, minutes=chance.randint(-200, 200))
    reference = f"{order.customer_reference}-{number}"
    return replace(order, order_id=f"O-{number}", ordered_at=at, customer_reference=reference)


def toy_events(orders: int = 1500, seed: int = 5) -> Iterator[Event]:
    """Events in time order; a tenth of the orders is a duplicate, a tenth a look-alike."""
    chance = random.Random(seed)
    found: list[OrderEvent | StatusEvent] = []
    at = START
    for number in range(orders):
        at += timedelta(minutes=chance.expovariate(1 / 45))
        order = an_order(number, at, chance)
        found.append(OrderEvent(order, BACKGROUND))
        draw = chance.random()
        if draw < 0.1:
            twin, relation = a_twin(order, orders + number, chance)
            found.append(OrderEvent(twin, Truth(relation, order.order_id)))
        elif draw < 0.2:
            other = a_look_alike(order, orders + number, chance)
            found.append(OrderEvent(other, Truth(Relation.STANDING, order.order_id)))
        elif draw < 0.23:
            cancelled_at = at + timedelta(hours=1)
            found.append(StatusEvent("shop", order.order_id, OrderState.CANCELLED, cancelled_at))
            other = replace(
                order, order_id=f"O-{orders + number}", ordered_at=at + timedelta(hours=2)
            )
            found.append(OrderEvent(other, Truth(Relation.REPLACEMENT, order.order_id)))
        elif draw < 0.25:
            found[-1] = OrderEvent(order, None)
    return iter(sorted(found, key=lambda event: event.at))
