"""What clients want of a server in one run: questions about orders, of which some are alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.unit.server.builders import a_line, an_order

from ordertwin.v1.order_pb2 import OrderState
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest, UpdateOrderStatusRequest
from ordertwin_models.order import Order, Party, PostalAddress
from ordertwin_server.convert import order_to_proto

FAMILIES = 4
MOST_ALIKE = 6
STATES = ("ORDER_STATE_ACCEPTED", "ORDER_STATE_SHIPPED")


@dataclass(slots=True)
class Intent:
    """One thing a client wants: it repeats the same request until it has an answer.

    `family` are the orders that are alike, of which at most one may be unique; None for a change of
    state. `answer` is the first answer that a server gave, whether or not it arrived.
    """

    request: Any
    family: int | None
    order_id: str
    sent: int = 0
    answer: Any = None
    refusal: str = ""
    is_settled: bool = False
    after: Intent | None = field(default=None, repr=False)

    @property
    def request_id(self) -> str:
        return str(self.request.request_id)


def intents(rng: random.Random) -> list[Intent]:
    """All that is wanted in a run, in no particular order."""
    wanted: list[Intent] = []
    for family in range(FAMILIES):
        first = _base_order(family)
        asked = [_asked(order, family) for order in _alike(first, rng)]
        wanted += asked
        wanted += _again(asked, family, rng)
        wanted += _states(asked, family, rng)
    return wanted


def _base_order(family: int) -> Order:
    """An order that has nothing to do with those of other families."""
    skus = [f"F{family}-{number}" for number in range(3)]
    return an_order(
        f"F{family}-0",
        customer_reference=f"PO-{family}-77{family}1",
        customer=Party(
            party_id=f"C-{family}", name=f"Trader {'ABCDEFGH'[family] * 4}", email=f"t{family}@x.de"
        ),
        ship_to=PostalAddress(
            region_code="DE", postal_code=f"1011{family}", address_lines=(f"Weg {family}",)
        ),
        lines=tuple(a_line(sku, str(100 + family)) for sku in skus),
        total_amount=Decimal(50 + family),
    )


def _alike(first: Order, rng: random.Random) -> Iterator[Order]:
    """The order and others that nobody may take for new: resent, a little later, keyed again."""
    yield first
    for number in range(1, rng.randint(2, MOST_ALIKE)):
        order_id = f"{first.order_id[:-1]}{number}"
        changes = rng.choice(
            (
                {},
                {"note": "please hurry"},
                {"ordered_at": first.ordered_at + timedelta(minutes=rng.randint(1, 30))},
                {"customer_reference": first.customer_reference.lower()},
            )
        )
        yield replace(first, order_id=order_id, order_number=f"N-{order_id}", **changes)


def _asked(order: Order, family: int, suffix: str = "") -> Intent:
    request = ScoreOrderRequest(
        order=order_to_proto(order), request_id=f"score {order.order_id}{suffix}"
    )
    return Intent(request, family, order.order_id)


def _again(asked: list[Intent], family: int, rng: random.Random) -> Iterator[Intent]:
    """Some orders are asked about under another request id, some of those with another content."""
    for intent in asked:
        if rng.random() < 0.3:
            again = ScoreOrderRequest()
            again.CopyFrom(intent.request)
            again.request_id += " again"
            if rng.random() < 0.5:
                again.order.note = "changed at the last moment"
            yield Intent(
                again, family, intent.order_id, after=intent if rng.random() < 0.5 else None
            )


def _states(asked: list[Intent], family: int, rng: random.Random) -> Iterator[Intent]:
    """Some orders go on, once they are known."""
    for intent in asked:
        if rng.random() < 0.2:
            request = UpdateOrderStatusRequest(
                state=OrderState.Value(rng.choice(STATES)), request_id=f"go on {intent.order_id}"
            )
            yield Intent(request, None, intent.order_id, after=intent)
