"""Customers who are known under several numbers: joining, separating, and what orders are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from tests.unit.server.access_world import World, world
from tests.unit.server.builders import (
    CALL,
    NOON,
    SteppingClock,
    a_line,
    a_question,
    an_order,
    another_order,
    counted_keys,
    resent,
)

from ordertwin.v1 import customer_service_pb2 as pb
from ordertwin.v1.decision_pb2 import OUTCOME_UNIQUE
from ordertwin_client import AccessError, ConflictError, InvalidOrderError, NotFoundError
from ordertwin_client.access import ERASE_SUBJECT
from ordertwin_client.customers import LINK_CUSTOMERS, SEPARATE_CUSTOMER, CustomerClient
from ordertwin_models.customers import ALONE
from ordertwin_models.errors import InvalidRequest, NotFound, RequestIdReused
from ordertwin_models.order import Order, Party
from ordertwin_models.rules import rules_model
from ordertwin_server.commands.compare_models import Range
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.erase_subject import EraseSubject, Subject
from ordertwin_server.commands.join_customers import MAX_NUMBERS, JoinCustomers, Link, Linked
from ordertwin_server.commands.policy_trials import TryPolicy
from ordertwin_server.commands.replay_decisions import replay
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.convert import order_to_proto
from ordertwin_server.customer_book import CustomerBook
from ordertwin_server.model_slot import ModelSlot
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore

QUIET = {"audit_share": 0.0, "confident_share": 0.0, "blind_share": 0.0, "second_share": 0.0}


class Desk:
    """One server's commands on a store."""

    def __init__(self, store: OrderStore) -> None:
        self.store, self.book = store, CustomerBook(store)
        self.clock = SteppingClock()
        self.deeds = Deeds(store, self.clock)
        self.customers = JoinCustomers(store, self.deeds, self.book)
        self._requests = 0
        self.score = ScoreOrder(
            store,
            ModelSlot(None),
            PolicySlot(),
            clock=self.clock,
            keys=counted_keys,
            max_lines=100,
            same_customer=self.book.same_as,
        )

    def next_id(self) -> str:
        self._requests += 1
        return f"q-{id(self)}-{self._requests}"

    def link(self, *pairs: tuple[str, str], **changes: Any) -> Linked:
        request = {"request_id": self.next_id(), "reason": "merged in the CRM"} | changes
        return self.customers.link(CALL, links=[Link(*pair) for pair in pairs], **request)

    def groups(self) -> list[list[str]]:
        page = self.customers.list(CALL, "", 0, "")
        return [[one.member.written for one in group] for group in page.groups]

    def told(self, order: Order, **changes: Any) -> Any:
        return self.score(CALL, a_question(order, self.next_id(), **changes))


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = open_store(":memory:")
    yield Desk(store)
    store.close()


def of(customer_id: str, order_id: str, **changes: Any) -> Order:
    """An order that says of its customer nothing but the number."""
    return an_order(order_id, customer=Party(party_id=customer_id), ship_to=an_order().bill_to,
                    **changes)  # fmt: skip


def test_numbers_that_are_the_same_make_a_group(desk: Desk) -> None:
    done = desk.link(("C-2", "C-1"))
    assert (done.linked, done.known) == (1, 0)
    assert desk.groups() == [["C-1", "C-2"]]


def test_chains_and_circles_are_one_group_that_the_last_one_leads(desk: Desk) -> None:
    desk.link(("C-1", "C-2"), ("C-2", "C-3"), ("C-3", "C-1"))
    assert desk.groups() == [["C-3", "C-1", "C-2"]]


def test_groups_that_turn_out_to_be_one_are_joined(desk: Desk) -> None:
    desk.link(("A", "B"), ("C", "D"))
    done = desk.link(("B", "C"))
    assert [[one.member.written for one in group] for group in done.groups] == [
        ["D", "A", "B", "C"]
    ]
    assert desk.groups() == [["D", "A", "B", "C"]]


def test_what_is_known_changes_nothing(desk: Desk) -> None:
    desk.link(("C-2", "C-1"))
    done = desk.link(("c 2", "C1"), ("C-1", "C-2"))
    assert (done.linked, done.known) == (0, 2)
    assert desk.store.customers.revisions() == {CALL.tenant: 1}


def test_a_repeated_request_is_done_once_and_another_one_is_refused(desk: Desk) -> None:
    desk.link(("C-2", "C-1"), request_id="twice")
    assert desk.link(("C-2", "C-1"), request_id="twice").linked == 1
    with pytest.raises(RequestIdReused):
        desk.link(("C-3", "C-1"), request_id="twice")


def test_separating_leaves_the_others_together(desk: Desk) -> None:
    desk.link(("C-2", "C-1"), ("C-3", "C-1"))
    rest = desk.customers.separate(CALL, desk.next_id(), "C-1", "")
    assert [one.member.written for one in rest] == ["C-2", "C-3"]
    assert desk.groups() == [["C-2", "C-3"]]
    assert desk.customers.separate(CALL, desk.next_id(), "C-2", "") == ()
    assert desk.groups() == []
    with pytest.raises(NotFound):
        desk.customers.separate(CALL, desk.next_id(), "C-2", "")


