"""What the comparisons say of customers, places and delivery dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from tests.unit.models.detection_world import BASKET, ELSEWHERE, Shelf, acme, an_order, line, vector

from ordertwin_models.order import Order, OrderState, Party, PostalAddress

WANTED = date(2026, 3, 20)
NOBODY = PostalAddress()


def wanting(
    days_later: int = 0, after: timedelta = timedelta(), name: str = "B", **fields: Any
) -> Order:
    """ACME's usual order, `after` the first one and wanted so many days later."""
    dated = {"requested_delivery_date": WANTED + timedelta(days=days_later)}
    return an_order(name, after, **(dated | fields))


def moved(days_later: int, after: timedelta) -> float:
    return vector(wanting(name="A"), wanting(days_later, after))["delivery_date"]


def test_equal_dates_tell_more_the_longer_the_orders_lie_apart() -> None:
    at_once, next_day, in_a_week = (moved(0, timedelta(days=days)) for days in (0, 1, 7))
    assert (at_once, next_day, in_a_week) == pytest.approx((0.0, 1.0, 3.0))


def test_a_date_that_moves_along_with_the_order_is_a_standing_order() -> None:
    assert moved(7, timedelta(days=7)) == moved(30, timedelta(days=30)) == -13.0


def test_a_date_that_moved_less_than_the_order_counts_less_against_it() -> None:
    a_little, along, much, wildly = (moved(days, timedelta(days=7)) for days in (1, 7, 28, 300))
    assert a_little > along > much > wildly
    assert wildly == -22.0


def test_a_date_put_right_in_one_sitting_is_no_rhythm_of_days() -> None:
    later, earlier = (moved(days, timedelta(minutes=5)) for days in (1, -1))
    assert (later, earlier) == pytest.approx((-0.05, -0.55))
    assert moved(3, timedelta(hours=11)) == pytest.approx(-0.1)


def test_a_later_order_that_wants_the_goods_sooner_is_none_of_a_rhythm() -> None:
    assert moved(-7, timedelta(days=7)) == -2.0
    first, second = wanting(7, name="A"), wanting(0, timedelta(days=7), "B")
    assert vector(first, second)["delivery_date"] == -2.0
    assert vector(second, first)["delivery_date"] == -2.0


def test_any_other_date_is_told_from_an_equal_one() -> None:
    days_and_gaps = [(days, gap) for days in (-30, -1, 1, 2, 900) for gap in (0, 5, 90)]
    moves = [moved(days, timedelta(days=gap)) for days, gap in days_and_gaps]
    assert max(moves) < 0.0 <= moved(0, timedelta(0))


def test_a_date_that_one_order_does_not_state_is_missing() -> None:
    assert np.isnan(vector(an_order("A"), wanting())["delivery_date"])
    assert np.isnan(vector(wanting(name="A"), an_order("B"))["delivery_date"])


def schedule(*stored: Order) -> Shelf:
    shelf = Shelf()
    for order in stored:
        shelf.put(order)
    return shelf


def test_a_schedule_in_one_sitting_shows_by_its_other_dates() -> None:
    shelf = schedule(*(wanting(7 * n, timedelta(minutes=n), f"S{n}") for n in range(3)))
    values = shelf.vectors(wanting(21, timedelta(minutes=3)))
    assert [one["other_dates"] for one in values] == [2.0, 2.0, 2.0]


def test_neither_an_old_nor_a_dead_nor_another_basket_makes_a_schedule() -> None:
    shelf = schedule(
        wanting(1, timedelta(days=-2), "old"),
        wanting(2, name="other basket", lines=(line("X-1", 3),)),
        wanting(0, name="same date"),
        an_order("no date"),
    )
    shelf.put(wanting(3, name="cancelled"), OrderState.CANCELLED)
    assert {one["other_dates"] for one in shelf.vectors(wanting())} == {0.0}


def test_without_a_date_or_the_customer_there_is_no_schedule_to_see() -> None:
    stranger = acme(party_id="C-9", name="Bolt & Sons", phone="", email="", contact_name="")
    assert np.isnan(vector(wanting(7, name="A"), an_order("B"))["other_dates"])
    other = wanting(customer=stranger, ship_to=ELSEWHERE)
    assert np.isnan(vector(wanting(7, name="A"), other)["other_dates"])


def test_one_customers_places_are_told_from_those_of_strangers() -> None:
    other_account = an_order("B", customer=acme(party_id="C-8"))
    own, foreign = vector(an_order("A"), an_order("B")), vector(an_order("A"), other_account)
    assert own["customer_ship_to"] == foreign["foreign_ship_to"] == pytest.approx(1.0)
    assert np.isnan(own["foreign_ship_to"])
    assert np.isnan(foreign["customer_ship_to"])


