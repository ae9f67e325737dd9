"""Two orders become one, line by line, and each line says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertwin_models.decision import Relation
from ordertwin_models.merging import (
    Choice,
    FieldName,
    Part,
    Take,
    conflicts_between,
    explained,
    merged_order,
    obstacles_to,
    propose,
)
from ordertwin_models.merging.words import WORDS
from ordertwin_models.order import Order, OrderKind, OrderLine, OrderState, Party, PostalAddress
from ordertwin_models.validation import validate_order

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_line(sku: str, quantity: str | None = "10", unit: str = "pcs", **more: Any) -> OrderLine:
    return OrderLine(
        line_id=more.pop("line_id", sku),
        sku=sku,
        quantity=None if quantity is None else Decimal(quantity),
        unit=unit,
        **more,
    )


def an_order(*lines: OrderLine, **changes: Any) -> Order:
    return replace(
        Order(order_id="1", ordered_at=NOON, lines=lines, currency_code="EUR"), **changes
    )


def quantities(first: Order, second: Order, relation: Relation | None = None) -> list[str]:
    return [
        f"{each.line.sku} {each.line.quantity}" for each in propose(first, second, relation).lines
    ]


BOTH = (an_order(a_line("A", "10"), a_line("B", "5")), an_order(a_line("B", "8"), a_line("C", "1")))


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (Relation.SUPERSET, ["A 10", "B 8", "C 1"]),
        (Relation.PARTIAL, ["A 10", "B 8", "C 1"]),
        (Relation.CROSS_CHANNEL, ["A 10", "B 8", "C 1"]),
        (Relation.AMENDMENT, ["A 10", "B 8", "C 1"]),
        (Relation.SPLIT, ["A 10", "B 13", "C 1"]),
        (None, ["A 10", "B 13", "C 1"]),
    ],
)
def test_what_the_second_is_to_the_first_decides(relation: Relation, expected: list[str]) -> None:
    assert quantities(*BOTH, relation) == expected


def test_a_revision_says_what_it_changes_and_what_it_leaves() -> None:
    first = an_order(a_line("A", "10"), a_line("B", "5"))
    second = an_order(a_line("A", "10"), a_line("B", "8"))
    said = [explained(each, "en") for each in propose(first, second, Relation.AMENDMENT).lines]
    assert said == [
        "Both orders ask for 10 pcs; once is meant.",
        "The later order changes 5 pcs to 8 pcs.",
    ]


def test_a_choice_comes_before_the_relation() -> None:
    choice = Choice(Part(1, "B"), Take.SUM)
    lines = propose(*BOTH, Relation.SUPERSET, [choice]).lines
    assert [(each.take, each.line.quantity) for each in lines][1] == (Take.SUM, Decimal(13))


def test_units_are_converted_into_those_of_the_first() -> None:
    first = an_order(a_line("A", "24", "pcs"), a_line("F", "1.5", "kg"))
    second = an_order(a_line("A", "3", "dz"), a_line("F", "2000", "g"))
    lines = propose(first, second, Relation.SUPERSET).lines
    assert [(each.line.quantity, each.line.unit) for each in lines] == [
        (Decimal(36), "pcs"),
        (Decimal(2), "kg"),
    ]
    assert "converted into pcs" in explained(lines[0], "en")


def test_what_cannot_be_counted_together_stays_apart() -> None:
    first, second = an_order(a_line("A", "2", "box")), an_order(a_line("A", "10", "kg"))
    lines = propose(first, second, Relation.SUPERSET).lines
    assert [(each.line.quantity, each.line.unit) for each in lines] == [
        (Decimal(2), "box"),
        (Decimal(10), "kg"),
    ]
    assert [each.line.line_id for each in lines] == ["A", "1"]


def test_an_item_written_twice_counts_once_with_its_sum() -> None:
    first = an_order(a_line("A", "6", line_id="1"), a_line("A", "4", line_id="2"))
    second = an_order(a_line("A", "10", line_id="1"))
    (line,) = propose(first, second, Relation.REKEYED).lines
    assert (line.line.quantity, line.take, len(line.parts)) == (Decimal(10), Take.KEEP, 3)


def test_variants_are_different_goods() -> None:
    first = an_order(OrderLine(line_id="1", name="Bolt M8x40", quantity=Decimal(10)))
    second = an_order(OrderLine(line_id="1", name="Bolt M8x50", quantity=Decimal(10)))
    assert len(propose(first, second, Relation.CROSS_CHANNEL).lines) == 2


def test_what_the_orders_disagree_about_is_named() -> None:
    first = an_order(
        company="Nord",
        customer=Party(party_id="C-1"),
        ship_to=PostalAddress(postal_code="10115", address_lines=("Torstr. 1",)),
    )
    second = an_order(
        company="Süd",
        customer=Party(party_id="C-2"),
        ship_to=PostalAddress(postal_code="20095", address_lines=("Markt 5",)),
        currency_code="USD",
    )
    assert {each.field for each in conflicts_between(first, second)} == set(FieldName)
    assert conflicts_between(first, replace(first, company="NORD")) == ()


def test_two_points_of_one_address_are_two_places() -> None:
    def to(*points: str) -> Order:
        place = PostalAddress(postal_code="60302", address_lines=("500 Main St", *points))
        return an_order(a_line("A", "1"), ship_to=place)

    assert [each.field.value for each in conflicts_between(to("Ward 3"), to("Ward 4"))] == [
        "ship_to"
    ]
    assert conflicts_between(to("Ward 3"), to()) == conflicts_between(to("Unit 3"), to("#3")) == ()


def test_orders_that_left_or_died_or_differ_in_kind_cannot_be_merged() -> None:
    order = an_order(a_line("A"))
    assert obstacles_to((order, OrderState.ACCEPTED), (order, OrderState.HELD)) == ()
    purchase = replace(order, kind=OrderKind.PURCHASE)
    assert obstacles_to((order, OrderState.SHIPPED), (purchase, OrderState.CANCELLED)) == (
        "first_under_way",
        "second_dead",
        "kinds",
    )


def test_the_result_takes_what_was_chosen_and_fills_the_gaps() -> None:
    first = an_order(
        a_line("A", "2", unit_price=Decimal("1.50"), requested_date=date(2026, 3, 9)),
        company="Nord",
        customer_reference="PO-1",
        note="one",
    )
    second = an_order(
        a_line("A", "3", requested_date=date(2026, 3, 8)),
        company="Süd",
        customer_reference="PO-2",
        note="two",
        customer=Party(phone="030 1"),
        ordered_at=NOON + timedelta(hours=1),
    )
    proposal = propose(first, second, Relation.SUPERSET)
    made = merged_order(first, second, proposal, {FieldName.COMPANY: 1}, order_id="M-1")
    assert (made.order_id, made.company, made.customer.phone) == ("M-1", "Süd", "030 1")
    assert (made.note, made.total_amount) == ("one\ntwo", Decimal("4.50"))
    assert (made.customer_reference, made.attributes) == ("PO-1", {"merged_references": "PO-2"})
    assert (made.ordered_at, made.lines[0].requested_date) == (NOON, date(2026, 3, 8))


def test_both_languages_say_everything() -> None:
    assert set(WORDS["en"]) == set(WORDS["zh"])
    line = propose(*BOTH, Relation.SUPERSET).lines[1]
    assert explained(line, "en") == (
        "5 pcs and 8 pcs are the same goods: the larger quantity, 8 pcs, holds the smaller."
    )
    assert explained(line, "zh") == "5 pcs 与 8 pcs 是同一批货：取较大的数量 8 pcs。"


LINES = st.lists(
    st.builds(
        a_line,
        st.sampled_from("ABCDE"),
        st.one_of(st.none(), st.integers(0, 99).map(str)),
        st.sampled_from(["pcs", "dz", "box", "kg", ""]),
    ),
    max_size=6,
)


@given(LINES, LINES, st.sampled_from([None, *Relation]))
def test_nothing_is_lost_and_the_result_is_an_order(
    mine: list[OrderLine], theirs: list[OrderLine], relation: Relation | None
) -> None:
    def numbered(lines: list[OrderLine]) -> list[OrderLine]:
        return [replace(line, line_id=str(10 * n)) for n, line in enumerate(lines, 1)]

    first, second = an_order(*numbered(mine)), an_order(*numbered(theirs))
    proposal = propose(first, second, relation)
    parts = [part for each in proposal.lines for part in each.parts]
    assert len(parts) == len(set(parts)) == len(mine) + len(theirs)
    made = merged_order(first, second, proposal, {}, order_id="M-1")
    if made.lines:
        assert validate_order(made, now=NOON, max_lines=2000) == []
    for each in proposal.lines:
        assert explained(each, "en")
        known = [quantity for quantity in each.quantities if quantity is not None]
        if each.take is Take.SUM:
            assert each.line.quantity == sum(known)
        elif each.take is Take.LARGER:
            assert each.line.quantity == max(known)
