from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ordertwin_training.history.identities import Customer, draw_customer, sister_account
from ordertwin_training.history.noise import (
    dialled,
    misspelt,
    shortened_goods,
    swapped_digits,
)
from ordertwin_training.history.quantities import other_quantity
from ordertwin_training.history.references import NUMBERINGS, evaded, revised
from ordertwin_training.history.regions import REGIONS
from ordertwin_training.history.seeds import chance

EVEN = dict.fromkeys(NUMBERINGS, 1.0)


def a_customer(key: str = "C-1", region: str = "DE", sites: int = 1) -> Customer:
    return draw_customer(
        key, seed=1, region_code=region, is_company=True, numberings=EVEN, most_sites=sites
    )


@pytest.mark.parametrize("region", REGIONS)
def test_a_customer_of_every_region_is_complete(region: str) -> None:
    customer = a_customer(region=region)
    assert customer == a_customer(region=region)
    assert customer.name
    assert customer.contacts[0]
    assert customer.bill_to.address_lines[0]
    assert customer.bill_to.region_code == region
    assert len(customer.phone.split(" ")) == 3
    assert "@" in customer.email


def test_customers_differ() -> None:
    names = {a_customer(f"C-{n}", "CN").name for n in range(100)}
    assert len(names) > 90


def test_a_chain_has_places_of_its_own() -> None:
    chains = (a_customer(f"C-{n}", sites=40) for n in range(50))
    chain = max(chains, key=lambda customer: customer.site_count)
    assert chain.site_count > 10
    assert chain.site(0) == chain.bill_to
    assert len({chain.site(number).address_lines for number in range(10)}) == 10


def test_a_sister_account_has_another_number_and_the_same_name() -> None:
    customer = a_customer()
    sister = sister_account(customer)
    assert (sister.name, sister.number == customer.number) == (customer.name, False)


@given(st.text(max_size=40), st.integers(0, 50))
@example(" ", 0)
def test_slips_never_fail_and_stay_short(text: str, seed: int) -> None:
    assert abs(len(misspelt(text, chance(seed))) - len(text)) <= 1
    assert len(shortened_goods(text or "x", chance(seed))) <= len(text) + 2


@given(st.decimals(min_value="0.01", max_value=100_000, places=2), st.integers(0, 50))
def test_a_slip_in_a_number_is_another_positive_number(number: Decimal, seed: int) -> None:
    for change in (swapped_digits, other_quantity):
        slipped = change(number, chance(seed))
        assert slipped > 0
        assert slipped != number


@given(st.from_regex(r"(PO-?)?[0-9]{4,9}(/2[0-9])?", fullmatch=True), st.integers(0, 50))
def test_an_evaded_or_revised_reference_differs_from_the_first(reference: str, seed: int) -> None:
    assert evaded(reference, chance(seed)) != reference
    text, revision = revised(reference, chance(seed))
    assert text != reference or revision


def test_eight_notations_of_one_number_differ() -> None:
    assert len({dialled("49 30 1234567", style, "0") for style in range(8)}) == 8
