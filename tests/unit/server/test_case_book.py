"""The case book: who picks a case, what is copied, what readers see, and what erasing takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.server.builders import CALL, counted_keys
from tests.unit.server.review_world import ANN, BOB, World, person

from ordertwin_models.decision import Relation
from ordertwin_models.errors import EtagMismatch, InvalidRequest, NotFound, RequestIdReused
from ordertwin_models.explanation import explain
from ordertwin_server.commands.answers import CandidateSaid
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.case_book import CaseBook, Edit, WantedCase
from ordertwin_server.commands.case_copy import EXISTING
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.erase_subject import EraseSubject, Subject
from ordertwin_server.commands.update_status import etag_of
from ordertwin_server.faults import PermissionDenied
from ordertwin_stores.cases import CaseFilter, CaseText, StoredCase
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.reviews import Answer

TEXTS = (CaseText("en", "Typed in twice", "Look at the reference"),)
CLERK, ADMIN = person("cleo", "clerk"), person("ada", "admin")
ALL = CaseFilter()


@pytest.fixture
def world(store: OrderStore) -> World:
    return World.of(store)


@pytest.fixture
def book(world: World) -> CaseBook:
    return CaseBook(world.store, world.clock, counted_keys)


def settled(
    world: World, number: int = 1, answer: Answer = Answer.MATCH, **fields: Any
) -> WantedCase:
    """A pair that Ann settled, as it is wanted for the book."""
    world.decide(ANN, world.held(number).review_key, answer, **fields)
    return WantedCase(verdict=world.verdicts()[-1].position, texts=TEXTS, relation=None, seed=7)


def made(
    book: CaseBook, wanted: WantedCase, request_id: str = "c-1", call: Call = ANN
) -> StoredCase:
    return book.create(call, request_id, wanted)


def listed(book: CaseBook, call: Call = CLERK, query: str = "", **where: Any) -> list[str]:
    return [each.key for each in book.list(call, replace(ALL, **where), query, 0, "").cases]


def test_a_case_is_a_copy_in_which_nobody_is_and_that_differs_as_the_orders_did(
    world: World, book: CaseBook
) -> None:
    wanted = settled(world, relation=Relation.REKEYED)
    case = made(book, wanted)
    assert (case.relation, case.answer, case.texts) == ("REKEYED", "MATCH", TEXTS)
    assert case.content
    said = world.verdicts()[-1].said
    was = world.store.get_order(CALL.tenant, said.order_key).order
    incoming, existing = case.content.incoming, case.content.existing
    assert incoming.customer == existing.customer != was.customer
    assert existing.customer_reference
    assert not incoming.customer_reference
    assert [line.sku for line in incoming.lines] == [line.sku for line in was.lines]
    (match,) = case.content.decision.matches
    stored = world.store.get_decision(CALL.tenant, said.decision_key).decision.matches[0]
    assert match == replace(stored, order_key=EXISTING)
    for language in ("en", "zh"):
        told = explain(case.content.decision, incoming, {EXISTING: existing}, language)
        assert existing.order_number in told.summary
        assert "N-1" not in str(told)
        assert "Customer 1" not in str(told)


def test_a_preview_is_what_comes_of_it_and_writes_nothing(world: World, book: CaseBook) -> None:
    wanted = settled(world, relation=Relation.REKEYED)
    shown = book.preview(ANN, replace(wanted, texts=()))
    assert listed(book) == []
    case = made(book, wanted)
    assert shown.content == case.content
    assert book.preview(ANN, replace(wanted, seed=8)).content != case.content
    assert case.content == book.get(CLERK, case.key).content


def test_only_settled_pairs_are_taken(world: World, book: CaseBook) -> None:
    with pytest.raises(NotFound):
        made(book, WantedCase(verdict=99, texts=TEXTS, relation=None, seed=0))
    unsure = settled(world, 1, Answer.UNSURE)
    with pytest.raises(InvalidRequest, match="MATCH or DISTINCT"):
        book.preview(ANN, unsure)
    undone = settled(world, 2)
    world.withdraw(ANN, undone.verdict)
    with pytest.raises(InvalidRequest, match="holds and is settled"):
        book.preview(ANN, undone)


def test_the_relation_goes_with_the_verdict_or_has_to_be_said(world: World, book: CaseBook) -> None:
    wanted = settled(world, answer=Answer.DISTINCT)
    with pytest.raises(InvalidRequest, match="relation: REKEYED is a duplicate"):
        book.preview(ANN, replace(wanted, relation=Relation.REKEYED))
    found = world.store.get_decision(CALL.tenant, world.verdicts()[-1].said.decision_key)
    assert found.decision.matches[0].relation.is_duplicate
    assert book.preview(ANN, wanted).relation == ""
    with pytest.raises(InvalidRequest, match="relation: must be said"):
        made(book, wanted)
    case = made(book, replace(wanted, relation=Relation.REORDER))
    assert case.relation == "REORDER"


def test_a_twin_that_the_engine_did_not_see_makes_a_case_too(world: World, book: CaseBook) -> None:
    other = world.passed()
    told = world.held()
    answers = (CandidateSaid(other.order_key, Answer.MATCH, Relation.CROSS_CHANNEL),)
    world.decide(ANN, told.review_key, Answer.DISTINCT, answers=answers)
    verdict = next(v for v in world.verdicts() if v.said.counterpart_key == other.order_key)
    wanted = WantedCase(verdict=verdict.position, texts=TEXTS, relation=None, seed=1)
    case = made(book, wanted)
    assert case.content
    assert case.relation == "CROSS_CHANNEL"
    assert case.content.decision.matches == ()
    assert case.content.existing.lines[0].sku == "TEA-250"


def test_a_request_is_done_once(world: World, book: CaseBook) -> None:
    wanted = settled(world, relation=Relation.REKEYED)
    case = made(book, wanted)
    assert made(book, wanted) == case
    with pytest.raises(RequestIdReused):
        made(book, replace(wanted, seed=8))
    assert listed(book) == [case.key]
    log = [each.entry for each in world.store.access.entries(CALL.tenant, 0, 99)]
    assert [each.target for each in log if each.action == "CreateCase"] == [f"cases/{case.key}"]


def test_an_admin_edits_what_a_reviewer_made_but_takes_nothing_from_reviews(
    world: World, book: CaseBook
) -> None:
    wanted = settled(world, relation=Relation.REKEYED)
    case = made(book, wanted)
    texts = (*TEXTS, CaseText("zh", "重复录入", "注意订单号"))
    edit = Edit(key=case.key, texts=texts, relation=Relation.RESEND, etag=etag_of(1))
    changed = book.edit(ADMIN, "e-1", edit)
    assert book.edit(ADMIN, "e-1", edit) == changed
    assert (changed.version, changed.texts, changed.relation) == (2, texts, "RESEND")
    assert (changed.created_by, changed.updated_by) == ("people/ann", "people/ada")
    assert changed.content == case.content
    assert listed(book, query="订单号") == [case.key]
    with pytest.raises(EtagMismatch):
        book.edit(BOB, "e-2", edit)
    with pytest.raises(InvalidRequest, match="does not go with MATCH"):
        book.edit(BOB, "e-3", replace(edit, relation=Relation.STANDING, etag=""))
    with pytest.raises(NotFound):
        book.edit(BOB, "e-4", replace(edit, key="none"))
    with pytest.raises(PermissionDenied, match=r"reviews\.read"):
        made(book, wanted, "c-2", ADMIN)


def test_a_withdrawn_case_is_seen_by_editors_alone(world: World, book: CaseBook) -> None:
    case = made(book, settled(world, relation=Relation.REKEYED))
    assert book.withdraw(BOB, "w-1", case.key, "", restore=False).withdrawn
    assert listed(book) == []
    assert listed(book, BOB, withdrawn=True) == [case.key]
    assert book.get(BOB, case.key).withdrawn
    with pytest.raises(NotFound):
        book.get(CLERK, case.key)
    with pytest.raises(PermissionDenied):
        listed(book, withdrawn=True)
    with pytest.raises(PermissionDenied):
        listed(book, verdict=case.verdict)
    with pytest.raises(EtagMismatch):
        book.withdraw(BOB, "w-2", case.key, etag_of(1), restore=True)
    book.withdraw(BOB, "w-3", case.key, etag_of(2), restore=True)
    assert listed(book) == [case.key]


def test_cases_are_found_by_words_of_titles_notes_and_goods(world: World, book: CaseBook) -> None:
    case = made(book, settled(world, relation=Relation.REKEYED))
    content = case.content
    assert content
    for query in ("TYPED twice", "reference", "bolt a-1", content.existing.customer.name):
        assert listed(book, query=query) == [case.key], query
    assert listed(book, query="typed nowhere") == []
    assert listed(book, query="Customer 1") == []
    assert book.list(CLERK, ALL, "", 0, "").counts == {"REKEYED": 1}
    assert listed(book, relation="RESEND") == []
    with pytest.raises(InvalidRequest, match="query"):
        listed(book, query="x" * 201)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ((), "texts"),
        ((CaseText("de", "Doppelt"),), r"texts\[0\]\.language_code"),
        ((TEXTS[0], TEXTS[0]), r"texts\[1\]\.language_code"),
        ((CaseText("en", "  "),), r"texts\[0\]\.title"),
        ((CaseText("en", "x" * 121),), r"texts\[0\]\.title"),
        ((CaseText("en", "a\nb"),), r"texts\[0\]\.title"),
        ((CaseText("en", "a", "x" * 4001),), r"texts\[0\]\.note"),
        ((CaseText("en", "a", "\0"),), r"texts\[0\]\.note"),
    ],
)
def test_a_case_needs_a_title(
    world: World, book: CaseBook, texts: tuple[CaseText, ...], field: str
) -> None:
    with pytest.raises(InvalidRequest, match=field):
        made(book, replace(settled(world), texts=texts))


@pytest.mark.parametrize("number", [1, 2])
def test_erasing_a_customer_takes_their_cases_with_all_that_was_written(
    world: World, book: CaseBook, number: int
) -> None:
    cases = [
        made(book, settled(world, each, relation=Relation.REKEYED), f"c-{each}") for each in (1, 2)
    ]
    erase = EraseSubject(world.store, Deeds(world.store, world.clock), counted_keys)
    erase(CALL, "erase", Subject(party_id=f"C-{number}"))
    assert listed(book) == [cases[2 - number].key]
    with pytest.raises(NotFound):
        book.get(BOB, cases[number - 1].key)