def test_a_buying_office_with_one_telephone_orders_for_two_customers() -> None:
    one = an_order("A", customer=acme(party_id="", name="Folies gourmandes"))
    other = an_order("B", customer=acme(party_id="", name="The Big Cheese"), ship_to=ELSEWHERE)
    assert np.isnan(vector(one, other)["customer_ship_to"])
    one, other = (
        replace(order, customer=replace(order.customer, party_id="C-7")) for order in (one, other)
    )
    assert vector(one, other)["customer_ship_to"] < 0.5


def test_a_branch_under_its_own_number_is_the_same_customer_elsewhere() -> None:
    one = an_order("A", customer=acme(party_id="13880", name="Simpson Inc"))
    branch = acme(party_id="13880-01", name="Simpson Inc East Rosie", phone="", email="")
    other = an_order("B", customer=branch, ship_to=ELSEWHERE)
    assert vector(one, other)["customer_ship_to"] < 0.5
    stranger = an_order("B", customer=replace(branch, contact_name="Al Low"), ship_to=ELSEWHERE)
    assert np.isnan(vector(one, stranger)["customer_ship_to"])


def test_another_recipient_is_told_of_one_customer_and_of_two_apart() -> None:
    def for_kern(**fields: Any) -> Order:
        place = PostalAddress(recipients=("Wanda Kern",), address_lines=("1 Mill Lane",))
        return an_order("A", ship_to=place, **fields)

    def for_brown(**fields: Any) -> Order:
        place = PostalAddress(recipients=("Ali Brown",), address_lines=("1 Mill Lane",))
        return an_order("B", ship_to=place, **fields)

    own = vector(for_kern(), for_brown())
    foreign = vector(for_kern(), for_brown(customer=acme(party_id="C-8")))
    assert own["recipient"] == foreign["foreign_recipient"] < 0.6
    assert np.isnan([own["foreign_recipient"], foreign["recipient"]]).all()


def test_two_points_at_one_place_are_told_apart() -> None:
    def at(name: str, *lines: str, **place: Any) -> Order:
        site = PostalAddress(address_lines=("1 Mill Lane", *lines), postal_code="M1 1AE", **place)
        return an_order(name, ship_to=site)

    def alike(first: Order, second: Order) -> float:
        return vector(first, second)["delivery_point"]

    assert alike(at("A", "3 West Annex"), at("B", "3 West Annex")) == 1.0
    assert alike(at("A", "3 West Annex"), at("B", "3 West Satellite")) == 0.25
    assert alike(at("A", "3 West Annex"), at("B", "3 West")) == 0.75
    assert alike(at("A", "Dock B12"), at("B", "Dock B1")) == 0.0
    shops = [at(name, organization=f"Acme store {number}") for name, number in (("A", 4), ("B", 7))]
    assert alike(*shops) == 0.0
    assert np.isnan(alike(at("A"), at("B", "3 West Annex")))


def test_a_word_as_reference_is_little_where_the_customers_differ() -> None:
    def levels(reference: str) -> list[float]:
        first = an_order("A", customer_reference=reference)
        seconds = [
            an_order("B", customer_reference=reference, customer=customer)
            for customer in (acme(), acme(party_id="C-8"))
        ]
        return [vector(first, second)["reference"] for second in seconds]

    assert levels("kitchen") == [4.0, 0.25]
    assert levels("site 7") == [4.0, 0.25]
    assert levels("4500123") == [5.0, 5.0]
    assert levels("PO-00562") == [5.0, 5.0]
    assert levels("PO 562") == [4.0, 0.25]


def test_every_known_pair_of_places_speaks_exactly_once() -> None:
    customers = (acme(), acme(party_id="C-8"), acme(party_id="", phone="", email=""), Party())
    for customer in customers:
        values = vector(an_order("A"), an_order("B", customer=customer, ship_to=ELSEWHERE))
        said = [values["customer_ship_to"], values["foreign_ship_to"]]
        assert np.isnan(said).tolist().count(True) == 1
        assert min(value for value in said if not np.isnan(value)) < 0.5


def test_other_places_of_the_same_basket_are_counted_once_each() -> None:
    def place(number: int) -> PostalAddress:
        town = {"region_code": "GB", "postal_code": f"M{number} 1AE", "locality": "Manchester"}
        return PostalAddress(**town, address_lines=(f"{number} Mill Lane",))

    shelf = schedule(*(an_order(f"P{n}", ship_to=place(1 + n % 3)) for n in range(6)))
    shelf.put(an_order("other basket", ship_to=place(9), lines=(line("X-1", 3),)))
    shelf.put(an_order("here"))
    values = shelf.vectors(an_order("B"))
    assert {one["places"] for one in values} == {2.0}


