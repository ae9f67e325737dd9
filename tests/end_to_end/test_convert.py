"""A company's own files become a stream file, or every problem is named and nothing is written."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.command_line import ordertwin

from ordertwin_training.stream import OrderEvent, read_stream

HEAD = "order_id,ordered_at,customer_id,sku,quantity\n"


def row(number: int, quantity: str = "2") -> str:
    return f"SO-{number},2025-03-03T09:00:00Z,C-{number % 50},A-{number % 90},{quantity}\n"


def test_orders_and_verdicts_become_a_stream_with_truth(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(HEAD + row(1) + row(2))
    (tmp_path / "verdicts.csv").write_text(
        "incoming_order_id,existing_order_id,verdict,relation\nSO-2,SO-1,MATCH,REKEYED\n"
    )
    done = ordertwin(
        "convert", "orders.csv", "stream.jsonl", "--pairs", "verdicts.csv", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    events = [e for e in read_stream(tmp_path / "stream.jsonl") if isinstance(e, OrderEvent)]
    assert [event.order.order_id for event in events] == ["SO-1", "SO-2"]
    assert events[1].truth is not None
    assert events[1].truth.counterpart == "SO-1"


def test_broken_line_40001_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    rows = [row(number) for number in range(2, 40_010)]
    rows[40_001 - 2] = row(40_001, quantity="two")
    (tmp_path / "orders.csv").write_text(HEAD + "".join(rows))
    done = ordertwin("convert", "orders.csv", "stream.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert "line 40001, column quantity" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "stream.jsonl").exists()
