"""Who is asked blindly about an order sees its content on its page, and not what was decided."""

from __future__ import annotations

from pathlib import Path

import httpx
from tests.unit.reviewer.conftest import Closed
from tests.unit.reviewer.test_pages import sign_in
from tests.unit.reviewer.web_world import web
from tests.unit.server.access_world import world
from tests.unit.server.review_world import in_doubt

from ordertwin_server.convert import order_to_proto

BLIND = {"blind_share": 1.0, "second_share": 0.0, "calls_per_second": 0}


def test_an_order_of_a_blind_review_is_shown_without_its_decision(tmp_path: Path) -> None:
    with (
        world(tmp_path, **BLIND) as made,
        web(made.server.address) as address,
        httpx.Client(base_url=address, timeout=20, follow_redirects=True) as browser,
        made.orders("erp") as erp,
    ):
        first, second = in_doubt()
        erp.score_order(order_to_proto(first))
        held = erp.score_order(order_to_proto(second))
        key = held.order.rpartition("/")[2]
        sign_in(browser, Closed(made, browser), "reviewer")
        page = browser.get(f"/orders/{key}")
        assert page.status_code == 200
        assert "Customer 1" in page.text
        assert "verdict-card" not in page.text
        assert "without being told what the engine thinks" in page.text
        assert "Release this order" not in page.text
        assert 'class="badge ' not in page.text
        listed = browser.get("/orders")
        assert listed.status_code == 200
        assert key in listed.text
        assert key not in browser.get("/orders?state=HELD").text
        sign_in(browser, Closed(made, browser), "erp")
        assert "verdict-card" in browser.get(f"/orders/{key}").text
