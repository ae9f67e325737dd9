"""Every RPC needs what the table says, and the table says it of every RPC."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest
from tests.unit.server.running import running, settings_in

from benchmarks.access_matrix import EXPECTED, METHODS, cells, credentials
from ordertwin_server.access.table import LOCAL_PERMISSIONS, OPEN_TO_ALL, ROLES, TABLE
from ordertwin_server.commands.caller import Permission


def test_every_rpc_of_the_contract_has_a_row_and_every_row_an_rpc() -> None:
    assert set(TABLE) == {method for method, _ in METHODS}


def test_only_health_and_reflection_are_open_to_all() -> None:
    assert not OPEN_TO_ALL & set(TABLE)
    assert {method.split("/")[1].split(".")[1] for method in OPEN_TO_ALL} == {
        "health",
        "reflection",
    }


def test_every_cell_is_as_written_down_a_second_time(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, require_auth=True, calls_per_second=0)
    headers = credentials(settings.store)
    with running(settings) as server:
        wrong = [cell for cell in cells(server.address, headers) if not cell.right]
    assert not wrong
    assert set(EXPECTED) - {"nobody"} == set(ROLES)


def test_a_method_without_a_row_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = "/ordertwin.v1.OrderService/GetOrder"
    remaining = {method: rule for method, rule in TABLE.items() if method != forgotten}
    monkeypatch.setattr("ordertwin_server.access.guard.TABLE", remaining)
    with running(settings_in(tmp_path)) as server, grpc.insecure_channel(server.address) as opened:
        call = opened.unary_unary(forgotten)
        with pytest.raises(grpc.RpcError) as refused:
            call(b"", timeout=10)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_no_role_both_works_and_watches() -> None:
    assert not ROLES["auditor"] & {
        Permission.ORDERS_SCORE,
        Permission.ORDERS_UPDATE,
        Permission.ORDERS_RELEASE,
        Permission.ACCESS_MANAGE,
    }
    assert Permission.ORDERS_READ not in ROLES["admin"]
    assert not LOCAL_PERMISSIONS & {
        Permission.ACCESS_MANAGE,
        Permission.AUDIT_READ,
        Permission.MODELS_ACTIVATE,
        Permission.POLICY_MANAGE,
        Permission.SUBJECTS_ERASE,
    }
