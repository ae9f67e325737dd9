"""Groups of customer numbers: now, and as they were at every revision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.stores.conftest import StoreFactory
from tests.conformance.stores.entries import MONDAY, TENANT

from ordertwin_models.errors import EtagMismatch, RequestIdReused
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.customers import CustomerChange, Joined, Member
from ordertwin_stores.interface import Erasure, OrderStore, RequestRecord
from ordertwin_stores.postgres import erasing as postgres_erasing
from ordertwin_stores.sqlite import erasing as sqlite_erasing

OTHER = "other"
A, B, C = (Member(1, name, name.upper(), f"{name} & Söhne") for name in "abc")


def a_change(
    *joined: Member, left: tuple[str, ...] = (), request_id: str = "r-1", **changes: Any
) -> CustomerChange:
    values: dict[str, Any] = {
        "expected": 0,
        "left": left,
        "joined": joined,
        "request": RequestRecord("LinkCustomers", request_id, b"same", '{"linked": 2}'),
        "audit": AuditEntry("people/ann", "LinkCustomers", "customers", request_id, "OK"),
        "at": MONDAY,
        "reason": "merged in the CRM",
    }
    return CustomerChange(**(values | changes))


def an_erasure(*customers: str) -> Erasure:
    return Erasure(
        remains=(),
        request=RequestRecord("EraseSubject", "erase-1", b"same", "{}"),
        audit=AuditEntry("people/dpo", "EraseSubject", "erasures/1", "erase-1", "OK"),
        at=MONDAY,
        customers=customers,
    )


def in_a_group(store: OrderStore, number: str, revision: int) -> tuple[str, ...]:
    return store.customers.same_as(TENANT, number, revision)


def test_numbers_of_one_group_are_the_same_customer(store: OrderStore) -> None:
    assert store.customers.change(TENANT, a_change(A, B)) is None
    assert in_a_group(store, "a", 1) == ("b",)
    assert in_a_group(store, "b", 1) == ("a",)
    assert in_a_group(store, "c", 1) == ()
    assert store.customers.numbers(TENANT, 1) == [(1, "a"), (1, "b")]
    assert store.customers.revisions() == {TENANT: 1}


def test_what_held_before_stays_known(store: OrderStore) -> None:
    store.customers.change(TENANT, a_change(A, B))
    store.customers.change(TENANT, a_change(C, request_id="r-2", expected=1))
    store.customers.change(TENANT, a_change(left=("b",), request_id="r-3", expected=2))
    assert [in_a_group(store, "a", at) for at in (0, 1, 2, 3)] == [(), ("b",), ("b", "c"), ("c",)]
    assert store.customers.numbers(TENANT, 3) == [(1, "a"), (1, "c")]
    assert store.customers.numbers(TENANT, 1) == [(1, "a"), (1, "b")]


def test_a_number_may_go_to_another_group_in_one_change(store: OrderStore) -> None:
    d, e = Member(2, "d", "D"), Member(2, "e", "E", leads=True)
    store.customers.change(TENANT, a_change(A, B, d, e))
    moved = Member(2, "b", "B")
    store.customers.change(TENANT, a_change(moved, left=("a", "b"), request_id="r-2", expected=1))
    assert in_a_group(store, "d", 1) == ("e",)
    assert in_a_group(store, "d", 2) == ("b", "e")
    assert in_a_group(store, "a", 2) == ()


def test_groups_are_found_by_any_member(store: OrderStore) -> None:
    d, e = Member(7, "d", "D"), Member(7, "e", "E", leads=True)
    store.customers.change(TENANT, a_change(A, B, d, e))
    found = store.customers.standing(TENANT, ["e", "unknown"])
    assert (found.revision, found.highest_group, found.members) == (1, 7, (d, e))
    assert store.customers.standing(TENANT, []).members == ()
    assert store.customers.standing(OTHER, ["e"]).revision == 0


def test_a_list_goes_group_by_group_the_leading_number_first(store: OrderStore) -> None:
    d, e = Member(7, "d", "D"), Member(7, "e", "E", leads=True)
    store.customers.change(TENANT, a_change(A, B, d, e))
    expected = tuple(Joined(each, MONDAY, "people/ann", "merged in the CRM") for each in (A, B))
    assert store.customers.list(TENANT, 1, 0) == expected
    assert [each.member for each in store.customers.list(TENANT, 5, 1)] == [e, d]
    assert store.customers.list(TENANT, 5, 7) == ()
    assert store.customers.list(OTHER, 5, 0) == ()


def test_a_repeated_request_gives_the_first_reply(store: OrderStore) -> None:
    store.customers.change(TENANT, a_change(A, B))
    assert store.customers.change(TENANT, a_change(A, B, C, expected=9)) == '{"linked": 2}'
    other = RequestRecord("LinkCustomers", "r-1", b"other", "{}")
    with pytest.raises(RequestIdReused):
        store.customers.change(TENANT, a_change(C, request=other))
    assert store.customers.revisions() == {TENANT: 1}


def test_a_change_of_what_was_seen_before_is_refused(store: OrderStore) -> None:
    store.customers.change(TENANT, a_change(A, B))
    with pytest.raises(EtagMismatch):
        store.customers.change(TENANT, a_change(C, request_id="r-2"))
    assert store.customers.revisions() == {TENANT: 1}
    assert store.access.head(TENANT).position == 1


def test_a_change_of_nothing_makes_no_revision(store: OrderStore) -> None:
    assert store.customers.change(TENANT, a_change()) is None
    assert store.customers.revisions() == {}
    assert store.customers.change(TENANT, a_change()) == '{"linked": 2}'


def test_every_change_is_noted(store: OrderStore) -> None:
    store.customers.change(TENANT, a_change(A, B))
    (logged,) = store.access.entries(TENANT, 0, 10)
    assert (logged.entry.actor, logged.entry.action) == ("people/ann", "LinkCustomers")


def test_tenants_have_groups_of_their_own(store: OrderStore) -> None:
    store.customers.change(TENANT, a_change(A, B))
    store.customers.change(OTHER, a_change(A, C))
    assert in_a_group(store, "a", 1) == ("b",)
    assert store.customers.same_as(OTHER, "a", 1) == ("c",)
    assert store.customers.revisions() == {TENANT: 1, OTHER: 1}


def test_groups_are_durable(store: OrderStore, reopen: StoreFactory) -> None:
    store.customers.change(TENANT, a_change(A, B))
    again = reopen()
    assert again.customers.numbers(TENANT, 1) == [(1, "a"), (1, "b")]
    assert again.customers.revisions() == {TENANT: 1}


def test_names_may_hold_anything(store: OrderStore) -> None:
    odd = Member(1, "x\x00\\y", "X\x00", "\\名")
    store.customers.change(TENANT, a_change(A, odd))
    assert store.customers.standing(TENANT, [odd.number]).members == (A, odd)


def test_erased_customers_leave_no_trace(store: OrderStore) -> None:
    store.customers.change(TENANT, a_change(A, B))
    store.customers.change(TENANT, a_change(C, request_id="r-2", expected=1))
    store.customers.change(TENANT, a_change(left=("b",), request_id="r-3", expected=2))
    assert store.erase(TENANT, an_erasure("b", "c")) is None
    assert [in_a_group(store, "a", at) for at in (1, 2, 3, 4)] == [(), (), (), ()]
    assert store.customers.numbers(TENANT, 4) == []
    assert store.customers.revisions() == {TENANT: 4}
    store.customers.change(TENANT, a_change(A, B, request_id="r-4", expected=4, reason="again"))
    assert {each.reason for each in store.customers.list(TENANT, 5, 0)} == {"again"}


def test_an_erasure_by_groups_that_changed_fails_before_all_requests_are_read(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.customers.change(TENANT, a_change(A, B))
    for driver in (sqlite_erasing, postgres_erasing):
        monkeypatch.setattr(driver, "forget_deeds", lambda _: pytest.fail("requests were read"))
    with pytest.raises(EtagMismatch):
        store.erase(TENANT, replace(an_erasure("a"), customers_seen=0))
