"""Entering an order on the page: the clerk is warned before anything is stored."""

from __future__ import annotations

import httpx
from tests.unit.reviewer.conftest import Twins
from tests.unit.reviewer.test_pages import token

TYPED = {
    "order_id": "ENTRY-1",
    "party_id": "C-77",
    "customer": "Fenwick & Daughters",
    "reference": "FD-0390",
    "channel": "PHONE",
    "lines": "12 PL-0100 Pallet wrap\n2,5 TP-0200 Tape",
    "note": "",
    "phone": "",
}


def test_a_clerk_is_warned_while_typing_and_the_order_is_held(twins: Twins) -> None:
    with httpx.Client(base_url=twins.http.base_url, timeout=20, follow_redirects=True) as browser:
        form = TYPED | {"csrf": token(browser.get("/entry"))}
        assert "Unique" in browser.post("/entry/check", data=form).text
        entered = browser.post("/entry", data=form)
        assert "The order is entered." in entered.text
        assert "2.5" in entered.text
        again = form | {"order_id": "ENTRY-2"}
        warned = browser.post("/entry/check", data=again)
        assert "ENTRY-1" in warned.text
        assert "Unique" not in warned.text
        held = browser.post("/entry", data=again)
    assert "Held" in held.text
    assert "ENTRY-<mark>1</mark>" in held.text


def test_a_check_that_ends_late_takes_no_note_from_the_next_page(twins: Twins) -> None:
    with httpx.Client(base_url=twins.http.base_url, timeout=20) as browser:
        late = {"order_id": "LATE-1", "party_id": "C-78", "reference": "LT-0391"}
        form = TYPED | late | {"csrf": token(browser.get("/entry"))}
        entered = browser.post("/entry", data=form)
        checked = browser.post("/entry/check", data=form)
        assert "The order is entered." not in checked.text
        assert "The order is entered." in browser.get(entered.headers["location"]).text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(twins: Twins) -> None:
    with httpx.Client(base_url=twins.http.base_url, timeout=20) as browser:
        form = TYPED | {"csrf": token(browser.get("/entry")), "lines": "no line at all"}
        refused = browser.post("/entry", data=form)
    assert refused.status_code == 400
    assert "order.lines" in refused.text
    assert "Fenwick &amp; Daughters" in refused.text
