"""Somebody at a headless Chromium, and what axe finds on the pages they see."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
PATIENCE = 60.0
SLOWEST_SCRIPT = 180.0
PHONE = (390, 844)
AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")


class NoBrowser(Exception):
    """There is no Chromium with its driver on this machine."""


@dataclass
class Person:
    """Somebody at a browser."""

    driver: webdriver.Chrome
    address: str

    def open(self, path: str) -> None:
        """Go to a page."""
        self.driver.get(self.address + path)

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return str(self.driver.find_element(By.TAG_NAME, "main").text)

    def press(self, keys: str) -> None:
        """Press keys where the focus is."""
        self.driver.switch_to.active_element.send_keys(keys)

    def press_keys_to_row(self, count: int) -> None:
        """Walk down a list by keyboard."""
        for _ in range(count):
            self.press("j")

    def press_and_wait(self, keys: str) -> None:
        """Press a key that leads to another page, and wait until that one is there."""
        old = self.driver.find_element(By.TAG_NAME, "html")
        self.driver.switch_to.active_element.send_keys(keys)
        WebDriverWait(self.driver, PATIENCE).until(lambda _: _is_gone(old))
        self.wait_until_loaded()

    def click(self, selector: str) -> None:
        """Click something that leads to another page."""
        self.follow(self.find(selector))

    def follow(self, element: WebElement) -> None:
        """Click an element that leads to another page, and wait until that one is there."""
        old = self.driver.find_element(By.TAG_NAME, "html")
        element.click()
        WebDriverWait(self.driver, PATIENCE).until(lambda _: _is_gone(old))
        self.wait_until_loaded()

    def wait_for(self, selector: str) -> None:
        """Until something is on the page."""
        WebDriverWait(self.driver, PATIENCE).until(
            lambda driver: driver.find_elements(By.CSS_SELECTOR, selector)
        )

    def wait_for_text(self, selector: str, text: str) -> None:
        """Until something says a text."""
        WebDriverWait(self.driver, PATIENCE).until(
            lambda driver: (
                text
                in driver.execute_script(
                    "return document.querySelector(arguments[0]).textContent", selector
                )
            )
        )

    def wait_until_loaded(self) -> None:
        """Until scripts have run."""
        WebDriverWait(self.driver, PATIENCE).until(
            lambda driver: driver.execute_script("return document.readyState") == "complete"
        )

    def find(self, selector: str) -> WebElement:
        """The first element that a CSS selector finds."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def fill(self, selector: str, text: str) -> None:
        """Type into a field."""
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def sign_in(self, key: str) -> None:
        """Sign in with an API key."""
        self.open("/sign-in")
        self.find(".keyed summary").click()
        self.fill("input[name=key]", key)
        self.click(".keyed form button")

    def violations(self) -> list[str]:
        """What axe finds on the page: WCAG 2.1 A and AA and its best practices."""
        self.driver.execute_script(AXE)
        found: dict[str, Any] = self.driver.execute_async_script(
            "axe.run(document).then(arguments[arguments.length - 1])"
        )
        return [
            f"{each['id']}: {each['help']}: {node['target']} {node['html'][:120]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def is_wider_than_the_screen(self) -> bool:
        """Whether one has to scroll sideways."""
        return bool(
            self.driver.execute_script(
                "return document.documentElement.scrollWidth > window.innerWidth"
            )
        )

    def lines_of(self, selector: str) -> int:
        """Over how many lines the text of an element goes."""
        return int(
            self.driver.execute_script(
                "const text = document.createRange();"
                "text.selectNodeContents(document.querySelector(arguments[0]));"
                "return text.getClientRects().length",
                selector,
            )
        )

    def complaints(self) -> list[str]:
        """What the browser complains of, such as something that the content policy refused."""
        return [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if "favicon" not in entry["message"]
        ]


def _is_gone(element: WebElement) -> bool:
    from selenium.common.exceptions import WebDriverException

    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False


@contextmanager
def browser(language: str = "en-GB", *, dark: bool = False) -> Iterator[webdriver.Chrome]:
    """A headless Chromium; NoBrowser when there is none."""
    if not (CHROMIUM and DRIVER):
        raise NoBrowser("no chromium and chromedriver: apt-get install chromium chromium-driver")
    options = Options()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     f"--lang={language}", "--window-size=1280,900"):  # fmt: skip
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    # axe reads every element of a long list; a busy machine takes its time for that.
    driver.set_script_timeout(SLOWEST_SCRIPT)
    try:
        if dark:
            scheme = json.loads('[{"name": "prefers-color-scheme", "value": "dark"}]')
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
        yield driver
    finally:
        driver.quit()


def on_a_phone(driver: webdriver.Chrome) -> None:
    """Make the window as small as a phone, touched by fingers."""
    width, height = PHONE
    metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
