"""A manager reads the month: on the page, on a phone, on paper, in English and in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from tests.browser.person import Person, browser, on_a_phone
from tests.unit.reviewer.web_world import web
from tests.unit.server.access_world import Issuer
from tests.unit.server.running import running, settings_in

from benchmarks.figures.business import Year
from ordertwin_stores import open_store

ORDERS, DAYS = 600, 75
CHARTS = 9


@pytest.fixture(scope="module")
def month() -> datetime:
    """The first day of last month."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, month: datetime) -> Iterator[tuple[str, str]]:
    """The address of a page with two months of business, and the key of a manager."""
    settings = settings_in(tmp_path_factory.mktemp("figures"), require_auth=True)
    until = (month + timedelta(days=31)).replace(day=1)
    with closing(open_store(settings.store)) as store:
        Year(store, ORDERS, until, days=DAYS, flagged=0.15).fill(lambda number: None)
        key = Issuer(store).key("manager", "admin")
    with running(settings) as server, web(server.address) as page:
        yield page, key


def manager(driver: webdriver.Chrome, place: tuple[str, str]) -> Person:
    driver.delete_all_cookies()
    person = Person(driver, place[0])
    person.sign_in(place[1])
    person.complaints()
    return person


def charts(person: Person) -> list[int]:
    """How many dots of each chart are not empty."""
    person.wait_for("html[data-drawn]")
    found: list[int] = person.driver.execute_script("""
        return [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => canvas
            .getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
            .filter((part, place) => place % 4 === 3 && part > 0).length);
    """)
    return found


def test_a_manager_reads_the_month_and_opens_a_table(
    english: webdriver.Chrome, place: tuple[str, str], month: datetime
) -> None:
    person = manager(english, place)
    person.open("/figures")
    named = f"{month:%B %Y}"
    person.follow(person.driver.find_element(By.LINK_TEXT, named))
    person.wait_for_text("h1", named)
    assert "Duplicates caught" in person.text
    assert "of all" in person.find(".causes li").text
    shown = person.driver.execute_script("return document.querySelector('main').textContent")
    assert "\xa0%" in shown
    assert not [each for each in re.findall(r"\d\s?%", shown) if each[1:] != "\xa0%"]
    drawn = charts(person)
    assert len(drawn) == CHARTS
    assert min(drawn) > 1000
    person.wait_for(".answering")
    person.find("[aria-labelledby=part-source] summary").click()
    assert "edi-gateway" in person.find("[aria-labelledby=part-source] table").text
    assert person.violations() == []
    assert person.complaints() == []


def test_the_month_is_there_on_paper(
    english: webdriver.Chrome, place: tuple[str, str], month: datetime
) -> None:
    person = manager(english, place)
    person.open(f"/figures?since={month:%Y-%m-%d}&until={month:%Y-%m}-28")
    person.wait_for("html[data-drawn]")
    person.press_and_wait("p")
    assert person.driver.current_url.endswith(f"/figures/{month:%Y-%m}")
    assert min(charts(person)) > 1000
    assert "How to read this" in person.text
    assert person.violations() == []
    assert person.complaints() == []


@pytest.mark.usefixtures("english")
def test_a_manager_reads_the_month_in_chinese_in_the_dark_on_a_phone(
    place: tuple[str, str], month: datetime
) -> None:
    with browser("zh-CN", dark=True) as driver:
        person = manager(driver, place)
        on_a_phone(driver)
        person.open(f"/figures?since={month:%Y-%m-%d}&until={month:%Y-%m}-28")
        assert len(charts(person)) == CHARTS
        person.wait_for(".answering")
        assert "拦截的重复订单" in person.text
        assert "超时后重新发送" in person.find(".causes").text
        assert not person.is_wider_than_the_screen()
        assert person.violations() == []
        assert person.complaints() == []
