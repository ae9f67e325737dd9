"""What an erasure finds beside the orders as they are, and what it leaves of everybody else."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlite_utils import Database as SqliteDatabase
from tests.unit.server.access_world import PARENT, world
from tests.unit.server.builders import (
    CALL,
    SteppingClock,
    a_question,
    an_order,
    counted_keys,
    score_command,
)
from tests.unit.server.test_erasure import NO_CHANCE, address, said_by, texts_in
from tests.unit.server.test_privacy import CANARY, a_canary

from ordertwin.v1 import customer_service_pb2 as customers
from ordertwin_client import InvalidOrderError
from ordertwin_client.access import ERASE_SUBJECT, VERIFY_AUDIT
from ordertwin_client.customers import LINK_CUSTOMERS
from ordertwin_models.order import Order, Party
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.erase_subject import EraseSubject, Subject
from ordertwin_server.convert import order_to_proto
from ordertwin_stores.customers import CustomerChange, Member
from ordertwin_stores.interface import AuditEntry, OrderStore, RequestRecord

__all__ = ["address"]
"""A fixture that is used here too."""


def of(order_id: str, party_id: str, email: str = "") -> Order:
    return an_order(order_id, customer=Party(party_id=party_id, email=email, name="Berg GmbH"))


def test_an_order_that_was_theirs_before_it_was_corrected_forgets_that(
    tmp_path: Path, address: str
) -> None:
    with world(tmp_path, store=address, calls_per_second=0, **NO_CHANCE) as made:
        with made.orders("erp") as erp:
            erp.score_order(a_canary("SO-1"))
            corrected = order_to_proto(of("SO-1", "C-77", "berg@example.org"))
            stays = erp.score_order(corrected)
        assert CANARY.casefold() in texts_in(address)
        assert made.ask("boss", ERASE_SUBJECT, party_id="C-10").orders == 1
        assert CANARY.casefold() not in texts_in(address)
        with made.orders("desk") as desk:
            assert desk.get_order(stays.order).customer.party_id == "C-77"
            again = order_to_proto(of("SO-2", "C-77", "berg@example.org"))
            assert [match.order.name for match in desk.score_order(again).matches] == [stays.order]
        assert made.ask("auditor", VERIFY_AUDIT).valid


def test_an_erasure_by_address_follows_to_numbers_when_it_is_asked_to(tmp_path: Path) -> None:
    with world(tmp_path, calls_per_second=0, **NO_CHANCE) as made:
        with made.orders("erp") as erp:
            for order in (
                of("SO-1", "C-10", "anna@example.org"),
                of("SO-2", "C-10", "anna@old.example"),
                of("SO-3", "C-11", "anna@old.example"),
                of("SO-4", "C-12", "bert@example.org"),
            ):
                erp.score_order(order_to_proto(order))
        link = customers.CustomerLink(customer_id="C-10", same_as="C-11")
        request = customers.LinkCustomersRequest(parent=PARENT, links=[link])
        said_by(made, "reviewer", LINK_CUSTOMERS, request)
        with pytest.raises(InvalidOrderError, match="to follow the numbers"):
            made.ask("boss", ERASE_SUBJECT, party_id="C-10", follow_numbers=True)
        asked = {"email": "Anna@Example.org"}
        assert made.ask("boss", ERASE_SUBJECT, **asked, follow_numbers=True).orders == 3
        with made.orders("desk") as desk:
            left = [each.customer.party_id for each in desk.list_orders()]
    assert sorted(left) == ["", "", "", "C-12"]


def fingerprints(address: str) -> set[bytes]:
    """Of all requests."""
    if address.startswith("sqlite"):
        with SqliteDatabase(address.removeprefix("sqlite:///")) as database:
            return {row["fingerprint"] for row in database["requests"].rows}
    server, _, schema = address.partition("?schema=")
    with psycopg.connect(server) as connection:
        found = connection.execute(f'SELECT fingerprint FROM "{schema}".requests'.encode())
        return {each for (each,) in found}


class JoinedMeanwhile:
    """A store in which somebody joins two numbers once the orders were read."""

    def __init__(self, store: OrderStore) -> None:
        self._store, self._waits = store, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def iterate_orders(self, tenant: str) -> Any:
        orders = list(self._store.iterate_orders(tenant))
        if self._waits:
            self._waits = False
            change = CustomerChange(
                expected=0,
                left=(),
                joined=(Member(1, "c10", "C-10", "A", True), Member(1, "c11", "C-11", "B", False)),
                request=RequestRecord("LinkCustomers", "link-1", b"same", "{}"),
                audit=AuditEntry("people/dan", "LinkCustomers", "customers", "link-1", "OK"),
                at=SteppingClock()(),
                reason="one customer",
            )
            self._store.customers.change(tenant, change)
        return iter(orders)


def test_numbers_that_are_joined_meanwhile_are_erased_too(store: OrderStore) -> None:
    score = score_command(store)
    score(CALL, a_question(of("SO-1", "C-10"), "r-1"))
    score(CALL, a_question(of("SO-2", "C-11"), "r-2"))
    busy = JoinedMeanwhile(store)
    erase = EraseSubject(busy, Deeds(busy, SteppingClock()), counted_keys)  # type: ignore[arg-type]
    assert erase(CALL, "e-1", Subject(party_id="C-10")).orders == 2
    assert store.customers.standing(CALL.tenant, ["c10", "c11"]).members == ()


def test_what_people_asked_for_cannot_be_compared_with_a_guess(
    tmp_path: Path, address: str
) -> None:
    with world(tmp_path, store=address, calls_per_second=0, **NO_CHANCE) as made:
        link = customers.CustomerLink(customer_id="C-10", same_as="C-11", name=CANARY)
        request = customers.LinkCustomersRequest(parent=PARENT, links=[link], reason=CANARY)
        said_by(made, "reviewer", LINK_CUSTOMERS, request)
        question = ([("C-10", "C-11", CANARY, "")], CANARY)
        guess = sha256(json.dumps(question).encode()).digest()
        assert guess in fingerprints(address)
        made.ask("boss", ERASE_SUBJECT, party_id="C-10")
        assert guess not in fingerprints(address)
