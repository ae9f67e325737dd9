"""A stream file is checked to its end before anything of it is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ordertwin_cli.replaying.plan import checked
from ordertwin_training.stream import StreamInvalid

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def event(number: int, **fields: object) -> str:
    order = {
        "order_id": f"SO-{number}",
        "ordered_at": "2026-03-01T10:00:00Z",
        "lines": [{"sku": "A", "quantity": "1"}],
        **fields,
    }
    return json.dumps({"type": "order", "order": order})


def stream(folder: Path, *lines: str) -> Path:
    path = folder / "stream.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_good_file_is_counted(tmp_path: Path) -> None:
    status = json.dumps(
        {"type": "status", "order_id": "SO-1", "state": "SHIPPED", "at": "2026-03-01T10:00:00Z"}
    )
    plan = checked(stream(tmp_path, event(1), status, "", event(2)), now=NOW)
    assert (plan.events, plan.orders) == (3, 2)
    assert [step.line for step in plan.steps()] == [1, 2, 4]


def test_the_same_event_at_the_same_line_is_the_same_request(tmp_path: Path) -> None:
    plan = checked(stream(tmp_path, event(1), event(1)), now=NOW)
    first, again = ([step.request_id for step in plan.steps()] for _ in range(2))
    assert first == again
    assert len(set(first)) == 2


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"type": "order", "order": {"total_amount": NaN}}', "NaN"),
        ("{broken", "not JSON"),
        (event(4, lines=[{"sku": "A", "quantity": "-1"}]), "quantity"),
        (event(4, ordered_at="0001-01-01T00:00:00Z"), "ordered_at"),
    ],
)
def test_a_broken_line_is_named_by_number(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(StreamInvalid, match=f"line 3: .*{problem}"):
        checked(stream(tmp_path, event(1), event(2), line, event(5)), now=NOW)


def test_broken_line_40001_is_found(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    status = '{"type":"status","order_id":"a","state":"SHIPPED","at":"2026-03-01T10:00:00Z"}\n'
    path.write_text(status * 40_000 + "{oops\n", "utf-8")
    with pytest.raises(StreamInvalid, match="line 40001: is not JSON"):
        checked(path, now=NOW)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("\n", "utf-8")
    with pytest.raises(StreamInvalid, match="no events"):
        checked(path, now=NOW)
