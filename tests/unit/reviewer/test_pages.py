"""The pages: who gets in, what forged forms do, what is shown to whom, in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from tests.unit.reviewer.conftest import Closed, Twins
from tests.unit.reviewer.test_json import question, score

from ordertwin_reviewer.pages.sessions import (
    IDLE_SECONDS,
    LONGEST_SECONDS,
    MOST_SESSIONS,
    Sessions,
)

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def token(page: httpx.Response) -> str:
    found = CSRF.search(page.text)
    assert found, page.text
    return found[1]


@pytest.fixture
def browser(closed: Closed) -> Iterator[httpx.Client]:
    """A browser that knows nothing yet, of a server that asks for keys."""
    with httpx.Client(base_url=closed.http.base_url, timeout=20, follow_redirects=True) as made:
        yield made


def sign_in(browser: httpx.Client, closed: Closed, client: str, **more: str) -> httpx.Response:
    form = {"csrf": token(browser.get("/sign-in")), "key": closed.world.keys[client], **more}
    return browser.post("/sign-in", data=form)


def test_on_this_machine_the_pages_open_without_signing_in(twins: Twins) -> None:
    page = twins.http.get("/orders")
    assert page.status_code == 200
    assert "<title>Orders" in page.text


def test_strangers_are_sent_to_the_sign_in_page_and_come_back(
    browser: httpx.Client, closed: Closed
) -> None:
    page = browser.get("/orders")
    assert page.url.path == "/sign-in"
    arrived = sign_in(browser, closed, "auditor", next="/orders")
    assert arrived.url.path == "/orders"


def test_a_wrong_key_is_refused_without_saying_why(browser: httpx.Client) -> None:
    form = {"csrf": token(browser.get("/sign-in")), "key": "ot_wrong"}
    refused = browser.post("/sign-in", data=form)
    assert refused.status_code == 401
    assert "Check what you typed" in refused.text
    assert "ot_wrong" not in refused.text


def test_signing_in_changes_the_session_and_the_cookie_is_out_of_reach(
    browser: httpx.Client, closed: Closed
) -> None:
    before = browser.get("/sign-in")
    cookie = before.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    first = browser.cookies["ordertwin"]
    sign_in(browser, closed, "auditor")
    assert browser.cookies["ordertwin"] != first


def test_a_form_without_its_token_changes_nothing(browser: httpx.Client, closed: Closed) -> None:
    sign_in(browser, closed, "boss")
    for form in ({}, {"csrf": "guessed"}):
        refused = browser.post("/access/keys", data={"client": "thief", **form})
        assert refused.status_code == 403
    assert "thief" not in browser.get("/access").text


def test_a_form_from_another_site_is_refused(browser: httpx.Client, closed: Closed) -> None:
    sign_in(browser, closed, "boss")
    form = {"csrf": token(browser.get("/access")), "client": "thief"}
    refused = browser.post("/access/keys", data=form, headers={"origin": "https://evil.example"})
    assert refused.status_code == 403


def test_it_never_leads_to_another_site(browser: httpx.Client, closed: Closed) -> None:
    arrived = sign_in(browser, closed, "auditor", next="//evil.example/")
    assert arrived.url.host == "127.0.0.1"


def test_signing_out_everywhere_ends_the_other_browsers_too(
    browser: httpx.Client, closed: Closed
) -> None:
    sign_in(browser, closed, "auditor")
    with httpx.Client(base_url=browser.base_url, timeout=20, follow_redirects=True) as other:
        sign_in(other, closed, "auditor")
        form = {"csrf": token(browser.get("/orders")), "everywhere": "1"}
        browser.post("/sign-out", data=form)
        assert other.get("/orders").url.path == "/sign-in"
    assert browser.get("/orders").url.path == "/sign-in"


def test_each_role_sees_its_own_part(browser: httpx.Client, closed: Closed) -> None:
    sign_in(browser, closed, "boss")
    page = browser.get("/")
    assert page.url.path == "/access"
    assert 'href="/orders"' not in page.text
    refused = browser.get("/orders")
    assert refused.status_code == 403
    assert "Your roles do not permit this" in refused.text


def test_an_administrator_makes_a_key_that_is_shown_once_and_revokes_it(
    browser: httpx.Client, closed: Closed
) -> None:
    sign_in(browser, closed, "boss")
    form = {"csrf": token(browser.get("/access")), "client": "press", "days": "30"}
    made = browser.post("/access/keys", data=form)
    secret = re.search(r'class="secret">(ot_[^<]+)<', made.text)
    assert secret
    again = browser.get("/access")
    assert secret[1] not in again.text
    key = re.search(r'action="(/access/keys/[^/]+/revoke)"[^§]*?</button>', _row(again, "press"))
    assert key
    browser.post(key[1], data={"csrf": token(again)})
    headers = {"authorization": f"Bearer {secret[1]}"}
    assert closed.http.get("/v1/caller", headers=headers).status_code == 401


def _row(page: httpx.Response, word: str) -> str:
    rows = [row for row in page.text.split("<tr") if f"<b>{word}</b>" in row and "/revoke" in row]
    assert rows
    return str(rows[0])


def test_nobody_grants_a_role_to_themselves_and_is_told_so(
    browser: httpx.Client, closed: Closed
) -> None:
    sign_in(browser, closed, "boss")
    form = {"csrf": token(browser.get("/access")), "member": "clients/boss", "role": "auditor"}
    refused = browser.post("/access/roles/grant", data=form)
    assert refused.status_code == 403
    assert "Somebody else has to do this" in refused.text


def test_an_auditor_verifies_the_log(browser: httpx.Client, closed: Closed) -> None:
    sign_in(browser, closed, "auditor")
    page = browser.get("/log", params={"actor": "clients/auditor"})
    checked = browser.post("/log/verify", data={"csrf": token(page)})
    assert "The log holds" in checked.text


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_pages_speak_the_language_of_the_browser(twins: Twins, language: str) -> None:
    page = twins.http.get("/orders", headers={"accept-language": language})
    assert ("筛选" in page.text) == (language == "zh-CN")
    assert f'lang="{language}"' in page.text


def test_a_language_that_was_chosen_wins(twins: Twins) -> None:
    with httpx.Client(base_url=twins.http.base_url, follow_redirects=True) as browser:
        form = {"csrf": token(browser.get("/orders")), "lang": "zh", "next": "/orders"}
        assert "筛选" in browser.post("/appearance", data=form).text


def test_markup_in_an_order_stays_text(twins: Twins) -> None:
    evil = "<script>alert(1)</script>"
    asked = question("EVIL-1")
    asked["order"] |= {"orderNumber": evil, "note": f'"><img src=x onerror=1>{evil}'}
    asked["order"]["customer"]["name"] = evil
    name = score(twins.http, asked).json()["order"]
    for address in ("/orders", f"/orders/{name.rpartition('/')[2]}"):
        page = twins.http.get(address)
        assert evil not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;script&gt;" in page.text


def test_no_page_has_inline_script_or_style(twins: Twins) -> None:
    for address in ("/orders", "/models", "/sign-in"):
        page = twins.http.get(address)
        assert "unsafe" not in page.headers["content-security-policy"]
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", page.text)


def test_a_held_order_is_shown_beside_its_twin_and_released_with_a_reason(twins: Twins) -> None:
    base: dict[str, Any] = question("PAIR-1")
    base["order"] |= {"customerReference": "PR-1", "source": "pair"}
    score(twins.http, base)
    twin = question("PAIR-2")
    twin["order"] |= {"customerReference": "PR-1", "source": "pair"}
    name = score(twins.http, twin).json()["order"]
    address = f"/orders/{name.rpartition('/')[2]}"
    with httpx.Client(base_url=twins.http.base_url, follow_redirects=True) as browser:
        page = browser.get(address)
        assert "PAIR-<mark>2</mark>" in page.text
        assert "How the score came about" in page.text
        found = re.search(r'name="etag" value="([^"]+)"', page.text)
        assert found
        form = {"csrf": token(page), "reason": "the customer said so", "etag": unescape(found[1])}
        assert "The order is released." in browser.post(f"{address}/release", data=form).text
        late = browser.post(f"{address}/release", data=form)
    assert late.status_code == 409
    assert "Somebody else was faster" in late.text


def test_an_order_that_is_not_there_is_said_kindly(twins: Twins) -> None:
    page = twins.http.get("/orders/nothing")
    assert page.status_code == 404
    assert "There is nothing under this address." in page.text


def test_an_address_that_is_no_page_leads_back_to_the_menu(twins: Twins) -> None:
    page = twins.http.get("/nowhere/at/all")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no page here" in page.text
    lost = twins.http.get("/static/nothing.css")
    assert (lost.status_code, lost.headers["content-type"]) == (404, "text/plain; charset=utf-8")


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE"])
def test_no_verb_finds_a_page_where_there_is_none(twins: Twins, verb: str) -> None:
    page = twins.http.request(verb, "/nowhere/at/all", data={"csrf": "guessed"})
    assert page.status_code == 404
    assert "There is no page here" in page.text


def test_a_slash_too_many_leads_to_the_page(twins: Twins) -> None:
    page = twins.http.get("/cases/")
    assert (page.status_code, httpx.URL(page.headers["location"]).path) == (307, "/cases")


def test_strangers_do_not_hear_which_pages_there_are(browser: httpx.Client) -> None:
    asked = browser.get("/nowhere/at/all", follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/nowhere/at/all")


def test_sessions_end_when_idle_when_old_and_when_there_are_too_many() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    first = sessions.begin()
    now[0] = IDLE_SECONDS + 1
    assert sessions.find(first.key) is None
    busy = sessions.begin()
    for _ in range(round(LONGEST_SECONDS / IDLE_SECONDS)):
        now[0] += IDLE_SECONDS * 0.9
        assert sessions.find(busy.key) is busy
    now[0] += IDLE_SECONDS * 1.2
    assert sessions.find(busy.key) is None
    oldest = sessions.begin()
    for _ in range(MOST_SESSIONS):
        sessions.begin()
    assert sessions.find(oldest.key) is None


def test_what_a_page_asks_by_itself_keeps_no_session_alive() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    made = sessions.begin()
    now[0] = IDLE_SECONDS - 1
    assert sessions.find(made.key, used=False) is made
    now[0] = IDLE_SECONDS + 1
    assert not sessions.is_live(made)
    assert sessions.find(made.key) is None


def test_a_queue_whose_reader_is_signed_out_has_its_whole_page_loaded_again(
    browser: httpx.Client,
) -> None:
    asked = browser.get("/reviews", headers={"hx-request": "true", "hx-trigger": "queue"})
    assert asked.status_code == 401
    assert asked.headers["hx-refresh"] == "true"


def test_what_cannot_be_compared_is_said_where_the_comparison_would_stand(twins: Twins) -> None:
    assert twins.http.get("/models/nothing/compare").status_code == 404
    part = twins.http.get("/models/nothing/compare/made")
    assert part.status_code == 200
    assert 'role="alert"' in part.text
    assert "There is nothing under this address." in part.text
    assert "<html" not in part.text
