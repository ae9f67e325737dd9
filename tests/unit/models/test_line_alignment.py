"""Which line is which."""

from decimal import Decimal

import numpy as np
import pytest
from tests.unit.models.detection_world import Shelf, an_order, line

from ordertwin_models.features import FeatureBatch
from ordertwin_models.line_alignment import (
    CONTRADICTED_AGREEMENT,
    MISTYPED_AGREEMENT,
    Alignment,
    align,
)
from ordertwin_models.order import OrderLine


def alignment_of(incoming: tuple[OrderLine, ...], existing: tuple[OrderLine, ...]) -> Alignment:
    shelf = Shelf()
    shelf.put(an_order("A", lines=existing))
    features = shelf.incoming(an_order("B", lines=incoming)).features
    return align(features, FeatureBatch.of([shelf.stored[0].features]))


def pairs_of(
    incoming: tuple[OrderLine, ...], existing: tuple[OrderLine, ...]
) -> list[tuple[int, int]]:
    alignment = alignment_of(incoming, existing)
    return sorted(zip(alignment.incoming.tolist(), alignment.existing.tolist(), strict=True))


def test_lines_pair_by_sku_whatever_their_order() -> None:
    assert pairs_of((line("A"), line("B")), (line("B"), line("A"))) == [(0, 1), (1, 0)]


def test_a_gtin_pairs_lines_whose_skus_differ() -> None:
    gtin = "4006381333931"
    assert pairs_of((line("A", gtin=gtin),), (line("OLD-7", gtin=gtin),)) == [(0, 0)]


def test_a_customer_sku_pairs_lines_without_sku() -> None:
    assert pairs_of((line(customer_sku="K-1"),), (line("A", customer_sku="k1"),)) == [(0, 0)]


def test_a_mistyped_sku_pairs_by_the_name() -> None:
    name = "White metal lantern"
    assert pairs_of((line("71035", name=name),), (line("71053", name=name),)) == [(0, 0)]


def test_lines_of_one_name_under_two_codes_agree_little_and_are_variants() -> None:
    name = "White metal lantern"
    alignment = alignment_of((line("71035", name=name),), (line("71053", name=name),))
    assert alignment.agreement.tolist() == [CONTRADICTED_AGREEMENT]
    assert alignment.variant.tolist() == [True]


def test_a_line_of_equal_name_without_a_code_is_preferred_to_another_code() -> None:
    name = "White metal lantern"
    existing = (line("99120", name=name), line(name=name))
    assert pairs_of((line("71053", name=name),), existing) == [(0, 1)]


def test_equal_codes_settle_a_line_before_equal_names_do() -> None:
    name = "White metal lantern"
    alignment = alignment_of(
        (line("71053", name=name),), (line("99120", name=name), line("71053", name="Lantern"))
    )
    assert alignment.existing.tolist() == [1]
    assert alignment.agreement.tolist() == [1.0]


def test_few_common_words_pair_where_quantity_and_price_agree() -> None:
    mine = line(name="lantern garden large rustic", quantity=17)
    theirs = line("71053", name="lantern metal antique", quantity=17)
    assert pairs_of((mine,), (theirs,)) == [(0, 0)]
    assert pairs_of((mine,), (line("71053", name=theirs.name, quantity=18),)) == []
    dear = line("71053", name=theirs.name, quantity=17, unit_price=Decimal(90))
    cheap = line(name=mine.name, quantity=17, unit_price=Decimal(9))
    assert pairs_of((cheap,), (dear,)) == []


def test_equal_amounts_do_not_pair_lines_without_common_words() -> None:
    assert (
        pairs_of((line(name="metal lantern", quantity=17),), (line(name="tea towel", quantity=17),))
        == []
    )


def test_free_text_pairs_by_its_words() -> None:
    existing = (line("85123A", name="White hanging heart t-light holder"),)
    assert pairs_of((line(name="white heart holders"),), existing) == [(0, 0)]


def test_another_dimension_is_another_product() -> None:
    existing = (line(name="Hex bolt M8x50"),)
    assert pairs_of((line(name="Hex bolt M8x40"),), existing) == []


def test_another_colour_is_another_product() -> None:
    assert pairs_of((line(name="Polo shirt red"),), (line(name="Polo shirt blue"),)) == []
    assert pairs_of((line(name="Vベルト シルバー"),), (line(name="Vベルト 紺"),)) == []


def test_every_line_pairs_once_only() -> None:
    name = "Metal lantern"
    incoming = (line(name=name), line(name="Metal lantern white"))
    assert len(pairs_of(incoming, (line("71053", name=name),))) == 1


def test_repeated_items_are_summed_before_they_pair() -> None:
    shelf = Shelf()
    shelf.put(an_order("A", lines=(line("A", 6), line("A", 4))))
    features = shelf.incoming(an_order("B", lines=(line("A", 10),))).features
    batch = FeatureBatch.of([shelf.stored[0].features])
    assert (batch.lines["quantity"].tolist(), features.lines["quantity"].tolist()) == ([10], [10])
    assert batch.texts["line_ids"] == ["1,2"]


