"""Two orders become one on the page, and two again."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import httpx
from rich.console import Console
from tests.unit.reviewer.conftest import Twins
from tests.unit.reviewer.test_json import question, score
from tests.unit.reviewer.test_pages import token

from ordertwin.v1.order_pb2 import ORDER_STATE_ACCEPTED
from ordertwin_cli.sample_stream import send_sample

HIDDEN = re.compile(r'name="(order|etag)" value="([^"]+)"')


def entered(http: httpx.Client, order_id: str, quantity: str) -> str:
    asked: dict[str, Any] = question(order_id)
    lines = [{"sku": "HX-0816", "quantity": {"value": quantity}, "unit": "pcs"}]
    asked["order"] |= {"customerReference": "MG-1", "source": "merging", "lines": lines}
    return str(score(http, asked).json()["order"])


def hidden(page: httpx.Response) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"order": [], "etag": []}
    for name, value in HIDDEN.findall(page.text):
        found[name].append(unescape(value))
    return found


def test_a_preview_is_changed_merged_and_undone(twins: Twins) -> None:
    first, second = entered(twins.http, "MG-A", "5"), entered(twins.http, "MG-B", "7")
    with httpx.Client(base_url=twins.http.base_url, timeout=20, follow_redirects=True) as browser:
        address = f"/merge?first={first.rpartition('/')[2]}&second={second.rpartition('/')[2]}"
        page = browser.get(address)
        assert page.status_code == 200, page.text
        choice = re.search(r'name="(line:[^"]+)"', page.text)
        assert choice
        form: dict[str, Any] = {"csrf": token(page), **hidden(page), choice[1]: "SUM"}
        assert "<b>12 pcs</b>" in browser.post("/merge/preview", data=form).text
        made = browser.post("/merge", data=form)
        assert "The orders are one now" in made.text, made.text
        undo = re.search(r'action="(/merge/[^"]+/undo)"', made.text)
        assert undo
        undone = browser.post(undo[1], data={"csrf": token(made)})
        assert "Both orders are as they were." in undone.text
    states = {twins.grpc.get_order(name).state for name in (first, second)}
    assert len(states) == 2


def test_an_order_leaves_for_the_one_that_was_there_first(twins: Twins) -> None:
    first, second = entered(twins.http, "MG-C", "5"), entered(twins.http, "MG-D", "5")
    address = f"/orders/{second.rpartition('/')[2]}"
    with httpx.Client(base_url=twins.http.base_url, timeout=20, follow_redirects=True) as browser:
        form = {"csrf": token(browser.get(address)), "existing": first, "action": "LINK"}
        settled = browser.post(f"{address}/resolve", data=form)
    assert "That is settled." in settled.text, settled.text
    assert "Rejected as duplicate" in settled.text


def test_who_settles_a_review_that_was_settled_meanwhile_is_told(twins: Twins) -> None:
    send_sample(twins.grpc, Console(file=io.StringIO()))
    waiting = twins.http.get("/v1/tenants/default/reviews").json()["reviews"]
    review = next(each for each in waiting if "likeliest" in each)
    name, held = review["name"], review["order"]["name"]
    with httpx.Client(base_url=twins.http.base_url, timeout=20, follow_redirects=True) as browser:
        page = browser.get(f"/reviews/{name.rpartition('/')[2]}")
        offered = re.search(r'action="(/orders/[^"]+/resolve)".*?</form>', page.text, re.DOTALL)
        assert offered, page.text
        said = re.findall(r'name="(csrf|existing|etag)" value="([^"]*)"', offered[0])
        form = {field: unescape(value) for field, value in said}
        twins.grpc.update_order_status(held, ORDER_STATE_ACCEPTED)
        answer = browser.post(offered[1], data=form | {"action": "LINK"})
    assert answer.status_code == 409, answer.text
    assert twins.grpc.get_order(held).state == ORDER_STATE_ACCEPTED
