"""The order document: strict to read, exact to write, kind in what it says."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordertwin_models.document import order_from_document, order_to_document
from ordertwin_models.errors import InvalidOrder
from ordertwin_models.order import Channel, Order, OrderKind, OrderLine, Party, PostalAddress
from ordertwin_models.order_fields import (
    ADDRESS_FIELDS,
    LINE_FIELDS,
    ORDER_FIELDS,
    PARTY_FIELDS,
    Field,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FULL = Order(
    order_id="SO-1",
    ordered_at=datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8))),
    order_number="1",
    customer_reference="PO-1",
    kind=OrderKind.PURCHASE,
    channel=Channel.EDI,
    requested_delivery_date=date(2026, 3, 9),
    customer=Party(party_id="C-1", name="上海 ACME"),
    ship_to=PostalAddress(region_code="DE", address_lines=("Hauptstr. 5", "Hof")),
    bill_to=PostalAddress(recipients=("Anna",)),
    lines=(
        OrderLine(sku="M8", quantity=Decimal("6.50"), unit_price=Decimal("0")),
        OrderLine(name="Mug", requested_date=date(2026, 3, 10)),
    ),
    currency_code="EUR",
    total_amount=Decimal("15.30"),
    note="two\nlines",
    attributes={"cost centre": "7"},
)


def document(**fields: Any) -> dict[str, Any]:
    return {"order_id": "SO-1", "ordered_at": "2026-03-02T12:00:00Z", **fields}


def refused(fields: dict[str, Any]) -> dict[str, str]:
    """Field → description of what is wrong with such a document."""
    with pytest.raises(InvalidOrder) as caught:
        order_from_document(fields)
    return {violation.field: violation.description for violation in caught.value.violations}


def test_an_order_survives_json_unchanged() -> None:
    assert order_from_document(json.loads(json.dumps(order_to_document(FULL)))) == FULL


def test_the_spelling_of_numbers_survives_too() -> None:
    line = order_from_document(order_to_document(FULL)).lines[0]
    assert (str(line.quantity), str(line.unit_price)) == ("6.50", "0")


def test_missing_fields_are_left_out() -> None:
    bare = Order(order_id="SO-1", ordered_at=NOON, lines=(OrderLine(sku="M8"),))
    assert order_to_document(bare) == document(lines=[{"sku": "M8"}])


def test_the_smallest_document_is_an_order() -> None:
    assert order_from_document(document()) == Order(order_id="SO-1", ordered_at=NOON)


def test_null_is_the_same_as_missing() -> None:
    found = order_from_document(document(note=None, lines=None, customer={"name": None}))
    assert found == Order(order_id="SO-1", ordered_at=NOON)


@pytest.mark.parametrize("written", ["6.5", 6.5, Decimal("6.5")])
def test_numbers_may_be_text_or_json_numbers(written: object) -> None:
    found = order_from_document(document(total_amount=written))
    assert found.total_amount == Decimal("6.5")


def test_a_float_means_what_was_written_and_not_its_binary_neighbour() -> None:
    assert order_from_document(document(total_amount=0.1)).total_amount == Decimal("0.1")


@pytest.mark.parametrize(
    "bad",
    [float("nan"), float("inf"), "NaN", "Infinity", "1,000.00", "1_000", "", " 5", "five", "٣",
     True, [], Decimal("NaN")],
)  # fmt: skip
def test_what_is_no_finite_number_is_refused(bad: object) -> None:
    assert 'number such as "12.50"' in refused(document(total_amount=bad))["total_amount"]


@pytest.mark.parametrize(
    "bad",
    ["2026-03-02", "2026-03-02T12:00:00", "02.03.2026", "2026-13-01T00:00:00Z", 5, "yesterday"],
)
def test_a_time_must_have_a_zone(bad: object) -> None:
    assert "time with zone" in refused(document(ordered_at=bad))["ordered_at"]


@pytest.mark.parametrize("bad", ["20260302", "2026-02-30", "2026-3-2", "0000-01-01", 20260302])
def test_a_date_is_year_month_day(bad: object) -> None:
    found = refused(document(requested_delivery_date=bad))
    assert '"2026-03-01"' in found["requested_delivery_date"]


def test_enums_are_given_by_name_and_the_names_are_listed() -> None:
    found = refused(document(channel="edi", kind=1))
    assert found["channel"].startswith("must be one of UNKNOWN, EDI, WEB")
    assert "SALES, PURCHASE" in found["kind"]


def test_a_misspelled_field_is_named_with_its_nearest_neighbour() -> None:
    found = refused(document(customer_refrence="PO-1", lines=[{"qty": 1, "quantitiy": 2}]))
    assert "did you mean customer_reference?" in found["customer_refrence"]
    assert "did you mean quantity?" in found["lines[0].quantitiy"]
    assert "known are line_id, sku" in found["lines[0].qty"]


def test_fields_that_the_server_sets_are_not_part_of_the_document() -> None:
    assert "state" in refused(document(state="RECEIVED"))


@pytest.mark.parametrize(
    ("field", "bad", "where"),
    [
        ("note", 5, "note"),
        ("customer", "ACME", "customer"),
        ("customer", {"name": ["ACME"]}, "customer.name"),
        ("lines", {"sku": "M8"}, "lines"),
        ("lines", ["M8"], "lines[0]"),
        ("lines", [{"sku": "M8"}, {"sku": 8}], "lines[1].sku"),
        ("ship_to", {"address_lines": "Hauptstr. 5"}, "ship_to.address_lines"),
        ("ship_to", {"address_lines": ["x", 5]}, "ship_to.address_lines[1]"),
        ("attributes", ["x"], "attributes"),
        ("attributes", {"x": 5}, "attributes['x']"),
    ],
)
def test_wrong_types_are_named_where_they_stand(field: str, bad: object, where: str) -> None:
    assert set(refused(document(**{field: bad}))) == {where}


@pytest.mark.parametrize("bad", [None, [], "x", 5])
def test_what_is_no_object_is_no_order(bad: Any) -> None:
    assert "must be an object" in refused(bad)["order"]


def test_required_fields_are_asked_for_with_everything_else() -> None:
    assert set(refused({"note": 5, "lines": [{"quantity": "x"}]})) == {
        "note", "lines[0].quantity", "order_id", "ordered_at",
    }  # fmt: skip


def test_violations_stop_at_twenty() -> None:
    assert len(refused(document(lines=[{"quantity": "x"}] * 1000))) == 20


def test_a_long_value_is_not_repeated_in_full() -> None:
    assert len(refused(document(total_amount="9" * 10_000))["total_amount"]) < 120


@pytest.mark.parametrize(
    ("owner", "fields"),
    [(Order, ORDER_FIELDS), (Party, PARTY_FIELDS), (PostalAddress, ADDRESS_FIELDS),
     (OrderLine, LINE_FIELDS)],
)  # fmt: skip
def test_the_field_table_lists_every_field(owner: type, fields: tuple[Field, ...]) -> None:
    assert {field.name for field in fields} == get_type_hints(owner).keys()


TEXT = st.text(max_size=20)
NUMBERS = st.none() | st.decimals(-(10**15), 10**15, places=3) | st.just(Decimal("1E+3"))
DAYS = st.none() | st.dates()
ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
LINES = st.builds(
    OrderLine, line_id=TEXT, sku=TEXT, name=TEXT, quantity=NUMBERS, unit_price=NUMBERS,
    requested_date=DAYS,
)  # fmt: skip
ORDERS = st.builds(
    Order, order_id=TEXT.filter(bool), ordered_at=st.datetimes(timezones=ZONES), note=TEXT,
    kind=st.sampled_from(OrderKind), channel=st.sampled_from(Channel), total_amount=NUMBERS,
    requested_delivery_date=DAYS, lines=st.lists(LINES, max_size=3).map(tuple),
    customer=st.builds(Party, name=TEXT), attributes=st.dictionaries(TEXT, TEXT, max_size=2),
    ship_to=st.builds(PostalAddress, address_lines=st.lists(TEXT, max_size=2).map(tuple)),
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ORDERS)
def test_the_round_trip_is_exact(order: Order) -> None:
    again = order_from_document(json.loads(json.dumps(order_to_document(order))))
    assert again == order
    assert again.ordered_at.utcoffset() == order.ordered_at.utcoffset()
    assert str(again.total_amount) == str(order.total_amount)


KNOWN_NAMES = st.sampled_from([field.name for field in (*ORDER_FIELDS, *LINE_FIELDS)])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KNOWN_NAMES | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(KNOWN_NAMES, JSON, max_size=6))
def test_any_json_without_an_id_is_refused_and_never_crashes(value: dict[str, Any]) -> None:
    with pytest.raises(InvalidOrder) as caught:
        order_from_document(value | {"order_id": None})
    assert 1 <= len(caught.value.violations) <= 20
