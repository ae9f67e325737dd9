"""Small orders, questions and commands for tests of the server."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from ordertwin_models.explanation import explain
from ordertwin_models.order import Order, OrderLine, Party, PostalAddress
from ordertwin_server.commands.answer import Answer
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.question import Question
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.model_slot import ModelSlot
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_stores.interface import OrderStore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CALL = Call("default", "tester")


def a_line(sku: str = "M8-40", quantity: str = "200", price: str = "0.12") -> OrderLine:
    return OrderLine(
        line_id=sku,
        sku=sku,
        name=f"Bolt {sku}",
        quantity=Decimal(quantity),
        unit="pcs",
        unit_price=Decimal(price),
    )


def an_order(order_id: str = "SO-1", **changes: Any) -> Order:
    order = Order(
        order_id=order_id,
        order_number=f"N-{order_id}",
        customer_reference="PO-4711",
        ordered_at=NOON,
        source="edi",
        customer=Party(party_id="C-10", name="Schmidt GmbH", email="einkauf@schmidt.example"),
        ship_to=PostalAddress(
            region_code="DE", postal_code="10115", locality="Berlin", address_lines=("Torstr. 1",)
        ),
        lines=(a_line(), a_line("M8-50", "100", "0.15"), a_line("M10-60", "80", "0.31")),
        currency_code="EUR",
        total_amount=Decimal("63.8"),
    )
    return replace(order, **changes)


def another_order(order_id: str = "SO-9") -> Order:
    """An order that has nothing to do with `an_order`."""
    return an_order(
        order_id,
        customer_reference="77/2026",
        customer=Party(party_id="C-77", name="Lefebvre SARL", email="achats@lefebvre.example"),
        ship_to=PostalAddress(region_code="FR", postal_code="69002", locality="Lyon"),
        lines=(a_line("TEA-250", "12", "3.40"), a_line("CUP-3", "24", "1.95")),
        total_amount=Decimal("87.6"),
    )


def a_question(order: Order | None = None, request_id: str = "r-1", **changes: Any) -> Question:
    return Question(order=order or an_order(), request_id=request_id, **changes)


def resent(order: Order, order_id: str = "SO-2", minutes: int = 5) -> Order:
    """The same message again under a new id."""
    later = order.ordered_at + timedelta(minutes=minutes)
    return replace(order, order_id=order_id, order_number=f"N-{order_id}", ordered_at=later)


class SteppingClock:
    """A clock that goes on by a second each time it is read."""

    def __init__(self, start: datetime = NOON + timedelta(hours=1)) -> None:
        self._now = start

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


_KEYS = itertools.count(1)


def counted_keys() -> str:
    """Keys k1, k2, k3 and so on."""
    return f"k{next(_KEYS)}"


def score_command(
    store: OrderStore,
    slot: ModelSlot | None = None,
    clock: SteppingClock | None = None,
    policies: PolicySlot | None = None,
) -> ScoreOrder:
    return ScoreOrder(
        store,
        slot or ModelSlot(None),
        policies or PolicySlot(),
        clock=clock or SteppingClock(),
        keys=counted_keys,
        max_lines=2000,
    )


def words(answer: Answer) -> Any:
    """All that is said, apart from whether it was said before."""
    said = explain(answer.decision, answer.incoming, answer.existing, "en")
    return replace(answer, replayed=False), said
