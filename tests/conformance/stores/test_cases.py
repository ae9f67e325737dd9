"""The case book of every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from tests.conformance.stores.conftest import StoreFactory
from tests.conformance.stores.entries import (
    MONDAY,
    TENANT,
    a_decision,
    a_full_order,
    a_match,
    a_registration,
    an_audit_entry,
    an_order,
    register,
)
from tests.conformance.stores.test_erasing import an_erasure, without_name

from ordertwin_models.errors import EtagMismatch, NotFound, RequestIdReused
from ordertwin_stores.audit import check_log
from ordertwin_stores.cases import (
    CaseChange,
    CaseContent,
    CaseFilter,
    CaseText,
    NewCase,
)
from ordertwin_stores.interface import OrderStore, Replayed, RequestRecord

CONTENT = CaseContent(
    incoming=a_full_order("SO-2"),
    existing=a_full_order("SO-1"),
    decision=a_decision(matches=(a_match("existing"),)),
)
TEXTS = (CaseText("en", "Sent twice", "Look at the 50% note"), CaseText("zh", "重复发送"))
ALL = CaseFilter()


def a_case(key: str = "case-1", request_id: str = "", **changes: Any) -> CaseChange:
    """A new case."""
    request_id = request_id or f"make-{key}"
    made = NewCase(
        verdict=7, order_keys=("order-SO-2", "order-SO-1"), answer="MATCH", content=CONTENT
    )
    change = CaseChange(
        key=key,
        expected=0,
        relation="RESEND",
        texts=TEXTS,
        words="sent twice look at the 50% note 重复发送 led panel",
        withdrawn=False,
        actor="people/ann",
        at=MONDAY,
        request=RequestRecord("CreateCase", request_id, sha256(b"made").digest(), key),
        audit=an_audit_entry(f"cases/{key}"),
        made=made,
    )
    return replace(change, **changes)


def an_edit(key: str = "case-1", expected: int = 1, **changes: Any) -> CaseChange:
    """Another word on a case."""
    request = RequestRecord("EditCase", f"edit-{expected}", sha256(b"edited").digest(), key)
    changed = replace(
        a_case(key),
        expected=expected,
        made=None,
        request=request,
        actor="people/bob",
        at=MONDAY + timedelta(days=1),
    )
    return replace(changed, **changes)


def keys(store: OrderStore, **where: Any) -> list[str]:
    found = store.cases.list(TENANT, replace(ALL, **where), 99, None)
    return [each.key for each in found.cases]


def test_a_case_comes_back_as_it_was_written(store: OrderStore, reopen: StoreFactory) -> None:
    assert store.cases.change(TENANT, a_case()) is None
    found = reopen().cases.get(TENANT, "case-1")
    assert (found.version, found.relation, found.answer, found.verdict) == (1, "RESEND", "MATCH", 7)
    assert (found.texts, found.withdrawn) == (TEXTS, False)
    assert (found.created_at, found.created_by) == (MONDAY, "people/ann")
    assert (found.updated_at, found.updated_by) == (MONDAY, "people/ann")
    assert found.content == CONTENT


def test_a_case_that_is_not_there_is_not_found(store: OrderStore) -> None:
    store.cases.change(TENANT, a_case())
    with pytest.raises(NotFound):
        store.cases.get(TENANT, "case-2")
    with pytest.raises(NotFound):
        store.cases.get("elsewhere", "case-1")
    with pytest.raises(NotFound):
        store.cases.change(TENANT, an_edit("case-2"))
    assert store.cases.list("elsewhere", ALL, 9, None).cases == ()
    assert store.cases.counts("elsewhere") == {}


def test_an_edit_leaves_the_copy_and_who_made_it(store: OrderStore) -> None:
    store.cases.change(TENANT, a_case())
    texts = (CaseText("en", "Twice by EDI", "See the message number"),)
    store.cases.change(TENANT, an_edit(texts=texts, relation="RETRY", words="twice by edi"))
    found = store.cases.get(TENANT, "case-1")
    assert (found.version, found.texts, found.relation) == (2, texts, "RETRY")
    assert (found.created_by, found.updated_by) == ("people/ann", "people/bob")
    assert (found.created_at, found.updated_at) == (MONDAY, MONDAY + timedelta(days=1))
    assert (found.content, found.verdict, found.answer) == (CONTENT, 7, "MATCH")
    assert keys(store, words=("重复",)) == []
    assert keys(store, words=("edi",)) == ["case-1"]


def test_who_saw_an_earlier_version_changes_nothing(store: OrderStore) -> None:
    store.cases.change(TENANT, a_case())
    store.cases.change(TENANT, an_edit())
    with pytest.raises(EtagMismatch):
        store.cases.change(TENANT, an_edit(request=replace(a_case().request, request_id="late")))
    assert store.cases.get(TENANT, "case-1").version == 2
    assert len(store.access.entries(TENANT, 0, 9)) == 2


def test_a_request_is_done_once(store: OrderStore) -> None:
    assert store.cases.change(TENANT, a_case()) is None
    assert store.cases.change(TENANT, a_case("case-9", "make-case-1")) == Replayed("case-1")
    other = replace(a_case().request, fingerprint=sha256(b"other").digest())
    with pytest.raises(RequestIdReused):
        store.cases.change(TENANT, a_case("case-9", request=other))
    assert keys(store) == ["case-1"]
    log = store.access.entries(TENANT, 0, 9)
    assert [each.entry.target for each in log] == ["cases/case-1"]
    assert check_log(TENANT, log).finding is None


def test_lists_come_newest_first_page_by_page_without_orders(store: OrderStore) -> None:
    for number in range(5):
        store.cases.change(TENANT, a_case(f"case-{number}"))
    first = store.cases.list(TENANT, ALL, 2, None)
    store.cases.change(TENANT, a_case("case-new"))
    rest = store.cases.list(TENANT, ALL, 9, first.next_position)
    assert [each.key for each in first.cases] == ["case-4", "case-3"]
    assert [each.key for each in rest.cases] == ["case-2", "case-1", "case-0"]
    assert rest.next_position is None
    assert {each.content for each in first.cases} == {None}


def test_cases_are_found_by_relation_answer_verdict_and_every_word(store: OrderStore) -> None:
    store.cases.change(TENANT, a_case())
    made = a_case().made
    assert made is not None
    other = replace(made, answer="DISTINCT", verdict=8)
    store.cases.change(TENANT, a_case("case-2", relation="REORDER", made=other, words="100_%! x"))
    assert keys(store, relation="RESEND") == ["case-1"]
    assert keys(store, answer="DISTINCT") == ["case-2"]
    assert keys(store, verdict=8) == ["case-2"]
    assert keys(store, words=("panel", "twice")) == ["case-1"]
    assert keys(store, words=("panel", "nowhere")) == []
    assert keys(store, words=("重复",)) == ["case-1"]
    assert keys(store, words=("_%!",)) == ["case-2"]
    assert keys(store, words=("t%e",)) == []


def test_withdrawn_cases_are_apart_and_do_not_count(store: OrderStore) -> None:
    store.cases.change(TENANT, a_case())
    store.cases.change(TENANT, a_case("case-2", relation="REORDER"))
    assert store.cases.counts(TENANT) == {"RESEND": 1, "REORDER": 1}
    store.cases.change(TENANT, an_edit(withdrawn=True))
    assert keys(store) == ["case-2"]
    assert keys(store, withdrawn=True) == ["case-1"]
    assert store.cases.counts(TENANT) == {"REORDER": 1}
    store.cases.change(TENANT, an_edit(expected=2, withdrawn=False))
    assert keys(store) == ["case-2", "case-1"]


@pytest.mark.parametrize("erased", ["SO-1", "SO-2"])
def test_erasing_either_order_takes_the_case_and_its_traces(store: OrderStore, erased: str) -> None:
    for order_id in ("SO-1", "SO-2", "SO-3"):
        register(store, a_registration(order_id))
    entry = replace(an_audit_entry("cases/case-1"), request_id="make-case-1")
    store.cases.change(TENANT, a_case(audit=entry))
    made = a_case().made
    assert made is not None
    other = replace(made, order_keys=("order-SO-3", "order-x"))
    store.cases.change(TENANT, a_case("case-2", made=other))
    store.erase(TENANT, an_erasure(without_name(an_order(erased))))
    assert keys(store) == ["case-2"]
    with pytest.raises(NotFound):
        store.cases.get(TENANT, "case-1")
    request = a_case().request
    with pytest.raises(RequestIdReused):
        store.reply_to(TENANT, request.method, request.request_id, request.fingerprint)
    log = store.access.entries(TENANT, 0, 99)
    assert check_log(TENANT, log).finding is None


def test_an_order_that_is_forgotten_for_its_age_leaves_its_case(store: OrderStore) -> None:
    for order_id in ("SO-1", "SO-2"):
        register(store, a_registration(order_id))
    store.cases.change(TENANT, a_case())
    forgotten = an_erasure(without_name(an_order("SO-1")))
    store.retention.forget_orders(TENANT, forgotten.remains, an_audit_entry("x"), forgotten.at)
    assert keys(store) == ["case-1"]
