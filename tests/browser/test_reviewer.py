"""The day of a reviewer: ten reviews settled by keyboard, one taken back, some of them blind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from tests.browser.person import Person, browser, on_a_phone
from tests.browser.world import Office, office

TEN = 10


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("reviews"), doubtful=TEN) as made:
        yield made


@pytest.fixture
def person(english: webdriver.Chrome, place: Office) -> Person:
    english.delete_all_cookies()
    made = Person(english, place.page)
    made.sign_in(place.key("reviewer"))
    made.complaints()
    return made


def test_the_queue_and_a_review_have_no_barriers(person: Person) -> None:
    person.open("/reviews")
    assert person.violations() == []
    person.press("j")
    person.press("j")
    assert len(person.driver.find_elements(By.CSS_SELECTOR, "tr.at")) == 1
    assert person.find(".head kbd").is_displayed()
    person.press_and_wait("\n")
    assert "How the score came about" in person.text
    assert person.violations() == []
    assert person.complaints() == []
    # Both orders stand side by side, with room for what they say.
    sides = person.driver.find_elements(By.CSS_SELECTOR, ".pair .field:first-child dd")
    assert len(sides) == 2
    assert min(side.rect["width"] for side in sides) > 300
    assert len({side.rect["y"] for side in sides}) == 1


@pytest.mark.parametrize(
    ("language", "answer"), [("zh-CN", None), ("zh-CN", "同一订单"), ("en-GB", "Same order")]
)
@pytest.mark.usefixtures("english")
def test_a_reviewer_on_a_phone_sees_everything_without_scrolling_sideways(
    place: Office, language: str, answer: str | None
) -> None:
    with browser(language) as driver:
        person = Person(driver, place.page)
        person.sign_in(place.key("reviewer"))
        on_a_phone(driver)
        person.open("/reviews")
        if answer:
            person.click(".row-link")
            assert answer in person.find(".decide").text
            assert person.lines_of(".score") == 1
        hints = driver.find_elements(By.TAG_NAME, "kbd")
        assert hints
        assert not any(each.is_displayed() for each in hints)
        assert not person.is_wider_than_the_screen()
        assert person.violations() == []


def test_ten_reviews_are_settled_by_keyboard_alone_and_one_is_taken_back(
    person: Person, place: Office
) -> None:
    person.open("/reviews")
    person.press_and_wait("n")
    assert "in work by you" in person.text
    person.press_and_wait("b")
    assert "hidden until you gave your verdict" in person.text
    assert not person.driver.find_elements(By.CSS_SELECTOR, ".score, .waterfall")
    person.press_and_wait("m")
    assert "It was hidden: the score was" in person.text
    person.press_and_wait("b")
    settled = 1
    for key in "dmudmdmdm":
        person.press_and_wait(key)
        settled += 1
    assert settled == TEN
    said = person.find(".note").text
    assert "Same order." in said
    person.press_and_wait("z")
    assert person.find("h1").text.split()[0] in said
    assert "Taken back:" in person.text
    person.press_and_wait("d")
    assert "Two orders." in person.find(".note").text
    with place.world.orders("erp") as client:
        states = [order.state for order in client.list_orders()]
    assert len(states) > 2 * TEN
