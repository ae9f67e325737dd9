"""What the comparisons say of two baskets: how much is the same, and whether chance explains it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from tests.unit.models.detection_world import BASKET, Shelf, acme, an_order, line, vector

from ordertwin_models.order import Order, OrderLine


def compared(existing: tuple[OrderLine, ...], incoming: tuple[OrderLine, ...]) -> dict[str, float]:
    return vector(an_order("A", lines=existing), an_order("B", lines=incoming))


def test_two_equal_baskets_agree_in_full() -> None:
    values = compared(BASKET, BASKET)
    assert values["basket_agreement"] == pytest.approx(1.0)
    assert values["containment"] == pytest.approx(1.0)


def test_a_basket_with_lines_added_still_contains_the_first_one() -> None:
    values = compared(BASKET[:2], BASKET)
    assert values["containment"] == pytest.approx(1.0)
    assert values["basket_agreement"] == pytest.approx(2 / 3, abs=0.05)


def test_containment_asks_for_the_share_of_the_smaller_basket() -> None:
    one_of_two = compared(BASKET, (BASKET[0], line("X-1", 3)))
    assert one_of_two["containment"] == pytest.approx(1 / 2, abs=0.05)


def test_another_quantity_agrees_less_than_an_equal_or_an_unknown_one() -> None:
    known, other, unknown = (
        compared((line("X", 6),), (again,))["basket_agreement"]
        for again in (line("X", 6), line("X", 7), OrderLine(sku="X"))
    )
    assert known == unknown == pytest.approx(1.0)
    assert 0.0 < other < 0.5


def test_baskets_without_a_common_line_do_not_agree() -> None:
    values = compared((line("X", 6),), (line("Y", 6),))
    assert values["basket_agreement"] == values["containment"] == 0.0


@pytest.mark.parametrize("name", ["basket_agreement", "containment", "surprise"])
def test_an_order_without_lines_has_no_basket_to_compare(name: str) -> None:
    assert np.isnan(compared(BASKET, ())[name])
    assert np.isnan(compared((), BASKET)[name])


def a_busy_shelf(orders: int) -> Shelf:
    """Orders of many customers, all for the same product, after ACME's usual one."""
    shelf = Shelf()
    shelf.put(an_order("A"))
    for number in range(orders):
        customer = acme(party_id=f"K-{number}", name=f"Shop {number}", phone="", email="")
        common = (line("COMMON", 1 + number % 5),)
        shelf.put(an_order(f"N{number}", customer=customer, lines=common))
    return shelf


def surprises(orders: int, lines: tuple[OrderLine, ...]) -> list[float]:
    values = a_busy_shelf(orders).vectors(an_order("B", timedelta(hours=1), lines=lines))
    return [one["surprise"] for one in values]


def test_a_rare_basket_is_beyond_chance_and_a_common_product_is_not() -> None:
    usual, *_ = surprises(200, BASKET)
    _, common, *_ = surprises(200, (line("COMMON", 1),))
    assert usual > 10
    assert common < 0


def test_an_equal_quantity_tells_more_the_odder_it_is() -> None:
    def surprise(quantity: int) -> float:
        lines = (line("X", quantity),)
        return compared(lines, lines)["surprise"]

    assert surprise(481) > surprise(12) > surprise(10) == surprise(1)


def test_products_in_other_quantities_surprise_nobody() -> None:
    others = tuple(line(one.sku, 99) for one in BASKET)
    assert compared(BASKET, others)["surprise"] < 0 < compared(BASKET, BASKET)["surprise"]


def priced(price: str) -> Order:
    return an_order(lines=(line("X", 6, unit_price=Decimal(price)),))


def test_prices_are_near_by_degrees() -> None:
    same, rounded, discount, tax, other = (
        vector(priced("10.00"), priced(price))["prices"]
        for price in ("10.00", "10.02", "9.50", "11.90", "14.50")
    )
    assert same == rounded == 1.0
    assert 0.7 < discount < 0.9
    assert 0.3 < tax < 0.7
    assert other == 0.0


def test_a_line_without_a_price_does_not_count_among_prices() -> None:
    assert np.isnan(vector(priced("10.00"), an_order("B", lines=(line("X", 6),)))["prices"])


def test_amounts_are_compared_as_written_where_one_order_states_no_unit() -> None:
    boxes = (line("X", 2, unit="box of 100", unit_price=Decimal("5.00")),)
    unitless = (line("X", 2, unit_price=Decimal("5.00")),)
    for values in (compared(boxes, unitless), compared(unitless, boxes)):
        assert values["quantities"] == 1.0
        assert values["prices"] == 1.0


