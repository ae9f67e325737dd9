"""Stable numbers for text: the same on every machine, in every process, for ever.

Two sizes: 32 bits where two given values are compared, 64 bits (signed, as databases like it) where
a value is looked up among millions. Zero is kept for "missing".
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any
from zlib import crc32

_LOWER_HALF = 0xFFFF


def fingerprint32(text: str) -> int:
    """An unsigned 32-bit number for `text`; 0 for the empty text only.

    >>> fingerprint32(""), fingerprint32("acme") == fingerprint32("acme")
    (0, True)
    """
    return (crc32(text.encode("utf-8", "surrogatepass")) or 1) if text else 0


def chain32(chain: str) -> int:
    """As `fingerprint32`, of a chain whose links are parted by dots: what begins with the same link
    has the upper half of the number in common, and one link has the number of its text.

    >>> chain32("1") == fingerprint32("1"), begin_alike(chain32("1"), chain32("1.b"))
    (True, True)
    """
    first, dot, _ = chain.partition(".")
    if not dot:
        return fingerprint32(chain)
    return fingerprint32(first) & ~_LOWER_HALF | fingerprint32(chain) & _LOWER_HALF


def begin_alike(chain: Any, other: Any) -> Any:
    """Whether two chains, or arrays of them, begin with the same link."""
    return (chain ^ other) <= _LOWER_HALF


@lru_cache(maxsize=65_536)
def fingerprint64(kind: str, text: str) -> int:
    """A signed 64-bit number for `text` seen as a `kind` of thing; never 0.

    >>> fingerprint64("phone", "+4930123") == fingerprint64("reference", "+4930123")
    False
    """
    data = f"{kind}\x1f{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True) or 1