@pytest.mark.parametrize(
    ("links", "field"),
    [
        ([], "links"),
        ([Link("C-1", "c1")], "links[0].same_as"),
        ([Link("C-1", "C-2"), Link("N/A", "C-1")], "links[1].customer_id"),
        ([Link("C-1", "x" * 65)], "links[0].same_as"),
        ([Link("C-1", "C-2", "n" * 257)], "links[0].name"),
        ([Link(f"C-{n}", "STOCK") for n in range(MAX_NUMBERS)], "links[0]"),
    ],
)
def test_senseless_links_are_refused(desk: Desk, links: list[Link], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        desk.customers.link(CALL, desk.next_id(), links, "")
    assert refused.value.violations[0].field == field
    assert desk.store.customers.revisions() == {}


def test_pages_go_on_where_the_last_one_ended(desk: Desk) -> None:
    desk.link(*[(f"B-{n}", f"A-{n}") for n in range(5)])
    seen, token = [], ""
    for _ in range(3):
        page = desk.customers.list(CALL, "", 2, token)
        seen += [group[0].member.written for group in page.groups]
        token = page.next_token
    assert (seen, token) == ([f"A-{n}" for n in range(5)], "")
    (found,) = desk.customers.list(CALL, "b 3", 0, "").groups
    assert [one.member.written for one in found] == ["A-3", "B-3"]


def test_an_order_meets_those_under_the_other_number_that_were_there_before(desk: Desk) -> None:
    first = desk.told(of("C-1", "SO-1", customer_reference="", lines=(a_line(),)))
    again = of("C-2", "SO-2", customer_reference="", lines=(a_line("X-9"),), total_amount=None)
    again = replace(again, ordered_at=NOON + timedelta(minutes=9))
    assert desk.told(again, validate_only=True).decision.candidates_considered == 0
    desk.link(("C-2", "C-1"))
    joined = desk.told(again, validate_only=True).decision
    assert joined.candidates_considered == 1
    assert joined.customers == 1
    desk.customers.separate(CALL, desk.next_id(), "C-2", "")
    apart = desk.told(again, validate_only=True).decision
    assert (apart.candidates_considered, apart.customers) == (0, 0)
    assert first.decision.customers == 0


def test_a_twin_under_the_other_number_is_a_twin(desk: Desk) -> None:
    desk.link(("C-2", "C-1"))
    desk.told(of("C-1", "SO-1"))
    twin = replace(of("C-2", "SO-2"), ordered_at=NOON + timedelta(minutes=3))
    own = replace(of("C-1", "SO-2"), ordered_at=NOON + timedelta(minutes=3))
    by_alias = desk.told(twin, validate_only=True).decision.matches[0]
    by_number = desk.told(own, validate_only=True).decision.matches[0]
    assert by_alias.vector == by_number.vector
    assert by_alias.match_weight == by_number.match_weight


def test_other_servers_follow(desk: Desk) -> None:
    other = CustomerBook(desk.store)
    other.refresh()
    desk.link(("C-2", "C-1"))
    assert other.same_as(CALL.tenant, "C-2") is ALONE
    other.refresh()
    assert other.same_as(CALL.tenant, "C-2").numbers == ("c1",)
    assert other.same_as(CALL.tenant, "") is ALONE
    assert other.same_as("elsewhere", "C-2") is ALONE


def test_two_who_join_at_once_lose_nothing(desk: Desk) -> None:
    other = Desk(desk.store)
    stores, sneaked = desk.store.customers, []
    standing = stores.standing

    def interrupted(tenant: str, numbers: Any) -> Any:
        found = standing(tenant, numbers)
        if not sneaked:
            sneaked.append(1)
            other.link(("C-3", "C-1"))
        return found

    stores.standing = interrupted  # type: ignore[method-assign]
    desk.link(("C-2", "C-1"))
    assert desk.groups() == [["C-1", "C-2", "C-3"]]


def test_decisions_can_be_taken_again_after_customers_were_separated(desk: Desk) -> None:
    desk.link(("C-2", "C-1"))
    desk.told(of("C-1", "SO-1"))
    desk.told(replace(of("C-2", "SO-2"), ordered_at=NOON + timedelta(minutes=3)))
    desk.customers.separate(CALL, desk.next_id(), "C-2", "")
    desk.told(another_order())
    made = replay(desk.store, CALL.tenant, {rules_model().version: rules_model()}.get, 10)
    assert (made.decisions, made.equal, made.matches) == (3, 3, 1)


def test_erasing_a_customer_erases_all_its_numbers(desk: Desk) -> None:
    desk.link(("C-2", "C-1"), ("X-2", "X-1"))
    for number, customer_id in enumerate(("C-1", "c2", "X-1")):
        desk.told(of(customer_id, f"SO-{number}"))
    erase = EraseSubject(desk.store, desk.deeds, counted_keys)
    assert erase(CALL, desk.next_id(), Subject(party_id="C-2")).orders == 2
    desk.book.refresh()
    assert desk.groups() == [["X-1", "X-2"]]
    left = {each.order.customer.party_id for each in desk.store.iterate_orders(CALL.tenant)}
    assert left == {"", "X-1"}
    assert desk.store.customers.same_as(CALL.tenant, "c1", 1) == ()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, calls_per_second=0, **QUIET) as made:
        yield made


