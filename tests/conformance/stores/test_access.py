"""Records about access, and the operation log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conformance.stores.conftest import StoreFactory
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_registration,
    a_request,
    a_status_change,
    an_amendment,
    an_order,
    register,
)

from ordertwin_models.errors import EtagMismatch, RequestIdReused
from ordertwin_models.order import OrderState
from ordertwin_stores.access import Put
from ordertwin_stores.audit import AuditEntry, AuditFilter, LoggedEntry, check_log, first_link
from ordertwin_stores.interface import OrderStore

OTHER = "other"


def an_entry(request_id: str = "r-1", **changes: Any) -> AuditEntry:
    values: dict[str, Any] = {
        "actor": "keys/k1",
        "action": "CreateApiKey",
        "target": "keys/k2",
        "request_id": request_id,
        "outcome": "OK",
        "origin": "ipv4:127.0.0.1",
    }
    return AuditEntry(**(values | changes))


def put(store: OrderStore, name: str, body: str | None, expected: int = 0) -> None:
    puts = [Put("key", name, body, expected)]
    assert store.access.change(TENANT, puts, None, an_entry(), MONDAY) is None


def log_of(store: OrderStore, tenant: str = TENANT) -> tuple[LoggedEntry, ...]:
    return store.access.entries(tenant, 0, 1000)


def test_a_record_comes_back_with_a_version_that_grows(store: OrderStore) -> None:
    put(store, "k1", '{"client": "erp"}')
    put(store, "k1", '{"client": "érp"}', expected=1)
    record = store.access.get(TENANT, "key", "k1")
    assert record is not None
    assert (record.version, record.body) == (2, '{"client": "érp"}')
    assert store.access.get(TENANT, "role", "k1") is None
    assert store.access.get(OTHER, "key", "k1") is None


def test_a_record_is_found_without_knowing_its_tenant(store: OrderStore) -> None:
    assert store.access.find("key", "k1") is None
    store.access.change(OTHER, [Put("key", "k1", "{}", 0)], None, an_entry(), MONDAY)
    found = store.access.find("key", "k1")
    assert found is not None
    assert found.tenant == OTHER


def test_records_are_listed_by_name_and_removed_ones_are_gone(store: OrderStore) -> None:
    for name in ("b", "a", "c"):
        put(store, name, "{}")
    put(store, "c", None, expected=1)
    assert [record.name for record in store.access.list(TENANT, "key")] == ["a", "b"]
    assert store.access.list(OTHER, "key") == ()


def test_a_change_on_an_outdated_record_writes_nothing(store: OrderStore) -> None:
    put(store, "k1", "{}")
    puts = [Put("key", "k2", "{}", 0), Put("key", "k1", '{"x": 1}', 0)]
    request = a_request("r-9")
    with pytest.raises(EtagMismatch):
        store.access.change(TENANT, puts, request, an_entry(), MONDAY)
    assert store.access.get(TENANT, "key", "k2") is None
    assert store.reply_to(TENANT, request.method, "r-9", request.fingerprint) is None
    assert len(log_of(store)) == 1


def test_a_repeated_change_gives_the_first_reply(store: OrderStore) -> None:
    request = a_request("r-1", reply="first")
    puts = [Put("key", "k1", "{}", 0)]
    assert store.access.change(TENANT, puts, request, an_entry(), MONDAY) is None
    assert store.access.change(TENANT, puts, request, an_entry(), MONDAY) == "first"
    other = a_request("r-1", payload="else")
    with pytest.raises(RequestIdReused):
        store.access.change(TENANT, puts, other, an_entry(), MONDAY)
    assert len(log_of(store)) == 1


def test_jotted_records_overwrite_and_leave_no_entry(store: OrderStore) -> None:
    store.access.jot(TENANT, "use", {"k1": "1", "k2": "1"})
    store.access.jot(TENANT, "use", {"k1": "2"})
    assert [r.body for r in store.access.list(TENANT, "use")] == ["2", "1"]
    assert log_of(store) == ()


def test_every_change_of_a_tenant_is_one_link_of_its_chain(store: OrderStore) -> None:
    entry = register(store, "SO-1")
    register(store, an_amendment(an_order("SO-1", note="changed")))
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.SHIPPED))
    store.remember(TENANT, a_request("r-7"), an_entry("r-7"), MONDAY)
    store.load(TENANT, [a_history_entry("SO-2")])
    store.access.note(TENANT, [(MONDAY, an_entry("r-8")), (MONDAY, an_entry("r-9"))])
    register(store, a_registration("SO-1"), tenant=OTHER)
    log = log_of(store)
    assert [logged.position for logged in log] == list(range(1, 8))
    assert log[0].entry.actor == entry.audit.actor
    verdict = check_log(TENANT, log)
    assert verdict.finding is None
    assert verdict.head == store.access.head(TENANT)
    assert store.access.head(OTHER).position == 1
    assert set(store.access.tenants()) == {TENANT, OTHER}


def test_the_head_of_an_empty_log_is_its_first_link(store: OrderStore) -> None:
    head = store.access.head(TENANT)
    assert (head.position, head.hash) == (0, first_link(TENANT))
    assert store.access.search(TENANT, AuditFilter(), 10, None).entries == ()


def test_a_status_change_tells_apart_before_and_after(store: OrderStore) -> None:
    register(store, "SO-1")
    store.update_status(TENANT, a_status_change("order-SO-1", OrderState.SHIPPED))
    entry = log_of(store)[-1].entry
    assert len(entry.before) == len(entry.after) == 32
    assert entry.before != entry.after


def test_equal_content_cannot_be_told_from_its_digests(store: OrderStore) -> None:
    for number in (1, 2):
        store.access.note(TENANT, [(MONDAY, an_entry(f"r-{number}", after=b"d" * 32))])
    first, second = (logged.entry.after for logged in log_of(store))
    assert first != second
    assert b"d" * 32 not in (first, second)


def test_a_search_filters_and_pages_newest_first(store: OrderStore) -> None:
    entries = [
        (MONDAY + timedelta(hours=n), an_entry(f"r-{n}", actor=f"keys/k{n % 2}")) for n in range(7)
    ]
    store.access.note(TENANT, entries)
    where = AuditFilter(actor="keys/k0")
    first = store.access.search(TENANT, where, 3, None)
    assert [each.entry.request_id for each in first.entries] == ["r-6", "r-4", "r-2"]
    second = store.access.search(TENANT, where, 3, first.next_position)
    assert [each.entry.request_id for each in second.entries] == ["r-0"]
    assert second.next_position is None


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (AuditFilter(action="ListApiKeys"), ["r-1"]),
        (AuditFilter(target="keys/k9"), ["r-2"]),
        (AuditFilter(outcome="PERMISSION_DENIED"), ["r-3"]),
        (AuditFilter(request_id="r-2"), ["r-2"]),
        (AuditFilter(since=MONDAY + timedelta(hours=2)), ["r-3", "r-2"]),
        (AuditFilter(until=MONDAY + timedelta(hours=2)), ["r-1"]),
        (AuditFilter(actor="keys/K1"), []),
    ],
)
def test_a_search_knows_every_filter(
    store: OrderStore, where: AuditFilter, found: list[str]
) -> None:
    store.access.note(
        TENANT,
        [
            (MONDAY + timedelta(hours=1), an_entry("r-1", action="ListApiKeys")),
            (MONDAY + timedelta(hours=2), an_entry("r-2", target="keys/k9")),
            (MONDAY + timedelta(hours=3), an_entry("r-3", outcome="PERMISSION_DENIED")),
        ],
    )
    page = store.access.search(TENANT, where, 10, None)
    assert [each.entry.request_id for each in page.entries] == found


def test_records_and_log_are_there_after_a_restart(
    store: OrderStore, reopen: Callable[[], OrderStore]
) -> None:
    put(store, "k1", "{}")
    before = log_of(store)
    again = reopen()
    assert log_of(again) == before
    assert again.access.find("key", "k1") is not None
    again.access.note(TENANT, [(MONDAY, an_entry("r-2"))])
    assert check_log(TENANT, log_of(again)).finding is None


def test_a_store_knows_who_entered_an_order(store: OrderStore) -> None:
    register(store, a_registration("SO-1", audit=an_entry(actor="people/anna")))
    amended = an_amendment(an_order("SO-1", note="more"), audit=an_entry(actor="clients/erp"))
    register(store, amended)
    store.load(TENANT, [a_history_entry("SO-2")])
    assert store.entered_by(TENANT, "order-SO-1") == {"people/anna", "clients/erp"}
    assert store.entered_by(TENANT, "order-SO-2") == frozenset()
    assert store.entered_by(OTHER, "order-SO-1") == frozenset()


def test_a_store_has_a_secret_of_its_own_that_stays(
    store: OrderStore, reopen: StoreFactory
) -> None:
    secret = store.access.secret()
    assert len(secret) == 32
    assert store.access.secret() == secret
    assert reopen().access.secret() == secret
