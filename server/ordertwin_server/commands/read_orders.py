"""GetOrder and ListOrders. Pages go by position, never by offset, so that nothing is skipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ordertwin_models.order import OrderState
from ordertwin_server.commands.blindfold import Blindfold, may_be_asked_blindly
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_stores.interface import OrderFilter, OrderPage, OrderStore, StoredOrder


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
        self._seals = Seals(store.access.secret)
        self._blindfold = Blindfold(store.reviews)

    def get(self, call: Call, key: str) -> StoredOrder:
        """The order with this key; `NotFound` when there is none."""
        return self._store.get_order(call.tenant, key)

    def blind(self, call: Call, orders: Sequence[StoredOrder]) -> frozenset[str]:
        """Keys of those whose state the caller is not to know: it tells what was decided."""
        return self._blindfold.covers(call, [each.key for each in orders])

    def list(self, call: Call, query: ListQuery) -> Page:
        """A page of orders. `page_size` 0 means 50; more than 1,000 is cut to 1,000.

        By their state, orders are left out whose state the caller is not to know, and made up for
        by later ones, so that no page is shorter for them.

        Raises `InvalidRequest` on a negative size, `PageTokenInvalid` on a token that is not ours
        or came from another filter.
        """
        size = page_size(query.page_size)
        where = query.where
        seal = self._seals.of(call.tenant, "orders", where)
        position = seal.position_in(query.page_token)
        shown: list[StoredOrder] = []
        while True:
            found = self._visible(call, where, size - len(shown), position)
            shown += found.orders
            position = found.next_position
            if position is None:
                return Page(tuple(shown), "")
            if len(shown) >= size:
                break
        is_more = self._is_more(call, where, size, position)
        return Page(tuple(shown), seal.token(position) if is_more else "")

    def _visible(
        self, call: Call, where: OrderFilter, size: int, position: int | None
    ) -> OrderPage:
        """A page as the store has it, without orders that are there for a state which the caller is
        not to know."""
        call.ensure_waiting()
        found = self._store.list_orders(call.tenant, where, size, position)
        if where.state is None:
            return found
        blind = self.blind(call, found.orders)
        return replace(found, orders=tuple(one for one in found.orders if one.key not in blind))

    def _is_more(self, call: Call, where: OrderFilter, size: int, position: int | None) -> bool:
        """Whether the caller is shown anything on the pages that follow: a token which leads to
        nothing would tell that somebody is left out."""
        if where.state is None or not may_be_asked_blindly(call):
            return True
        while position is not None:
            found = self._visible(call, where, size, position)
            if found.orders:
                return True
            position = found.next_position
        return False
