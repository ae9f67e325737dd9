"""Every call leaves one entry: who, from where, what, on what, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.builders import NOON, SteppingClock, an_order, another_order

from ordertwin.v1 import order_service_pb2
from ordertwin.v1.access_pb2 import AuditEvent, AuditHead
from ordertwin.v1.access_service_pb2 import ListAuditEventsRequest
from ordertwin.v1.order_pb2 import ORDER_STATE_SHIPPED, ORDER_STATE_UNSPECIFIED
from ordertwin_client import AccessError, InvalidOrderError, NotFoundError, OrderTwinClient
from ordertwin_client.access import CREATE_API_KEY, LIST_API_KEYS, LIST_AUDIT_EVENTS, VERIFY_AUDIT
from ordertwin_models.errors import StoreUnavailable
from ordertwin_server.access.heads import (
    HeadExport,
    SignedHead,
    is_genuine,
    public_key_in,
    signer_in,
)
from ordertwin_server.access.recorder import STRANGERS_A_SECOND, SUPPRESSED, Recorder
from ordertwin_server.convert import order_to_proto
from ordertwin_stores.audit import AuditEntry, check_log
from ordertwin_stores.interface import OrderStore


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def log_of(made: World, actor: str = "clients/erp") -> list[AuditEvent]:
    """Entries of one actor, the oldest first."""
    with made.access("auditor") as access:
        request = ListAuditEventsRequest(parent="tenants/default", actor=actor)
        events = list(access.audit_events(request))
    # Calls that changed nothing are noted a moment later, with the time at which they were made.
    return sorted(events, key=lambda event: event.time.ToNanoseconds())


def told(events: list[AuditEvent]) -> list[tuple[str, str, str]]:
    return [(event.action, event.request_id, event.outcome) for event in events]


def test_a_change_leaves_one_entry_also_when_it_is_repeated(guarded: World) -> None:
    with guarded.orders("erp") as client:
        first = client.score_order(order_to_proto(an_order()), request_id="r-1")
        client.score_order(order_to_proto(an_order()), request_id="r-1")
        client.update_order_status(first.order, ORDER_STATE_SHIPPED, request_id="s-1")
        client.update_order_status(first.order, ORDER_STATE_SHIPPED, request_id="s-1")
    events = log_of(guarded)
    assert told(events) == [
        ("ScoreOrder", "r-1", "UNIQUE"),
        ("ScoreOrder", "r-1", "REPLAYED"),
        ("UpdateOrderStatus", "s-1", "SHIPPED"),
        ("UpdateOrderStatus", "s-1", "REPLAYED"),
    ]
    assert {event.origin for event in events} == {"ipv4:127.0.0.1"}
    assert events[0].target == first.order.removeprefix("tenants/default/")
    assert len(events[0].after) == len(events[2].before) == 32


def test_a_failed_change_and_a_read_leave_one_entry(guarded: World) -> None:
    with guarded.orders("erp") as client:
        with pytest.raises(InvalidOrderError):
            client.score_order(order_to_proto(an_order("")), request_id="r-1")
        with pytest.raises(NotFoundError):
            client.get_order("tenants/default/orders/nothing")
        dry = client.score_order(order_to_proto(an_order()), validate_only=True, request_id="r-2")
        list(client.list_orders())
    assert told(log_of(guarded)) == [
        ("ScoreOrder", "r-1", "INVALID_FIELDS"),
        ("GetOrder", "", "NOT_FOUND"),
        ("ScoreOrder", "r-2", "DRY_UNIQUE"),
        ("ListOrders", "", "OK"),
    ]
    assert not dry.order


def test_a_stream_leaves_an_entry_for_itself_and_one_for_each_element(guarded: World) -> None:
    with guarded.orders("erp") as client:
        answers = list(
            client.score_orders([order_to_proto(an_order()), order_to_proto(another_order(""))])
        )
    assert answers[1].error is not None
    assert [(action, outcome) for action, _, outcome in told(log_of(guarded))] == [
        ("ScoreOrders", "OK"),
        ("ScoreOrder", "UNIQUE"),
        ("ScoreOrder", "INVALID_FIELDS"),
    ]


def test_a_refused_call_leaves_an_entry(guarded: World) -> None:
    with pytest.raises(AccessError):
        guarded.ask("erp", LIST_API_KEYS)
    with OrderTwinClient(guarded.server.address, timeout=10) as client, pytest.raises(AccessError):
        client.get_order("tenants/default/orders/x")
    assert told(log_of(guarded)) == [("ListApiKeys", "", "PERMISSION_DENIED")]
    assert told(log_of(guarded, "unknown")) == [("GetOrder", "", "UNAUTHENTICATED missing")]


def test_undecodable_bytes_leave_an_entry_without_them(guarded: World) -> None:
    header = (("authorization", f"Bearer {guarded.keys['erp']}"),)
    with grpc.insecure_channel(guarded.server.address) as channel:
        call = channel.unary_unary("/ordertwin.v1.OrderService/GetOrder")
        with pytest.raises(grpc.RpcError):
            call(b"\x0a\xffFrau Schulze", timeout=10, metadata=header)
    assert told(log_of(guarded)) == [("GetOrder", "", "MALFORMED_REQUEST")]


def test_names_that_callers_made_up_do_not_enter_the_log(guarded: World) -> None:
    with guarded.orders("erp") as client:
        for name in ("tenants/default/orders/Frau.Schulze", "Frau Schulze, Berlin"):
            with pytest.raises((NotFoundError, InvalidOrderError)):
                client.get_order(name)
    assert "Schulze" not in str(log_of(guarded))


def test_the_log_is_searched_page_by_page(guarded: World) -> None:
    with guarded.orders("erp") as client:
        for number in range(5):
            order = an_order(f"SO-{number}", customer_reference=f"R{number}")
            client.score_order(order_to_proto(order), request_id=f"r-{number}")
    seen: list[str] = []
    token = ""
    while True:
        page = guarded.ask(
            "auditor", LIST_AUDIT_EVENTS, page_size=2, action="ScoreOrder", page_token=token
        )
        seen += [event.request_id for event in page.events]
        token = page.next_page_token
        if not token:
            break
    assert seen == [f"r-{number}" for number in (4, 3, 2, 1, 0)]


def test_a_log_verifies_and_extends_the_heads_it_was_seen_with(guarded: World) -> None:
    first = guarded.ask("auditor", VERIFY_AUDIT)
    assert first.valid
    guarded.ask("boss", CREATE_API_KEY, client="shop")
    second = guarded.ask("auditor", VERIFY_AUDIT, heads=[first.head])
    assert (second.valid, second.heads_met) == (True, 1)
    assert second.head.position > first.head.position
    forged = AuditHead()
    forged.CopyFrom(first.head)
    forged.position += 1
    with pytest.raises(InvalidOrderError, match="not signed"):
        guarded.ask("auditor", VERIFY_AUDIT, heads=[forged])


def test_signed_heads_are_written_to_a_file_and_prove_themselves(tmp_path: Path) -> None:
    with world(tmp_path, audit_seconds=0.1) as made, made.orders("erp") as client:
        client.score_order(order_to_proto(an_order()))
    key = public_key_in(tmp_path / "audit-public-key.pem")
    lines = (tmp_path / "audit-heads.jsonl").read_text().splitlines()
    heads = [SignedHead.from_json(line) for line in lines]
    assert heads
    assert all(is_genuine(head, key) for head in heads)
    document = json.loads(lines[-1])
    document["position"] += 1
    assert not is_genuine(SignedHead.from_json(json.dumps(document)), key)


def test_heads_are_exported_when_the_log_grew_and_not_otherwise(
    store: OrderStore, tmp_path: Path
) -> None:
    path = tmp_path / "heads.jsonl"
    export = HeadExport(store.access, signer_in(tmp_path), path, SteppingClock())
    entry = AuditEntry("a", "b", "", "", "OK")
    for _ in range(2):
        store.access.note("default", [(NOON, entry)])
        export.export()
        export.export()
    heads = [SignedHead.from_json(line).head for line in path.read_text().splitlines()]
    assert [head.position for head in heads] == [1, 2]
    assert check_log("default", store.access.entries("default", 0, 9), heads).finding is None


def test_entries_wait_while_the_store_takes_none(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(store.access, SteppingClock(), "default")
    real = type(store.access).note

    def full(*arguments: object) -> None:
        raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(type(store.access), "note", full)
    for number in range(3):
        recorder.note("default", AuditEntry("a", "GetOrder", "", f"r-{number}", "OK"))
    recorder.settle()
    assert store.access.entries("default", 0, 9) == ()
    monkeypatch.setattr(type(store.access), "note", real)
    recorder.close()
    entries = store.access.entries("default", 0, 9)
    assert [logged.entry.request_id for logged in entries] == ["r-0", "r-1", "r-2"]


def test_strangers_cannot_fill_the_log(store: OrderStore) -> None:
    recorder = Recorder(store.access, SteppingClock(), "default")
    for _ in range(20 * STRANGERS_A_SECOND):
        recorder.note_stranger(AuditEntry("unknown", "GetOrder", "", "", "UNAUTHENTICATED"))
    recorder.close()
    entries = store.access.entries("default", 0, 10_000)
    assert len(entries) < 4 * STRANGERS_A_SECOND
    counted = [int(e.entry.outcome) for e in entries if e.entry.action == SUPPRESSED]
    assert len(entries) - len(counted) + sum(counted) == 20 * STRANGERS_A_SECOND


def test_a_key_that_calls_too_fast_is_told_when_to_go_on(tmp_path: Path) -> None:
    with world(tmp_path, calls_per_second=5) as made:
        header = (("authorization", f"Bearer {made.keys['erp']}"),)
        request = order_service_pb2.ListOrdersRequest(
            parent="tenants/default", state=ORDER_STATE_UNSPECIFIED
        ).SerializeToString()
        codes = []
        with grpc.insecure_channel(made.server.address) as channel:
            call = channel.unary_unary("/ordertwin.v1.OrderService/ListOrders")
            for _ in range(12):
                try:
                    call(request, timeout=10, metadata=header)
                except grpc.RpcError as error:
                    codes.append(error.code())
        assert set(codes) == {grpc.StatusCode.RESOURCE_EXHAUSTED}
        with made.orders("desk") as other:
            assert list(other.list_orders()) == []
        refused = [event for event in log_of(made) if event.outcome == "RATE_LIMITED"]
        assert len(refused) == len(codes)
