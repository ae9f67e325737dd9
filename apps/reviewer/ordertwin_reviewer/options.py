"""How the web application is run."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ordertwin_client import Tls
from ordertwin_client.requests import DEFAULT_TARGET

DEFAULT_LISTEN = "127.0.0.1:8551"
MIB = 2**20


class OptionsRefused(Exception):
    """The options cannot be worked with; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """The provider of identities that people sign in with."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scope: str = "openid profile email"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """How the web application is run.

    `server` is the gRPC server, reached with `tls` if given. `public_url` is where people reach the
    page when it is not at `listen`, behind a proxy that ends TLS. `timeout` is in seconds.

    >>> WebOptions(public_url="https://orders.example").is_secure
    True
    >>> WebOptions(listen="0.0.0.0:8551").checked()
    Traceback (most recent call last):
    ordertwin_reviewer.options.OptionsRefused: 0.0.0.0:8551 can be reached from other machines; ...
    """

    server: str = DEFAULT_TARGET
    listen: str = DEFAULT_LISTEN
    tls: Tls | None = None
    public_url: str = ""
    timeout: float = 10.0
    max_body_bytes: int = MIB
    oidc: Oidc | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on; OptionsRefused when `listen` is no address."""
        host, _, port = self.listen.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not (port.isascii() and port.isdecimal()) or int(port[:6]) > 65_535:
            raise OptionsRefused(f"The address {self.listen!r} must look like {DEFAULT_LISTEN}.")
        return host, int(port)

    @property
    def is_local(self) -> bool:
        """Whether only programs of this machine are meant to reach the page."""
        return is_loopback(self.address[0]) and not self.public_url

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the page through TLS."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """Names the page answers to; a site that points a name of its own here is refused."""
        host = self.address[0]
        names = {host, "localhost", "127.0.0.1", "::1"} if is_loopback(host) else {host}
        if self.public_url:
            names.add(urlsplit(self.public_url).hostname or "")
        return frozenset(names)

    def checked(self) -> WebOptions:
        """The same, or OptionsRefused when they would not be safe."""
        host, _ = self.address
        if self.public_url and not urlsplit(self.public_url).hostname:
            raise OptionsRefused(f"The public address {self.public_url!r} must be a whole URL.")
        if not is_loopback(host) and not self.is_secure:
            raise OptionsRefused(
                f"{self.listen} can be reached from other machines; put a proxy that ends TLS in "
                "front and name its address with --public-url https://..., or listen on 127.0.0.1."
            )
        return self


def is_loopback(host: str) -> bool:
    """Whether a host is this machine.

    >>> is_loopback("::1"), is_loopback("localhost"), is_loopback("10.0.0.1"), is_loopback("a.b")
    (True, True, False, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
