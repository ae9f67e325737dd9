"""Training data under pseudonyms: nobody's name is in it, and what is compared still compares."""

from __future__ import annotations

import json
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.stores.entries import (
    MONDAY,
    a_full_order,
    a_match,
    a_registration,
    a_status_change,
    register,
)
from tests.conformance.stores.review_entries import a_change, a_verdict
from typer.testing import CliRunner

from ordertwin_cli.main import app
from ordertwin_models.decision import Relation
from ordertwin_models.document import order_to_document
from ordertwin_models.normalise.order import normalise
from ordertwin_models.order import Order, OrderState, Party
from ordertwin_stores import open_store
from ordertwin_stores.audit import check_log
from ordertwin_stores.reviews import Answer
from ordertwin_training.pseudonyms import Pseudonyms
from ordertwin_training.stream import BACKGROUND, OrderEvent, Truth, read_stream

PSEUDONYMS = Pseudonyms(b"k" * 32)
NUMBERS = ("ordered_at", "requested_delivery_date", "currency_code", "total_amount", "channel")
LINE_NUMBERS = ("sku", "gtin", "name", "quantity", "unit", "unit_price", "requested_date")


def texts_in(value: Any) -> set[str]:
    """Words of three letters or digits and more, wherever they are."""
    if isinstance(value, dict):
        return set().union(*(texts_in(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(texts_in(each) for each in value))
    words = str(value).replace("-", " ").replace("@", " ").replace(".", " ").split()
    return {word.casefold() for word in words if len(word) > 2} - {"example"}


def test_no_word_about_who_and_where_is_left() -> None:
    document = order_to_document(a_full_order())
    new = order_to_document(PSEUDONYMS.order(a_full_order()))
    for field in ("customer", "ship_to", "bill_to", "note", "entered_by", "attributes", "order_id"):
        assert not texts_in(document[field]) & texts_in(new[field]), field
    for line, other in zip(document["lines"], new["lines"], strict=True):
        assert line.get("specification") is None or line["specification"] != other["specification"]


def test_products_numbers_and_times_stay() -> None:
    old, new = a_full_order(), PSEUDONYMS.order(a_full_order())
    assert [getattr(new, name) for name in NUMBERS] == [getattr(old, name) for name in NUMBERS]
    for line, other in zip(old.lines, new.lines, strict=True):
        assert [getattr(other, n) for n in LINE_NUMBERS] == [getattr(line, n) for n in LINE_NUMBERS]
    assert new.ship_to.region_code == old.ship_to.region_code


def test_equal_stays_equal_and_different_stays_different() -> None:
    text = PSEUDONYMS.text
    assert text("Schmidt GmbH").casefold() == text("SCHMIDT GMBH").casefold()
    assert sorted(text("Anna Berg").split()) == sorted(text("Berg Anna").split())
    assert text("PO-00123").replace("0", "") == text("PO-123").replace("0", "")
    numbers = {text(str(number).zfill(3)) for number in range(1000)}
    assert len(numbers) == 1000
    assert len({text(a + b) for a in "abcdefghij" for b in "abcdefghij"}) == 100
    ids = {PSEUDONYMS.order_id(f"SO-{number}") for number in range(10_000)}
    assert len(ids) == 10_000


def test_phones_and_mailboxes_meet_however_they_are_written() -> None:
    one = replace(
        a_full_order(), customer=Party(phone="+49 351 4711-88", email="Anna@Berg.example")
    )
    other = replace(one, customer=Party(phone="0351/471188", email="anna@berg.example"))
    apart = replace(one, customer=Party(phone="0351/471189", email="bert@berg.example"))
    first, second, third = (normalise(PSEUDONYMS.order(each)) for each in (one, other, apart))
    assert first.phone == second.phone != third.phone
    assert first.email == second.email != third.email
    assert first.email.partition("@")[2] == third.email.partition("@")[2]


def test_another_key_gives_other_tokens() -> None:
    assert Pseudonyms(b"j" * 32).text("Schmidt 4711") != PSEUDONYMS.text("Schmidt 4711")
    with pytest.raises(ValueError, match="32 bytes"):
        Pseudonyms(b"short")


def a_store(path: Path) -> list[Order]:
    first = a_full_order("SO-1")
    orders = [first, replace(first, order_id="SO-2"), replace(first, order_id="SO-3")]
    with closing(open_store(str(path))) as store:
        for order in orders:
            entry = a_registration(order, state=OrderState.HELD)
            match = replace(a_match("order-SO-1"), relation=Relation.RESEND)
            decision = replace(entry.decision, matches=(match,), decided_at=MONDAY)
            register(store, replace(entry, decision=decision), tenant="default")
        change = a_status_change("order-SO-2", OrderState.REJECTED_DUPLICATE)
        store.update_status("default", change)
    return orders


def exported(path: Path, folder: Path, *more: str) -> list[OrderEvent]:
    target, key = folder / "history.jsonl.gz", folder / "pseudonym.key"
    command = ["export", str(target), "--store", str(path), "--pseudonym-key", str(key), *more]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    return [event for event in read_stream(target) if isinstance(event, OrderEvent)]


def test_a_store_is_exported_with_what_people_said(tmp_path: Path) -> None:
    orders = a_store(tmp_path / "orders.db")
    events = exported(tmp_path / "orders.db", tmp_path)
    ids = [event.order.order_id for event in events]
    assert len(set(ids)) == 3
    assert not set(ids) & {order.order_id for order in orders}
    assert [event.truth for event in events] == [None, Truth(Relation.RESEND, ids[0]), None]
    assert exported(tmp_path / "orders.db", tmp_path) == events
    assert stat.S_IMODE((tmp_path / "pseudonym.key").stat().st_mode) == 0o600
    written = json.dumps([order_to_document(event.order) for event in events])
    assert "Müller" not in written
    assert "Königsbrücker" not in written


def test_verdicts_say_what_an_order_is(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    a_store(path)
    with closing(open_store(str(path))) as store:

        def said(order_id: str, answer: Answer, position: int, **changes: Any) -> None:
            verdict = a_verdict(order_id, answer, counterpart_key="order-SO-1", **changes)
            change = a_change(request_id=f"v-{position}", verdicts=(verdict,))
            store.reviews.change("default", change)

        said("SO-2", Answer.DISTINCT, 1)
        said("SO-3", Answer.MATCH, 2, relation="REKEYED")
        said("SO-3", Answer.DISTINCT, 3)
    truths = [event.truth for event in exported(path, tmp_path, "--in-the-clear")]
    assert truths == [None, BACKGROUND, Truth(Relation.REKEYED, "SO-1")]


def test_an_export_is_in_the_operation_log(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    a_store(path)
    exported(path, tmp_path)
    exported(path, tmp_path, "--in-the-clear")
    with closing(open_store(str(path))) as store:
        entries = store.access.entries("default", 0, 99)
    taken = [each.entry for each in entries if each.entry.action == "ExportOrders"]
    assert [entry.outcome for entry in taken] == ["PSEUDONYMISED", "IN_THE_CLEAR"]
    assert taken[0].origin.startswith("user ")
    assert check_log("default", entries).finding is None


def test_an_export_in_the_clear_has_to_be_asked_for(tmp_path: Path) -> None:
    orders = a_store(tmp_path / "orders.db")
    events = exported(tmp_path / "orders.db", tmp_path, "--in-the-clear")
    assert [event.order for event in events] == orders
    assert not (tmp_path / "pseudonym.key").exists()


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    a_store(tmp_path / "orders.db")
    (tmp_path / "pseudonym.key").write_text("not a key")
    target = tmp_path / "x.jsonl"
    command = ["export", str(target), "--store", str(tmp_path / "orders.db")]
    done = CliRunner().invoke(app, [*command, "--pseudonym-key", str(tmp_path / "pseudonym.key")])
    assert done.exit_code == 1
    assert not target.exists()
