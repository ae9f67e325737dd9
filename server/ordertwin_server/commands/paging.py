"""Pages of a list: their size, and tokens that cannot be carried over to another list."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from ordertwin_models.errors import FieldViolation, InvalidRequest, PageTokenInvalid

DEFAULT_PAGE = 50
MAX_PAGE = 1000
_POSITION, _BLOCK = 8, 16
"""Bytes of a position, and of what is encrypted at once."""


def page_size(asked: int) -> int:
    """How many entries a page has: 0 means 50, more than 1,000 is cut to 1,000.

    >>> page_size(0), page_size(5000)
    (50, 1000)
    """
    if asked < 0:
        raise InvalidRequest(
            [FieldViolation("page_size", f"must be 0 (meaning {DEFAULT_PAGE}) or more")]
        )
    return min(asked or DEFAULT_PAGE, MAX_PAGE)


@dataclass(frozen=True, slots=True)
class Seal:
    """Binds tokens to their list, so that they cannot be carried over to another one."""

    _cipher: Cipher[ECB]
    _list: bytes

    def token(self, position: int) -> str:
        """The token of the page after this position."""
        encryptor = self._cipher.encryptor()
        return base64.urlsafe_b64encode(encryptor.update(self._block(position))).decode()

    def position_in(self, token: str) -> int | None:
        """The position in a token, None for the first page; `PageTokenInvalid` when it is not ours.

        >>> seal = Seals(lambda: bytes(32)).of("default", "orders")
        >>> seal.position_in(seal.token(7)), seal.position_in("")
        (7, None)
        """
        if not token:
            return None
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) == _BLOCK:
            block = self._cipher.decryptor().update(raw)
            position = int.from_bytes(block[:_POSITION], "big")
            if hmac.compare_digest(block, self._block(position)):
                return position
        raise PageTokenInvalid(
            "The page token is not from this list; start without a token, "
            "and keep parent and filter the same from page to page."
        )

    def _block(self, position: int) -> bytes:
        body = position.to_bytes(_POSITION, "big")
        return body + hashlib.sha256(self._list + body).digest()[: _BLOCK - _POSITION]


class Seals:
    """Makes tokens that tell nothing: positions count what all tenants do, and a queue's tell how
    urgent something is, so they are encrypted, each as one block (AES), with a key of the tenant
    that follows from the store's `secret`."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret
        self._ciphers: dict[str, Cipher[ECB]] = {}

    def of(self, tenant: str, *list_and_filter: object) -> Seal:
        """The seal of a list of a tenant. The secret is asked for once."""
        cipher = self._ciphers.get(tenant)
        if cipher is None:
            key = hmac.digest(self._secret(), tenant.encode(), hashlib.sha256)
            cipher = self._ciphers[tenant] = Cipher(AES(key), ECB())
        return Seal(cipher, hashlib.sha256(repr(list_and_filter).encode()).digest())
