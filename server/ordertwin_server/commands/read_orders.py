"""GetOrder and ListOrders. Pages go by position, never by offset, so that nothing is skipped."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from ordertwin_models.errors import FieldViolation, InvalidRequest, PageTokenInvalid
from ordertwin_models.order import OrderState
from ordertwin_server.commands.call import Call
from ordertwin_stores.interface import OrderFilter, OrderStore, StoredOrder

DEFAULT_PAGE = 50
MAX_PAGE = 1000
_SEAL_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which orders, and which page of them; fields left None do not filter."""

    state: OrderState | None = None
    source: str | None = None
    order_id: str | None = None
    received_after: datetime | None = None
    page_size: int = 0
    page_token: str = ""

    @property
    def where(self) -> OrderFilter:
        """The filter alone."""
        return OrderFilter(
            state=self.state,
            source=self.source,
            order_id=self.order_id,
            received_after=self.received_after,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Orders, the newest first, and the token of the next page; empty on the last one."""

    orders: tuple[StoredOrder, ...]
    next_token: str


class ReadOrders:
    """Reads orders of one store."""

    def __init__(self, store: OrderStore) -> None:
        self._store = store

    def get(self, call: Call, key: str) -> StoredOrder:
        """The order with this key; `NotFound` when there is none."""
        return self._store.get_order(call.tenant, key)

    def list(self, call: Call, query: ListQuery) -> Page:
        """A page of orders. `page_size` 0 means 50; more than 1,000 is cut to 1,000.

        Raises `InvalidRequest` on a negative size, `PageTokenInvalid` on a token that is not ours
        or came from another filter.
        """
        if query.page_size < 0:
            raise InvalidRequest(
                [FieldViolation("page_size", f"must be 0 (meaning {DEFAULT_PAGE}) or more")]
            )
        where = query.where
        seal = _seal(call.tenant, where)
        position = _position(query.page_token, seal) if query.page_token else None
        size = min(query.page_size or DEFAULT_PAGE, MAX_PAGE)
        page = self._store.list_orders(call.tenant, where, size, position)
        following = page.next_position
        return Page(page.orders, "" if following is None else _token(following, seal))


def _seal(tenant: str, where: OrderFilter) -> bytes:
    """Binds a token to its list, so that it cannot be carried over to another one."""
    return hashlib.sha256(repr((tenant, where)).encode()).digest()[:_SEAL_BYTES]


def _token(position: int, seal: bytes) -> str:
    body = position.to_bytes(8, "big")
    check = hashlib.sha256(seal + body).digest()[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(body + check).decode()


def _position(token: str, seal: bytes) -> int:
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    position = int.from_bytes(raw[:8], "big")
    if len(raw) != 8 + _SEAL_BYTES or _token(position, seal) != token:
        raise PageTokenInvalid(
            "The page token is not from this list; start without a token, "
            "and keep parent and filter the same from page to page."
        )
    return position