def test_an_order_that_always_goes_to_one_place_has_no_others() -> None:
    assert vector(an_order("A"), an_order("B"))["places"] == 0.0


def test_customer_conflicts_are_a_share_of_what_both_state() -> None:
    first = an_order("A")
    everything, number, half, nothing = (
        vector(first, an_order("B", customer=customer))["customer_conflicts"]
        for customer in (
            acme(party_id="C-8", name="Bolt & Sons", phone="0161 496 0101", email="b@bolt.example"),
            acme(party_id="C-8"),
            acme(party_id="C-8", phone="", email=""),
            acme(phone="", email=""),
        )
    )
    assert (everything, number, half, nothing) == (1.0, 0.25, 0.5, 0.0)
    assert np.isnan(vector(first, an_order("B", customer=Party()))["customer_conflicts"])


def test_a_name_spelt_otherwise_is_no_conflict() -> None:
    spelt = acme(name="Acme Tradin Limited")
    assert vector(an_order("A"), an_order("B", customer=spelt))["customer_conflicts"] == 0.0


def sure_of(first: dict[str, Any], second: dict[str, Any]) -> float:
    return vector(an_order("A", **first), an_order("B", **second))["customer"]


def test_a_person_in_the_place_of_the_company_may_be_the_customer() -> None:
    company = {"customer": Party(name="ACME Trading Ltd", contact_name="Jane Smith")}
    person = {"customer": Party(name="Jane Smith")}
    assert sure_of(company, person) == sure_of(person, company) == pytest.approx(0.85)


def test_a_company_that_is_only_named_on_the_parcel_may_be_the_customer() -> None:
    company = {"customer": Party(name="Hotel Larkspur"), "ship_to": NOBODY}
    parcel = {
        "customer": Party(),
        "ship_to": PostalAddress(recipients=("Hotel Larkspur",)),
    }
    assert sure_of(company, parcel) == sure_of(parcel, company) == pytest.approx(0.85)


def test_who_receives_the_goods_may_be_the_contact_person_of_the_other_order() -> None:
    def received_by(name: str, contact: str) -> Order:
        place = PostalAddress(recipients=(name,), address_lines=("1 Mill Lane",))
        return an_order("A", ship_to=place, customer=acme(contact_name=contact))

    first = received_by("Wanda Kern", "")
    assert vector(first, received_by("Ali Brown", "Wanda Kern"))["recipient"] == 0.9
    assert vector(first, received_by("Ali Brown", ""))["recipient"] < 0.6


def test_a_studio_is_a_unit_whatever_is_cut_off_behind_it() -> None:
    def at(*lines: str) -> Order:
        return an_order("A", ship_to=PostalAddress(address_lines=lines, postal_code="N1G 7YU"))

    def point(first: Order, second: Order) -> float:
        return vector(first, second)["delivery_point"]

    whole = at("Studio 7, Byrne Islands")
    assert point(whole, at("STUDIO 7, BYRNE ISLA")) == 1.0
    assert point(whole, at("Studio 8, Byrne Islands")) == 0.0
    assert point(at("12 Mill Lane", "Suite 917"), at("12 Mill Lane", "Suite 971")) == 0.75
    assert point(at("12 Mill Lane", "Car Unit"), at("12 Mill Lane", "Cardiology Unit")) == 0.25


def test_one_recipient_or_one_place_hints_at_one_customer() -> None:
    parcel = {
        "customer": Party(),
        "ship_to": PostalAddress(locality="London", recipients=("Jane Smith",)),
    }
    assert sure_of(parcel, parcel) == pytest.approx(0.7)
    assert sure_of({"customer": Party()}, {"customer": Party()}) == pytest.approx(0.6)


def test_one_place_is_no_hint_where_the_customers_contradict_each_other() -> None:
    stranger = acme(party_id="C-9", name="Bolt & Sons", contact_name="", phone="", email="")
    assert sure_of({}, {"customer": stranger}) < 0.1


def test_a_phone_number_is_known_with_and_without_its_country() -> None:
    local, abroad = (
        {"customer": Party(phone=phone), "ship_to": NOBODY}
        for phone in ("0526797442", "+81 526-797-442")
    )
    values = vector(an_order("A", **local), an_order("B", **abroad))
    assert values["phone"] == 1.0
    assert values["customer"] == pytest.approx(0.95)


def test_a_basket_that_is_mostly_the_same_is_a_repetition() -> None:
    one_line_more = (*BASKET, line("X-1", 3))
    first = an_order("A", timedelta(days=-7), lines=one_line_more)
    assert vector(first, an_order("B"))["basket_repeats"] == 1.0
