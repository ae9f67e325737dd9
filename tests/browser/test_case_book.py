"""The case book: an editor puts a settled pair into it, a colleague takes the quiz."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from tests.browser.person import Person, browser, on_a_phone
from tests.browser.world import TRADES, Office, office

TITLE, NOTE = "A slip in the name", "Entered twice by hand.\nLook at the quantities."


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, doubtful=1) as made:
        yield made


@pytest.fixture
def person(english: webdriver.Chrome, place: Office) -> Person:
    english.delete_all_cookies()
    made = Person(english, place.page)
    made.open("/sign-in")
    made.complaints()
    return made


def settle_one(person: Person) -> None:
    """Decide a review that is not blind, and open it again."""
    person.open("/reviews?kind=DOUBT")
    address = person.find(".row-link").get_attribute("href") or ""
    person.click(".row-link")
    Select(person.find("select[name=relation]")).select_by_value("REKEYED")
    person.click("button.answer.match")
    person.open(address.removeprefix(person.address))


def put_into_the_book(person: Person) -> str:
    """Put the pair of the open review into the case book; returns the page of the case."""
    person.press_and_wait("p")
    person.fill("input[name=title_en]", TITLE)
    person.fill("textarea[name=note_en]", NOTE)
    person.fill("input[name=title_zh]", "名称中的笔误")
    person.click(".case-form .primary")
    return person.driver.current_url.removeprefix(person.address)


def test_an_editor_fills_the_book_and_a_colleague_learns_from_it(
    person: Person, place: Office
) -> None:
    person.sign_in(place.key("desk"))
    person.open("/cases")
    assert "The case book is empty" in person.text
    assert person.violations() == []
    person.open("/cases/quiz")
    assert "There is no case to ask about yet" in person.text
    person.open("/sign-in")
    person.driver.delete_all_cookies()

    person.sign_in(place.key("reviewer"))
    settle_one(person)
    person.press_and_wait("p")
    shown = person.find(".pair").text
    assert not [trade for trade in TRADES if trade.split()[0] in person.text]
    assert person.driver.find_elements(By.CSS_SELECTOR, ".pair mark")
    assert person.violations() == []
    person.fill("input[name=title_en]", TITLE)
    person.click("button[name=again]")
    assert person.find(".pair").text != shown
    assert person.find("input[name=title_en]").get_attribute("value") == TITLE
    shown = person.find(".pair").text
    person.fill("textarea[name=note_en]", NOTE)
    person.click(".case-form .primary")
    assert "It is in the case book." in person.text
    assert person.find("h1").text.startswith(TITLE)
    assert person.find(".pair").text == shown
    assert "Entered twice by hand." in person.text
    assert "How the score came about" in person.text
    assert person.violations() == []
    person.press_and_wait("e")
    assert person.violations() == []
    person.fill("input[name=title_zh]", "名称中的笔误")
    person.click(".case-form .primary")
    assert "The case is changed." in person.text
    case = person.driver.current_url.removeprefix(place.page)
    person.driver.delete_all_cookies()

    person.sign_in(place.key("desk"))
    person.open("/cases")
    assert "Entered twice by hand" in person.find(".shelf").text
    assert person.violations() == []
    person.fill("input[name=query]", "nowhere to be found")
    person.click(".filters .button")
    assert "No case fits" in person.text
    person.open("/cases")
    person.press_and_wait("n")
    assert TITLE not in person.driver.page_source
    assert person.violations() == []
    Select(person.find("select[name=relation]")).select_by_value("RESEND")
    person.find("h1").click()
    person.press_and_wait("m")
    assert "Right." in person.text
    assert "1 of 1 right, the relation named in 0." in person.text
    assert NOTE.split("\n")[0] in person.text
    assert person.violations() == []
    person.press_and_wait("n")
    assert "You have been through all cases" in person.text
    assert person.violations() == []
    person.press_and_wait("n")
    person.press_and_wait("d")
    assert "Not this time." in person.text
    assert "0 of 1 right" in person.text
    person.open(case)
    assert not person.driver.find_elements(By.CSS_SELECTOR, "a[href$='/edit'], button.danger")
    assert person.complaints() == []


@pytest.mark.usefixtures("english")
def test_the_book_in_chinese_in_the_dark_on_a_phone(person: Person, place: Office) -> None:
    person.sign_in(place.key("reviewer"))
    settle_one(person)
    case = put_into_the_book(person)
    with browser("zh-CN", dark=True) as driver:
        reader = Person(driver, place.page)
        reader.sign_in(place.key("auditor"))
        on_a_phone(driver)
        for path in ("/cases", case, "/cases/quiz"):
            reader.open(path)
            assert not reader.is_wider_than_the_screen(), path
            assert reader.violations() == [], path
        reader.open(case)
        assert "名称中的笔误" in reader.find("h1").text
        assert "有人把已有的订单又手工录入了一遍" in reader.text


def test_a_withdrawn_case_is_gone_for_readers(person: Person, place: Office) -> None:
    person.sign_in(place.key("reviewer"))
    settle_one(person)
    page = put_into_the_book(person)
    person.driver.delete_all_cookies()
    person.sign_in(place.key("boss"))
    person.open(page)
    person.click("button.danger")
    assert "Readers no longer see it." in person.text
    person.driver.delete_all_cookies()
    person.sign_in(place.key("auditor"))
    person.open(page)
    assert "There is nothing under this address." in person.text
