"""Points of one address, the rest of an order, filled-up stores and rare goods, in the worlds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from tests.unit.training.test_history_doubles import only, pairs_of

from ordertwin_models.decision import Relation
from ordertwin_models.order import Order
from ordertwin_training.history import HistorySettings, generated_base
from ordertwin_training.history.base import BaseOrder

FULL = {"requested_date": 1.0, "ship_to": 1.0, "note": 1.0, "sku": 1.0, "customer_reference": 1.0}
LOOK_ALIKES = {"duplicate_rate": 0.0, "look_alike_rate": 0.6, "fields": FULL, "lifecycle": 0.0}


def street(order: Order) -> str:
    return order.ship_to.address_lines[0]


def test_some_goods_of_a_fan_out_go_to_another_point_of_the_same_address() -> None:
    pairs = pairs_of(only(Relation.FAN_OUT, **LOOK_ALIKES), Relation.FAN_OUT)
    at_one_street = [pair for pair in pairs if street(pair[0]) == street(pair[1])]
    points = {tuple(later.ship_to.address_lines[1:]) for _, later in at_one_street}
    assert len(points) > 3


def test_the_rest_of_an_order_has_its_number_its_goods_and_a_later_date() -> None:
    pairs = pairs_of(only(Relation.SPLIT, **LOOK_ALIKES), Relation.SPLIT)
    rests = [
        (first, later)
        for first, later in pairs
        if first.requested_delivery_date
        and later.requested_delivery_date
        and later.requested_delivery_date > first.requested_delivery_date
    ]
    assert rests
    for first, later in rests:
        assert {line.sku for line in later.lines} <= {line.sku for line in first.lines}
        assert later.customer_reference == first.customer_reference


def test_an_account_may_be_wrong_for_one_line_of_goods_that_hardly_anybody_buys() -> None:
    settings = only(Relation.WRONG_CUSTOMER, duplicate_rate=0.6, business="spare-parts")
    pairs = pairs_of(settings, Relation.WRONG_CUSTOMER)
    assert any(len(first.lines) == 1 for first, _ in pairs)


def test_two_customers_may_write_one_word_where_a_number_should_stand() -> None:
    pairs = pairs_of(only(Relation.COINCIDENCE, **LOOK_ALIKES), Relation.COINCIDENCE)
    assert any(
        first.customer_reference and first.customer_reference == later.customer_reference
        for first, later in pairs
    )


def test_stores_are_filled_up_with_the_same_goods_in_other_quantities() -> None:
    for seed in range(8):
        settings = replace(HistorySettings(business="provisions"), name=f"stores {seed}")
        baskets: dict[str, list[BaseOrder]] = defaultdict(list)
        for order in generated_base(settings, orders=800, days=60, seed=seed):
            if not order.series:
                baskets[order.customer].append(order)
        if any(map(_fills_up, baskets.values())):
            return
    raise AssertionError("nobody fills anything up")


def _fills_up(orders: list[BaseOrder]) -> bool:
    """Whether a customer ordered many of the same goods time and again, seldom as many."""
    goods = [{line.item.code: line.quantity for line in order.lines} for order in orders]
    alike = [
        (one, other)
        for one, other in pairwise(goods)
        if len(one) >= 4 and len(one.keys() & other.keys()) >= 0.6 * len(one.keys() | other.keys())
    ]
    return len(alike) >= 5 and all(one != other for one, other in alike)


def test_some_goods_of_a_fan_out_go_to_another_branch_under_its_own_account() -> None:
    pairs = pairs_of(only(Relation.FAN_OUT, **LOOK_ALIKES), Relation.FAN_OUT)
    branches = [
        (first, later)
        for first, later in pairs
        if first.customer.party_id
        and later.customer.party_id
        and first.customer.party_id != later.customer.party_id
    ]
    assert branches
    assert all(street(first) != street(later) for first, later in branches)


def test_a_revision_may_bring_only_what_it_changes() -> None:
    settings = only(Relation.AMENDMENT, duplicate_rate=0.6, fields=FULL)
    pairs = pairs_of(settings, Relation.AMENDMENT)
    alone = [(first, later) for first, later in pairs if len(later.lines) < len(first.lines) / 2]
    assert alone
    for first, later in alone:
        before = {line.sku: line.quantity for line in first.lines if line.sku}
        again = [line for line in later.lines if line.sku in before]
        assert all(line.quantity != before[line.sku] for line in again)
