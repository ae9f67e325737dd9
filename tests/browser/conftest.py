from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from selenium import webdriver
from tests.browser.person import NoBrowser, browser

REQUIRED = "ORDERTWIN_REQUIRE_BROWSER"


@pytest.fixture(scope="session")
def english() -> Iterator[webdriver.Chrome]:
    """One browser for all tests in English; they are skipped where there is none."""
    try:
        with browser() as driver:
            yield driver
    except NoBrowser as error:
        if os.environ.get(REQUIRED):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(autouse=True)
def _complaints_are_of_this_test(request: pytest.FixtureRequest) -> None:
    """What the browser complained of in the test before, such as a page that is rightly gone, is
    not held against the next one, whatever order they run in."""
    if "english" in request.fixturenames:
        request.getfixturevalue("english").get_log("browser")
