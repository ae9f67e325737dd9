"""Features as they are stored: what goes in comes out, whatever version wrote it."""

from __future__ import annotations

import struct
from decimal import Decimal

import numpy as np
import pytest
from tests.unit.models.detection_world import an_order, line

from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.features import (
    FORMAT,
    HASHED,
    HASHED_AT,
    HEADER,
    PACKED_HEADER,
    TEXTS,
    FeatureBatch,
    OrderFeatures,
)
from ordertwin_models.order import PostalAddress
from ordertwin_models.preparation import featurise, prepare
from ordertwin_models.term_frequency import TermFrequencies

NEW_TEXTS = ("organization", "point", "note_text")


def features(**fields: object) -> OrderFeatures:
    """Features of an order of ACME's."""
    return featurise(prepare(an_order(**fields)), TermFrequencies(40, {})).features  # type: ignore[arg-type]


def format_2(order: OrderFeatures) -> bytes:
    """The bytes that the second format had."""
    told = dict(zip(TEXTS, order.texts, strict=True))
    text = "\x1f".join(told[name] for name in TEXTS if name not in NEW_TEXTS).encode()
    lengths = struct.pack("<BHI", 2, len(order.lines), len(text))
    words = np.frombuffer(order.header.tobytes(), "<u4")
    header = np.delete(words, [-4, -3]).tobytes()
    return lengths + header + order.lines.tobytes() + text


VARIED = (
    features(),
    features(lines=(line("A", 1, name="Red box 12 cm", gtin="4006381333931"),)),
    features(lines=()),
    features(customer_reference="", total_amount=None),
)


FORMAT_3 = bytes.fromhex(
    "030100460000002b3968df07000000bb800e00000000265669da410000f87f016ad64028000000bd29267195d7"
    "6c68aefe08b0e56d2989948fb4b7587fd5398731f93775e7e1523713ac28e556de09e1255da1243eb02365defc"
    "f8b86661f6000001000100000043beb7e89b747da356af92b59ebb7ac78f5f61fa3a48a9080000803f0000c07f"
    "0000803f016ad640706f343731311f61636d652074726164696e671f6a616e6520736d6974681f1f646f776e69"
    "6e672073741f37393436303935381f6a616e654061636d652e6578616d706c651f"
)
"""The second of `VARIED` as the version with format 3 wrote it."""
FORMAT_4 = bytes.fromhex(
    "040100460000002b3968df19000000bb800e00000000265669da410000f87f016ad64028000000bd29267195d7"
    "6c68aefe08b0e56d2989948fb4b7587fd5398731f93775e7e1523713ac28e556de09e1255da1243eb02365defc"
    "f8b86661f6000001000100000043beb7e89b747da356af92b59ebb7ac78f5f61fa3a48a9080000803f0000c07f"
    "0000803f016ad640706f343731311f61636d652074726164696e671f6a616e6520736d6974681f1f646f776e69"
    "6e672073741f37393436303935381f6a616e654061636d652e6578616d706c651f"
)
"""The same as the version with format 4 wrote it."""
FORMAT_5 = bytes.fromhex(
    "050100570000002b3968d719000000bb800e00000000265669da410000f87f016ad64028000000bd29267195"
    "d76c68aefe08b0e56d2989948fb4b7587fd5398731f93775e7e152b39b808bb7efdc83243eb02365defcf8b8"
    "6661f6000001000100000043beb7e89b747da356af92b59ebb7ac78f5f61fa3a48a9080000803f0000c07f00"
    "00803f016ad640706f343731311f61636d652074726164696e671f6a616e6520736d6974681f1f61636d6520"
    "73746f726520341f6d696c6c206c6e1f756e697420341f37393436303935381f6a616e654061636d652e6578"
    "616d706c651f"
)
"""The same for another place, as the version with format 5 wrote it."""
AT_DOCK_4 = PostalAddress(
    address_lines=("1 Mill Lane", "Dock 4"), postal_code="M1 1AE", organization="Acme store 4"
)


