"""A queue that somebody looks at: it changes by itself, and the row they are at stays theirs."""

from __future__ import annotations

from pathlib import Path

import grpc
from selenium import webdriver
from tests.browser.person import Person
from tests.browser.world import enter_doubtful, office

from ordertwin.v1 import review_service_pb2 as pb
from ordertwin.v1.access_pb2 import RoleBinding
from ordertwin_client.access import CREATE_API_KEY, GRANT_ROLE
from ordertwin_client.reviews import CLAIM_REVIEW, ReviewClient


def test_what_comes_to_wait_and_who_takes_it_appears_without_anybody_asking(
    english: webdriver.Chrome, tmp_path: Path
) -> None:
    with office(tmp_path) as place:
        person = Person(english, place.page)
        english.delete_all_cookies()
        person.sign_in(place.key("reviewer"))
        person.open("/reviews")
        person.complaints()
        person.press("j")
        at = person.find("tr.at .row-link").text
        person.wait_for("[data-listening=yes]")
        with place.world.orders("erp") as client:
            enter_doubtful(client, 1)
        person.wait_for_text("#queue", "AB-2000")
        assert person.find("tr.at .row-link").text == at
        made = place.world.ask("boss", CREATE_API_KEY, client="deputy")
        role = RoleBinding(member="clients/deputy", role="reviewer")
        place.world.ask("boss", GRANT_ROLE, binding=role)
        header = (("authorization", f"Bearer {made.secret}"),)
        with grpc.insecure_channel(place.world.server.address) as channel:
            reviews = ReviewClient(channel, header, timeout=10)
            waiting = next(reviews.reviews(pb.ListReviewsRequest(parent="tenants/default")))
            claim = pb.ClaimReviewRequest(name=waiting.name, request_id="theirs")
            reviews.call(CLAIM_REVIEW, claim)
        person.wait_for_text("#queue", "deputy")
        assert person.complaints() == []
        person.open("/sign-in")
