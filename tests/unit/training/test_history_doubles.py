"""Wrong accounts, revisions and orders that share a line by chance, in the generated worlds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest

from ordertwin_models.decision import Relation
from ordertwin_models.order import Order
from ordertwin_training.history import WORLDS, HistorySettings, generate, generated_base
from ordertwin_training.history.settings import USUAL_FIELDS
from ordertwin_training.stream import OrderEvent

QUIET = replace(WORLDS["wholesale-en"], look_alike_rate=0.0, noise=0.0, dropout=0.0, chain_rate=0.0)


def only(relation: Relation, **changes: object) -> HistorySettings:
    return replace(QUIET, relations={relation: 1.0}, **changes)


def pairs_of(settings: HistorySettings, relation: Relation) -> list[tuple[Order, Order]]:
    base = generated_base(settings, orders=400, days=60, seed=2)
    events = [e for e in generate(settings, base, 2) if isinstance(e, OrderEvent)]
    orders = {event.order.order_id: event.order for event in events}
    return [
        (orders[str(event.truth.counterpart)], event.order)
        for event in events
        if event.truth and event.truth.relation is relation
    ]


def contradicts(first: Order, later: Order) -> bool:
    mine, theirs = first.customer, later.customer
    facts = ("party_id", "name", "phone", "email", "contact_name", "tax_id")
    both = [(getattr(mine, f), getattr(theirs, f)) for f in facts]
    return all(a != b for a, b in both if a and b)


def test_a_wrong_account_brings_all_of_its_own_data_along_or_leaves_some() -> None:
    relation = Relation.WRONG_CUSTOMER
    pairs = pairs_of(only(relation, duplicate_rate=0.5), relation)
    share = sum(contradicts(*pair) for pair in pairs) / len(pairs)
    assert 0.3 < share < 0.75


def test_a_revision_may_bear_the_same_number_and_nothing_else_to_tell() -> None:
    relation = Relation.AMENDMENT
    pairs = pairs_of(only(relation, duplicate_rate=0.5), relation)
    silent = [
        (first, later)
        for first, later in pairs
        if later.customer_reference == first.customer_reference and not later.revision
    ]
    assert 0.1 < len(silent) / len(pairs) < 0.6


@pytest.mark.parametrize("lines", [1, 3])
def test_what_two_customers_buy_alike_is_a_coincidence_where_goods_are_few(lines: int) -> None:
    relation = Relation.COINCIDENCE
    settings = only(relation, duplicate_rate=0.0, look_alike_rate=0.5)
    found = [len(later.lines) for _, later in pairs_of(settings, relation)]
    assert lines in found


@pytest.mark.parametrize(
    ("shown", "are_known"), [("sku", True), ("specification", True), ("", False)]
)
def test_a_variant_is_known_as_one_where_its_code_or_its_details_are_on_paper(
    shown: str, are_known: bool
) -> None:
    hidden = {"sku", "gtin", "customer_sku", "specification", "customer_reference"} - {shown}
    fields = dict(USUAL_FIELDS) | dict.fromkeys(hidden, 0.0) | {"name": 1.0}
    if shown:
        fields[shown] = 1.0
    relation = Relation.VARIANT
    settings = only(relation, duplicate_rate=0.0, look_alike_rate=0.5, fields=fields, free_text=0.0)
    assert bool(pairs_of(settings, relation)) is are_known


def test_orders_of_one_day_may_share_a_line_and_each_have_others() -> None:
    base = generated_base(QUIET, orders=1500, days=60, seed=3)
    of_day: dict[object, list[set[tuple[str, object]]]] = defaultdict(list)
    for order in base:
        if not order.series:
            lines = {(line.item.code, line.quantity) for line in order.lines}
            of_day[order.customer, order.at.date()].append(lines)
    overlaps = [
        (one, other) for lines in of_day.values() for one, other in pairwise(lines) if one & other
    ]
    assert len(overlaps) > 10
    assert sum(bool(one - other and other - one) for one, other in overlaps) > len(overlaps) // 2


def test_a_burst_brings_many_copies_within_seconds() -> None:
    settings = replace(QUIET, duplicate_rate=0.0, burst_rate=0.1)
    base = generated_base(settings, orders=200, days=60, seed=2)
    events = [e for e in generate(settings, base, 2) if isinstance(e, OrderEvent)]
    first = {event.order.order_id: event.order for event in events}
    copies = defaultdict(list)
    for event in events:
        if event.truth and event.truth.is_duplicate:
            copies[str(event.truth.counterpart)].append(event)
    assert max(map(len, copies.values())) >= 8
    assert len({e.truth.relation for each in copies.values() for e in each if e.truth}) > 2
    for name, each in copies.items():
        gaps = [e.order.ordered_at - first[name].ordered_at for e in each]
        assert max(gaps).total_seconds() < 600


def test_a_world_without_bursts_has_none() -> None:
    settings = replace(QUIET, duplicate_rate=0.0, burst_rate=0.0)
    base = generated_base(settings, orders=100, seed=2)
    events = [e for e in generate(settings, base, 2) if isinstance(e, OrderEvent)]
    assert not any(e.truth and e.truth.is_duplicate for e in events)
