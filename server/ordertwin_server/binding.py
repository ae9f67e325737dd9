"""Where the server listens: what an address means, whether it may be used, whether it is free."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass

from ordertwin_server.faults import StartFailed


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port.

    >>> Address.parse("[::1]:50551"), Address.parse("127.0.0.1:0").is_loopback
    (Address(host='::1', port=50551), True)
    >>> Address.parse("50551")
    Traceback (most recent call last):
    ordertwin_server.faults.StartFailed: The address '50551' must look like 127.0.0.1:50551.
    """

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address in `text`; `StartFailed` when there is none."""
        host, _, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not (port.isascii() and port.isdecimal()) or int(port[:6]) > 65_535:
            raise StartFailed(f"The address {text!r} must look like 127.0.0.1:50551.")
        return cls(host, int(port))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def ensure_allowed(address: Address, *, encrypted: bool, allow_insecure_bind: bool) -> None:
    """Raise `StartFailed` when other machines could reach a server that does not encrypt."""
    if not address.is_loopback and not encrypted and not allow_insecure_bind:
        raise StartFailed(
            f"{address} can be reached from other machines, and calls are not encrypted. Give "
            "--tls-certificate and --tls-key, listen on 127.0.0.1, or set --allow-insecure-bind if "
            "nobody on that network could listen in."
        )


def ensure_free(address: Address) -> None:
    """Raise `StartFailed` that says why nobody can listen there, before gRPC only says that."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            # Connections of a former server that are still closing must not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
            probe.listen(1)
        except OSError as error:
            raise StartFailed(_reason(address, error)) from None


def _reason(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"{address} is in use by another program, perhaps another OrderTwin server. "
            "Stop that one, or choose another address with --listen or ORDERTWIN_LISTEN."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{address} may not be used by this user; choose a port above 1023 with --listen."
    return (
        f"{address} is no address of this machine ({error.strerror}); "
        "choose one with --listen, for example 127.0.0.1:50551."
    )
