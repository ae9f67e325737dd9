"""How long people wait for pages, and what bars the way of some of them."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from tests.browser.person import NoBrowser, Person, browser

WARM_UP = 3
TIMES = 40
QUEUE = "/reviews"
DAILY = (QUEUE, "/reviews?available=1&channel=WEB", "/orders", "/orders?state=HELD", "/models")
ADMINISTRATIVE = ("/access", "/log", "/models")
_LINKS = re.compile(r'class="row-link" href="([^"]+)"')
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def waiting(page: str, key_file: Path, times: int = TIMES) -> dict[str, Any]:
    """95th percentiles in milliseconds: over all requests for pages, and for the queue alone."""
    took: dict[str, list[float]] = {}
    for key, paths in (("", DAILY), (key_file.read_text("utf-8").strip(), ADMINISTRATIVE)):
        with httpx.Client(base_url=page, timeout=60, follow_redirects=True) as http:
            if key:
                _sign_in(http, key)
            for path in (*paths, *_linked(http, paths)):
                took[path] = [_timed(http, path) for _ in range(WARM_UP + times)][WARM_UP:]
    every = [seconds for times_of_one in took.values() for seconds in times_of_one]
    slowest = max(took, key=lambda path: float(np.percentile(took[path], 95)))
    return {
        "page_p95_ms": _milliseconds(every),
        "queue_100k_p95_ms": _milliseconds(took[QUEUE]),
        "slowest_page": f"{_kind(slowest)} {_milliseconds(took[slowest])} ms",
        "pages": len(took),
    }


def barriers(page: str, key_file: Path) -> int | None:
    """What axe finds on every page, in sum; None where there is no browser."""
    try:
        with browser() as driver:
            person, found = Person(driver, page), 0
            person.open("/sign-in")
            found += len(person.violations())
            found += sum(_violations(person, path) for path in DAILY)
            person.sign_in(key_file.read_text("utf-8").strip())
            return found + sum(_violations(person, path) for path in ADMINISTRATIVE)
    except NoBrowser:
        return None


def _violations(person: Person, path: str) -> int:
    person.open(path)
    found = len(person.violations())
    for link in _LINKS.findall(person.driver.page_source)[:1]:
        person.open(link)
        found += len(person.violations())
    return found


def _sign_in(http: httpx.Client, key: str) -> None:
    token = _CSRF.search(http.get("/sign-in").text)
    assert token is not None
    http.post("/sign-in", data={"csrf": token[1], "key": key}).raise_for_status()


def _linked(http: httpx.Client, paths: tuple[str, ...]) -> list[str]:
    """The first thing listed on each page."""
    found = [_LINKS.findall(http.get(path).text)[:1] for path in paths]
    return sorted({link for links in found for link in links})


def _timed(http: httpx.Client, path: str) -> float:
    started = time.perf_counter()
    http.get(path).raise_for_status()
    return time.perf_counter() - started


def _milliseconds(seconds: list[float]) -> float:
    return round(float(np.percentile(seconds, 95)) * 1000, 1)


def _kind(path: str) -> str:
    """
    >>> _kind("/orders/06h1"), _kind("/orders")
    ('/orders/…', '/orders')
    """
    return re.sub(r"(?<=/)[^/]*\d[^/]*$", "…", path)
