"""Orders that nobody should send: each is refused with the field and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.unit.server.builders import a_line, an_order

from ordertwin_client import InvalidOrderError, OrderTwinClient
from ordertwin_models.order import Order, Party
from ordertwin_server.convert import order_to_proto

Spoil = Callable[[Order], Order]


def year(number: int) -> datetime:
    return datetime(number, 6, 1, tzinfo=UTC)


BAD: tuple[tuple[Spoil, str, str], ...] = (
    (lambda order: replace(order, lines=(), total_amount=None), "lines", "line"),
    (
        lambda order: replace(order, lines=tuple(a_line(f"S{n}") for n in range(2001))),
        "lines",
        "2000",
    ),
    (lambda order: replace(order, lines=(a_line(quantity="-1"),)), "lines[0].quantity", "negative"),
    (lambda order: replace(order, ordered_at=year(1)), "ordered_at", ""),
    (lambda order: replace(order, ordered_at=year(9999)), "ordered_at", ""),
    (
        lambda order: replace(order, requested_delivery_date=date(9999, 12, 31)),
        "requested_delivery_date",
        "",
    ),
    (
        lambda order: replace(order, requested_delivery_date=date(1, 1, 1)),
        "requested_delivery_date",
        "",
    ),
    (
        lambda order: replace(order, customer=Party(name="N" * 10_000)),
        "customer.name",
        "256",
    ),
    (lambda order: replace(order, order_id=""), "order_id", "required"),
    (lambda order: replace(order, note="\x00"), "note", "control"),
    (lambda order: replace(order, currency_code="EURO"), "currency_code", ""),
    (
        lambda order: replace(order, lines=(a_line(quantity="1" * 19),)),
        "lines[0].quantity",
        "18",
    ),
    (lambda order: replace(order, attributes={"k" * 65: "v"}), "attributes", "64"),
)


@pytest.mark.parametrize(("spoil", "field", "words"), BAD, ids=[case[1] for case in BAD])
def test_a_bad_order_is_refused_with_field_and_rule(
    client: OrderTwinClient, spoil: Spoil, field: str, words: str
) -> None:
    with pytest.raises(InvalidOrderError) as refused:
        client.score_order(order_to_proto(spoil(an_order())))
    said = {broken.field: broken.description for broken in refused.value.violations}
    path = next((path for path in said if path.startswith(f"order.{field}")), None)
    assert path, said
    assert words in said[path]
    assert list(client.list_orders()) == []