def asked(made: World, client: str, rpc: Any, request: Any) -> Any:
    header = (("authorization", f"Bearer {made.keys[client]}"),)
    with grpc.insecure_channel(made.server.address) as channel:
        customers = CustomerClient(channel, header, timeout=20)
        return list(customers.customers(request)) if rpc is None else customers.call(rpc, request)


def a_link(request_id: str = "l-1", **changes: Any) -> pb.LinkCustomersRequest:
    link = pb.CustomerLink(customer_id="C-2", same_as="C-1", name="Nordwind", same_as_name="NW AG")
    values: dict[str, Any] = {"parent": "tenants/default", "links": [link], "reason": "CRM"}
    return pb.LinkCustomersRequest(**(values | changes), request_id=request_id)


def test_reviewers_join_customers_and_clerks_do_not(guarded: World) -> None:
    with pytest.raises(AccessError):
        asked(guarded, "erp", LINK_CUSTOMERS, a_link())
    done = asked(guarded, "reviewer", LINK_CUSTOMERS, a_link())
    assert (done.linked, done.customers[0].customer_id) == (1, "C-1")
    everything = pb.ListCustomersRequest(parent="tenants/default")
    (shown,) = asked(guarded, "reviewer", None, everything)
    assert [(one.customer_id, one.name) for one in shown.numbers] == [
        ("C-1", "NW AG"),
        ("C-2", "Nordwind"),
    ]
    assert (shown.numbers[1].linked_by, shown.numbers[1].reason) == ("clients/reviewer", "CRM")
    (masked,) = asked(guarded, "auditor", None, everything)
    assert [one.name for one in masked.numbers] == ["", ""]


def test_a_running_server_compares_as_joined_from_the_next_order_on(guarded: World) -> None:
    first, second = of("C-1", "SO-1"), of("C-2", "SO-2", customer_reference="")
    lines = (a_line("X-9", "3", "7.10"),)
    with guarded.orders("erp") as orders:
        orders.score_order(order_to_proto(first))
        other = order_to_proto(replace(second, lines=lines, total_amount=None))
        assert orders.score_order(other, validate_only=True).candidates_considered == 0
        asked(guarded, "reviewer", LINK_CUSTOMERS, a_link())
        answer = orders.score_order(other, validate_only=True)
        assert (answer.candidates_considered, answer.outcome) == (1, OUTCOME_UNIQUE)
        request = pb.SeparateCustomerRequest(
            parent="tenants/default", customer_id="C-2", request_id="s-1"
        )
        assert not asked(guarded, "reviewer", SEPARATE_CUSTOMER, request).HasField("customer")
        assert orders.score_order(other, validate_only=True).candidates_considered == 0
        with pytest.raises(NotFoundError):
            asked(
                guarded,
                "reviewer",
                SEPARATE_CUSTOMER,
                pb.SeparateCustomerRequest(
                    parent="tenants/default", customer_id="C-2", request_id="s-2"
                ),
            )


def test_errors_say_what_to_do(guarded: World) -> None:
    asked(guarded, "reviewer", LINK_CUSTOMERS, a_link())
    with pytest.raises(ConflictError):
        asked(guarded, "reviewer", LINK_CUSTOMERS, a_link(reason="another"))
    with pytest.raises(InvalidOrderError) as refused:
        asked(guarded, "reviewer", LINK_CUSTOMERS, a_link("l-2", links=[]))
    assert [each.field for each in refused.value.violations] == ["links"]
    guarded.ask("boss", ERASE_SUBJECT, party_id="C-1")
    assert asked(guarded, "reviewer", None, pb.ListCustomersRequest(parent="tenants/default")) == []


def test_a_policy_is_tried_with_customers_as_they_were_known(desk: Desk) -> None:
    desk.link(("C-2", "C-1"))
    first = of("C-1", "SO-1")
    desk.told(first)
    desk.told(replace(resent(first), customer=Party(party_id="C-2")))
    document = (
        'format = "ordertwin-policy/1"\nversion = "tried"\n'
        "[thresholds]\nreview = 1.0\nduplicate = 1.0\n"
        "[hard_facts]\nresent_within_minutes = 10\n"
    )
    limits = rules_model().thresholds
    trial = TryPolicy(desk.store, lambda call, version: limits, desk.clock)
    _, found = trial(CALL, document, Range())
    assert found.rules == {"RESENT": 1}
