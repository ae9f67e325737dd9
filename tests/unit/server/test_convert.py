"""Messages and core values: what goes there comes back, what cannot be read is named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.server.builders import a_line, an_order

from ordertwin.v1 import decision_pb2, order_pb2
from ordertwin_models.decision import Action, Outcome, Relation
from ordertwin_models.errors import FieldViolation, InvalidOrder
from ordertwin_models.order import (
    Channel,
    Order,
    OrderKind,
    OrderLine,
    OrderState,
    Party,
    PostalAddress,
)
from ordertwin_server.convert import order_from_proto, order_to_proto
from ordertwin_server.convert.enums import ACTION, CHANNEL, KIND, OUTCOME, RELATION, STATE

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
QUANTITIES = st.decimals(0, 10**12, allow_nan=False, allow_infinity=False, places=3)
AMOUNTS = st.integers(-(10**17), 10**17).map(lambda cents: Decimal(cents).scaleb(-4))
DAYS = st.dates()
TIMES = st.datetimes(timezones=st.just(UTC))
LINES = st.builds(
    OrderLine,
    line_id=TEXT,
    sku=TEXT,
    gtin=TEXT,
    customer_sku=TEXT,
    name=TEXT,
    specification=TEXT,
    quantity=st.none() | QUANTITIES,
    unit=TEXT,
    unit_price=st.none() | AMOUNTS,
    requested_date=st.none() | DAYS,
)
ADDRESSES = st.builds(
    PostalAddress,
    region_code=TEXT,
    postal_code=TEXT,
    administrative_area=TEXT,
    locality=TEXT,
    sublocality=TEXT,
    address_lines=st.lists(TEXT, max_size=3).map(tuple),
    recipients=st.lists(TEXT, max_size=2).map(tuple),
    organization=TEXT,
)
PARTIES = st.builds(
    Party, party_id=TEXT, name=TEXT, contact_name=TEXT, phone=TEXT, email=TEXT, tax_id=TEXT
)
ORDERS = st.builds(
    Order,
    order_id=TEXT,
    ordered_at=TIMES,
    order_number=TEXT,
    customer_reference=TEXT,
    revision=TEXT,
    blanket_reference=TEXT,
    release_number=TEXT,
    quote_reference=TEXT,
    company=TEXT,
    kind=st.sampled_from(OrderKind),
    channel=st.sampled_from(Channel),
    source=TEXT,
    message_function=TEXT,
    entered_by=TEXT,
    requested_delivery_date=st.none() | DAYS,
    customer=PARTIES,
    ship_to=ADDRESSES,
    bill_to=ADDRESSES,
    lines=st.lists(LINES, max_size=3).map(tuple),
    currency_code=st.sampled_from(["", "EUR", "JPY"]),
    total_amount=st.none() | AMOUNTS,
    note=TEXT,
    attributes=st.dictionaries(TEXT, TEXT, max_size=2),
)


@given(ORDERS)
def test_an_order_comes_back_as_it_went(order: Order) -> None:
    data = order_to_proto(order).SerializeToString()
    back, unreadable = order_from_proto(order_pb2.Order.FromString(data))
    assert unreadable == ()
    assert back == order


def test_trailing_zeros_of_quantities_stay_and_those_of_money_do_not() -> None:
    order = an_order(lines=(a_line(quantity="2.50", price="1.10"),))
    back, _ = order_from_proto(order_to_proto(order))
    assert str(back.lines[0].quantity) == "2.50"
    assert str(back.lines[0].unit_price) == "1.1"


@pytest.mark.parametrize(
    ("pair", "core", "proto", "prefix"),
    [
        (KIND, OrderKind, order_pb2.OrderKind, "ORDER_KIND_"),
        (CHANNEL, Channel, order_pb2.Channel, "CHANNEL_"),
        (STATE, OrderState, order_pb2.OrderState, "ORDER_STATE_"),
        (OUTCOME, Outcome, decision_pb2.Outcome, "OUTCOME_"),
        (ACTION, Action, decision_pb2.Action, "ACTION_"),
        (RELATION, Relation, decision_pb2.Relation, "RELATION_"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_core_and_contract_have_the_same_members(
    pair: Any, core: Any, proto: Any, prefix: str
) -> None:
    ours = {member.name for member in core} - {"UNKNOWN"}
    theirs = {name.removeprefix(prefix) for name, _ in proto.items()} - {"UNSPECIFIED"}
    assert ours == theirs
    for member in core:
        if member.name != "UNKNOWN":
            assert pair.member(pair.number(member)) is member
            assert proto.Name(pair.number(member)) == prefix + member.name


def unreadable(**changes: Any) -> dict[str, str]:
    message = order_to_proto(an_order())
    for name, value in changes.items():
        if isinstance(value, str | int):
            setattr(message, name, value)
        else:
            getattr(message, name).CopyFrom(value)
    _, violations = order_from_proto(message)
    return {violation.field: violation.description for violation in violations}


def unreadable_line(**changes: Any) -> dict[str, str]:
    message = order_to_proto(an_order())
    for name, value in changes.items():
        getattr(message.lines[1], name).CopyFrom(value)
    _, violations = order_from_proto(message)
    return {violation.field: violation.description for violation in violations}


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-inf", "abc", "1,5", "1 000", "0x10", "1e", "٣", "１２", "1" * 65, "--1"],
)
def test_a_quantity_that_is_no_number_is_named(text: str) -> None:
    assert unreadable_line(quantity=DecimalMessage(value=text)) == {
        "lines[1].quantity": "must be a decimal number such as 12 or 0.5"
    }


@pytest.mark.parametrize("text", ["1e400", "1e-400", "1e999999"])
def test_a_quantity_out_of_all_proportion_is_named(text: str) -> None:
    assert unreadable_line(quantity=DecimalMessage(value=text)) == {
        "lines[1].quantity": "is too large or too small a number"
    }


@pytest.mark.parametrize("text", ["", "0", "-0", "+7", "2.", ".5", "1e3", "0e-99"])
def test_what_the_decimal_type_allows_is_read(text: str) -> None:
    assert unreadable_line(quantity=DecimalMessage(value=text)) == {}


@pytest.mark.parametrize(
    "money",
    [Money(nanos=10**9), Money(units=1, nanos=-1), Money(units=-1, nanos=5), Money(nanos=-(10**9))],
)
def test_money_that_contradicts_itself_is_named(money: Money) -> None:
    assert list(unreadable(total_amount=money)) == ["total_amount"]
    assert list(unreadable_line(unit_price=money)) == ["lines[1].unit_price"]


def test_a_second_currency_is_named_together_with_the_first() -> None:
    (said,) = unreadable_line(unit_price=Money(currency_code="USD", units=3)).values()
    assert said.startswith("is in USD, but currency_code says EUR")
    (said,) = unreadable(total_amount=Money(currency_code="GBP", units=3)).values()
    assert said.startswith("is in GBP, but currency_code says EUR")


def test_the_currency_may_be_told_by_the_money_alone() -> None:
    message = order_to_proto(an_order())
    message.currency_code = ""
    message.total_amount.currency_code = ""
    back, violations = order_from_proto(message)
    assert (back.currency_code, violations) == ("EUR", ())


@pytest.mark.parametrize(
    "day",
    [
        Date(year=2026),
        Date(year=2026, month=2, day=30),
        Date(day=-1),
        Date(year=10**6, month=1, day=1),
    ],
)
def test_a_date_that_is_no_day_is_named(day: Date) -> None:
    assert list(unreadable(requested_delivery_date=day)) == ["requested_delivery_date"]
    assert list(unreadable_line(requested_date=day)) == ["lines[1].requested_date"]


@pytest.mark.parametrize(
    "time",
    [
        Timestamp(seconds=-(2**62)),
        Timestamp(seconds=2**62),
        Timestamp(seconds=253_402_300_800),
        Timestamp(nanos=-1),
        Timestamp(nanos=10**9),
    ],
)
def test_a_time_outside_of_the_calendar_is_named(time: Timestamp) -> None:
    assert list(unreadable(ordered_at=time)) == ["ordered_at"]


@pytest.mark.parametrize("year", [1, 9999])
def test_the_first_and_the_last_year_are_read_and_left_to_validation(year: int) -> None:
    moment = datetime(year, 6, 1, tzinfo=UTC)
    order = an_order(ordered_at=moment, requested_delivery_date=date(year, 6, 1))
    back, violations = order_from_proto(order_to_proto(order))
    assert (back, violations) == (order, ())


def test_an_unknown_enum_number_is_named_with_the_choices() -> None:
    (said,) = unreadable(channel=77).values()
    assert said.startswith("77 is unknown; must be one of EDI, WEB")


def test_more_lines_than_allowed_are_counted_and_left_unread() -> None:
    order = an_order(lines=tuple(a_line(f"S-{n}") for n in range(2001)))
    back, (violation,) = order_from_proto(order_to_proto(order))
    assert back.lines == ()
    assert violation.field == "lines"
    assert "2001" in violation.description


def test_no_more_than_twenty_fields_are_named() -> None:
    message = order_to_proto(an_order(lines=tuple(a_line(f"S-{n}") for n in range(100))))
    for line in message.lines:
        line.quantity.value = "x"
    _, violations = order_from_proto(message)
    assert len(violations) == 20


@pytest.mark.parametrize("amount", ["0.0000000001", "1e20"])
def test_an_amount_that_does_not_fit_money_is_refused(amount: str) -> None:
    with pytest.raises(InvalidOrder) as refused:
        order_to_proto(an_order(total_amount=Decimal(amount)))
    assert refused.value.violations == (
        FieldViolation(
            "total_amount", "must have at most 9 decimal places and 18 digits before them"
        ),
    )


def test_a_text_with_half_a_character_is_refused_with_what_is_wrong() -> None:
    with pytest.raises(InvalidOrder, match=r"'\\ud83d', which is half a character"):
        order_to_proto(an_order(note="thanks \ud83d"))
