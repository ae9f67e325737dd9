"""The door: every broken rule is named, with what is allowed, and nothing good is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from ordertwin_models.order import Order, OrderLine, Party, PostalAddress
from ordertwin_models.validation import validate_order

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def order(**fields: Any) -> Order:
    known: dict[str, Any] = {"order_id": "SO-1", "ordered_at": NOW, "lines": (OrderLine(sku="M8"),)}
    return Order(**(known | fields))


def broken(**fields: Any) -> dict[str, str]:
    """Field → description of what is wrong with such an order."""
    return {v.field: v.description for v in validate_order(order(**fields), now=NOW)}


def broken_line(**fields: Any) -> dict[str, str]:
    return broken(lines=(OrderLine(**({"sku": "M8"} | fields)),))


def test_a_plain_order_is_fine() -> None:
    assert broken() == {}


def test_an_order_with_every_field_at_its_limit_is_fine() -> None:
    party = Party(party_id="c" * 64, name="n" * 256, phone="1" * 64, email="e" * 256)
    address = PostalAddress(address_lines=("a" * 256,) * 16, organization="o" * 256)
    fullest = {
        "order_id": "i" * 64,
        "customer_reference": "r" * 64,
        "customer": party,
        "ship_to": address,
        "note": "line one\n\tline two " + "n" * 1000,
        "currency_code": "EUR",
        "total_amount": Decimal("999999999999999.999"),
        "requested_delivery_date": (NOW + timedelta(days=400)).date(),
        "attributes": {f"{n:064d}": "v" * 1024 for n in range(64)},
        "lines": tuple(OrderLine(name="n" * 256, line_id=f"{n}") for n in range(2000)),
    }
    assert broken(**fullest) == {}


@pytest.mark.parametrize(
    "text",
    [
        "emoji 🎉👩\u200d🔧",
        "\u202eright to left\u202c",
        "ｆｕｌｌ　ｗｉｄｔｈ",
        "e\u0301",
        "no\u00a0break",
    ],
)
def test_any_visible_unicode_is_welcome(text: str) -> None:
    assert broken(customer=Party(name=text), note=text) == {}
    assert broken_line(name=text) == {}


def test_what_is_required_is_asked_for() -> None:
    assert broken(order_id="") == {"order_id": "is required"}
    assert broken(order_id="  ") == {"order_id": "is required"}
    assert "at least one line" in broken(lines=())["lines"]
    assert broken(lines=(), total_amount=Decimal(0)) == {}


@pytest.mark.parametrize("field", ["order_id", "order_number", "customer_reference", "source"])
def test_long_references_are_refused_with_the_limit(field: str) -> None:
    assert broken(**{field: "x" * 65}) == {field: "has 65 characters; at most 64 are allowed"}


def test_long_names_are_refused_wherever_they_stand() -> None:
    long = "x" * 10_000
    found = broken(
        customer=Party(name=long),
        ship_to=PostalAddress(address_lines=("ok", long)),
        bill_to=PostalAddress(organization=long),
        note=long,
        lines=(OrderLine(sku="a"), OrderLine(name=long)),
    )
    assert set(found) == {
        "customer.name", "ship_to.address_lines[1]", "bill_to.organization", "note",
        "lines[1].name",
    }  # fmt: skip
    assert found["lines[1].name"] == "has 10000 characters; at most 256 are allowed"


def test_an_address_has_a_bounded_number_of_lines() -> None:
    found = broken(ship_to=PostalAddress(address_lines=("x",) * 17))
    assert found == {"ship_to.address_lines": "has 17 entries; at most 16 are allowed"}


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\n", "\x85", "\ud800"])
def test_control_characters_are_refused_and_named(bad: str) -> None:
    found = broken(order_number=f"SO{bad}1")
    assert f"U+{ord(bad):04X} at position 3" in found["order_number"]


def test_a_note_may_have_line_breaks_and_tabs_but_no_other_control_character() -> None:
    assert broken(note="one\r\n\ttwo") == {}
    assert "U+0007" in broken(note="bell \x07")["note"]


@pytest.mark.parametrize(
    "moment",
    [datetime(1, 1, 1, tzinfo=UTC), datetime(1989, 12, 31, tzinfo=UTC),
     datetime(9999, 12, 31, tzinfo=UTC), NOW + timedelta(days=402)],
)  # fmt: skip
def test_times_outside_reason_are_refused_with_the_range(moment: datetime) -> None:
    assert "from 1990-01-01 to 2027-04-06" in broken(ordered_at=moment)["ordered_at"]


def test_days_outside_reason_are_refused() -> None:
    assert "1990-01-01" in broken(requested_delivery_date=date(1, 1, 1))["requested_delivery_date"]
    found = broken_line(requested_date=date(9999, 12, 31))
    assert "2027-04-06" in found["lines[0].requested_date"]


def test_a_time_needs_a_zone() -> None:
    naive = NOW.replace(tzinfo=None)
    assert broken(ordered_at=naive) == {"ordered_at": "must have a time zone"}


def test_a_negative_quantity_is_refused_and_zero_is_not() -> None:
    assert "must not be negative" in broken_line(quantity=Decimal(-1))["lines[0].quantity"]
    assert broken_line(quantity=Decimal(0)) == {}
    assert broken_line(unit_price=Decimal(-5)) == {}


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_numbers_must_be_finite(number: str) -> None:
    assert broken_line(quantity=Decimal(number)) == {"lines[0].quantity": "must be a finite number"}
    assert broken(total_amount=Decimal(number)) == {"total_amount": "must be a finite number"}


@pytest.mark.parametrize("number", ["1234567890123456789", "1E+18", "1E-18", "0E+999999"])
def test_numbers_must_be_writable_in_18_digits(number: str) -> None:
    assert "at most 18 digits" in broken_line(unit_price=Decimal(number))["lines[0].unit_price"]


@pytest.mark.parametrize("number", ["123456789012345678", "0.00000000000000001", "1E+17", "1E-17"])
def test_numbers_of_18_digits_are_fine(number: str) -> None:
    assert broken_line(quantity=Decimal(number)) == {}


@pytest.mark.parametrize("code", ["EURO", "E1R", "€", "eu", "E R"])
def test_a_currency_is_three_letters(code: str) -> None:
    assert "three-letter" in broken(currency_code=code)["currency_code"]


def test_a_line_needs_something_to_be_known_by() -> None:
    found = broken(lines=(OrderLine(quantity=Decimal(1), name="  "), OrderLine(gtin="1")))
    assert set(found) == {"lines[0]"}
    assert "sku, gtin, customer_sku, name, specification" in found["lines[0]"]


def test_line_ids_must_differ_and_a_missing_one_is_the_position() -> None:
    found = broken(lines=tuple(OrderLine(sku="a", line_id=i) for i in ("10", "10", "1", "")))
    assert set(found) == {"lines[1].line_id"}
    found = broken(lines=tuple(OrderLine(sku="a", line_id=i) for i in ("2", "")))
    assert "'2', as in lines[0]" in found["lines[1].line_id"]


def test_too_many_lines_are_counted_and_not_read() -> None:
    found = broken(lines=(OrderLine(quantity=Decimal(-1)),) * 2001)
    assert found == {"lines": "has 2001 lines; at most 2000 are allowed"}


def test_the_operator_may_allow_more_lines() -> None:
    many = order(lines=tuple(OrderLine(sku="a") for _ in range(2001)))
    assert validate_order(many, now=NOW, max_lines=10_000) == []


def test_attributes_are_bounded_in_number_and_size() -> None:
    assert "has 65 entries" in broken(attributes={str(n): "" for n in range(65)})["attributes"]
    assert "at most 64" in broken(attributes={"k" * 65: ""})["attributes"]
    assert "at most 1024" in broken(attributes={"k": "v" * 1025})["attributes['k']"]
    assert "empty key" in broken(attributes={" ": "v"})["attributes"]


def test_all_violations_come_at_once_but_never_more_than_twenty() -> None:
    assert set(broken(order_id="", currency_code="EURO", note="\x00")) == {
        "order_id", "note", "currency_code",
    }  # fmt: skip
    bad = order(lines=tuple(OrderLine() for _ in range(100)))
    assert len(validate_order(bad, now=NOW)) == 20


def test_a_hundred_thousand_bad_lines_cost_milliseconds() -> None:
    bad = order(lines=(OrderLine(quantity=Decimal(-1)),) * 100_000)
    began = process_time()
    validate_order(bad, now=NOW)
    validate_order(bad, now=NOW, max_lines=1_000_000)
    assert process_time() - began < 0.05
