"""An administrator changes the policy: a mistake, a dry run, into force, and back."""

from __future__ import annotations

from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from tests.browser.person import Person
from tests.browser.world import office

DENY = '\n[deny]\ncustomers = ["C-1371"]\n'


def write(person: Person, text: str) -> None:
    """Type at the end of the document."""
    person.find("#document").send_keys(text)


def test_a_policy_is_changed_tried_put_into_force_and_put_back(
    english: webdriver.Chrome, tmp_path: Path
) -> None:
    with office(tmp_path) as place:
        person = Person(english, place.page)
        english.delete_all_cookies()
        person.sign_in(place.key("boss"))
        person.open("/policy")
        assert "Policy default/1" in person.text
        assert person.violations() == []
        person.press_and_wait("e")
        person.complaints()
        write(person, "[deni]\n")
        person.click(".policy-deeds button[value=try]")
        assert "did you mean deny?" in person.text
        assert person.violations() == []
        person.find("[data-line]").click()
        chosen = "const a = document.activeElement; return a.value.slice(a.selectionStart)"
        assert english.execute_script(chosen).startswith("[deni]")
        english.switch_to.active_element.send_keys(DENY)
        person.complaints()
        person.click(".policy-deeds button[value=try]")
        shown = person.find("#trial").text
        assert "orders would be told something else" in shown
        assert not shown.startswith("0 ")
        assert english.find_elements(By.CSS_SELECTOR, ".trial-change tbody tr")
        assert person.violations() == []
        person.fill("input[name=reason]", "they pay late")
        person.click("button[value=activate]")
        assert "Policy default/2" in person.text
        assert "they pay late" in person.text
        assert "C-1371" in person.text
        assert person.violations() == []
        person.open("/policy/versions/default~1")
        person.fill("input[name=reason]", "they paid")
        person.click("main button.primary")
        assert "Policy default/1" in person.text
        assert "in place of default/2" in person.text
        assert person.complaints() == []
        person.open("/sign-in")
