"""What an order says goes nowhere but into the store, and on demand out of that too."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database
from tests.unit.server.access_world import world
from tests.unit.server.builders import a_line, an_order, resent

from ordertwin.v1.access_service_pb2 import ListAuditEventsRequest
from ordertwin.v1.order_pb2 import ORDER_STATE_ACCEPTED, Order
from ordertwin_client import AccessError, InvalidOrderError, OrderTwinError
from ordertwin_client.access import ERASE_SUBJECT, VERIFY_AUDIT
from ordertwin_models.order import Party, PostalAddress
from ordertwin_server.call_log import LOGGER, JsonFormatter
from ordertwin_server.convert import order_to_proto
from ordertwin_stores.codec import inflate

CANARY = "Canarisson"


def a_canary(order_id: str) -> Order:
    """An order that says its name wherever an order can say one."""
    return order_to_proto(
        an_order(
            order_id,
            customer=Party(
                party_id="C-10",
                name=f"{CANARY} GmbH",
                contact_name=f"Frau {CANARY}",
                email=f"{CANARY}@example.org",
                phone="+49 30 5550199",
                tax_id=f"DE{CANARY}",
            ),
            ship_to=PostalAddress(
                region_code="DE",
                locality=f"{CANARY}stadt",
                address_lines=(f"{CANARY}str. 1",),
                recipients=(CANARY,),
                organization=CANARY,
            ),
            customer_reference=f"PO {CANARY}",
            note=f"call {CANARY}",
            entered_by=CANARY,
            attributes={"who": CANARY},
        )
    )


def texts_in(path: Path) -> str:
    """Everything in a database: raw pages, and every compressed value."""
    files = [each for each in path.parent.iterdir() if each.name.startswith(path.name)]
    found = [each.read_bytes().decode("latin-1") for each in files]
    with Database(path) as database:
        for table in database.tables:
            for row in table.rows:
                for name, value in row.items():
                    if isinstance(value, bytes) and name in ("content", "body"):
                        value = inflate(value).decode("utf-8")
                    found.append(str(value))
    return "\n".join(found).casefold()


def test_a_canary_is_in_no_log_and_no_error_and_gone_after_its_erasure(tmp_path: Path) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    LOGGER.addHandler(handler)
    level = LOGGER.level
    LOGGER.setLevel(logging.DEBUG)
    said: list[Any] = []
    try:
        with world(tmp_path) as made, made.orders("erp") as client:
            client.score_order(a_canary("SO-1"))
            held = client.score_order(a_canary("SO-2"))
            client.score_order(a_canary("SO-3"), validate_only=True)
            client.score_order(a_canary("SO-1"), request_id="again")
            broken = a_canary("SO-4")
            broken.lines[0].quantity.value = CANARY
            broken.currency_code = CANARY
            for order in (broken, a_canary("x" * 300)):
                with pytest.raises(InvalidOrderError) as refused:
                    client.score_order(order)
                said.append(refused.value)
            with pytest.raises(AccessError) as denied:
                client.update_order_status(held.order, ORDER_STATE_ACCEPTED, reason=CANARY)
            said.append(denied.value)
            with made.orders("scientist") as other, pytest.raises(OrderTwinError) as closed:
                other.score_order(a_canary("SO-9"))
            said.append(closed.value)
            with made.orders("desk") as desk:
                desk.update_order_status(held.order, ORDER_STATE_ACCEPTED, reason=f"{CANARY} asked")
            receipt = made.ask("boss", ERASE_SUBJECT, email=f"{CANARY.upper()}@example.org")
            assert receipt.orders == 2
            verified = made.ask("auditor", VERIFY_AUDIT, heads=[receipt.head])
            assert (verified.valid, verified.heads_met) == (True, 1)
            with made.access("auditor") as access:
                request = ListAuditEventsRequest(parent="tenants/default")
                said += list(access.audit_events(request))
            decision = client.get_decision(held.decision)
            assert decision.outcome == held.outcome
            said += [decision, client.get_order(held.order)]
            again = made.ask("boss", ERASE_SUBJECT, email=f"{CANARY}@example.org")
            assert again.orders == 0
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)
    assert CANARY.casefold() not in stream.getvalue().casefold()
    assert CANARY.casefold() not in "\n".join(map(str, said)).casefold()
    assert CANARY.casefold() not in texts_in(tmp_path / "orders.db")


def test_only_the_orders_of_the_subject_are_erased(tmp_path: Path) -> None:
    with world(tmp_path) as made, made.orders("erp") as client:
        mine = client.score_order(order_to_proto(an_order()))
        others = an_order("SO-7", customer=Party(party_id="C-11", name="Else Ltd"))
        other = client.score_order(order_to_proto(others))
        with pytest.raises(InvalidOrderError, match="party_id"):
            made.ask("boss", ERASE_SUBJECT)
        fields = {"party_id": "C-10", "request_id": "e-1"}
        receipt = made.ask("boss", ERASE_SUBJECT, **fields)
        assert made.ask("boss", ERASE_SUBJECT, **fields).name == receipt.name
        assert client.get_order(other.order).customer.name == "Else Ltd"
        erased = client.get_order(mine.order)
        assert (erased.customer.name, erased.lines[0].sku) == ("", "M8-40")
        # The same goods again are no longer compared with what was erased.
        again = client.score_order(order_to_proto(resent(an_order(), "SO-8")))
        assert mine.order not in {match.order.name for match in again.matches}


def test_markup_sql_and_formulas_are_stored_as_they_came(tmp_path: Path) -> None:
    nasty = "'; DROP TABLE orders; -- <script>alert(1)</script> =1+1 {{7*7}}"
    with world(tmp_path) as made, made.orders("erp") as client:
        order = order_to_proto(an_order(note=nasty, lines=(a_line(),)))
        answer = client.score_order(order)
        assert client.get_order(answer.order).note == nasty
        assert list(client.list_orders(source="' OR 1=1 --")) == []
        with made.access("auditor") as access:
            request = ListAuditEventsRequest(parent="tenants/default", actor="' OR 1=1 --")
            assert list(access.audit_events(request)) == []
