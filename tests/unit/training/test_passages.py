from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ordertwin_models.order import OrderState
from ordertwin_training.company_history import HistoryInvalid, HistoryMapping
from ordertwin_training.company_history.passages import (
    Understood,
    final_states,
    natural_key,
    passages,
    understand,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEADER = "order_id,ordered_at,sku,quantity,state,state_changed_at"
DOCUMENT = '{"order_id": "%s", "ordered_at": "2026-03-01T09:30:00Z", "lines": [{"sku": "M8"}]}'


def a_file(tmp_path: Path, name: str, *lines: str) -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines), "utf-8")
    return path


def said(path: Path, mapping: HistoryMapping | None = None) -> list[Understood]:
    return [understand(each, path, mapping, NOW) for each in passages(path, mapping)]


def order_ids(found: Sequence[Understood]) -> list[str]:
    return [each.order.order_id for each in found if each.order is not None]


def test_rows_that_stand_together_are_one_order(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        "orders.csv",
        HEADER,
        "A,2026-03-01T09:30:00Z,M8,200,,",
        "A,2026-03-01T09:30:00Z,M10,50,,",
        "B,2026-03-02T10:00:00Z,M8,200,CANCELLED,2026-03-05T08:00:00Z",
    )
    first, second = said(path)
    assert first.order is not None
    assert [line.sku for line in first.order.lines] == ["M8", "M10"]
    assert (first.line, first.state) == (2, None)
    assert (second.line, second.state) == (4, OrderState.CANCELLED)


def test_rows_of_one_order_that_stand_apart_are_named(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        "orders.csv",
        HEADER,
        "A,2026-03-01T09:30:00Z,M8,200,,",
        "B,2026-03-02T10:00:00Z,M8,200,,",
        "A,2026-03-01T09:30:00Z,M10,50,,",
    )
    with pytest.raises(HistoryInvalid, match=r"line 4, column order_id: 'A' stood further up"):
        list(passages(path, None))


def test_an_order_that_a_broken_row_may_belong_to_is_not_taken_for_whole(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        "orders.csv",
        HEADER,
        "A,2026-03-01T09:30:00Z,M8,200,,",
        "B,2026-03-02T10:00:00Z,M8,200,,",
        "B,2026-03-02T10:00:00Z,M10",
    )
    reading = passages(path, None)
    assert next(reading).line == 2
    with pytest.raises(HistoryInvalid, match="line 4: has 3 cells"):
        next(reading)


def test_a_stream_tells_the_last_state_of_each_order(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        "stream.jsonl",
        '{"type": "order", "order": %s}' % (DOCUMENT % "A"),
        '{"type": "status", "order_id": "A", "state": "ACCEPTED", "at": "2026-03-01T10:00:00Z"}',
        '{"type": "status", "order_id": "A", "state": "SHIPPED", "at": "2026-03-02T10:00:00Z"}',
        '{"type": "status", this is not JSON',
    )
    assert final_states(path) == {natural_key("", "A"): OrderState.SHIPPED}
    found = said(path)
    assert order_ids(found) == ["A"]
    assert [bool(each.problems) for each in found] == [False, False, False, True]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is not JSON"),
        ('{"order_id": "A"}', "ordered_at"),
        (DOCUMENT.replace("2026", "2036") % "A", "ordered_at"),
        ('{"type": "invoice"}', 'must be "order" or "status"'),
    ],
)
def test_what_is_wrong_with_a_line_is_told_with_its_number(
    tmp_path: Path, line: str, problem: str
) -> None:
    first, second = said(a_file(tmp_path, "orders.jsonl", DOCUMENT % "A", line))
    assert not first.problems
    assert second.order is None
    assert "orders.jsonl, line 2" in str(second.problems[0])
    assert any(problem in str(each) for each in second.problems)


def test_a_mapping_translates_rows(tmp_path: Path) -> None:
    path = a_file(tmp_path, "orders.csv", "VBELN;ERDAT;MATNR", "7;2026-03-01T09:30:00Z;M8")
    mapping = HistoryMapping(
        columns={"order_id": "VBELN", "ordered_at": "ERDAT", "sku": "MATNR"},
        constants={"source": "sap"},
    )
    (found,) = said(path, mapping)
    assert found.order is not None
    assert (found.order.source, found.order.order_id) == ("sap", "7")
