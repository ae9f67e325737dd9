"""API keys and session tokens as text: `ot_<id>_<secret><checksum>`, tokens with `ots` in front.

Only a digest is ever stored.

The prefix lets scanners of leaked secrets recognise a key; the checksum tells a mistyped or cut one
from one that is unknown, without asking the store.
"""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

PREFIX, SESSION_PREFIX = "ot", "ots"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_BYTES, _ID_LENGTH = 9, 13
_SECRET_BYTES, _SECRET_LENGTH = 32, 43
_CHECK_LENGTH = 6
_KEY = re.compile(
    rf"({PREFIX}|{SESSION_PREFIX})_([0-9A-Za-z]{{{_ID_LENGTH}}})"
    rf"_[0-9A-Za-z]{{{_SECRET_LENGTH + _CHECK_LENGTH}}}"
)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the moment it is made; `text` is never to be seen again."""

    key_id: str
    text: str

    @property
    def digest(self) -> bytes:
        """What is stored of it."""
        return digest_of(self.text)

    def __repr__(self) -> str:
        return f"NewKey(key_id={self.key_id!r})"


def new_key(
    random_bytes: Callable[[int], bytes] = secrets.token_bytes, *, prefix: str = PREFIX
) -> NewKey:
    """A key, or a session token, that nobody had before.

    >>> made = new_key(lambda size: bytes(range(size)))
    >>> made.text
    'ot_0005McJmDgrvc_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf2rjHVc'
    >>> key_id_in(made.text) == made.key_id
    True
    """
    key_id = _text(random_bytes(_ID_BYTES), _ID_LENGTH)
    body = f"{prefix}_{key_id}_{_text(random_bytes(_SECRET_BYTES), _SECRET_LENGTH)}"
    return NewKey(key_id, body + _checksum(body))


def key_id_in(text: str, prefix: str = PREFIX) -> str | None:
    """The id in a key, None when the text is no key or its checksum is wrong.

    >>> key_id_in("ot_nonsense") is None
    True
    """
    found = _KEY.fullmatch(text)
    if not found or found[1] != prefix:
        return None
    return found[2] if _checksum(text[:-_CHECK_LENGTH]) == text[-_CHECK_LENGTH:] else None


def looks_like_key(text: str) -> bool:
    """Whether the text means to be a key of ours."""
    return text.startswith(f"{PREFIX}_")


def looks_like_session(text: str) -> bool:
    """Whether the text means to be a session token of ours."""
    return text.startswith(f"{SESSION_PREFIX}_")


def digest_of(text: str) -> bytes:
    """SHA-256 of a key: it has 256 random bits, so a slow hash would protect nothing."""
    return sha256(text.encode()).digest()


def _checksum(body: str) -> str:
    return _text(zlib.crc32(body.encode()).to_bytes(4, "big"), _CHECK_LENGTH)


def _text(raw: bytes, length: int) -> str:
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits.rjust(length, "0")
