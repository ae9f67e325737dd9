"""What each comparison says of a pair, aspect by aspect."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from tests.unit.models.detection_world import BASKET, Shelf, acme, an_order, line, vector

from ordertwin_models.comparison import COMPARISON_NAMES, COMPARISONS, compare
from ordertwin_models.order import Channel, Order, OrderState, Party, PostalAddress


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ("PO-4711", "PO-4711", 5.0),
        ("PO-4711", "po 4711.", 5.0),
        ("Station Road", "station road", 4.0),
        ("PO 17", "PO-17", 4.0),
        ("PO-4711", "4711", 5.0),
        ("PO 114", "114", 4.0),
        ("PO-0283-0000001 x", "PO-0283-0000001", 2.0),
        ("PO-0283-0000001 a", "PO-0283-0000001", 5.0),
        ("PO 114 Lager", "114", 0.0),
        ("PO-4711", "PO-4171", 2.0),
        ("PO-4711", "PO-471", 2.0),
        ("PO-4712", "PO-4721", 2.0),
        ("PO-4711", "PO-4511", 1.0),
        ("PO-4712", "PO-4711", 1.0),
        ("PO-4711", "PO-4712", -1.0),
        ("4500001711", "4500001738", -1.0),
        ("XS000274", "XS000279", -1.0),
        ("PO-4711", "PO-4771", 1.0),
        ("PO-4711", "KX-9983", 0.0),
    ],
)
def test_references_agree_by_degrees(first: str, second: str, level: float) -> None:
    a, b = an_order("A", customer_reference=first), an_order("B", customer_reference=second)
    assert vector(a, b)["reference"] == level


def test_a_reference_that_says_nothing_is_missing() -> None:
    a, b = (an_order(i, customer_reference="VERBAL") for i in "AB")
    assert np.isnan(vector(a, b)["reference"])
    assert vector(a, b)["reference_presence"] == 3.0


def test_an_equal_reference_written_differently_is_noticed() -> None:
    a, b = an_order("A"), an_order("B", customer_reference="P.O. 4711")
    assert vector(a, a)["reference_spelling"] == 1.0
    assert vector(a, b)["reference"] == 5.0
    assert vector(a, b)["reference_spelling"] == 0.0


def test_a_reference_used_again_and_again_counts_less() -> None:
    shelf = Shelf()
    for i in range(5):
        shelf.put(an_order(f"A{i}", timedelta(days=-30 * i)))
    row = compare(shelf.incoming(an_order("B")).features, shelf.stored)[0]
    assert row[COMPARISON_NAMES.index("reference_frequency")] == pytest.approx(np.log2(6))


def test_copies_of_one_hour_make_no_reference_common() -> None:
    shelf = Shelf()
    for i in range(5):
        shelf.put(an_order(f"A{i}", timedelta(seconds=-i)))
    matrix = compare(shelf.incoming(an_order("B")).features, shelf.stored)
    counted = matrix[:, COMPARISON_NAMES.index("reference_frequency")]
    assert counted == pytest.approx(1.0)


def test_another_revision_of_one_reference() -> None:
    a, b = an_order("A"), an_order("B", customer_reference="PO-4711 Rev 2")
    assert vector(a, b)["reference"] == 5.0
    assert vector(a, b)["revision"] == 1.0
    assert vector(a, a)["revision"] == 0.0


def test_releases_of_one_contract() -> None:
    first = an_order("A", blanket_reference="BL-1", release_number="7")
    assert vector(first, first)["release"] == 1.0
    assert vector(first, an_order(blanket_reference="BL-1", release_number="8"))["release"] == 0.0
    assert np.isnan(vector(first, an_order("B"))["release"])


def test_a_customer_is_known_by_the_surest_thing_shared() -> None:
    full = an_order("A")
    guest = an_order("B", customer=acme(party_id="", name="", email=""))
    other_account = an_order("B", customer=acme(party_id="C-8"))
    nobody = an_order("B", customer=Party(), ship_to=PostalAddress())
    assert vector(full, full)["customer"] == 1.0
    assert vector(full, guest)["customer"] == pytest.approx(0.95)
    assert vector(full, other_account)["customer"] == pytest.approx(0.85)
    assert np.isnan(vector(full, nobody)["customer"])


def test_an_address_agrees_over_the_parts_both_state() -> None:
    whole = an_order("A")
    short = PostalAddress(region_code="GB", postal_code="SW1A 2AA")
    assert vector(whole, whole)["customer_ship_to"] == pytest.approx(1.0)
    assert vector(whole, an_order("B", ship_to=short))["customer_ship_to"] == pytest.approx(1.0)
    assert np.isnan(vector(whole, an_order("B", ship_to=PostalAddress()))["customer_ship_to"])


def test_shares_of_lines_go_both_ways() -> None:
    part = vector(an_order("A"), an_order("B", lines=BASKET[:1]))
    assert part["incoming_lines_shared"] == pytest.approx(1.0)
    assert part["existing_lines_shared"] == pytest.approx(1 / 3, abs=0.05)


def test_swapped_digits_look_like_a_slip() -> None:
    a = an_order("A", lines=(line("X", 12),))
    assert vector(a, an_order("B", lines=(line("X", 21),)))["quantity_slips"] == 1.0
    assert vector(a, an_order("B", lines=(line("X", 120),)))["quantity_slips"] == 1.0
    assert vector(a, an_order("B", lines=(line("X", 17),)))["quantity_slips"] == 0.0
    assert vector(a, a)["quantities"] == 1.0


def test_packs_and_pieces_are_one_quantity() -> None:
    pieces = an_order("A", lines=(line("X", 24, unit="pcs"),))
    packs = an_order("B", lines=(line("X", 2, unit="dozen"),))
    assert vector(pieces, packs)["quantities"] == 1.0


def test_amounts_of_two_currencies_are_not_compared() -> None:
    a, b = an_order("A"), an_order("B", currency_code="EUR")
    assert vector(a, a)["amount"] == 1.0
    assert np.isnan(vector(a, b)["amount"])


def test_variants_are_told_from_the_same_thing() -> None:
    a = an_order("A", lines=(line(name="Hex bolt M8x40"),))
    b = an_order("B", lines=(line(name="Hex bolt M8x50"),))
    assert vector(a, b)["variants"] == 1.0
    assert vector(a, b)["incoming_lines_shared"] == 0.0


def test_two_orders_for_one_delivery_day_are_no_habit() -> None:
    shelf, wanted = Shelf(), date(2026, 3, 20)
    for number, later in enumerate((timedelta(0), timedelta(hours=25))):
        shelf.put(an_order(f"W{number}", later, requested_delivery_date=wanted))
    third = an_order("W2", timedelta(hours=50), requested_delivery_date=wanted)
    columns = [COMPARISON_NAMES.index(n) for n in ("basket_rhythm", "basket_repeats")]
    rhythm, repeats = compare(shelf.incoming(third).features, shelf.stored)[0][columns]
    assert np.isnan(rhythm)
    assert repeats == 1.0


def test_a_date_without_a_time_is_not_taken_for_midnight_sharp() -> None:
    midnight = {"ordered_at": an_order().ordered_at.replace(hour=0, minute=0)}
    a, b = an_order("A", **midnight), an_order("B", **midnight)
    assert vector(a, b)["time_gap"] == pytest.approx(np.log10(1 + 6 * 3600))


def test_a_weekly_order_is_held_against_its_own_rhythm() -> None:
    shelf = Shelf()
    for week in range(4):
        shelf.put(an_order(f"W{week}", timedelta(weeks=week), customer_reference=f"W-{week}77"))
    due = an_order("W4", timedelta(weeks=4), customer_reference="W-977")
    extra = an_order("X", timedelta(weeks=3, hours=2), customer_reference="W-976")
    columns = [COMPARISON_NAMES.index(n) for n in ("basket_rhythm", "basket_repeats")]
    newest = [
        compare(shelf.incoming(order).features, shelf.stored[-1:] + shelf.stored[:-1])[0][columns]
        for order in (due, extra)
    ]
    assert newest[0] == pytest.approx([0.0, np.log2(5)])
    assert newest[1][0] < -5


def test_the_stage_of_the_existing_order_counts() -> None:
    a = an_order("A")
    assert vector(a, a)["stage"] == 0.0
    assert vector(a, a, OrderState.SHIPPED)["stage"] == 2.0
    assert vector(a, a, OrderState.CANCELLED)["stage"] == 4.0


def test_channels_that_are_not_said_are_missing() -> None:
    a = an_order("A")
    assert np.isnan(vector(a, an_order("B", channel=Channel.UNKNOWN))["channel"])


def between(existing: Channel, incoming: Channel) -> float:
    return vector(an_order("A", channel=existing), an_order("B", channel=incoming))["channel"]


def test_channels_tell_whether_they_are_one_and_through_whose_hands_orders_come() -> None:
    same = {channel: between(channel, channel) for channel in (Channel.EDI, Channel.PHONE)}
    assert min(same.values()) >= 1.0
    assert same[Channel.EDI] != same[Channel.PHONE]
    heard = between(Channel.EMAIL, Channel.PHONE)
    assert heard < 0.5
    assert heard not in (between(Channel.PHONE, Channel.EMAIL), between(Channel.EDI, Channel.PHONE))


def test_one_and_the_same_second_is_told_from_the_same_minute() -> None:
    stamped = [an_order(name, timedelta(seconds=7)) for name in "AB"]
    rounded = [an_order(name) for name in "AB"]
    assert vector(*stamped)["time_gap"] == -1.0
    assert vector(*rounded)["time_gap"] == 0.0


def test_an_order_about_which_nothing_is_known_breaks_no_comparison() -> None:
    bare = Order(
        order_id="Z", ordered_at=an_order().ordered_at, total_amount=Decimal(0), attributes={}
    )
    values = vector(bare, bare)
    assert np.isnan(values["customer"])
    assert np.isnan(values["incoming_lines_shared"])


def test_comparison_names_are_unique_and_say_what_they_mean() -> None:
    assert len(set(COMPARISON_NAMES)) == len(COMPARISONS)
    assert all(c.meaning and c.monotone in (-1, 0, 1) for c in COMPARISONS)


def test_no_candidates_make_an_empty_matrix() -> None:
    matrix = compare(Shelf().incoming(an_order()).features, [])
    assert matrix.shape == (0, len(COMPARISONS))


def named(first: Order, later: Order) -> float:
    return vector(first, later)["named_in_note"]


def test_a_note_may_name_the_other_order_or_its_customer() -> None:
    first = an_order("A", order_number="SO-88012", customer_reference="PO 4711")
    for note in ("replaces SO-88012", "Änderung zu 4711, bitte", "追加，跟PO4711一起发"):
        assert named(first, an_order("B", note=note, customer_reference="PO 4800")) == 1.0
    assert named(an_order("A", note="see PO 4800"), an_order("B", customer_reference="4800")) == 1.0
    assert np.isnan(named(first, an_order("B", note="gate 2, before 12:00, call 0171 4712")))
    assert np.isnan(named(first, an_order("B")))
    own = "please quote PO 4711 on all documents"
    assert np.isnan(named(first, an_order("B", note=own, customer_reference="PO 4711")))


def test_a_note_names_a_customer_only_where_the_order_is_of_another_one() -> None:
    note = "a/c should be L849?"
    right, own = acme(party_id="L849", email="", phone="", name="Lone Oak"), acme()
    assert named(an_order("A", customer=right), an_order("B", customer=own, note=note)) == 1.0
    by_name = "on behalf of LONE OAK, please"
    elsewhere = an_order("B", customer=own, note="goods for the hotel")
    assert np.isnan(named(an_order("A", customer=acme(party_id="X1", name="Hotel")), elsewhere))
    assert named(an_order("A", customer=right), an_order("B", customer=own, note=by_name)) == 1.0
    assert named(an_order("A", customer=own, note=by_name), an_order("B", customer=right)) == 1.0
    assert np.isnan(named(an_order("A", customer=right), an_order("B", customer=right, note=note)))


def test_a_note_that_names_another_candidate_speaks_against_this_one() -> None:
    shelf = Shelf()
    for number in (1, 2):
        shelf.put(an_order(f"A{number}", timedelta(hours=-number), order_number=f"SO-9900{number}"))
    matrix = compare(shelf.incoming(an_order("B", note="add to SO-99002")).features, shelf.stored)
    assert matrix[:, COMPARISON_NAMES.index("named_in_note")].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("first", "second"),
    [("741720-1", "741720-1 B"), ("#93615-1", "#93615-1 REV.1"), ("4506/A", "4506/A Rev B")],
)
def test_a_revision_of_what_had_a_suffix_is_the_revision_of_one(first: str, second: str) -> None:
    a, b = an_order("A", customer_reference=first), an_order("B", customer_reference=second)
    assert (vector(a, b)["reference"], vector(a, b)["revision"]) == (5.0, 1.0)


def test_a_counter_behind_both_references_is_not_the_revision_of_one() -> None:
    counted = [an_order(key, customer_reference=f"T36-250509-{key}") for key in ("1", "2")]
    assert vector(*counted)["revision"] == 0.5


def test_a_note_on_the_first_order_of_all_names_nobody() -> None:
    alone = Shelf().incoming(an_order("A", note="replaces SO-88012"))
    assert compare(alone.features, []).shape == (0, len(COMPARISON_NAMES))
