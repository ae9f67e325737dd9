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
    HEADER,
    PACKED_HEADER,
    FeatureBatch,
    OrderFeatures,
)
from ordertwin_models.preparation import featurise, prepare
from ordertwin_models.term_frequency import TermFrequencies


def features(**fields: object) -> OrderFeatures:
    """Features of an order of ACME's."""
    return featurise(prepare(an_order(**fields)), TermFrequencies(40, {})).features  # type: ignore[arg-type]


def format_2(order: OrderFeatures) -> bytes:
    """The bytes that the second format had."""
    text = "\x1f".join(order.texts).encode()
    lengths = struct.pack("<BHI", 2, len(order.lines), len(text))
    return lengths + order.header.tobytes() + order.lines.tobytes() + text


VARIED = (
    features(),
    features(lines=(line("A", 1, name="Red box 12 cm", gtin="4006381333931"),)),
    features(lines=()),
    features(customer_reference="", total_amount=None),
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
