"""Signing in with a company account; the provider is a server here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from tests.unit.reviewer.test_pages import token as form_token
from tests.unit.reviewer.web_world import web
from tests.unit.server.running import running, settings_in
from tests.unit.server.test_tokens import AUDIENCE, Provider

from ordertwin_reviewer.options import Oidc
from ordertwin_reviewer.pages.provider import challenge_of


class Login(Provider):
    """A provider that also has a page to sign in on, and exchanges codes for tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.issuer = self.url.removesuffix("/keys")
        self.asked_for: dict[str, str] = {}
        self.changes: dict[str, Any] = {}
        login, handler = self, self.server.RequestHandlerClass
        keys = handler.do_GET  # type: ignore[attr-defined]

        def do_get(request: Any) -> None:
            if request.path == "/keys":
                keys(request)
            else:
                found = {
                    "authorization_endpoint": f"{login.issuer}/authorize",
                    "token_endpoint": f"{login.issuer}/token",
                }
                _answer(request, 200, found)

        def do_post(request: Any) -> None:
            body = request.rfile.read(int(request.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            good = challenge_of(form["code_verifier"]) == login.asked_for["code_challenge"]
            if not (good and form["code"] == "good"):
                _answer(request, 400, {"error": "invalid_grant"})
                return
            said = {"iss": login.issuer, "nonce": login.asked_for["nonce"], **login.changes}
            claims = login.claims(**said)
            key_id, key = next(iter(login.keys.items()))
            signed = jwt.encode(claims, key, "RS256", headers={"kid": key_id})
            _answer(request, 200, {"id_token": signed, "access_token": "opaque"})

        handler.do_GET, handler.do_POST = do_get, do_post  # type: ignore[attr-defined]

    def sees(self, address: str) -> dict[str, str]:
        """The page of the provider is opened."""
        query = parse_qs(urlsplit(address).query)
        self.asked_for = {name: values[0] for name, values in query.items()}
        self.changes = {}
        return self.asked_for


def _answer(request: Any, status: int, told: dict[str, Any]) -> None:
    body = json.dumps(told).encode()
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@dataclass
class Company:
    login: Login
    page: str


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    login = Login()
    folder: Path = tmp_path_factory.mktemp("company")
    settings = settings_in(
        folder,
        require_auth=True,
        oidc_issuer=login.issuer,
        oidc_audience=AUDIENCE,
        oidc_keys=login.url,
        oidc_roles="order-desk=clerk",
    )
    oidc = Oidc(login.issuer, AUDIENCE)
    with running(settings) as server, web(server.address, oidc=oidc) as page:
        yield Company(login, page)
    login.server.shutdown()
    login.server.server_close()


@pytest.fixture
def browser(company: Company) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=company.page, timeout=20) as made:
        yield made


def leave(browser: httpx.Client, company: Company) -> dict[str, str]:
    """Go to the provider; what it is asked for."""
    form = {"csrf": form_token(browser.get("/sign-in")), "next": "/orders"}
    left = browser.post("/sign-in/provider", data=form)
    found = re.search(r'content="0; url=([^"]+)"', left.text)
    assert found
    address = unescape(found[1])
    assert address.startswith(company.login.issuer)
    return company.login.sees(address)


def come_back(browser: httpx.Client, state: str, code: str = "good") -> httpx.Response:
    return browser.get("/sign-in/return", params={"state": state, "code": code})


def test_a_person_signs_in_and_works_under_their_own_name(
    browser: httpx.Client, company: Company
) -> None:
    asked = leave(browser, company)
    assert asked["code_challenge_method"] == "S256"
    arrived = come_back(browser, asked["state"])
    assert 'content="0; url=/orders"' in arrived.text
    page = browser.get("/orders")
    assert page.status_code == 200
    assert "clerk" in page.text


def test_a_code_works_for_the_browser_that_left_and_once(
    browser: httpx.Client, company: Company
) -> None:
    asked = leave(browser, company)
    with httpx.Client(base_url=company.page, timeout=20) as other:
        assert come_back(other, asked["state"]).status_code == 401
    assert come_back(browser, asked["state"]).status_code == 401
    assert come_back(browser, "made-up").status_code == 401


@pytest.mark.parametrize(
    "changes", [{"nonce": "another"}, {"aud": "somebody else"}, {"iss": "https://evil.example"}]
)
def test_a_token_for_somebody_else_is_refused(
    browser: httpx.Client, company: Company, changes: dict[str, str]
) -> None:
    asked = leave(browser, company)
    company.login.changes = changes
    assert come_back(browser, asked["state"]).status_code == 401
    assert browser.get("/orders").status_code == 303


def test_a_wrong_code_is_refused(browser: httpx.Client, company: Company) -> None:
    asked = leave(browser, company)
    assert come_back(browser, asked["state"], "stolen").status_code == 401
