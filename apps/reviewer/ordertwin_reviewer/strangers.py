"""Requests that show no credential: who may work as `local`, and which are no business of ours.

The gRPC server lets programs of its own machine in without a credential. This application is one,
so it must not lend that to others: only to programs of this machine that reach it without a proxy.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ordertwin_reviewer.options import WebOptions, is_loopback

_PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_OURS = ("same-origin", "none", "")


def may_be_local(connection: HTTPConnection, options: WebOptions) -> bool:
    """Whether a request without a credential may be forwarded as it is."""
    headers = connection.headers
    return (
        options.is_local
        and connection.client is not None
        and is_loopback(connection.client.host)
        and not any(name in headers for name in _PROXIED)
        and headers.get("sec-fetch-site", "") in _OURS
    )


CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)
HEADERS = (
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
)


class Doorkeeper:
    """Refuses requests that were meant for another name; sets the headers that every answer has.

    A site that has a name of its own point to this machine could otherwise read what is here.
    """

    def __init__(self, app: ASGIApp, options: WebOptions) -> None:
        self._app = app
        self._hosts = options.hosts
        self._secure = options.is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in self._headers(scope["path"]) if pair[0] not in present),
                ]
            await send(message)

        app = self._app
        host = urlsplit("//" + Headers(scope=scope).get("host", "")).hostname
        if host not in self._hosts:
            app = PlainTextResponse("This page has another name.\n", 421)
        await app(scope, receive, send_guarded)

    def _headers(self, path: str) -> list[tuple[bytes, bytes]]:
        headers = [(name.encode(), value.encode()) for name, value in HEADERS]
        if not path.startswith("/static/"):
            headers.append((b"cache-control", b"no-store"))
        if self._secure:
            headers.append((b"strict-transport-security", b"max-age=31536000"))
        return headers
