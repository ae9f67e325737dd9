"""Pages of a list: their size, and tokens that cannot be carried over to another list."""

from __future__ import annotations

import base64
import binascii
import hashlib

from ordertwin_models.errors import FieldViolation, InvalidRequest, PageTokenInvalid

DEFAULT_PAGE = 50
MAX_PAGE = 1000
_SEAL_BYTES = 12


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


def seal_of(*list_and_filter: object) -> bytes:
    """Binds a token to its list, so that it cannot be carried over to another one."""
    return hashlib.sha256(repr(list_and_filter).encode()).digest()[:_SEAL_BYTES]


def page_token(position: int, seal: bytes) -> str:
    """The token of the page after this position."""
    body = position.to_bytes(8, "big")
    check = hashlib.sha256(seal + body).digest()[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(body + check).decode()


def position_in(token: str, seal: bytes) -> int | None:
    """The position in a token, None for the first page; `PageTokenInvalid` when it is not ours.

    >>> seal = seal_of("default", "orders")
    >>> position_in(page_token(7, seal), seal), position_in("", seal)
    (7, None)
    """
    if not token:
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    position = int.from_bytes(raw[:8], "big")
    if len(raw) != 8 + _SEAL_BYTES or page_token(position, seal) != token:
        raise PageTokenInvalid(
            "The page token is not from this list; start without a token, "
            "and keep parent and filter the same from page to page."
        )
    return position
