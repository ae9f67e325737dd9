"""How long people wait for pages, and what bars the way of some of them."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import numpy as np
from tests.browser.person import NoBrowser, Person, browser

from benchmarks.bulk_orders import FIRST_DAY, SPAN

WARM_UP = 3
TIMES = 40
QUEUE = "/reviews"
LAST = (FIRST_DAY + SPAN).date()
MONTH = f"since={LAST - timedelta(days=29)}&until={LAST}"
"""The last thirty days of the store, as the page of figures is asked for them."""
DAILY = (
    QUEUE,
    "/reviews?available=1&channel=WEB",
    "/orders",
    "/orders?state=HELD",
    "/entry",
    "/cases",
    "/cases/quiz",
    f"/figures?{MONTH}",
    f"/figures/{LAST - timedelta(days=31):%Y-%m}",
    "/figures/health",
    "/policy",
    "/policy/edit",
    "/models",
    "/docs",
)
FRAGMENTS = frozenset({"/figures/health", "/docs"})
"""A part of a page, and the page of another maker; axe looks at the whole pages of ours."""
COMPARISON = "/models/tried/compare/made"
"""What 500 decisions taken again by two models come to: shown by its page when it is there."""
COMPARISONS = 3
ADMINISTRATIVE = ("/access", "/log", "/models")
_LINKS = re.compile(r'class="row-link" href="([^"]+)"')
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def waiting(page: str, key: str, single: Sequence[str], times: int = TIMES) -> dict[str, Any]:
    """95th percentiles in milliseconds: of each page, of the slowest, and of the queue.

    `single` are pages about one order, review or case, besides the first one of each list.
    """
    took: dict[str, list[float]] = {}
    warm_up = min(WARM_UP, times)
    for shown, paths in (("", (*DAILY, *single)), (key, ADMINISTRATIVE)):
        with httpx.Client(base_url=page, timeout=60, follow_redirects=True) as http:
            if shown:
                _sign_in(http, shown)
            for path in dict.fromkeys((*paths, *_linked(http, paths))):
                took[path] = [_timed(http, path) for _ in range(warm_up + times)][warm_up:]
    with httpx.Client(base_url=page, timeout=60) as http:
        compared = [_timed(http, COMPARISON) for _ in range(COMPARISONS)]
    every = {path: _milliseconds(times_of_one) for path, times_of_one in took.items()}
    slowest = max(every, key=lambda path: every[path])
    return {
        "page_p95_ms": every[slowest],
        "queue_100k_p95_ms": every[QUEUE],
        "slowest_page": _kind(slowest),
        "pages": len(every),
        "model_comparison_ms": round(float(np.median(compared)) * 1000, 1),
        "p95_ms_of_pages": {_kind(path): ms for path, ms in every.items()},
    }


def barriers(page: str, key: str, single: Sequence[str]) -> int | None:
    """What axe finds on every page, in sum; None where there is no browser."""
    looked_at = [path for path in (*DAILY, *single) if path not in FRAGMENTS]
    try:
        with browser() as driver:
            person, found = Person(driver, page), 0
            person.open("/sign-in")
            found += len(person.violations())
            found += sum(_violations(person, path) for path in looked_at)
            person.sign_in(key)
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
    >>> _kind("/orders/06h1egoacnakdid55c1i3jqs6k"), _kind("/cases/06h1egoacnakdid55c1i3jqs6k/edit")
    ('/orders/…', '/cases/…/edit')
    """
    return re.sub(r"(?<=[/=])[^/=?&]*\d[^/=?&]{14,}", "…", path)
