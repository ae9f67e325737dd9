"""Pages of the case book where nothing is as it should be."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from tests.unit.reviewer.conftest import Twins
from tests.unit.reviewer.test_pages import token
from tests.unit.server.review_world import in_doubt

from ordertwin_reviewer.pages.lessons import LESSONS
from ordertwin_reviewer.pages.terms import RELATION
from ordertwin_server.convert import order_to_proto


def test_every_relation_is_taught() -> None:
    assert list(LESSONS) == list(RELATION)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/cases/nowhere", 404),
        ("/cases/nowhere/edit", 404),
        ("/cases/new", 400),
        ("/cases/new?verdict=x", 400),
        ("/cases/new?verdict=99", 404),
        ("/cases?relation=NONE&query=%25", 200),
        ("/cases?page=x", 400),
        ("/cases/quiz/result", 303),
    ],
)
def test_what_is_not_there_is_said(twins: Twins, address: str, status: int) -> None:
    assert twins.http.get(address).status_code == status


def test_an_answer_to_what_was_not_asked_does_not_count(twins: Twins) -> None:
    page = twins.http.get("/cases/quiz")
    assert "There is no case to ask about yet" in page.text
    form = {
        "csrf": token(twins.http.get("/sign-in")),
        "case": "tenants/default/cases/c1",
        "answer": "MATCH",
    }
    answered = twins.http.post("/cases/quiz", data=form)
    assert (answered.status_code, answered.headers["location"]) == (303, "/cases/quiz")


def test_a_case_needs_a_title(twins: Twins) -> None:
    form = {"csrf": token(twins.http.get("/sign-in")), "verdict": "1", "seed": "nine"}
    refused = twins.http.post("/cases/new", data=form)
    assert refused.status_code == 400
    assert "Something in the form is missing or wrong." in refused.text


def test_what_was_typed_is_kept_when_somebody_else_was_faster(twins: Twins) -> None:
    case = a_case(twins)
    page = f"/cases/{case['name'].rpartition('/')[2]}/edit"
    assert "Typed in twice" in twins.http.get(page).text
    form = {
        "csrf": token(twins.http.get("/sign-in")),
        "relation": "REKEYED",
        "title_en": "Typed in twice",
        "note_en": "Look at the dates.",
        "etag": case["etag"],
    }
    assert twins.http.post(page, data=form | {"note_en": "Look at the name."}).status_code == 303
    late = twins.http.post(page, data=form)
    assert late.status_code == 409
    assert "Somebody else changed this case while you were writing" in late.text
    assert "Look at the dates.</textarea>" in late.text
    assert "Look at the name.</dd>" in late.text
    etag = re.search(r'name="etag" value="([^"]+)"', late.text)
    assert etag is not None
    untitled = twins.http.post(page, data=form | {"title_en": "", "etag": unescape(etag[1])})
    assert untitled.status_code == 400
    assert "Look at the dates.</textarea>" in untitled.text
    assert twins.http.post(page, data=form | {"etag": unescape(etag[1])}).status_code == 303
    assert "Look at the dates." in twins.http.get(page.removesuffix("/edit")).text


def test_a_mistake_does_not_hide_what_somebody_else_wrote_meanwhile(twins: Twins) -> None:
    case = a_case(twins, 78)
    page = f"/cases/{case['name'].rpartition('/')[2]}/edit"
    form = {
        "csrf": token(twins.http.get("/sign-in")),
        "relation": "REKEYED",
        "title_en": "Typed in twice",
        "etag": case["etag"],
    }
    assert twins.http.post(page, data=form | {"note_en": "Look at the name."}).status_code == 303
    untitled = twins.http.post(page, data=form | {"title_en": ""})
    assert untitled.status_code == 400
    etag = re.search(r'name="etag" value="([^"]+)"', untitled.text)
    assert etag is not None
    mended = twins.http.post(page, data=form | {"etag": unescape(etag[1])})
    assert mended.status_code == 409
    assert "Look at the name.</dd>" in mended.text


def a_case(twins: Twins, number: int = 77) -> Any:
    first, second = in_doubt(number)
    twins.grpc.score_order(order_to_proto(first))
    held = twins.grpc.score_order(order_to_proto(second))
    answers = [{"order": held.matches[0].order.name, "answer": "ANSWER_MATCH"}]
    decided = twins.http.post(
        f"/v1/{held.review}:decide", json={"requestId": f"d-{number}", "answers": answers}
    ).json()
    texts = [{"languageCode": "en", "title": "Typed in twice"}]
    verdict = decided["verdicts"][-1]["name"]
    made = {
        "verdict": verdict,
        "texts": texts,
        "relation": "RELATION_REKEYED",
        "requestId": f"c-{number}",
    }
    answered = twins.http.post("/v1/tenants/default/cases", json=made)
    assert answered.status_code == 200, answered.text
    return answered.json()
