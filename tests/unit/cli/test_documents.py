"""Order documents: what is read, and what a person is told about what cannot be."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ordertwin_cli.documents import read_orders
from ordertwin_cli.failures import CommandFailed


def document(order_id: str = "SO-1", **fields: object) -> dict[str, object]:
    line = {"sku": "A", "quantity": "2"}
    return {"order_id": order_id, "ordered_at": "2026-03-02T09:30:00Z", "lines": [line], **fields}


def written(folder: Path, text: str) -> str:
    path = folder / "orders.json"
    path.write_text(text, "utf-8")
    return str(path)


def test_one_object_is_one_order(tmp_path: Path) -> None:
    (order,) = read_orders(written(tmp_path, json.dumps(document(), indent=2)))
    assert order.order_id == "SO-1"


def test_a_list_and_json_lines_hold_many(tmp_path: Path) -> None:
    both = [document("SO-1"), document("SO-2")]
    listed = read_orders(written(tmp_path, json.dumps(both)))
    lines = read_orders(written(tmp_path, "\n".join(map(json.dumps, both)) + "\n\n"))
    assert [o.order_id for o in listed] == [o.order_id for o in lines] == ["SO-1", "SO-2"]


def test_a_dash_is_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(document("SO-9"))))
    assert [order.order_id for order in read_orders("-")] == ["SO-9"]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (order,) = read_orders(written(tmp_path, "\ufeff" + json.dumps(document())))
    assert order.order_id == "SO-1"


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    text = json.dumps(document()).replace('"2"}', "0.10}")
    (order,) = read_orders(written(tmp_path, text))
    assert str(order.lines[0].quantity) == "0.10"


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("", "orders.json", "empty"),
        ('{"order_id": "SO-1",\n "lines": [}', "line 2, column", "not JSON"),
        (json.dumps(document()) + "\n{oops\n", "line 2, column 2", "not JSON"),
        (json.dumps(document(total_amount=float("nan"))), "orders.json", "NaN"),
        (json.dumps(document()) + '\n{"total_amount": Infinity}', "line 2", "leave the field out"),
        ("[1]", "order 1", "JSON object"),
        (json.dumps(document(customer_refrence="x")), "order", "customer_reference"),
        ("[" * 100_000, "orders.json", "nested"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, text: str, place: str, advice: str
) -> None:
    with pytest.raises(CommandFailed) as caught:
        read_orders(written(tmp_path, text))
    assert place in str(caught.value)
    assert advice in str(caught.value)


def test_a_file_in_another_encoding_is_told_from_broken_json(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_bytes(json.dumps(document(note="Café"), ensure_ascii=False).encode("latin-1"))
    with pytest.raises(CommandFailed, match="UTF-8"):
        read_orders(str(path))
