"""Whole orders: two ways to write one order are one order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordertwin_models.normalise import Marker, MessageFunction, normalise
from ordertwin_models.order import Order, OrderLine, Party, PostalAddress

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def order(**fields: Any) -> Order:
    known: dict[str, Any] = {"order_id": "SO-1", "ordered_at": NOON}
    return Order(**(known | fields))


def line(**fields: Any) -> OrderLine:
    return OrderLine(**fields)


def test_the_natural_key_stays_raw() -> None:
    found = normalise(order(order_id=" So-1 ", source="EDI/Ü"))
    assert (found.order_id, found.source) == (" So-1 ", "EDI/Ü")


def test_an_order_typed_by_hand_equals_the_one_from_the_interface() -> None:
    interface = order(
        customer_reference="PO-00123",
        message_function="9",
        customer=Party(party_id="000471", name="ACME Trading Co., Ltd.", phone="+49 30 1234567",
                       email="Orders@ACME.example.de", contact_name="Dr. Anna Müller"),
        ship_to=PostalAddress(region_code="DE", postal_code="10115", locality="Berlin",
                              address_lines=("Hauptstraße 5",)),
        lines=(line(sku="M8-40", quantity=Decimal(2), unit="box of 100", unit_price=Decimal(5)),),
    )  # fmt: skip
    by_hand = order(
        customer_reference="po 123",
        message_function="ORIGINAL",
        customer=Party(party_id="471", name="Acme Trading Limited", phone="030 / 123 45 67",
                       email="orders@acme.example.de ", contact_name="Mueller, Anna"),
        ship_to=PostalAddress(region_code="Germany", address_lines=("Hauptstr. 5", "10115 Berlin")),
        lines=(line(sku="m8 40", quantity=Decimal(200), unit="pcs", unit_price=Decimal("0.05")),),
    )  # fmt: skip
    written, typed = normalise(interface), normalise(by_hand)
    assert [line.factor for line in (*written.lines, *typed.lines)] == [100.0, 1.0]
    as_if_by_piece = tuple(line._replace(factor=1.0) for line in written.lines)
    assert replace(written, lines=as_if_by_piece) == typed


def test_times_are_seconds_of_one_clock() -> None:
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    assert normalise(order(ordered_at=shanghai)).ordered_at == NOON.timestamp()


def test_days_are_ordinals_or_missing() -> None:
    day = date(2026, 3, 9)
    found = normalise(order(requested_delivery_date=day, lines=(line(sku="a"),)))
    assert (found.requested_day, found.lines[0].requested_day) == (day.toordinal(), None)


def test_a_stated_revision_follows_the_one_in_the_reference() -> None:
    assert normalise(order(customer_reference="PO-45001-1", revision="Rev B")).revision == "1.b"
    assert normalise(order(customer_reference="PO-45001-B", revision="Rev B")).revision == "b"
    assert normalise(order(customer_reference="PO-45001", revision="Rev B")).revision == "b"
    assert normalise(order(customer_reference="PO-45001 amended", revision="2")).revision == "2"
    assert normalise(order(customer_reference="PO-45001-1")).revision == "1"


def test_lines_keep_their_order_and_get_their_position_as_id() -> None:
    found = normalise(order(lines=(line(sku="a", line_id="X"), line(sku="b"), line(sku="c"))))
    assert [(one.line_id, one.sku) for one in found.lines] == [("X", "a"), ("2", "b"), ("3", "c")]


@pytest.mark.parametrize(
    ("quantity", "unit", "name", "expected"),
    [
        ("2", "box of 12", "Widget", (24.0, "pcs", 0.5)),
        ("2", "dz", "Widget", (24.0, "pcs", 0.5)),
        ("2", "box", "Widget, box of 12", (24.0, "pcs", 0.5)),
        ("2", "box", "Widget", (2.0, "package", 6.0)),
        ("2", "pcs", "Widget, box of 12", (2.0, "pcs", 6.0)),
        ("2", "", "Widget", (2.0, "", 6.0)),
        ("1.5", "kg", "Flour", (1500.0, "g", 0.006)),
    ],
)
def test_quantities_and_prices_are_per_base_unit(
    quantity: str, unit: str, name: str, expected: tuple[float, str, float]
) -> None:
    raw = line(name=name, quantity=Decimal(quantity), unit=unit, unit_price=Decimal(6))
    found = normalise(order(lines=(raw,))).lines[0]
    assert (found.quantity, found.unit, found.unit_price) == pytest.approx(expected)


def test_a_pack_holds_the_amount_of_its_pieces() -> None:
    raw = line(sku="a", quantity=Decimal(2), unit="box of 12", unit_price=Decimal(6))
    assert normalise(order(lines=(raw,))).amount == pytest.approx(12.0)


def test_the_amount_is_the_total_or_the_sum_of_complete_lines() -> None:
    priced = line(sku="a", quantity=Decimal(3), unit_price=Decimal("2.5"))
    assert normalise(order(lines=(priced,), total_amount=Decimal(9))).amount == 9.0
    assert normalise(order(lines=(priced,))).amount == 7.5
    assert normalise(order(lines=(priced, line(sku="b")))).amount is None
    assert normalise(order()).amount is None


def test_note_and_message_function_are_read() -> None:
    found = normalise(order(note="Confirming order", message_function="42"))
    assert found.markers == {Marker.CONFIRMING}
    assert found.message_function is MessageFunction.CONFIRMATION


def test_the_country_of_the_phone_comes_from_the_delivery_or_billing_address() -> None:
    party = Party(phone="030 1234567")
    billed = order(customer=party, bill_to=PostalAddress(region_code="DE"))
    assert normalise(billed).phone == "+49301234567"
    abroad = replace(billed, ship_to=PostalAddress(region_code="AT"))
    assert normalise(abroad).phone == "+43301234567"


TEXT = st.text(st.characters(exclude_categories=[]), max_size=30)
PARTIES = st.builds(
    Party, party_id=TEXT, name=TEXT, contact_name=TEXT, phone=TEXT, email=TEXT, tax_id=TEXT
)
ADDRESSES = st.builds(
    PostalAddress, region_code=TEXT, postal_code=TEXT, administrative_area=TEXT, locality=TEXT,
    sublocality=TEXT, address_lines=st.tuples(TEXT, TEXT), recipients=st.tuples(TEXT),
    organization=TEXT,
)  # fmt: skip
LINES = st.builds(
    OrderLine, line_id=TEXT, sku=TEXT, gtin=TEXT, customer_sku=TEXT, name=TEXT, specification=TEXT,
    unit=TEXT, quantity=st.none() | st.decimals(0, 10**9, places=3),
)  # fmt: skip
ORDERS = st.builds(
    Order, order_id=TEXT, ordered_at=st.just(NOON), order_number=TEXT, customer_reference=TEXT,
    revision=TEXT, blanket_reference=TEXT, release_number=TEXT, quote_reference=TEXT, company=TEXT,
    source=TEXT, message_function=TEXT, entered_by=TEXT, customer=PARTIES, ship_to=ADDRESSES,
    bill_to=ADDRESSES, lines=st.tuples(LINES), currency_code=TEXT, note=TEXT,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ORDERS)
def test_any_text_in_any_field_is_normalised(raw: Order) -> None:
    found = normalise(raw)
    assert len(found.lines) == len(raw.lines)
    assert found == normalise(raw)
