from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from ordertwin_models.decision import Relation
from ordertwin_models.order import Order, OrderLine, OrderState
from ordertwin_training.stream import (
    BACKGROUND,
    OrderEvent,
    StatusEvent,
    StreamInvalid,
    Truth,
    format_event,
    parse_event,
    read_stream,
    write_stream,
)

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def an_order(order_id: str = "SO-1") -> Order:
    line = OrderLine(sku="M8", name="六角螺栓", quantity=Decimal("6.50"))
    return Order(order_id=order_id, ordered_at=AT, source="edi", lines=(line,))


EVENTS = [
    OrderEvent(an_order("SO-1"), BACKGROUND),
    OrderEvent(an_order("SO-2"), Truth(Relation.REKEYED, "SO-1")),
    OrderEvent(an_order("SO-3")),
    StatusEvent("edi", "SO-1", OrderState.CANCELLED, AT),
    StatusEvent("", "SO-2", OrderState.SHIPPED, AT.astimezone(timezone(timedelta(hours=8)))),
]


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_reads_back_as_it_was_written(event: OrderEvent | StatusEvent) -> None:
    assert parse_event(format_event(event)) == event


@pytest.mark.parametrize("name", ["stream.jsonl", "stream.jsonl.gz"])
def test_a_file_reads_back_and_equal_events_give_equal_bytes(tmp_path: Path, name: str) -> None:
    first, second = tmp_path / name, tmp_path / f"again-{name}"
    assert write_stream(first, EVENTS) == len(EVENTS)
    write_stream(second, iter(EVENTS))
    assert list(read_stream(first)) == EVENTS
    assert first.read_bytes() == second.read_bytes()


def test_blank_lines_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl"
    path.write_text(f"\n{format_event(EVENTS[0])}\n\n", encoding="utf-8")
    assert list(read_stream(path)) == EVENTS[:1]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is not JSON"),
        ("[1]", "is not a JSON object"),
        ('{"type": "ordr"}', 'must be "order" or "status"'),
        ('{"type": "order"}', '"order" must be an object'),
        ('{"type": "order", "order": {"order_id": "1"}}', "ordered_at: is required"),
        ('{"type": "status", "order_id": "1", "state": "GONE", "at": "x"}', "one of RECEIVED"),
        ('{"type": "status", "order_id": "1", "state": ["X"], "at": "x"}', "one of RECEIVED"),
        ('{"type": "status", "state": "SHIPPED", "at": "x"}', '"order_id" (required)'),
        (
            '{"type": "status", "order_id": "1", "state": "SHIPPED", "at": "2026-03-01T10:00:00"}',
            "must be a time with zone",
        ),
        ('{"type": "status", "order_id": "1", "stat": "SHIPPED"}', '"stat" is unknown'),
        ('{"type": "order", "order": {"total_amount": NaN}}', "NaN is not a number"),
        ("[" * 100_000, "is not"),
    ],
)
def test_a_line_that_is_no_event_is_named_with_file_line_and_cause(
    tmp_path: Path, line: str, problem: str
) -> None:
    path = tmp_path / "stream.jsonl"
    path.write_text(f"{format_event(EVENTS[0])}\n{line}\n", encoding="utf-8")
    with pytest.raises(StreamInvalid) as caught:
        list(read_stream(path))
    assert (caught.value.line, caught.value.path) == (2, path)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("truth", "problem"),
    [
        ('"REKEYED"', '"truth" must be an object'),
        ('{"relation": "TWIN"}', "it must be one of RESEND"),
        ('{"relation": "REKEYED", "counterpart": 7}', "must be the order_id"),
        ('{"relation": null, "note": ""}', '"truth.note" is unknown'),
    ],
)
def test_a_truth_of_the_wrong_shape_is_refused(truth: str, problem: str) -> None:
    document = format_event(EVENTS[2])[:-1]
    with pytest.raises(ValueError) as caught:
        parse_event(f'{document},"truth":{truth}}}')
    assert problem in str(caught.value)


def test_a_file_in_another_encoding_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl"
    path.write_bytes(b'{"type": "order", "note": "\xe4\xf6"}\n')
    with pytest.raises(StreamInvalid, match="save the file as UTF-8"):
        list(read_stream(path))


def test_a_cut_off_packed_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl.gz"
    packed = gzip.compress("\n".join(map(format_event, EVENTS)).encode())
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(StreamInvalid, match="copy the file again"):
        list(read_stream(path))
