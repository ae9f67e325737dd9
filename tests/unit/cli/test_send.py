"""Sending a plan: what is counted, what a refusal means, and what Ctrl-C leaves behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from google.rpc.status_pb2 import Status

from ordertwin.v1 import decision_pb2, order_pb2
from ordertwin.v1.order_service_pb2 import ScoreOrderResponse
from ordertwin_cli.failures import CommandFailed
from ordertwin_cli.replaying.plan import Plan, checked
from ordertwin_cli.replaying.send import Sender, answered
from ordertwin_client import ConflictError, OrderTwinClient, UnavailableError
from ordertwin_models.decision import Outcome


def plan(folder: Path, *events: dict[str, Any]) -> Plan:
    path = folder / "stream.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    return checked(path, now=datetime(2026, 3, 2, tzinfo=UTC))


def order(order_id: str) -> dict[str, Any]:
    document = {"order_id": order_id, "ordered_at": "2026-03-01T10:00:00Z", "total_amount": "5"}
    return {"type": "order", "order": document, "truth": {"relation": None}}


def shipped(order_id: str) -> dict[str, Any]:
    return {
        "type": "status",
        "order_id": order_id,
        "state": "SHIPPED",
        "at": "2026-03-01T11:00:00Z",
    }


class FaultyServer:
    """A client of a server that fails as told, by order id; it has no orders of before."""

    def __init__(self, **faults: BaseException) -> None:
        self._faults = faults

    def score_order(self, message: order_pb2.Order, **_: Any) -> ScoreOrderResponse:
        if message.order_id in self._faults:
            raise self._faults[message.order_id]
        return ScoreOrderResponse(
            order=f"tenants/default/orders/{message.source}{message.order_id}",
            outcome=decision_pb2.OUTCOME_UNIQUE,
        )

    def update_order_status(self, name: str, *_: Any, **__: Any) -> order_pb2.Order:
        if "status" in self._faults:
            raise self._faults["status"]
        return order_pb2.Order(name=name)

    def list_orders(self, **_: Any) -> list[order_pb2.Order]:
        return []


def sender(plan: Plan, **faults: BaseException) -> Sender:
    return Sender(cast(OrderTwinClient, FaultyServer(**faults)), plan, "default")


def test_orders_and_status_changes_are_counted(tmp_path: Path) -> None:
    sent = sender(plan(tmp_path, order("a"), shipped("a"), shipped("stranger")))
    done: list[int] = []
    sent.send_all(done.append)
    tally = sent.tally
    assert (tally.orders, tally.status_changes, tally.status_unknown) == (1, 1, 1)
    assert done == [1, 2, 3]


def test_a_status_without_source_is_of_the_only_order_with_its_id(tmp_path: Path) -> None:
    from_shop, twice = order("A"), [order("B"), order("B")]
    from_shop["order"]["source"] = twice[0]["order"]["source"] = "shop"
    twice[1]["order"]["source"] = "edi"
    sent = sender(plan(tmp_path, from_shop, *twice, shipped("A"), shipped("B")))
    sent.send_all(lambda done: None)
    assert (sent.tally.status_changes, sent.tally.status_unknown) == (1, 1)


def test_a_refused_status_change_is_counted_and_the_replay_goes_on(tmp_path: Path) -> None:
    refused = ConflictError(Status(code=9, message="cannot go there"))
    sent = sender(plan(tmp_path, order("a"), shipped("a"), order("b")), status=refused)
    sent.send_all(lambda done: None)
    assert (sent.tally.orders, sent.tally.status_refused) == (2, 1)


def test_ctrl_c_keeps_what_was_judged_so_far(tmp_path: Path) -> None:
    sent = sender(plan(tmp_path, order("a"), order("b"), order("c")), b=KeyboardInterrupt())
    sent.send_all(lambda done: None)
    assert sent.tally.interrupted
    assert (sent.tally.orders, len(sent.judge.cases)) == (1, 1)


def test_a_lost_server_is_told_with_the_line(tmp_path: Path) -> None:
    lost = UnavailableError(Status(code=14, message="connection refused"))
    sent = sender(plan(tmp_path, order("a"), order("b")), b=lost)
    with pytest.raises(CommandFailed, match=r"line 2: .*connection refused.*1 orders were sent"):
        sent.send_all(lambda done: None)


def test_a_dead_match_is_named_but_does_not_rank() -> None:
    def match(order_id: str, probability: float, state: Any) -> decision_pb2.Match:
        matched = decision_pb2.MatchedOrder(order_id=order_id, state=state)
        return decision_pb2.Match(order=matched, match_probability=probability)

    response = ScoreOrderResponse(
        outcome=decision_pb2.OUTCOME_UNIQUE,
        matches=[
            match("alive", 0.1, order_pb2.ORDER_STATE_SHIPPED),
            match("dead", 0.9, order_pb2.ORDER_STATE_CANCELLED),
        ],
    )
    found = answered(response)
    assert (found.outcome, found.probability, found.named) == (
        Outcome.UNIQUE,
        0.1,
        ("alive", "dead"),
    )
