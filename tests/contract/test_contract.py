"""The contract: its style, its generated code, and the limits its comments promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ordertwin.v1 import order_pb2, order_service_pb2

ROOT = Path(__file__).parents[2]
GENERATE = [sys.executable, str(ROOT / "protos" / "generate.py")]


def run(*flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*GENERATE, *flags], capture_output=True, text=True, timeout=120)


def test_generated_code_is_what_the_protos_give() -> None:
    pytest.importorskip("grpc_tools")
    done = run("--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contract_has_the_house_style() -> None:
    pytest.importorskip("grpc_tools")
    done = run("--lint")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_planted_break_is_found(tmp_path: Path) -> None:
    pytest.importorskip("grpc_tools")
    earlier = tmp_path / "earlier.binpb"
    assert run("--image", str(earlier)).returncode == 0
    assert run("--lint", "--against", str(earlier)).returncode == 0
    earlier.write_bytes(earlier.read_bytes().replace(b"order_number", b"order_numero"))
    broken = run("--lint", "--against", str(earlier))
    assert broken.returncode != 0
    assert "order_number" in broken.stdout


def test_every_field_of_a_request_and_of_an_order_says_how_it_behaves() -> None:
    from google.api.field_behavior_pb2 import field_behavior

    messages = [
        message
        for file in (order_pb2.DESCRIPTOR, order_service_pb2.DESCRIPTOR)
        for name, message in file.message_types_by_name.items()
        if name in ("Order", "OrderLine", "Party") or name.endswith("Request")
    ]
    assert len(messages) == 10
    for message in messages:
        for field in message.fields:
            assert field.GetOptions().Extensions[field_behavior], field.full_name


def test_wire_bytes_of_an_order_stay_as_they_are() -> None:
    order = order_pb2.Order(order_id="SO-1", customer_reference="PO-1", currency_code="EUR")
    order.lines.add(sku="A").quantity.value = "2.50"
    assert order.SerializeToString().hex() == (
        "1204534f2d312204504f2d31a2010b1201413a060a04322e3530aa0103455552"
    )