def test_orders_without_lines_align_to_nothing() -> None:
    assert pairs_of((), (line("A"),)) == []
    assert pairs_of((line("A"),), ()) == []


def test_a_grade_with_its_letters_tells_variants_apart() -> None:
    for mine, theirs in (("DN200 SN4", "DN160 SN4"), ("SN4", "SN8"), ("160 mm", "DN200")):
        alignment = alignment_of(
            (line(name=f"PVC sewer pipe KG {mine} 5 m"),),
            (line(name=f"PVC sewer pipe KG {theirs} 5 m"),),
        )
        assert not len(alignment.incoming)
        assert alignment.variant.tolist() == [True]


def test_a_grade_written_otherwise_or_left_out_pairs_still() -> None:
    mine = line(name="PVC sewer pipe KG DN200 SN4 5 m")
    for theirs in ("PVC sewer pipe KG DN 200 SN 4 5m", "sewer pipe PVC 20 cm", "PVC sewer pipe"):
        assert pairs_of((mine,), (line(name=theirs),)) == [(0, 0)]


def test_a_slip_in_a_grade_leaves_lines_with_a_common_code_paired() -> None:
    mine, theirs = line("71035", name="Mesh Q257A"), line("71035", name="Mesh Q275A")
    assert pairs_of((mine,), (theirs,)) == [(0, 0)]


def test_what_has_a_unit_is_kept_of_many_dimensions_before_bare_numbers() -> None:
    name = "Cable H07V-K PN16 IP65 100 m {}"
    alignment = alignment_of((line(name=name.format("red")),), (line(name=name.format("blue")),))
    assert alignment.variant.tolist() == [True]


def priced(quantity: int, price: str, **told: str) -> OrderLine:
    return OrderLine(quantity=Decimal(quantity), unit_price=Decimal(price), **told)


BY_CODES = tuple(
    priced(quantity, price, sku=sku)
    for sku, quantity, price in (("A-1", 10, "1.65"), ("A-2", 10, "2.08"), ("A-3", 12, "0.83"))
)
BY_NAMES = tuple(
    priced(quantity, price, name=name)
    for name, quantity, price in (("doll", 10, "2.08"), ("mug", 12, "0.83"), ("bag", 10, "1.65"))
)


def test_codes_and_words_pair_by_quantity_and_price() -> None:
    assert pairs_of(BY_CODES, BY_NAMES) == [(0, 2), (1, 0), (2, 1)]
    assert not np.isnan(alignment_of(BY_CODES, BY_NAMES).told_by_numbers).any()


def test_a_price_that_one_order_does_not_state_is_no_obstacle() -> None:
    silent = OrderLine(sku="A-4", quantity=Decimal(144))
    existing = (*BY_NAMES, priced(144, "3.10", name="string"))
    assert len(pairs_of((*BY_CODES, silent), existing)) == 4


def test_one_discount_on_all_prices_is_no_obstacle_and_another_price_is() -> None:
    def at_prices(*prices: str) -> tuple[OrderLine, ...]:
        quantities = (173, 237, 319)
        return tuple(
            priced(quantity, price, name=f"word{quantity}")
            for quantity, price in zip(quantities, prices, strict=True)
        )

    codes = tuple(
        priced(q, p, sku=f"S{q}") for q, p in ((173, "4.00"), (237, "8.00"), (319, "2.00"))
    )
    assert len(pairs_of(codes, at_prices("3.80", "7.60", "1.90"))) == 3
    assert len(pairs_of(codes, at_prices("3.80", "7.60", "2.40"))) == 2
    assert not pairs_of(codes, at_prices("9.80", "17.60", "12.40"))


def test_boxes_of_one_amount_pair_with_the_pieces_in_them() -> None:
    boxes, pieces = (priced(2, "32.80", sku="A-1"),), (priced(20, "3.28", name="honey"),)
    assert pairs_of(boxes, pieces) == pairs_of(pieces, boxes) == [(0, 0)]
    assert not pairs_of(boxes, (priced(25, "2.624", name="honey"),))


def test_what_numbers_pair_does_not_depend_on_other_candidates() -> None:
    shelf = Shelf()
    shelf.put(an_order("A", lines=BY_NAMES))
    shelf.put(an_order("C", lines=tuple(priced(7, "3.30", gtin=g) for g in ("4006381333931",))))
    features = shelf.incoming(an_order("B", lines=BY_CODES)).features
    alone = align(features, FeatureBatch.of([shelf.stored[0].features]))
    together = align(features, FeatureBatch.of([one.features for one in shelf.stored]))
    assert alone.existing.tolist() == together.existing.tolist() == [0, 1, 2]