@pytest.mark.parametrize("order", VARIED)
def test_what_is_stored_comes_back_bit_for_bit(order: OrderFeatures) -> None:
    back = OrderFeatures.from_bytes(order.to_bytes())
    assert back.header.tobytes() == order.header.tobytes()
    assert back.lines.tobytes() == order.lines.tobytes()
    assert back.texts == order.texts


def test_orders_of_different_shapes_are_read_side_by_side() -> None:
    batch = FeatureBatch.of([order.to_bytes() for order in VARIED])
    assert batch.headers.tobytes() == b"".join(order.header.tobytes() for order in VARIED)
    assert batch.lines.tobytes() == b"".join(order.lines.tobytes() for order in VARIED)
    assert batch.owner.tolist() == [0, 0, 0, 1, 3, 3, 3]


@pytest.mark.parametrize("stored", [FORMAT_3, FORMAT_4], ids=["3", "4"])
def test_earlier_formats_are_read_beside_todays(stored: bytes) -> None:
    batch = FeatureBatch.of([stored, VARIED[1].to_bytes()])
    old, new = OrderFeatures.from_bytes(stored), VARIED[1]
    assert (batch.headers[0].tobytes(), old.lines.tobytes()) == (
        new.header.tobytes(),
        new.lines.tobytes(),
    )
    assert old.texts == new.texts


def test_the_fifth_format_knew_points_and_no_notes() -> None:
    lines = (line("A", 1, name="Red box 12 cm", gtin="4006381333931"),)
    new = features(lines=lines, ship_to=AT_DOCK_4)
    old = OrderFeatures.from_bytes(FORMAT_5)
    assert (old.header.tobytes(), old.lines.tobytes()) == (
        new.header.tobytes(),
        new.lines.tobytes(),
    )
    assert old.texts == new.texts


def test_a_note_is_kept_by_its_words_and_by_its_numbers() -> None:
    noted = features(note="Load 2, 10:30").header["hashed"]
    again = features(note="LOAD 2 - 10:30").header["hashed"]
    assert (noted == again).all()
    other = features(note="load 3 at 11:00").header["hashed"]
    assert noted[HASHED_AT["note"]] != other[HASHED_AT["note"]]


def test_the_second_format_is_read_beside_todays() -> None:
    batch = FeatureBatch.of([format_2(VARIED[0]), VARIED[1].to_bytes(), format_2(VARIED[2])])
    again = FeatureBatch.of([order.to_bytes() for order in VARIED[:3]])
    assert batch.headers.tobytes() == again.headers.tobytes()
    assert batch.lines.tobytes() == again.lines.tobytes()
    assert batch.texts == again.texts


def test_words_that_are_zero_are_not_stored() -> None:
    assert len(VARIED[0].to_bytes()) < 0.75 * len(format_2(VARIED[0]))


def test_a_header_packed_field_by_field_is_the_record() -> None:
    values = (1.5, -2.5, 3, 4.5, *range(5, 10), *range(100, 100 + len(HASHED)), 6, 7, 1, 2, 3, 1)
    (record,) = np.frombuffer(PACKED_HEADER.pack(*values), HEADER)
    hashed = record["hashed"].tolist()
    assert (*record.tolist()[:9], *hashed, *record.tolist()[10:]) == values


def test_a_number_beyond_single_precision_is_infinite() -> None:
    order = features(lines=(line("A", 1, unit_price=Decimal("1e39")), line("B", 2)))
    assert order.lines["unit_price"][0] == np.inf
    assert order.lines["quantity"].tolist() == [1.0, 2.0]


def test_no_orders_are_an_empty_batch() -> None:
    batch = FeatureBatch.of([])
    assert (len(batch), len(batch.lines), batch.texts["street"]) == (0, 0, [])


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00",
        bytes([FORMAT]),
        bytes([FORMAT + 1]) + bytes(200),
        VARIED[0].to_bytes()[:-1],
        VARIED[0].to_bytes() + b"x",
        format_2(VARIED[0])[:-1],
        format_2(VARIED[0])[:5],
    ],
)
def test_damaged_bytes_are_refused(broken: bytes) -> None:
    with pytest.raises(ArtefactInvalid):
        FeatureBatch.of([VARIED[1].to_bytes(), broken])
