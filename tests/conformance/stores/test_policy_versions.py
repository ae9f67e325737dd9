"""Policy versions, which one is in force, and what was before."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from tests.conformance.stores.entries import MONDAY, TENANT

from ordertwin_models.errors import EtagMismatch, NotFound, RequestIdReused
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import OrderStore, RequestRecord
from ordertwin_stores.policy_versions import LivePolicy, NewPolicy, PolicyDeed, Switch

OTHER = "other"
DOCUMENT = 'version = "p-1"  # für alle\n'


def a_policy(version: str = "p-1", document: str = DOCUMENT) -> NewPolicy:
    return NewPolicy(
        version, sha256(document.encode()).digest(), document, "people/ann", "für Ketten"
    )


def a_deed(
    *added: NewPolicy, switch: Switch | None = None, request_id: str = "r-1", **changes: Any
) -> PolicyDeed:
    values: dict[str, Any] = {
        "added": added,
        "switch": switch,
        "request": RequestRecord("PublishPolicyVersion", request_id, b"same", '{"version": "p"}'),
        "audit": AuditEntry("people/ann", "PublishPolicyVersion", "p", request_id, "OK"),
        "at": MONDAY,
        "reason": "für Ketten",
    }
    return PolicyDeed(**(values | changes))


def test_a_version_comes_back_as_it_was_published(store: OrderStore) -> None:
    assert store.policies.change(TENANT, a_deed(a_policy())) is None
    found = store.policies.get(TENANT, "p-1")
    assert found is not None
    assert (found.published_by, found.published_at) == ("people/ann", MONDAY)
    assert (found.reason, found.in_force) == ("für Ketten", False)
    assert found.digest == sha256(DOCUMENT.encode()).digest()
    assert store.policies.document(TENANT, "p-1") == DOCUMENT
    assert store.policies.live() == {}


def test_nothing_of_it_is_seen_by_another_tenant(store: OrderStore) -> None:
    store.policies.change(TENANT, a_deed(a_policy(), switch=Switch("", "p-1")))
    assert store.policies.get(OTHER, "p-1") is None
    assert store.policies.list(OTHER, 10, None) == ()
    assert store.policies.history(OTHER, 10, None) == ()
    assert set(store.policies.live()) == {TENANT}
    with pytest.raises(NotFound):
        store.policies.document(OTHER, "p-1")
    store.policies.change(OTHER, a_deed(a_policy(), switch=Switch("", "p-1")))
    assert set(store.policies.live()) == {TENANT, OTHER}


def test_a_version_is_there_once(store: OrderStore) -> None:
    store.policies.change(TENANT, a_deed(a_policy()))
    with pytest.raises(EtagMismatch):
        store.policies.change(TENANT, a_deed(a_policy("p-2"), a_policy(), request_id="r-2"))
    assert [each.version for each in store.policies.list(TENANT, 10, None)] == ["p-1"]
    assert len(store.access.entries(TENANT, 0, 10)) == 1


def test_the_same_request_changes_nothing_twice(store: OrderStore) -> None:
    store.policies.change(TENANT, a_deed(a_policy()))
    assert store.policies.change(TENANT, a_deed(a_policy())) == '{"version": "p"}'
    other = RequestRecord("PublishPolicyVersion", "r-1", b"other", "{}")
    with pytest.raises(RequestIdReused):
        store.policies.change(TENANT, a_deed(a_policy("p-2"), request=other))
    assert len(store.policies.list(TENANT, 10, None)) == 1


def test_what_came_into_force_is_seen_and_remembered(store: OrderStore) -> None:
    first = a_deed(a_policy("p-0"), a_policy(), switch=Switch("", "p-1"))
    store.policies.change(TENANT, first)
    assert store.policies.live() == {TENANT: LivePolicy("p-1", a_policy().digest)}
    later = MONDAY + timedelta(minutes=1)
    back = a_deed(switch=Switch("p-1", "p-0"), request_id="r-2", at=later)
    store.policies.change(TENANT, back)
    assert store.policies.live()[TENANT].version == "p-0"
    newest, older = store.policies.history(TENANT, 10, None)
    assert (newest.version, newest.former, newest.at) == ("p-0", "p-1", later)
    assert (newest.actor, newest.reason) == ("people/ann", "für Ketten")
    assert (older.version, older.former) == ("p-1", "")
    assert store.policies.history(TENANT, 10, newest.number) == (older,)
    assert [each.in_force for each in store.policies.list(TENANT, 10, None)] == [False, True]


def test_a_switch_from_what_is_not_in_force_writes_nothing(store: OrderStore) -> None:
    store.policies.change(TENANT, a_deed(a_policy(), switch=Switch("", "p-1")))
    stale = a_deed(a_policy("p-2"), switch=Switch("", "p-2"), request_id="r-2")
    with pytest.raises(EtagMismatch):
        store.policies.change(TENANT, stale)
    with pytest.raises(NotFound):
        store.policies.change(TENANT, a_deed(switch=Switch("p-1", "p-9"), request_id="r-2"))
    assert store.policies.get(TENANT, "p-2") is None
    assert store.policies.live()[TENANT].version == "p-1"
    assert len(store.policies.history(TENANT, 10, None)) == 1


def test_versions_are_listed_newest_first_page_by_page(store: OrderStore) -> None:
    for number in range(5):
        deed = a_deed(a_policy(f"p-{number}"), request_id=f"r-{number}")
        store.policies.change(TENANT, deed)
    first = store.policies.list(TENANT, 2, None)
    second = store.policies.list(TENANT, 2, first[-1].number)
    assert [each.version for each in (*first, *second)] == ["p-4", "p-3", "p-2", "p-1"]


def test_of_many_who_put_one_into_force_at_once_one_succeeds(store: OrderStore) -> None:
    store.policies.change(TENANT, a_deed(*(a_policy(f"p-{number}") for number in range(8))))

    def activate(number: int) -> bool:
        deed = a_deed(switch=Switch("", f"p-{number}"), request_id=f"a-{number}")
        try:
            store.policies.change(TENANT, deed)
        except EtagMismatch:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(activate, range(8))) == 1
    assert sum(each.in_force for each in store.policies.list(TENANT, 20, None)) == 1


def test_all_of_it_is_there_after_a_restart(
    store: OrderStore, reopen: Callable[[], OrderStore]
) -> None:
    store.policies.change(TENANT, a_deed(a_policy(), switch=Switch("", "p-1")))
    again = reopen()
    assert again.policies.live()[TENANT].version == "p-1"
    assert again.policies.document(TENANT, "p-1") == DOCUMENT
