"""Secrets that the server has to know again, kept so that the database alone does not give them
away: encrypted with a key that lies beside the store, not in it."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ordertwin_server.faults import SealBroken

_NONCE_BYTES = 12


class Sealer:
    """Seals secrets with a key of 32 bytes (AES-GCM). `about` binds a secret to what it is for."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secret: str, about: str) -> str:
        """The secret as it may be stored.

        >>> sealer = Sealer(bytes(32))
        >>> sealed = sealer.seal("s3cret", "webhooks/1")
        >>> "s3cret" in sealed, sealer.opened(sealed, "webhooks/1")
        (False, 's3cret')
        """
        nonce = os.urandom(_NONCE_BYTES)
        return b64encode(
            nonce + self._cipher.encrypt(nonce, secret.encode(), about.encode())
        ).decode()

    def opened(self, sealed: str, about: str) -> str:
        """The secret; `SealBroken` when it was sealed with another key or for something else."""
        try:
            raw = b64decode(sealed, validate=True)
            return self._cipher.decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode()
            ).decode()
        except (ValueError, InvalidTag):
            raise SealBroken from None
