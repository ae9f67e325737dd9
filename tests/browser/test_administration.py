"""What administrators and auditors do: models, roles and keys, the operation log."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from tests.browser.person import Person
from tests.browser.world import Office, office
from tests.unit.server.trained_models import a_file

from ordertwin_client.models import ModelClient
from ordertwin_server.model_slot import read_model, released_model

CARD = """# Own

It is *ours*. <script>alert(1)</script>

| figure | value |
|-------:|-------|
| recall | 91    |
"""
OUGHT_TO_WORK = "the head of sales asked for it"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("administration")) as made:
        yield made


@pytest.fixture
def boss(english: webdriver.Chrome, place: Office) -> Person:
    english.delete_all_cookies()
    made = Person(english, place.page)
    made.sign_in(place.key("boss"))
    made.complaints()
    return made


def test_a_model_is_looked_at_tried_let_answer_and_the_former_one_put_back(
    boss: Person, place: Office
) -> None:
    path = released_model()
    assert path is not None
    released = read_model(path).version
    header = (("authorization", f"Bearer {place.key('scientist')}"),)
    with grpc.insecure_channel(place.world.server.address) as channel:
        ModelClient(channel, header).publish(a_file("own/1"), card=CARD, reason="verdicts")
    boss.open("/models")
    assert boss.violations() == []
    boss.open("/models/own~1")
    assert boss.find(".model-card em").text == "ours"
    assert boss.find(".model-card td").text == "recall"
    assert "<script>alert(1)</script>" in boss.text
    assert boss.violations() == []
    boss.press_and_wait("w")
    boss.wait_for(".made .stat")
    assert "told something else" in boss.text
    assert boss.driver.find_elements(By.CSS_SELECTOR, ".changes tbody tr")
    assert boss.violations() == []
    boss.open("/models/own~1")
    boss.click("form[action$=shadow] button")
    assert "In shadow" in boss.find("h1").text
    boss.fill("input[name=reason]", OUGHT_TO_WORK)
    boss.click("form[action$=activate] button")
    assert "answers" in boss.find("h1").text
    boss.open(f"/models/{released}")
    boss.fill("input[name=reason]", "it held too much")
    boss.click("form[action$=activate] button")
    boss.open("/models")
    assert f"Model {released} answers." in boss.text
    assert OUGHT_TO_WORK in boss.text
    assert "it held too much" in boss.text
    assert boss.violations() == []
    assert boss.complaints() == []


def test_a_role_is_defined_granted_confirmed_and_withdrawn(boss: Person) -> None:
    boss.open("/access")
    boss.find("[aria-labelledby=roles] summary").click()
    boss.fill("form[action='/access/roles/define'] input[name=role]", "night-shift")
    boss.find("input[value='orders.read']").click()
    assert boss.violations() == []
    boss.click("form[action='/access/roles/define'] button")
    assert "night-shift: The role is defined." in boss.text
    boss.fill("form[action='/access/roles/grant'] input[name=member]", "people/nora")
    Select(boss.find("select[name=role]")).select_by_visible_text("night-shift")
    boss.click("form[action='/access/roles/grant'] button")
    assert "granted by boss" in row_of(boss, "nora")
    row = "//tr[td//b='nora']//button[starts-with(., 'Confirm')]"
    boss.follow(boss.driver.find_element(By.XPATH, row))
    boss.wait_for_text("main", "The role is confirmed.")
    assert "confirmed by boss" in row_of(boss, "nora")
    row = "//tr[td//b='nora']//button[starts-with(., 'Withdraw')]"
    boss.follow(boss.driver.find_element(By.XPATH, row))
    boss.wait_for_text("main", "The role is withdrawn.")
    assert "Grant role" in boss.text
    assert boss.violations() == []
    assert boss.complaints() == []


def row_of(person: Person, member: str) -> str:
    return person.driver.find_element(By.XPATH, f"//tr[td//b='{member}']").text


def test_a_new_key_is_shown_once_and_revoked_after_a_second_thought(boss: Person) -> None:
    boss.open("/access")
    boss.fill("input[name=client]", "press")
    boss.click("form[action='/access/keys'] button")
    assert boss.find(".secret").text.startswith("ot_")
    boss.open("/access")
    assert not boss.driver.find_elements(By.CSS_SELECTOR, ".secret")
    sure = "//section[h2[@id='keys']]//tr[td/b='press']//details"
    boss.driver.find_element(By.XPATH, f"{sure}/summary").click()
    assert "press is shut out within a second" in boss.text
    boss.follow(boss.driver.find_element(By.XPATH, f"{sure}//button"))
    boss.wait_for_text("main", "press: The key is revoked")
    row = boss.driver.find_element(By.XPATH, "//section[h2[@id='keys']]//tr[td/b='press']")
    assert "Revoked" in row.text


def test_the_log_is_searched_by_the_words_that_it_shows(boss: Person) -> None:
    boss.open("/log")
    boss.fill("input[name=action]", "Review access")
    boss.press_and_wait("\n")
    rows = boss.driver.find_elements(By.CSS_SELECTOR, ".log tbody tr")
    assert rows
    assert all("Review access" in row.text for row in rows)
    boss.click(".log tbody a")
    assert "actor=clients%2Fboss" in boss.driver.current_url
    assert "action=Review+access" in boss.driver.current_url
    assert boss.violations() == []
