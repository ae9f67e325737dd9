"""The server's certificate, read again when its files change, so that renewing it needs no restart.

With a file of authorities, callers have to show a certificate of one of them too.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import grpc

from ordertwin_server.call_log import LOGGER
from ordertwin_server.faults import StartFailed
from ordertwin_server.settings import Settings


class Certificates:
    """Certificate chain and key in PEM files, and the authorities of callers if they need one.

    Raises `StartFailed` when a file cannot be read or is no PEM.
    """

    def __init__(self, chain: Path, key: Path, callers: Path | None = None) -> None:
        self._chain, self._key, self._callers = chain, key, callers
        self._lock = threading.Lock()
        self._seen = self._stamps()
        self._current = self._read()

    @classmethod
    def of(cls, settings: Settings) -> Certificates | None:
        """The certificates that the settings name, None when they name none."""
        chain, key = settings.tls_certificate, settings.tls_key
        if not chain and not key:
            if settings.tls_client_ca:
                raise StartFailed("--tls-client-ca needs --tls-certificate and --tls-key.")
            return None
        if not chain or not key:
            raise StartFailed("--tls-certificate and --tls-key belong together; name both files.")
        callers = Path(settings.tls_client_ca) if settings.tls_client_ca else None
        return cls(Path(chain), Path(key), callers)

    def credentials(self) -> grpc.ServerCredentials:
        """What a gRPC server listens with."""
        # The stubs do not know that None means "no change".
        fetch: Any = self._fresh
        return grpc.dynamic_ssl_server_credentials(
            self._current, fetch, require_client_authentication=self._callers is not None
        )

    def _fresh(self) -> grpc.ServerCertificateConfiguration | None:
        """Called for every new connection: the certificate if it changed, None if it did not.

        A renewal that is half written, or broken, leaves the former certificate in use.
        """
        with self._lock:
            try:
                stamps = self._stamps()
                if stamps == self._seen:
                    return None
                self._current = self._read()
            except StartFailed as error:
                LOGGER.warning("%s The former certificate stays in use.", error)
                return None
            self._seen = stamps
            LOGGER.info("The certificate in %s is in use now.", self._chain)
            return self._current

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        try:
            stats = [path.stat() for path in self._files()]
        except OSError as error:
            raise _unreadable(error) from error
        return tuple((stat.st_mtime_ns, stat.st_ino) for stat in stats)

    def _files(self) -> list[Path]:
        return [self._chain, self._key, *([self._callers] if self._callers else [])]

    def _read(self) -> grpc.ServerCertificateConfiguration:
        try:
            texts = [path.read_bytes() for path in self._files()]
        except OSError as error:
            raise _unreadable(error) from error
        for path, text in zip(self._files(), texts, strict=True):
            if b"-----BEGIN " not in text:
                raise StartFailed(f"{path} is no PEM file; convert it with openssl.")
        _ensure_pair(texts[0], texts[1], self._chain, self._key)
        return grpc.ssl_server_certificate_configuration(
            [(texts[1], texts[0])], texts[2] if self._callers else None
        )


def _ensure_pair(chain: bytes, key: bytes, chain_path: Path, key_path: Path) -> None:
    """Raise `StartFailed` unless the key is that of the certificate: gRPC would only hang up."""
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_private_key,
    )
    from cryptography.x509 import load_pem_x509_certificate

    shape = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        certified = load_pem_x509_certificate(chain).public_key().public_bytes(*shape)
        own = load_pem_private_key(key, None).public_key().public_bytes(*shape)
    except (ValueError, TypeError) as error:
        raise StartFailed(
            f"{chain_path} or {key_path} cannot be used ({error}); the key must have no password."
        ) from error
    if certified != own:
        raise StartFailed(f"The key in {key_path} is not that of the certificate in {chain_path}.")


def _unreadable(error: OSError) -> StartFailed:
    return StartFailed(f"{error.filename} cannot be read ({error.strerror}).")
