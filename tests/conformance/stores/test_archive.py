"""A store read as a whole from beside it: the same orders, and candidates as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.conformance.stores.conftest import FORGETFUL
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_history_entry,
    a_registration,
    an_audit_entry,
    lookups,
    register,
)

from ordertwin_models.candidate import Lookup
from ordertwin_stores import open_archive
from ordertwin_stores.archive import OrderArchive
from ordertwin_stores.audit import check_log
from ordertwin_stores.interface import OrderStore


@pytest.fixture
def archive(driver: str, url: str, store: OrderStore) -> Iterator[OrderArchive]:
    if driver in FORGETFUL:
        pytest.skip("nobody else can read it")
    opened = open_archive(url)
    yield opened
    opened.close()


def test_an_empty_store_has_no_past(archive: OrderArchive) -> None:
    assert archive.newest_sequence(TENANT) == 0
    assert list(archive.past_orders(TENANT, 0, 10)) == []
    assert archive.candidates_before(TENANT, lookups([1]), 9, 10).candidates == ()


def test_orders_come_in_the_order_of_registration_with_their_features(
    store: OrderStore, archive: OrderArchive
) -> None:
    entries = [register(store, a_registration(f"A{number}")) for number in range(3)]
    store.load(TENANT, [a_history_entry("B", at=MONDAY - timedelta(days=9))])
    newest = archive.newest_sequence(TENANT)
    past = archive.past_orders(TENANT, 0, newest)
    assert [each.stored.key for each in past] == ["order-A0", "order-A1", "order-A2", "order-B"]
    assert [each.features for each in past[:3]] == [entry.features for entry in entries]
    assert past[-1].sequence == newest
    middle = archive.past_orders(TENANT, past[0].sequence, past[2].sequence)
    assert [each.stored.key for each in middle] == ["order-A1", "order-A2"]


def test_candidates_are_those_of_the_moment(store: OrderStore, archive: OrderArchive) -> None:
    for number in range(4):
        register(store, a_registration(f"A{number}", blocking_keys=(7,)))
    third = archive.past_orders(TENANT, 0, archive.newest_sequence(TENANT))[2]
    asked = [Lookup(7, "customer_recent", 1)]
    seen = archive.candidates_before(TENANT, asked, 9, third.sequence)
    assert [each.key for each in seen.candidates] == ["order-A1"]
    assert seen.truncated
    now = archive.candidates_before(TENANT, lookups([7]), 9, 2**62)
    assert now.candidates == store.candidates(TENANT, lookups([7]), 9).candidates


def test_other_tenants_have_no_part_in_it(store: OrderStore, archive: OrderArchive) -> None:
    register(store, a_registration("A", blocking_keys=(7,)))
    assert archive.newest_sequence("other") == 0
    assert archive.candidates_before("other", lookups([7]), 9, 99).candidates == ()


def test_what_is_taken_out_is_noted_beside_the_server(
    store: OrderStore, archive: OrderArchive
) -> None:
    register(store, a_registration("A"))
    before = store.access.head(TENANT).position
    archive.note(TENANT, an_audit_entry("exports/1"), MONDAY)
    register(store, a_registration("B"))
    archive.note(TENANT, an_audit_entry("exports/2"), MONDAY)
    entries = store.access.entries(TENANT, before, 9)
    assert [each.entry.target for each in entries if each.entry.target.startswith("exports")] == [
        "exports/1",
        "exports/2",
    ]
    assert check_log(TENANT, store.access.entries(TENANT, 0, 99)).finding is None
    archive.note("nowhere", an_audit_entry("exports/3"), MONDAY)
    assert store.access.tenants() == (TENANT,)
