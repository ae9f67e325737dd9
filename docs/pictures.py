"""Takes the pictures of the documentation anew: `make pictures`, in docs/images.

Each shows a page of a real server in a headless Chromium. Fonts for Latin and Chinese letters have
to be there (Debian: fonts-noto-core, fonts-noto-cjk).
"""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from docs.picture_office import REVISED, Office, month, office
from selenium.webdriver.common.by import By
from tests.browser.person import PHONE, NoBrowser, Person, browser, on_a_phone

IMAGES = Path(__file__).parent / "images"
WIDTH = 1280
DRAFT = """
[[rules]]
name = "PHONE_ORDERS"
when = { channels = ["PHONE"] }
thresholds = { review = 0.9, duplicate = 0.999 }
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """What somebody sees who went somewhere; `height` is the most that is shown of the page."""

    member: str
    go: Callable[[Person], None]
    height: int = 1200
    language: str = "en-GB"
    dark: bool = False
    phone: bool = False


def at(path: str) -> Callable[[Person], None]:
    """Somebody opens a page."""
    return lambda person: person.open(path)


def first_of(path: str) -> Callable[[Person], None]:
    """Somebody opens the first thing of a list."""

    def go(person: Person) -> None:
        person.open(path)
        person.click(".row-link")

    return go


def review_of(number: str) -> Callable[[Person], None]:
    """Somebody opens the review of an order."""

    def go(person: Person) -> None:
        person.open("/reviews?kind=DOUBT")
        row = person.driver.find_element(By.LINK_TEXT, number)
        person.driver.get(row.get_attribute("href") or "")

    return go


def figures(person: Person) -> None:
    """A manager looks at the last thirty days."""
    person.open("/figures")
    person.wait_for("html[data-drawn]")
    person.wait_for(".answering")


def trying_a_policy(person: Person) -> None:
    """An administrator adds a rule and tries it."""
    person.open("/policy/edit")
    person.find("#document").send_keys(DRAFT)
    person.click(".policy-deeds button[value=try]")


def merging(person: Person) -> None:
    """A reviewer looks at what a merge would make of a revised order and the first one."""
    first_of(f"/orders?order_id={REVISED}")(person)
    person.find("details.card summary").click()
    person.click("a[href^='/merge']")


OF_THE_OFFICE: Mapping[str, Picture] = {
    "review": Picture("mara", review_of("BI-2001B")),
    "review-phone": Picture("mara", review_of("BI-2001B"), language="zh-CN", phone=True),
    "order": Picture("anna", first_of(f"/orders?order_id={REVISED}"), height=2200),
    "queue-dark": Picture("mara", at("/reviews"), height=900, dark=True),
    "burst": Picture("mara", first_of("/reviews?kind=BATCH"), height=900),
    "merge": Picture("mara", merging, height=800),
    "policy": Picture("nora", trying_a_policy, height=1500),
    "access": Picture("nora", at("/access")),
    "case": Picture("anna", first_of("/cases"), height=1300),
    "quiz": Picture("anna", at("/cases/quiz"), height=1000),
}
OF_THE_MONTH: Mapping[str, Picture] = {
    "figures": Picture("nora", figures, height=1700),
    "figures-phone": Picture("nora", figures, language="zh-CN", dark=True, phone=True),
}


def take(name: str, picture: Picture, place: Office) -> None:
    """Write one picture."""
    with browser(picture.language, dark=picture.dark) as driver:
        person = Person(driver, place.page)
        person.sign_in(place.keys[picture.member])
        if picture.phone:
            on_a_phone(driver)
        driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        picture.go(person)
        driver.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
        if not picture.phone:
            _show(person, picture.height)
        taken = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
        (IMAGES / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))
        print(f"docs/images/{name}.png")


def _show(person: Person, most: int) -> None:
    """Make the window as high as the page, but not higher than so much."""
    size = "return document.documentElement.scrollHeight"
    for height in (PHONE[1], most):
        high = min(height, int(person.driver.execute_script(size)))
        metrics = {"width": WIDTH, "height": high, "deviceScaleFactor": 1, "mobile": False}
        person.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def main(wanted: Sequence[str]) -> int:
    """Take all pictures, or those that are named."""
    rooms: tuple[
        tuple[Callable[[Path], AbstractContextManager[Office]], Mapping[str, Picture]], ...
    ] = ((office, OF_THE_OFFICE), (month, OF_THE_MONTH))
    for room, pictures in rooms:
        chosen = {name: each for name, each in pictures.items() if not wanted or name in wanted}
        if not chosen:
            continue
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pictures-"))
            place = stack.enter_context(room(Path(folder)))
            for name, picture in chosen.items():
                take(name, picture, place)
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except NoBrowser as error:
        raise SystemExit(str(error)) from None
