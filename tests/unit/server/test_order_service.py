"""OrderService over real gRPC, through the client of the project."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from tests.unit.server.builders import NOON, an_order, another_order, resent
from tests.unit.server.running import Running

from ordertwin.v1 import decision_pb2, order_pb2
from ordertwin.v1.order_service_pb2 import ListOrdersRequest
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin_client import ConflictError, InvalidOrderError, NotFoundError, OrderTwinClient
from ordertwin_server.convert import order_to_proto


def message(order_id: str = "SO-1") -> order_pb2.Order:
    return order_to_proto(an_order(order_id))


def test_a_unique_order_is_stored_and_can_be_read(client: OrderTwinClient) -> None:
    answer = client.score_order(message())
    assert answer.outcome == decision_pb2.OUTCOME_UNIQUE
    assert answer.action == decision_pb2.ACTION_ACCEPT
    assert answer.summary
    stored = client.get_order(answer.order)
    assert (stored.order_id, stored.state) == ("SO-1", order_pb2.ORDER_STATE_RECEIVED)
    assert stored.etag == '"1"'
    assert stored.lines == message().lines


def test_decisions_are_listed_newest_first_by_order_outcome_and_time(
    client: OrderTwinClient,
) -> None:
    first = client.score_order(message())
    held = client.score_order(order_to_proto(resent(an_order())))
    client.score_order(order_to_proto(another_order()))
    amended = client.score_order(order_to_proto(an_order(note="by Friday, please")))
    everything = list(client.list_decisions(page_size=3))
    assert len(everything) == 4
    assert everything[0] == client.get_decision(amended.decision)
    assert [each.name for each in client.list_decisions(order=first.order)] == [
        amended.decision,
        first.decision,
    ]
    flagged = list(client.list_decisions(outcome=decision_pb2.OUTCOME_UNIQUE, page_size=1))
    assert held.decision not in {each.name for each in flagged}
    assert len(flagged) == 2
    since = everything[1].decided_at.ToDatetime(NOON.tzinfo)
    assert len(list(client.list_decisions(decided_after=since))) == 2
    assert len(list(client.list_decisions(decided_before=since))) == 2
    assert list(client.list_decisions(language_code="zh"))[1].summary.startswith("新订单")


def test_a_list_of_decisions_refuses_what_it_cannot_read(client: OrderTwinClient) -> None:
    for wrong in ({"order": "orders/1"}, {"page_size": -1}, {"outcome": 77}):
        with pytest.raises((InvalidOrderError, NotFoundError)):
            list(client.list_decisions(**wrong))


def test_a_twin_is_named_with_reasons_that_add_up(client: OrderTwinClient) -> None:
    first = client.score_order(message())
    second = client.score_order(order_to_proto(resent(an_order())))
    assert second.outcome != decision_pb2.OUTCOME_UNIQUE
    best = second.matches[0]
    assert best.order.name == first.order
    assert best.order.order_number == "N-SO-1"
    assert best.order.customer_reference == "PO-4711"
    assert best.order.ordered_at.ToDatetime(NOON.tzinfo) == NOON
    assert best.order.state == order_pb2.ORDER_STATE_RECEIVED
    total = best.prior_weight + sum(part.weight for part in best.contributions)
    assert total == pytest.approx(best.match_weight, abs=1e-9)
    sizes = [abs(part.weight) for part in best.contributions]
    assert sizes == sorted(sizes, reverse=True)
    assert all(part.text for part in best.contributions)
    assert {pair.existing_line_id for pair in best.line_alignments} == {
        "M8-40",
        "M8-50",
        "M10-60",
    }
    assert best.blocking_rules
    assert second.state == order_pb2.ORDER_STATE_HELD


def test_a_replay_has_the_same_bytes_but_for_the_replayed_flag(client: OrderTwinClient) -> None:
    client.score_order(message())
    twin = order_to_proto(resent(an_order()))
    first = client.score_order(twin, request_id="r-2")
    again = client.score_order(twin, request_id="r-2")
    assert again.replayed
    again.replayed = False
    assert again.SerializeToString(deterministic=True) == first.SerializeToString(
        deterministic=True
    )


def test_the_language_may_change_between_a_call_and_its_replay(client: OrderTwinClient) -> None:
    english = client.score_order(message(), request_id="r-1")
    chinese = client.score_order(message(), request_id="r-1", language_code="zh-CN")
    assert chinese.replayed
    assert chinese.summary != english.summary


def test_a_stored_decision_says_what_the_answer_said(client: OrderTwinClient) -> None:
    client.score_order(message())
    answer = client.score_order(order_to_proto(resent(an_order())))
    decision = client.get_decision(answer.decision)
    assert decision.order == answer.order
    for name in ("outcome", "action", "summary", "matches", "policy_rules", "model_version"):
        assert getattr(decision, name) == getattr(answer, name)
    assert decision.decided_at.seconds > 0


def test_a_dry_check_has_no_names(client: OrderTwinClient) -> None:
    answer = client.score_order(message(), request_id="", validate_only=True)
    assert (answer.decision, answer.order, answer.review) == ("", "", "")
    assert answer.state == order_pb2.ORDER_STATE_UNSPECIFIED
    assert list(client.list_orders()) == []


def test_without_a_model_rules_answer_and_say_so(client: OrderTwinClient) -> None:
    answer = client.score_order(message())
    assert answer.degraded
    assert answer.model_version


def test_a_broken_order_gets_every_violation_with_its_path(client: OrderTwinClient) -> None:
    order = order_pb2.Order(channel=77, currency_code="EUR")  # type: ignore[arg-type]
    line = order.lines.add(sku="A")
    line.quantity.value = "NaN"
    line.unit_price.currency_code = "USD"
    line.unit_price.units = 3
    order.requested_delivery_date.year = 2026
    with pytest.raises(InvalidOrderError) as refused:
        client.score_order(order, request_id="")
    found = {violation.field: violation.description for violation in refused.value.violations}
    assert set(found) == {
        "request_id",
        "order.order_id",
        "order.ordered_at",
        "order.channel",
        "order.lines[0].quantity",
        "order.lines[0].unit_price",
        "order.requested_delivery_date",
    }
    assert "USD" in found["order.lines[0].unit_price"]
    assert "EUR" in found["order.lines[0].unit_price"]
    assert refused.value.reason == "INVALID_FIELDS"


def test_a_status_moves_on_and_shows_in_later_matches(client: OrderTwinClient) -> None:
    first = client.score_order(message())
    moved = client.update_order_status(first.order, order_pb2.ORDER_STATE_SHIPPED, etag='"1"')
    assert (moved.state, moved.etag) == (order_pb2.ORDER_STATE_SHIPPED, '"2"')
    twin = client.score_order(order_to_proto(resent(an_order())))
    assert twin.matches[0].order.state == order_pb2.ORDER_STATE_SHIPPED


def test_a_status_update_repeated_with_its_request_id_changes_nothing(
    client: OrderTwinClient,
) -> None:
    first = client.score_order(message())
    for _ in range(2):
        moved = client.update_order_status(
            first.order, order_pb2.ORDER_STATE_ACCEPTED, request_id="u-1"
        )
        assert moved.etag == '"2"'
    with pytest.raises(ConflictError) as refused:
        client.update_order_status(first.order, order_pb2.ORDER_STATE_SHIPPED, request_id="u-1")
    assert refused.value.reason == "REQUEST_ID_REUSED"


def test_a_status_that_cannot_follow_is_refused_with_what_can(client: OrderTwinClient) -> None:
    first = client.score_order(message())
    client.update_order_status(first.order, order_pb2.ORDER_STATE_CANCELLED)
    with pytest.raises(ConflictError) as refused:
        client.update_order_status(first.order, order_pb2.ORDER_STATE_SHIPPED)
    assert refused.value.reason == "STATE_TRANSITION_REFUSED"
    assert refused.value.metadata["current"] == "CANCELLED"


@pytest.mark.parametrize("etag", ['"7"', "1", 'W/"1"'])
def test_an_outdated_or_foreign_etag_loses(client: OrderTwinClient, etag: str) -> None:
    first = client.score_order(message())
    with pytest.raises(ConflictError) as refused:
        client.update_order_status(first.order, order_pb2.ORDER_STATE_SHIPPED, etag=etag)
    assert (refused.value.code, refused.value.reason) == ("ABORTED", "ETAG_MISMATCH")


@pytest.mark.parametrize("state", [0, 9, 99])
def test_a_state_that_no_update_may_set_is_refused(client: OrderTwinClient, state: int) -> None:
    first = client.score_order(message())
    with pytest.raises(InvalidOrderError) as refused:
        client.update_order_status(first.order, state)  # type: ignore[arg-type]
    assert refused.value.violations[0].field == "state"


def test_missing_resources_are_not_found_and_named_in_full(client: OrderTwinClient) -> None:
    for read, name in (
        (client.get_order, "tenants/default/orders/nobody"),
        (client.get_decision, "tenants/default/decisions/nobody"),
    ):
        with pytest.raises(NotFoundError) as refused:
            read(name)
        assert name in refused.value.message
        assert refused.value.metadata["name"] == name


@pytest.mark.parametrize(
    "name", ["", "orders/x", "tenants/default/orders/", "tenants/default/orders/a/b", "\n", "💥"]
)
def test_a_name_of_another_shape_is_refused(client: OrderTwinClient, name: str) -> None:
    with pytest.raises(InvalidOrderError) as refused:
        client.get_order(name)
    assert refused.value.violations[0].field == "name"


def test_another_tenant_does_not_exist_here(client: OrderTwinClient) -> None:
    with pytest.raises(NotFoundError):
        client.get_order("tenants/other/orders/k1")
    with pytest.raises(NotFoundError):
        list(client.list_orders(tenant="other"))


def test_pages_show_every_order_once_while_orders_come_in(client: OrderTwinClient) -> None:
    for number in range(7):
        client.score_order(message(f"SO-{number}"))
    listed = []
    for order in client.list_orders(page_size=2):
        listed.append(order.order_id)
        if len(listed) == 3:
            client.score_order(message("LATE"))
    assert listed == [f"SO-{number}" for number in reversed(range(7))]


def test_a_page_is_no_larger_than_a_client_takes(client: OrderTwinClient, server: Running) -> None:
    long_name = "Shelf bracket, galvanised, with screws and plugs for brick and concrete " * 6
    for number in range(8):
        large = message(f"SO-{number}")
        large.lines.extend(
            order_pb2.OrderLine(sku=f"S{number}-{place}", name=long_name[:250])
            for place in range(1900)
        )
        client.score_order(large)
    with grpc.insecure_channel(server.address) as channel:
        stub = OrderServiceStub(channel)  # type: ignore[no-untyped-call]
        page = stub.ListOrders(ListOrdersRequest(parent="tenants/default"))
        assert 1 <= len(page.orders) < 8
        assert page.next_page_token
    listed = [order.order_id for order in client.list_orders()]
    assert listed == [f"SO-{number}" for number in reversed(range(8))]


def test_lists_can_be_filtered(client: OrderTwinClient) -> None:
    client.score_order(message("SO-1"))
    client.score_order(message("SO-2"))
    client.score_order(order_to_proto(another_order()))
    held = client.list_orders(state=order_pb2.ORDER_STATE_HELD)
    assert [order.order_id for order in held] == ["SO-2"]
    assert [order.order_id for order in client.list_orders(source="edi", order_id="SO-9")] == [
        "SO-9"
    ]
    assert list(client.list_orders(received_after=NOON + timedelta(days=36500))) == []


def test_a_page_token_of_another_list_or_made_up_is_refused(
    client: OrderTwinClient, server: Running
) -> None:
    for number in range(3):
        client.score_order(message(f"SO-{number}"))
    with grpc.insecure_channel(server.address) as channel:
        stub = OrderServiceStub(channel)  # type: ignore[no-untyped-call]
        request = ListOrdersRequest(parent="tenants/default", page_size=1)
        token = stub.ListOrders(request).next_page_token
        tampered = ("B" if token[0] == "A" else "A") + token[1:]
        for changes in (
            {"page_token": token, "source": "web"},
            {"page_token": tampered},
            {"page_token": "not a token"},
            {"page_token": token + "AAAA"},
        ):
            with pytest.raises(grpc.RpcError) as refused:
                stub.ListOrders(ListOrdersRequest(parent="tenants/default", **changes))
            assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            assert "start without a token" in str(refused.value.details())
        with pytest.raises(grpc.RpcError, match="page_size"):
            stub.ListOrders(ListOrdersRequest(parent="tenants/default", page_size=-1))
        assert (
            len(
                stub.ListOrders(
                    ListOrdersRequest(parent="tenants/default", page_size=2_000_000_000)
                ).orders
            )
            == 3
        )


def test_a_stream_answers_in_order_and_each_order_meets_those_before_it(
    client: OrderTwinClient,
) -> None:
    broken = order_pb2.Order(order_id="SO-X")
    orders = [message("SO-1"), broken, message("SO-2"), order_to_proto(another_order())]
    answers = list(client.score_orders(orders))
    assert [answer.index for answer in answers] == [0, 1, 2, 3]
    first, failed, twin, other = answers
    assert first.response is not None
    assert twin.response is not None
    assert other.response is not None
    assert twin.response.matches[0].order.name == first.response.order
    assert other.response.outcome == decision_pb2.OUTCOME_UNIQUE
    assert isinstance(failed.error, InvalidOrderError)
    assert failed.error.reason == "INVALID_FIELDS"


def test_health_is_reported_per_service(server: Running) -> None:
    with grpc.insecure_channel(server.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for service in ("", "ordertwin.v1.OrderService"):
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_reflection_describes_the_contract(server: Running) -> None:
    with grpc.insecure_channel(server.address) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        assert "ordertwin.v1.OrderService" in database.get_services()
        assert database.FindFileContainingSymbol("ordertwin.v1.Order").package == "ordertwin.v1"


def test_emoji_right_to_left_and_full_width_text_come_back_as_they_went(
    client: OrderTwinClient,
) -> None:
    order = message()
    order.customer.name = "株式会社ＡＢＣ １２３ 🚀 مرحبا e\u0301"
    order.note = "\u202eabc\u202c 👩‍👩‍👧"
    answer = client.score_order(order)
    stored = client.get_order(answer.order)
    assert stored.customer.name == order.customer.name
    assert stored.note == order.note


def test_sql_in_every_text_is_only_text(client: OrderTwinClient) -> None:
    order = message("x'); DROP TABLE orders; --")
    order.source = "' OR 1=1 --"
    answer = client.score_order(order)
    assert client.get_order(answer.order).order_id == order.order_id
    assert len(list(client.list_orders(source="' OR 1=1 --"))) == 1
    assert list(client.list_orders(source="' OR 1=1")) == []


def test_money_and_quantities_come_back_to_the_last_digit(client: OrderTwinClient) -> None:
    order = order_to_proto(an_order(total_amount=Decimal("0.000000001")))
    order.lines[0].quantity.value = "0.50"
    stored = client.get_order(client.score_order(order).order)
    assert stored.total_amount == order.total_amount
    assert stored.lines[0].quantity.value == "0.50"


def test_an_order_that_is_read_names_its_newest_decision(client: OrderTwinClient) -> None:
    answer = client.score_order(message())
    assert client.get_order(answer.order).decision == answer.decision
    assert [each.decision for each in client.list_orders()] == [""]
