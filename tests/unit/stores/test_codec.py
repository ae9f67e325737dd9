"""Values as bytes and back."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.stores.entries import MONDAY, a_decision, a_full_order, a_match, an_order

from ordertwin_models.decision import Decision, Match, Outcome
from ordertwin_models.order import Order, OrderLine, Party
from ordertwin_stores.codec import (
    canonical_order,
    deflate,
    from_micros,
    inflate,
    order_digest,
    pack_decision,
    pack_numbers,
    pack_order,
    to_micros,
    unpack_decision,
    unpack_numbers,
    unpack_order,
    unpack_order_head,
    unpack_relation,
)

FIRST_FORMAT = (
    "Ac3VPU/CQBgH8K9yYXCj3vVaoJsgGBMF0cbF4NCXA5piMS0mREOCswmOsrG4mRgnJrZb/RQm6upH8Noa2msL"
    "uJi4tU3a53rP8//dDQ9ArhwmmT6yF67DWdVzG1g4oHPH6ni6SxeGTVzAmNDojICiT2u/Dd7Gz5XVaKia0fWI"
    "w/e5abmOlgakThe9HquwBVQ67zokCFpqJiCCipKiZc/VrsDPB9LMVGspZhqETYZmDlZxU8kjTpzQmsiWBgtW"
    "hi+hLGtM+Zzcvb/cf0wnMVy0HV0gQ+3iskeizp/16dPrLW8MhJIYd0ZSAJYRQHFvqjW0jhwIYREk3fmaTcfA"
    "YFtnRwI1T09298tqbV2cjChPEoQFXEIYYwUjPlwwli6jyxqlk8RYC3IQ2xXpwnlYWs59OehLMmD1En2QYJQJ"
    "u5OMhCjIMkzmLLayIb8kmI4UW+LofJPIbcv1BsAv0XI8wnpvtgb+HS+1ehT8RUJrxtfyKS822wHRFxv7YgtI"
    "xJJcyIb7OK9k2Y1/gTcrovB4ixv0/gMaqqyCGTz8LzgszxtiWtuHdKETw844eoKeFEsKDK4ENvSjbw=="
)

YEAR_1990, YEAR_2100 = (datetime.fromisoformat(f"{year}-01-01") for year in (1990, 2100))

floats = st.floats(allow_nan=False)
text = st.text(max_size=20)
matches = st.builds(
    replace,
    st.just(a_match()),
    match_weight=floats,
    match_probability=st.floats(0, 1),
    contributions=st.dictionaries(text, floats, max_size=4),
    vector=st.dictionaries(text, st.none() | floats, max_size=4),
)


@given(st.lists(matches, max_size=3), st.sampled_from(Outcome), st.lists(text, max_size=2))
def test_any_decision_comes_back_equal(
    found: list[Match], outcome: Outcome, rules: list[str]
) -> None:
    decision: Decision = a_decision(
        matches=tuple(found), outcome=outcome, policy_rules=tuple(rules)
    )
    assert unpack_decision(pack_decision(decision)) == decision


@given(text, text, st.datetimes(YEAR_1990, YEAR_2100))
def test_any_text_and_time_in_an_order_comes_back_equal(one: str, other: str, at: datetime) -> None:
    order = an_order(
        one or "x",
        ordered_at=at.replace(tzinfo=UTC),
        note=other,
        customer=Party(name=one),
        lines=(OrderLine(name=other),),
        attributes={one: other},
    )
    assert unpack_order(pack_order(order)) == order


@given(st.datetimes(YEAR_1990, YEAR_2100, timezones=st.timezones()))
def test_any_time_comes_back_equal_in_utc(at: datetime) -> None:
    assert from_micros(to_micros(at)) == at.astimezone(UTC)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        to_micros(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.lists(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40), max_size=3))
def test_numbers_come_back_in_their_groups(groups: list[list[int]]) -> None:
    assert unpack_numbers(pack_numbers(*groups)) == [tuple(group) for group in groups]


def test_the_digest_depends_on_content_only() -> None:
    order = a_full_order()
    elsewhere = replace(
        order,
        ordered_at=MONDAY.astimezone(timezone(timedelta(hours=8))),
        attributes=dict(reversed(order.attributes.items())),
    )
    assert order_digest(elsewhere) == order_digest(order)
    assert len(order_digest(order)) == 32


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": "SO-2"},
        {"ordered_at": MONDAY + timedelta(microseconds=1)},
        {"note": "x"},
        {"lines": ()},
        {"attributes": {}},
    ],
)
def test_any_change_changes_the_digest(change: dict[str, object]) -> None:
    order: Order = a_full_order()
    assert order_digest(replace(order, **change)) != order_digest(order)  # type: ignore[arg-type]


def test_the_canonical_form_is_plain_json_without_what_is_missing() -> None:
    assert json.loads(canonical_order(an_order())) == {
        "order_id": "SO-1",
        "ordered_at": "2026-03-02T09:30:00.123456Z",
        "source": "shop",
        "lines": [{"line_id": "1", "sku": "M8-40", "quantity": "200"}],
    }


def test_bytes_of_the_first_format_stay_readable() -> None:
    stored = b64decode(FIRST_FORMAT)
    assert json.loads(inflate(stored)) == json.loads(canonical_order(a_full_order()))


def test_bytes_of_an_unknown_format_are_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        inflate(b"\x02" + deflate(b"{}")[1:])


def test_a_head_has_no_lines_where_the_total_is_known() -> None:
    order = a_full_order()
    assert unpack_order_head(pack_order(order)) == replace(order, lines=())
    untold = replace(order, total_amount=None)
    assert unpack_order_head(pack_order(untold)) == untold


def test_the_relation_of_a_decision_is_that_of_its_first_match() -> None:
    assert unpack_relation(pack_decision(a_decision())) == ""
    assert unpack_relation(pack_decision(a_decision(matches=(a_match(),)))) == "REKEYED"