@pytest.mark.parametrize("lines", [200, 2000])
def test_long_lists_pair_by_numbers_as_short_ones_do(lines: int) -> None:
    codes = tuple(priced(1 + n % 7, f"{n}.37", sku=f"S{n}") for n in range(1, lines + 1))
    names = tuple(priced(1 + n % 7, f"{n}.37", name=f"word{n}") for n in range(1, lines + 1))
    assert len(pairs_of(codes, names)) == lines


def test_unlike_lists_in_dozens_are_not_told_alike_by_quantities() -> None:
    codes = tuple(OrderLine(sku=f"S{n}", quantity=Decimal(12)) for n in range(25))
    names = tuple(OrderLine(name=f"word{n}", quantity=Decimal(12)) for n in range(25))
    assert not pairs_of(codes, names)


def test_few_common_numbers_make_no_pairs() -> None:
    others = tuple(priced(n, f"{n}.37", name=f"thing {n}") for n in (3, 5, 7))
    assert not pairs_of((*BY_CODES[:1], priced(1, "9", sku="B"), priced(2, "8", sku="C")), others)
    assert not pairs_of((priced(10, "1", sku="A-1"),), (priced(10, "1", name="doll"),))


def test_numbers_pair_nothing_that_codes_or_words_tell_apart() -> None:
    assert not pairs_of(BY_CODES, tuple(priced(10, "1.65", sku=f"B-{n}") for n in range(3)))
    assert not pairs_of(BY_NAMES, tuple(priced(10, "1.65", name=f"w{n} v{n}") for n in range(3)))


def test_a_price_of_another_product_pairs_nothing() -> None:
    dear = tuple(priced(int(one.quantity or 0), "99.5", name=one.name) for one in BY_NAMES)
    assert not pairs_of(BY_CODES, dear)


def test_a_mistyped_code_agrees_more_where_quantity_and_price_do() -> None:
    one, other = (priced(2, "14.22", sku=sku, name="roller chain") for sku in ("13058", "1058"))
    alignment = alignment_of((one,), (other,))
    assert alignment.agreement.tolist() == [MISTYPED_AGREEMENT]
    assert not alignment.variant.any()
    longer = priced(2, "14.22", sku="1058", name="roller chain steel")
    assert alignment_of((one,), (longer,)).agreement.tolist() == [MISTYPED_AGREEMENT]


def test_of_several_lines_of_one_name_none_is_taken_for_mistyped() -> None:
    shirts = [tuple(priced(2, "9.90", sku=s, name="shirt") for s in two) for two in ("AB", "CD")]
    assert alignment_of(*shirts).agreement.tolist() == [CONTRADICTED_AGREEMENT] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CHOCOLATE CALCULATOR", "CHOC CLCLTR"),
        ("NATURAL SLATE CHALKBOARD LARGE", "NTRL SLATE CHLKBRD LARGE"),
        ("Road-250 Black, 48", "Roda-250 Black, 48"),
        ("FELTCRAFT HAIRBAND PINK", "FELTCRFT HA1RBAND PINK"),
        ("TOURTIERE", "TRTER"),
    ],
)
def test_shorthand_and_slips_leave_words_what_they_are(one: str, other: str) -> None:
    assert pairs_of((line(name=one),), (line(name=other),)) == [(0, 0)]


def test_short_words_of_other_vowels_are_other_goods() -> None:
    for one, other in (("pen", "pin"), ("belt", "bolt"), ("cup", "cap")):
        assert pairs_of((line(name=one),), (line(name=other),)) == []


def test_equal_amounts_make_no_slip_of_a_code_where_the_words_differ() -> None:
    one = priced(10, "1.95", sku="85099B", name="Jumbo bag retrospot")
    other = priced(10, "1.95", sku="85099F", name="Jumbo bag strawberry")
    assert pairs_of((one,), (other,)) == []


def test_a_mistyped_code_needs_no_price_where_the_quantity_tells() -> None:
    name = "LED tube T8 4 ft 15W 5000K"
    for quantity, agreement in ((12, MISTYPED_AGREEMENT), (10, CONTRADICTED_AGREEMENT)):
        one, other = (line(sku, quantity, name=name) for sku in ("100846", "10846"))
        assert alignment_of((one,), (other,)).agreement.tolist() == [agreement]
    one, dear = line("100846", 12, name=name), priced(12, "4.10", sku="10846", name=name)
    assert alignment_of((one,), (dear,)).agreement.tolist() == [MISTYPED_AGREEMENT]
    more = line("10846", 24, name=name)
    assert alignment_of((one,), (more,)).agreement.tolist() == [CONTRADICTED_AGREEMENT]


def test_a_fourth_dimension_on_one_side_contradicts_nothing() -> None:
    name = "LED tube T8 4 ft 15W 5000K"
    longer, other = f"{name} box of 25", name.replace("5000K", "4000K")
    assert pairs_of((line(name=name),), (line(name=longer),)) == [(0, 0)]
    assert pairs_of((line(name=longer),), (line(name=name),)) == [(0, 0)]
    assert pairs_of((line(name=longer),), (line(name=other),)) == []
