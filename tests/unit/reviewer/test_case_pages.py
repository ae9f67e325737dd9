"""Pages of the case book where nothing is as it should be."""

from __future__ import annotations

import pytest
from tests.unit.reviewer.conftest import Twins
from tests.unit.reviewer.test_pages import token

from ordertwin_reviewer.pages.lessons import LESSONS
from ordertwin_reviewer.pages.terms import RELATION


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
