"""What people do in a day, in a real browser; axe looks at every page on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from tests.browser.person import Person, browser, on_a_phone
from tests.browser.world import Office, office

from ordertwin_server.model_slot import released_model


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def person(english: webdriver.Chrome, place: Office) -> Person:
    english.delete_all_cookies()
    made = Person(english, place.page)
    made.open("/sign-in")
    made.complaints()
    return made


def pages_of(place: Office, person: Person) -> list[str]:
    """Every page that a member sees: those in the rail, and the first thing listed on each."""
    tabs = [
        each.get_attribute("href") or ""
        for each in person.driver.find_elements(By.CSS_SELECTOR, ".rail nav a")
    ]
    found = []
    for tab in tabs:
        path = tab.removeprefix(place.page)
        found.append(path)
        person.open(path)
        rows = person.driver.find_elements(By.CSS_SELECTOR, ".row-link")
        found += [(row.get_attribute("href") or "").removeprefix(place.page) for row in rows[:2]]
    return found


@pytest.mark.parametrize("member", ["desk", "boss", "auditor", "scientist", "reviewer"])
def test_no_page_has_a_barrier_or_breaks_the_content_policy(
    person: Person, place: Office, member: str
) -> None:
    assert person.violations() == []
    person.sign_in(place.key(member))
    for path in pages_of(place, person):
        person.open(path)
        assert person.violations() == [], path
        assert person.complaints() == [], path


def test_a_clerk_looks_at_a_held_order_and_releases_it_with_a_reason(
    person: Person, place: Office
) -> None:
    person.sign_in(place.key("desk"))
    person.open("/orders?state=HELD")
    person.press_keys_to_row(3)
    person.click(".row-link:focus")
    assert "How the score came about" in person.text
    marks = person.driver.find_elements(By.TAG_NAME, "mark")
    assert marks
    person.fill("input[name=reason]", "A second van, says the customer")
    person.click(".inline-form button")
    assert "The order is released." in person.text
    assert "Accepted" in person.find("h1").text


def test_a_clerk_is_warned_while_an_order_is_typed(person: Person, place: Office) -> None:
    person.sign_in(place.key("desk"))
    type_order(person, "TYPED-1")
    person.click(".stack button.primary")
    assert "The order is entered." in person.text
    type_order(person, "TYPED-2")
    person.wait_for("#check .verdict-card li")
    assert "TYPED-1" in person.find("#check").text
    assert person.violations() == []
    assert person.complaints() == []


def type_order(person: Person, order_id: str) -> None:
    person.open("/entry")
    person.fill("input[name=order_id]", order_id)
    person.fill("input[name=customer]", "Hartmann Engineering Ltd")
    person.fill("input[name=party_id]", "C-1371")
    person.fill("textarea", "6 DR-0450 HSS drill bit\n75 CT-1205 Cutting disc\n24 GL-0009 Gloves")


def test_two_orders_are_merged_after_a_preview(person: Person, place: Office) -> None:
    person.sign_in(place.key("reviewer"))
    person.open("/orders")
    revised = person.driver.find_element(By.LINK_TEXT, "SO-1028").get_attribute("href") or ""
    person.open(revised.removeprefix(place.page))
    person.find("details.card summary").click()
    person.click("a[href^='/merge']")
    assert person.violations() == []
    person.press_and_wait("p")
    person.click("button.primary")
    assert "The orders are one now" in person.text
    assert person.violations() == []
    person.click("button.danger")
    assert "Both orders are as they were." in person.text


def test_an_administrator_revokes_a_key(person: Person, place: Office) -> None:
    person.sign_in(place.key("boss"))
    person.open("/access")
    row = next(
        each
        for each in person.driver.find_elements(By.CSS_SELECTOR, "[aria-labelledby=keys] tbody tr")
        if each.find_element(By.TAG_NAME, "b").text == "far"
        or each.find_element(By.TAG_NAME, "b").text == "scientist"
    )
    row.find_element(By.CSS_SELECTOR, "summary").click()
    assert person.violations() == []
    person.follow(row.find_element(By.CSS_SELECTOR, "button"))
    assert "The key is revoked" in person.text


def test_an_administrator_sees_what_another_model_would_change(
    person: Person, place: Office
) -> None:
    person.sign_in(place.key("boss"))
    person.open("/models")
    person.press_keys_to_row(1)
    serving = person.find(".row-link").text
    person.open(f"/models/{serving}/compare")
    person.wait_for(".made .stat")
    assert "Every decision would stay as it is." in person.find(".made").text
    assert person.violations() == []
    assert person.complaints() == []


def test_an_auditor_verifies_the_log_by_keyboard(person: Person, place: Office) -> None:
    person.sign_in(place.key("auditor"))
    person.open("/log")
    person.press_and_wait("v")
    assert "The log holds, up to entry" in person.text
    assert person.violations() == []


def test_help_lists_the_keys_of_the_page(person: Person, place: Office) -> None:
    person.sign_in(place.key("auditor"))
    person.open("/log")
    person.press("?")
    assert "Verify the log" in person.find("dialog[open] .keys").text
    assert person.violations() == []


def _page_of_the_released_model() -> str:
    released = released_model()
    assert released is not None
    return f"/models/{released.parent.name}"


@pytest.mark.parametrize(
    "path",
    [
        *("/orders", "/log", "/access", "/models", "/policy", "/sign-in"),
        _page_of_the_released_model(),
    ],
)
@pytest.mark.usefixtures("english")
def test_pages_fit_a_phone(place: Office, path: str) -> None:
    with browser() as driver:
        person = Person(driver, place.page)
        person.sign_in(place.key("auditor"))
        on_a_phone(driver)
        person.open(path)
        assert "There is nothing under this address." not in person.text
        assert not person.is_wider_than_the_screen()
        if path != "/sign-in":
            assert person.lines_of(".rail [href='/cases'] span") == 1
        assert person.violations() == []


@pytest.mark.usefixtures("english")
def test_everything_is_there_in_chinese_and_in_the_dark(place: Office) -> None:
    with browser("zh-CN", dark=True) as driver:
        person = Person(driver, place.page)
        person.sign_in(place.key("auditor"))
        for path in pages_of(place, person):
            person.open(path)
            assert person.violations() == [], path
        person.open("/orders")
        assert "订单" in person.text
        assert driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "zh-CN"
