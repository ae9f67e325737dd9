"""GetDecision: a stored decision, with the content that the orders had when it was taken."""

from __future__ import annotations

from ordertwin_server.commands.answer import Answer, recall
from ordertwin_server.commands.blindfold import Blindfold
from ordertwin_server.commands.call import Call
from ordertwin_stores.interface import OrderStore


class ReadDecision:
    """Reads decisions of one store."""

    def __init__(self, store: OrderStore) -> None:
        self._store = store
        self._blindfold = Blindfold(store.reviews)

    def __call__(self, call: Call, key: str) -> Answer:
        """The decision with this key; `NotFound` when there is none, `AskedBlindly` when the caller
        is asked about its order."""
        stored = self._store.get_decision(call.tenant, key)
        self._blindfold.ensure_off(call, stored.order_key)
        return recall(self._store, call.tenant, stored)

    def latest_on(self, call: Call, order_key: str) -> str:
        """Key of the newest decision on an order; empty for an order loaded without one."""
        found = self._store.latest_decision(call.tenant, order_key)
        return "" if found is None else found.key
