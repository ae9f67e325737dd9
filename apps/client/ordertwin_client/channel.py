"""How a client reaches a server and shows who it is: plain on this machine, TLS beyond it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import grpc

from ordertwin_client.requests import CHANNEL_OPTIONS

Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tls:
    """Whom to trust, as PEM: certificates of authorities, None for those of the system; and for
    servers that ask for one, a certificate of one's own with its key."""

    ca: bytes | None = None
    certificate: bytes | None = None
    key: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls, ca: Path | None = None, certificate: Path | None = None, key: Path | None = None
    ) -> Self:
        """The same from files."""
        return cls(*(path.read_bytes() if path else None for path in (ca, certificate, key)))

    @property
    def credentials(self) -> grpc.ChannelCredentials:
        """What gRPC wants to see."""
        return grpc.ssl_channel_credentials(self.ca, self.key, self.certificate)


def open_channel(target: str, tls: Tls | None) -> grpc.Channel:
    """A channel for blocking code."""
    if tls is None:
        return grpc.insecure_channel(target, CHANNEL_OPTIONS)
    return grpc.secure_channel(target, tls.credentials, CHANNEL_OPTIONS)


def open_aio_channel(target: str, tls: Tls | None) -> grpc.aio.Channel:
    """A channel for async code."""
    if tls is None:
        return grpc.aio.insecure_channel(target, CHANNEL_OPTIONS)
    options: Any = CHANNEL_OPTIONS
    return grpc.aio.secure_channel(target, tls.credentials, options)


def metadata_with(key: str, target: str, *, encrypted: bool) -> Metadata | None:
    """What every call carries; ValueError rather than a key in the clear on a network.

    >>> metadata_with("ot_1", "127.0.0.1:50551", encrypted=False)
    (('authorization', 'Bearer ot_1'),)
    >>> metadata_with("ot_1", "orders.example:50551", encrypted=False)
    Traceback (most recent call last):
    ValueError: A key would travel in the clear to orders.example:50551; give `tls`.
    """
    if not key:
        return None
    if not encrypted and not is_here(target):
        raise ValueError(f"A key would travel in the clear to {target}; give `tls`.")
    return (("authorization", f"Bearer {key}"),)


def is_here(target: str) -> bool:
    """Whether a target is on this machine.

    >>> is_here("localhost:1"), is_here("[::1]:1"), is_here("unix:/run/x"), is_here("10.0.0.1:1")
    (True, True, True, False)
    """
    if target.startswith("unix:"):
        return True
    host = target.rpartition(":")[0].removeprefix("[").removesuffix("]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
