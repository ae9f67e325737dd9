"""Signing in with a company account: OpenID Connect, authorization code with PKCE.

The token of the provider is shown to the server, which checks signature, issuer, audience and time
by itself; only then its nonce is compared, so nothing the browser brings back has to be trusted.

The way back from the provider begins on its site, so the browser sends no strict cookie: a lax one
that holds nothing but the way leads back, and a page of ours goes on from there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_client.errors import OrderTwinError
from ordertwin_reviewer.backend import Asker
from ordertwin_reviewer.contract import operation_of
from ordertwin_reviewer.options import Oidc
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.signing_in import inside, refused_sign_in

RETURN = "/sign-in/return"
DISCOVERY = "/.well-known/openid-configuration"
COOKIE = "ordertwin-way"
PATIENCE = 10.0
WAY_SECONDS = 600
MOST_WAYS = 1000


@dataclass(frozen=True, slots=True)
class Way:
    """What one browser must bring back from the provider, until `ends`."""

    key: str
    nonce: str
    verifier: str
    target: str
    ends: float


class SignInFailed(Exception):
    """What came back from the provider is not what was sent there."""


@dataclass(slots=True)
class Provider:
    """The pages on the way to the provider and back."""

    shell: Shell
    oidc: Oidc
    _known: dict[str, Any] = field(default_factory=dict)
    _ways: dict[str, Way] = field(default_factory=dict)

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        return [
            self.shell.open_page("/sign-in/provider", self._leave, methods=["POST"]),
            self.shell.open_page(RETURN, self._return, methods=["GET"]),
        ]

    async def _leave(self, visit: Visit) -> Response:
        """Send the browser to the provider."""
        found, state = await self._metadata(), secrets.token_urlsafe(32)
        way = Way(
            key=secrets.token_urlsafe(48),
            nonce=secrets.token_urlsafe(48),
            verifier=secrets.token_urlsafe(48),
            target=inside(visit.said("next")),
            ends=time.monotonic() + WAY_SECONDS,
        )
        while len(self._ways) >= MOST_WAYS:
            self._ways.pop(next(iter(self._ways)))
        self._ways[state] = way
        asked = {
            "response_type": "code",
            "client_id": self.oidc.client_id,
            "redirect_uri": self._return_address(visit),
            "scope": self.oidc.scope,
            "state": state,
            "nonce": way.nonce,
            "code_challenge": challenge_of(way.verifier),
            "code_challenge_method": "S256",
        }
        address = f"{found['authorization_endpoint']}?{urlencode(asked)}"
        # Not a redirect: the content policy lets forms lead to pages of ours only.
        response = visit.show("onward.html", target=address)
        secure = self.shell.options.is_secure
        response.set_cookie(
            COOKIE, way.key, max_age=WAY_SECONDS, path=RETURN, httponly=True, samesite="lax",
            secure=secure,
        )  # fmt: skip
        return response

    async def _return(self, visit: Visit) -> Response:
        """Exchange the code for a token, and show that to the server."""
        way = self._ways.pop(visit.asked("state"), None)
        try:
            if way is None or time.monotonic() > way.ends:
                raise SignInFailed
            if not secrets.compare_digest(way.key, visit.request.cookies.get(COOKIE, "")):
                raise SignInFailed
            token = await self._token(visit, way)
            operation = operation_of("GetCaller")
            caller = await visit.backend.call(
                operation, operation.request_type(), Asker(f"Bearer {token}")
            )
            if claims_of(token).get("nonce") != way.nonce:
                raise SignInFailed
        except (OrderTwinError, SignInFailed, httpx.HTTPError):
            return refused_sign_in(self.shell, visit)
        visit.session = self.shell.sessions.signed_in(
            visit.session, f"Bearer {token}", caller.member, caller.tenant
        )
        # Another redirect would still count as coming from the provider's site.
        return visit.show("onward.html", target=way.target)

    async def _token(self, visit: Visit, way: Way) -> str:
        found = await self._metadata()
        form = {
            "grant_type": "authorization_code",
            "code": visit.asked("code"),
            "redirect_uri": self._return_address(visit),
            "client_id": self.oidc.client_id,
            "code_verifier": way.verifier,
        }
        secret = self.oidc.client_secret
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.post(
                found["token_endpoint"],
                data=form,
                auth=httpx.BasicAuth(self.oidc.client_id, secret) if secret else None,
            )
            answer.raise_for_status()
        try:
            return str(answer.json()["id_token"])
        except (ValueError, KeyError, TypeError):
            raise SignInFailed from None

    async def _metadata(self) -> dict[str, Any]:
        """What the provider says of itself, asked once."""
        if not self._known:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                answer = await client.get(self.oidc.issuer.rstrip("/") + DISCOVERY)
                answer.raise_for_status()
                self._known = answer.json()
        return self._known

    def _return_address(self, visit: Visit) -> str:
        page = self.shell.options.public_url or str(visit.request.base_url)
        return page.rstrip("/") + RETURN


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636).

    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    """What a token says; only to be believed once the server has checked it."""
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, IndexError):
        return {}
    return claims if isinstance(claims, dict) else {}
