"""A connector sends a file again: the whole burst is decided at once, after a look at a sample."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import grpc
from selenium import webdriver
from selenium.webdriver.common.by import By
from tests.browser.person import Person
from tests.browser.world import Office, enter_burst, office

from ordertwin.v1.order_event_pb2 import EVENT_KIND_STATUS_CHANGED
from ordertwin.v1.order_pb2 import (
    ORDER_STATE_ACCEPTED,
    ORDER_STATE_HELD,
    ORDER_STATE_REJECTED_DUPLICATE,
)
from ordertwin_client.policies import PolicyClient

POLICY = """format = "ordertwin-policy/1"
version = "bursts"
[burst]
flagged_orders = 3
"""
SENT = 11
TOGETHER = 8


def states(place: Office) -> Counter[int]:
    """The states of the orders that wait together."""
    with place.world.orders("erp") as client:
        sent = [each for each in client.list_orders() if each.source == "edi-7"]
    # Listed newest first: what came before it was a burst is not in it.
    return Counter(each.state for each in sent[:TOGETHER])


def moved(place: Office, since: str, count: int) -> Counter[int]:
    """Where the orders of so many events went, as watchers are told."""
    found: Counter[int] = Counter()
    with (
        place.world.orders("erp") as client,
        client.watch_orders(resume_token=since) as watch,
    ):
        for message in watch.messages():
            changed = [e for e in message.events if e.kind == EVENT_KIND_STATUS_CHANGED]
            found.update(event.state for event in changed)
            if found.total() >= count:
                return found
    return found


def test_a_burst_is_decided_in_part_and_as_a_whole_and_taken_back(
    english: webdriver.Chrome, tmp_path: Path
) -> None:
    with office(tmp_path) as place:
        boss = (("authorization", f"Bearer {place.key('boss')}"),)
        with grpc.insecure_channel(place.world.server.address) as channel:
            policies = PolicyClient(channel, boss)
            policies.activate(policies.publish(POLICY).version)
        with place.world.orders("erp") as client:
            enter_burst(client, SENT)
            with client.watch_orders() as begun:
                place_then = next(begun.messages()).resume_token
        assert states(place) == {ORDER_STATE_HELD: TOGETHER}
        person = Person(english, place.page)
        english.delete_all_cookies()
        person.sign_in(place.key("reviewer"))
        person.open("/reviews?kind=BATCH")
        assert person.violations() == []
        person.click(".row-link")
        assert person.find("h1").text.startswith("Burst from edi-7")
        assert len(english.find_elements(By.CSS_SELECTOR, "[aria-label=Sample] tbody tr")) == 5
        person.find(".burst summary").click()
        person.find("[name=orders]").send_keys(" ")
        assert "Two orders × 1" in person.find(".answer.distinct").text
        assert person.violations() == []
        person.click(".answer.distinct")
        assert "Burst from edi-7 × 1: Two orders." in person.text
        assert states(place) == {ORDER_STATE_ACCEPTED: 1, ORDER_STATE_HELD: TOGETHER - 1}
        person.press_and_wait("m")
        assert f"Burst from edi-7 × {TOGETHER - 1}: Same order." in person.text
        assert states(place)[ORDER_STATE_REJECTED_DUPLICATE] == TOGETHER - 1
        assert moved(place, place_then, TOGETHER) == states(place)
        person.press_and_wait("z")
        assert states(place)[ORDER_STATE_HELD] == TOGETHER - 1
        assert f"× {TOGETHER - 1}" in person.find(".verdicts").text
        assert person.violations() == []
        assert person.complaints() == []
        person.open("/sign-in")
