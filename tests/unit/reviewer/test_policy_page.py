"""The policy on the page: what is shown of it, trying a change, what is wrong with one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from tests.unit.reviewer.conftest import Closed
from tests.unit.reviewer.test_pages import sign_in, token
from tests.unit.reviewer.web_world import web
from tests.unit.server.access_world import world

from ordertwin_models.policy import BurstRule, Copying, Policy
from ordertwin_models.policy.rules import BUILT_IN
from ordertwin_reviewer.pages.language import Reader
from ordertwin_reviewer.pages.policy import RULES
from ordertwin_reviewer.pages.policy_view import (
    USUAL_BURST,
    USUAL_COPIED_DAYS,
    USUAL_COPIED_SECONDS,
    Limit,
    PolicyView,
    policy_view,
    with_next_version,
)

HEAD = 'format = "ordertwin-policy/1"\nversion = "house/1"\n'
percent = Reader.of("en-GB").percent
MODEL = SimpleNamespace(review=0.2, duplicate=0.8, attended_review=0.1)


def view(text: str) -> PolicyView:
    return policy_view(HEAD + text, MODEL, Reader.of("en-GB"))


@pytest.fixture
def boss(closed: Closed) -> Iterator[httpx.Client]:
    """The browser of an administrator."""
    with httpx.Client(base_url=closed.http.base_url, timeout=20, follow_redirects=True) as made:
        sign_in(made, closed, "boss")
        yield made


def test_a_rule_shows_its_own_thresholds_and_those_that_hold_anyway() -> None:
    shown = view(
        "[thresholds]\nreview = 0.4\n"
        '[[rules]]\nname = "LARGE"\nthresholds = { duplicate = 0.99 }\n'
        'when = { channels = ["EDI"], value_at_least = 500, currency = "EUR", attended = false,'
        ' counterpart_states = ["SHIPPED"] }\n'
    )
    base, rule = shown.rows
    assert [each.own for each in base.limits] == [True, False, False]
    assert rule.limits[:2] == [Limit(percent(0.4), own=False), Limit(percent(0.99), own=True)]
    assert list(rule.conditions) == [
        "by EDI",
        "worth at least 500 EUR",
        "nobody is at the screen",
        "the existing order is Shipped",
    ]


def test_thresholds_that_follow_from_costs_say_so() -> None:
    shown = view(
        "[costs]\nmissed = 40\nreview = 4\nblock = 150\n"
        '[[rules]]\nname = "EDI"\nthresholds = { review = 0.3 }\n'
    )
    base, rule = shown.rows
    assert {each.text for each in base.limits} == {"from costs"}
    assert dict(base.costs)["A review"] == "4"
    assert [each.own for each in rule.limits] == [True, False, False]


def test_lists_bursts_and_json_are_read_too() -> None:
    text = """{"version": "1", "deny": {"pairs": [[{"source": "erp", "order_id": "1"},
        {"order_id": "2"}]]}, "burst": {"flagged_orders": 9}}"""
    shown = policy_view(text, MODEL, Reader.of("en"))
    assert shown.denied == [("Pairs of orders", ["erp 1 = 2"])]
    assert (shown.burst["orders"], shown.burst["minutes"]) == ("9", "10")
    assert view("[burst]\nenabled = false\n").burst == {}


def test_what_a_document_leaves_out_is_shown_as_it_holds() -> None:
    usual = BurstRule()
    assert dict(USUAL_BURST) == {
        "flagged_orders": usual.orders,
        "within_minutes": usual.minutes,
        "share": usual.share,
    }
    assert Policy().copying == Copying(USUAL_COPIED_SECONDS, USUAL_COPIED_DAYS)
    assert set(RULES) == BUILT_IN


def test_a_change_begins_under_a_version_of_its_own() -> None:
    assert with_next_version(HEAD, ["house/1", "house/2"]).endswith('version = "house/3"\n')
    assert '"2026-04"' in with_next_version('version = "2026-03"', ["2026-03"])
    assert with_next_version("no version", []) == "no version"


def test_what_is_wrong_is_said_at_its_line_and_nothing_is_kept(boss: httpx.Client) -> None:
    form = {"csrf": token(boss.get("/policy/edit")), "deed": "activate", "expected": ""}
    page = boss.post("/policy/edit", data=form | {"document": HEAD + "[thresholds]\nreview = 7\n"})
    assert page.status_code == 400
    assert 'data-line="4">Line 4' in page.text
    assert '<span class="bad">4</span>' in page.text
    assert "thresholds.review</code>" in page.text
    assert "it must be a number above 0 to 1" in unescape(page.text)
    assert "house/1" not in boss.get("/policy").text


def test_what_was_written_is_still_there_when_somebody_else_was_faster(tmp_path: Path) -> None:
    with (
        world(tmp_path) as made,
        web(made.server.address) as address,
        httpx.Client(base_url=address, timeout=20, follow_redirects=True) as there,
    ):
        sign_in(there, Closed(made, there), "boss")
        form = {"csrf": token(there.get("/policy/edit")), "deed": "activate", "expected": ""}
        there.post("/policy/edit", data=form | {"document": HEAD})
        second = {"document": HEAD.replace("house/1", "house/2"), "expected": "default/1"}
        page = there.post("/policy/edit", data=form | second)
        assert page.status_code == 400
        assert "Somebody else was faster" in page.text
        assert "house/2" in page.text
        assert 'name="expected" value="house/1"' in page.text
        taken = {"document": HEAD + "[burst]\n", "expected": "house/1"}
        page = there.post("/policy/edit", data=form | taken)
        assert "Another policy has this version" in page.text
        assert "[burst]" in page.text


def test_trying_changes_nothing_and_says_so(boss: httpx.Client) -> None:
    form = {"csrf": token(boss.get("/policy/edit")), "deed": "try", "days": "7", "expected": ""}
    page = boss.post("/policy/edit", data=form | {"document": HEAD})
    assert "0 orders would be told something else" in page.text
    assert '<option value="7" selected>' in page.text
    assert "house/1" not in boss.get("/policy").text


def test_a_server_with_a_file_says_that_it_goes_by_it(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(HEAD.replace("house/1", "file/1"))
    with (
        world(tmp_path, policy=str(path)) as made,
        web(made.server.address) as address,
        httpx.Client(base_url=address, timeout=20, follow_redirects=True) as there,
    ):
        closed = Closed(made, there)
        sign_in(there, closed, "boss")
        form = {"csrf": token(there.get("/policy/edit")), "deed": "activate", "expected": ""}
        page = there.post("/policy/edit", data=form | {"document": HEAD})
    assert "this one goes by its file" in page.text
    assert "Policy file/1" in page.text
    assert "This server was started with a policy file" in page.text


def test_whoever_may_only_read_is_offered_to_try(closed: Closed) -> None:
    with httpx.Client(base_url=closed.http.base_url, timeout=20, follow_redirects=True) as made:
        sign_in(made, closed, "auditor")
        assert "Try a change" in made.get("/policy").text
        assert "Put it into force" not in made.get("/policy/edit").text


RULE = {
    "deed": "rule",
    "rule_channel": "EDI",
    "rule_value": "20000",
    "rule_currency": "eur",
    "rule_review": "5",
    "rule_name": "large orders",
}
ENTRY = {"deed": "entry", "entry_section": "allow", "entry_key": "sources", "entry": "EDI"}


def written(boss: httpx.Client, document: str, form: dict[str, str]) -> tuple[int, str, str]:
    """What is answered to a form: status, page, document."""
    known = {"csrf": token(boss.get("/policy/edit")), "expected": "", "document": document}
    answered = boss.post("/policy/edit", data=known | form)
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", answered.text, re.DOTALL)
    assert found is not None
    return answered.status_code, answered.text, unescape(found[1])


def test_enter_in_a_field_tries_the_policy(boss: httpx.Client) -> None:
    form = boss.get("/policy/edit").text.partition('class="policy-form"')[2]
    first = re.search(r'<button[^>]*value="(\w+)"', form)
    assert first is not None
    assert first[1] == "try"


def test_a_rule_is_written_into_the_text_which_keeps_its_comments(boss: httpx.Client) -> None:
    status, page, text = written(boss, HEAD + "# ours\n", RULE)
    assert (status, "It is written into the document below" in page) == (200, True)
    assert "# ours\n" in text
    (rule,) = tomllib.loads(text)["rules"]
    assert rule == {
        "name": "LARGE_ORDERS",
        "when": {"channels": ["EDI"], "value_at_least": 20000.0, "currency": "EUR"},
        "thresholds": {"review": 0.05},
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", {"deny": {"customers": ["C-9"]}}),
        ("[deny]\nsources = ['x]']\n", {"deny": {"sources": ["x]"], "customers": ["C-9"]}}),
        (
            "[deny]\ncustomers = [  # two\n  'a',\n  \"b]\",\n]\n[burst]\nshare = 0.5\n",
            {"deny": {"customers": ["a", "b]", "C-9"]}, "burst": {"share": 0.5}},
        ),
        ("[deny]\ncustomers = ['C-9']\n", {"deny": {"customers": ["C-9"]}}),
    ],
)
def test_an_entry_finds_its_list(boss: httpx.Client, before: str, after: dict[str, object]) -> None:
    entry = {"entry_section": "deny", "entry_key": "customers", "entry": " C-9 "}
    status, _, text = written(boss, HEAD + before, {"deed": "entry"} | entry)
    assert status == 200
    assert tomllib.loads(text) == tomllib.loads(HEAD) | after


@pytest.mark.parametrize(
    ("document", "form", "said"),
    [
        (HEAD, RULE | {"rule_review": ""}, "Say for which orders"),
        (HEAD, RULE | {"rule_currency": ""}, "Say for which orders"),
        (HEAD, RULE | {"rule_review": "five"}, "Numbers are written as"),
        (HEAD, {"deed": "entry", "entry_section": "allow", "entry_key": "sources"}, "Say what is"),
        (HEAD + "allow = 3 =", RULE, "cannot be written into the document by form"),
        ('{"format": "x"}', RULE, "cannot be written into the document by form"),
        (HEAD + "rules = []", RULE, "cannot be written into the document by form"),
        (HEAD + "rules = 5", RULE, "cannot be written into the document by form"),
        (HEAD + "allow = 3", ENTRY, "cannot be written into the document by form"),
        (HEAD + "allow = [1]", ENTRY, "cannot be written into the document by form"),
        (HEAD + "[allow]\nsources = 5", ENTRY, "cannot be written into the document by form"),
        (HEAD + "[allow]\nsources = 'EDI 1'", ENTRY, "cannot be written into the document by form"),
    ],
)
def test_what_the_form_cannot_write_is_said_and_the_text_stays(
    boss: httpx.Client, document: str, form: dict[str, str], said: str
) -> None:
    status, page, text = written(boss, document, form)
    assert (status, said in page) == (400, True)
    assert text.strip() == document.strip()
