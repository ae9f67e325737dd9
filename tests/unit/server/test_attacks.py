"""What somebody tries who means harm: bombs, borrowed tokens and request ids, guesses at others."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.builders import an_order, another_order, resent

from ordertwin.v1.decision_pb2 import OUTCOME_UNIQUE
from ordertwin.v1.order_service_pb2 import ListOrdersRequest, ScoreOrderResponse
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin_client import AccessError, ConflictError, InvalidOrderError, OrderTwinError
from ordertwin_client.access import CREATE_API_KEY, LIST_AUDIT_EVENTS, SIGN_IN
from ordertwin_server.convert import order_to_proto

SCORE = "/ordertwin.v1.OrderService/ScoreOrder"
MEBIBYTE = 1 << 20


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0) as made:
        yield made


def nested(depth: int) -> bytes:
    """A message in the first field of a message, and so on."""
    data = b""
    for _ in range(depth):
        size, head = len(data), bytearray(b"\x0a")
        while size > 0x7F:
            head.append(size & 0x7F | 0x80)
            size >>= 7
        data = bytes(head) + bytes([size]) + data
    return data


@pytest.mark.parametrize(
    ("bomb", "code"),
    [
        (b"\x0b" * 900_000, "INVALID_ARGUMENT"),
        (b"\x0b" * 400_000 + b"\x0c" * 400_000, "INVALID_ARGUMENT"),
        (nested(5_000), "INVALID_ARGUMENT"),
        (b"\x0a\xff\xff\xff\xff\x07", "INVALID_ARGUMENT"),
        (bytes(MEBIBYTE + 1), "RESOURCE_EXHAUSTED"),
    ],
    ids=["open groups", "closed groups", "nested", "longer than it is", "large"],
)
def test_a_bomb_is_refused_before_it_is_read(guarded: World, bomb: bytes, code: str) -> None:
    header = (("authorization", f"Bearer {guarded.keys['erp']}"),)
    with grpc.insecure_channel(guarded.server.address) as channel:
        with pytest.raises(grpc.RpcError) as refused:
            channel.unary_unary(SCORE)(bomb, metadata=header, timeout=20)
        assert refused.value.code().name == code
    with guarded.orders("erp") as erp:
        assert erp.score_order(order_to_proto(an_order())).outcome == OUTCOME_UNIQUE


def page_of(made: World, client: str, **fields: Any) -> Any:
    fields = {"parent": "tenants/default", "page_size": 1} | fields
    with grpc.insecure_channel(made.server.address) as channel:
        stub: Any = OrderServiceStub(channel)
        header = (("authorization", f"Bearer {made.keys[client]}"),)
        return stub.ListOrders(ListOrdersRequest(**fields), metadata=header, timeout=20)


def test_a_page_token_works_in_its_list_of_its_tenant_alone(guarded: World) -> None:
    for client, order_id in itertools.product(("erp", "far"), ("A", "B", "C")):
        with guarded.orders(client) as orders:
            orders.score_order(order_to_proto(another_order(order_id)))
    token = page_of(guarded, "erp").next_page_token
    assert page_of(guarded, "desk", page_token=token).orders
    with pytest.raises(grpc.RpcError, match="PERMISSION_DENIED"):
        page_of(guarded, "scientist", page_token=token)
    turned = base64.urlsafe_b64encode(bytes(16)).decode()
    for client, fields in (
        ("far", {"parent": "tenants/elsewhere", "page_token": token}),
        ("erp", {"source": "shop", "page_token": token}),
        ("erp", {"page_token": turned}),
        ("erp", {"page_token": token.swapcase()}),
    ):
        with pytest.raises(grpc.RpcError, match="page token is not from this list"):
            page_of(guarded, client, **fields)
    with pytest.raises(InvalidOrderError, match="page token"):
        guarded.ask("auditor", LIST_AUDIT_EVENTS, page_token=token)


def test_a_page_token_does_not_tell_how_much_others_did(guarded: World) -> None:
    with guarded.orders("far") as far:
        for order_id in ("A", "B", "C"):
            far.score_order(order_to_proto(another_order(order_id)))
    found = {"parent": "tenants/elsewhere"}
    first = page_of(guarded, "far", **found).next_page_token
    second = page_of(guarded, "far", page_token=first, **found).next_page_token
    assert page_of(guarded, "far", **found).next_page_token == first
    numbers = [int.from_bytes(base64.urlsafe_b64decode(each), "big") for each in (first, second)]
    assert min(numbers) > 1 << 64
    assert abs(numbers[0] - numbers[1]) > 1 << 64


def test_a_request_id_is_everybodys_own_in_their_tenant(guarded: World) -> None:
    mine, other = order_to_proto(an_order("SO-1")), order_to_proto(another_order("SO-2"))
    with guarded.orders("erp") as erp, guarded.orders("desk") as desk, guarded.orders("far") as far:
        first = erp.score_order(mine, request_id="r-1")
        with pytest.raises(ConflictError) as refused:
            desk.score_order(other, request_id="r-1")
        assert refused.value.reason == "REQUEST_ID_REUSED"
        assert first.order not in str(refused.value) + str(refused.value.metadata)
        assert desk.score_order(mine, request_id="r-1").order == first.order
        elsewhere = far.score_order(other, request_id="r-1")
        assert elsewhere.order.startswith("tenants/elsewhere/")


def test_who_repeats_the_making_of_a_key_does_not_get_it(guarded: World) -> None:
    made = guarded.ask("boss", CREATE_API_KEY, client="robot", request_id="k-1")
    again = guarded.ask("chief", CREATE_API_KEY, client="robot", request_id="k-1")
    assert made.secret.startswith("ot_")
    assert (again.api_key.name, again.secret) == (made.api_key.name, "")


def test_what_another_tenant_has_changes_no_answer(tmp_path: Path) -> None:
    answers = []
    for name in ("alone", "beside"):
        folder = tmp_path / name
        folder.mkdir()
        with world(folder, calls_per_second=0) as made, made.orders("far") as far:
            if name == "beside":
                with made.orders("erp") as erp:
                    for number in range(3):
                        erp.score_order(order_to_proto(resent(an_order(), f"X-{number}")))
            answers.append([said(far, order_id) for order_id in ("SO-1", "SO-2")])
    assert answers[0] == answers[1]


def said(client: Any, order_id: str) -> ScoreOrderResponse:
    """An answer without what is different every time."""
    answer: ScoreOrderResponse = client.score_order(order_to_proto(resent(an_order(), order_id)))
    for field in ("order", "decision", "review"):
        answer.ClearField(field)
    for match in answer.matches:
        match.order.ClearField("name")
    return answer


@pytest.mark.parametrize("tenant", ["default", "elsewhere", "nowhere"])
def test_nobody_learns_by_signing_in_which_tenants_and_members_there_are(
    guarded: World, tenant: str
) -> None:
    fields = {"parent": f"tenants/{tenant}", "member": "people/anna", "password": "x" * 12}
    with pytest.raises(AccessError) as refused:
        guarded.ask("", SIGN_IN, **fields)
    error: OrderTwinError = refused.value
    assert (error.reason, dict(error.metadata)) == ("SIGN_IN_REFUSED", {})
