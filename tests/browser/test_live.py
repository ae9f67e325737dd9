"""A queue that somebody looks at: it changes by itself, and the row they are at stays theirs."""

from __future__ import annotations

from pathlib import Path

from selenium import webdriver
from tests.browser.person import Person
from tests.browser.world import enter_doubtful, office


def test_an_order_that_comes_to_wait_appears_without_anybody_asking(
    english: webdriver.Chrome, tmp_path: Path
) -> None:
    with office(tmp_path) as place:
        person = Person(english, place.page)
        english.delete_all_cookies()
        person.sign_in(place.key("reviewer"))
        person.open("/reviews")
        person.complaints()
        person.press("j")
        at = person.find("tr.at .row-link").text
        person.wait_for("[data-listening=yes]")
        with place.world.orders("erp") as client:
            enter_doubtful(client, 1)
        person.wait_for_text("#queue", "AB-2000")
        assert person.find("tr.at .row-link").text == at
        assert person.complaints() == []
        person.open("/sign-in")