def test_a_unit_left_out_may_also_mean_pieces() -> None:
    boxes, pieces = (line("X", 2, unit="box of 100"),), (line("X", 200),)
    assert compared(boxes, pieces)["quantities"] == 1.0


def amounting(quantity: str, price: str, unit: str = "") -> OrderLine:
    return line("X", quantity, unit=unit, unit_price=Decimal(price))


@pytest.mark.parametrize("unit", ["", "box"])
def test_boxes_and_pieces_of_one_amount_are_equal(unit: str) -> None:
    pieces, boxes = amounting("24", "1.50"), amounting("2", "18.00", unit)
    for values in (compared((pieces,), (boxes,)), compared((boxes,), (pieces,))):
        assert values["quantities"] == values["prices"] == 1.0
        assert values["basket_agreement"] == pytest.approx(1.0)


def test_what_packages_of_unknown_content_hold_is_neither_equal_nor_different() -> None:
    packages, pieces = line("X", 2, unit="Palette"), line("X", 90, unit="Stk")
    for values in (compared((packages,), (pieces,)), compared((pieces,), (packages,))):
        assert np.isnan(values["quantities"])
        assert values["basket_agreement"] == pytest.approx(1.0)
    two_packs = compared((line("X", 5, unit="2-pack"),), (line("X", 5, unit="pack"),))
    assert two_packs["quantities"] == 1.0
    fewer = compared((line("X", 90, unit="Palette"),), (line("X", 2, unit="Stk"),))
    assert fewer["quantities"] == 0.0


def test_more_for_less_is_no_box() -> None:
    for other in (amounting("2", "17.00"), amounting("7", "5.14"), amounting("12", "3.00")):
        assert compared((amounting("24", "1.50"),), (other,))["quantities"] == 0.0


def test_stated_units_are_never_read_as_written() -> None:
    boxes, pieces = (line("X", 2, unit="box of 100"),), (line("X", 2, unit="pcs"),)
    assert compared(boxes, pieces)["quantities"] == 0.0


def test_one_name_under_two_item_numbers_is_a_variant_and_agrees_little() -> None:
    name = "White metal lantern"
    values = compared((line("71053", 6, name=name),), (line("99120", 6, name=name),))
    assert values["variants"] == 1.0
    assert values["basket_agreement"] < 0.5
    assert values["incoming_lines_shared"] == pytest.approx(0.4)


def test_one_name_with_and_without_an_item_number_is_the_same_product() -> None:
    name = "White metal lantern"
    values = compared((line("71053", 6, name=name),), (line("", 6, name=name),))
    assert values["variants"] == 0.0
    assert values["basket_agreement"] > 0.8


def test_what_two_customers_order_alike_is_told_apart_from_what_one_does() -> None:
    stranger = acme(party_id="K-9", name="Zenith", phone="", email="", contact_name="")
    ours, theirs = an_order("A", lines=BASKET), an_order("B", lines=BASKET, customer=stranger)
    assert np.isnan(vector(ours, ours)["foreign_surprise"])
    assert vector(ours, theirs)["foreign_surprise"] > 10
    part = an_order("B", lines=(*BASKET[:1], line("X-1", 3), line("X-2", 3)), customer=stranger)
    assert vector(ours, part)["foreign_surprise"] < vector(ours, theirs)["foreign_surprise"] / 2


@pytest.mark.parametrize("name", ["Acme Tools Leeds", "ACME TOOLS LTD"])
def test_the_list_for_another_branch_of_one_name_is_no_list_of_a_stranger(name: str) -> None:
    ours = acme(name="Acme Tools")
    branch = acme(party_id="K-9", name=name, phone="", email="", contact_name="")
    orders = (
        an_order("A", lines=BASKET, customer=ours),
        an_order("B", lines=BASKET, customer=branch),
    )
    assert np.isnan(vector(*orders)["foreign_surprise"])
    assert vector(*orders)["surprise"] > 10


def test_lines_known_by_numbers_only_are_counted_and_their_prices_tell() -> None:
    numbers = ((10, "1.65"), (48, "2.08"), (12, "0.83"))
    codes = tuple(
        OrderLine(sku=f"A-{n}", quantity=Decimal(n), unit_price=Decimal(price))
        for n, price in numbers
    )
    words = tuple(
        OrderLine(name=f"thing {n}", quantity=Decimal(n), unit_price=Decimal(price))
        for n, price in numbers
    )
    values = compared(codes, words)
    assert (values["by_numbers"], values["quantities"]) == (1.0, 1.0)
    assert np.isnan(values["by_words"])
    assert values["basket_agreement"] > 0.5
    assert values["surprise"] > 10
    assert values["quantities_alike"] > 0
