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
