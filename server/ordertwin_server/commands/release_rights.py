"""Who may let a held order go on: within limits, never one's own, or with an override."""

from __future__ import annotations

from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.overrides import Overrides
from ordertwin_server.faults import DutiesSeparated, LimitExceeded
from ordertwin_stores.interface import OrderStore, StoredOrder


class ReleaseRights:
    """Decides about releases of one store's orders. Without `overrides` there are none."""

    def __init__(self, store: OrderStore, overrides: Overrides | None = None) -> None:
        self._store = store
        self._overrides = overrides

    def ensure(self, call: Call, current: StoredOrder) -> None:
        """Raise `PermissionDenied`, `DutiesSeparated` or `LimitExceeded` when the caller may not
        release the order; an override for it is used up."""
        call.caller.ensure_may(Permission.ORDERS_RELEASE)
        try:
            self._ensure_apart(call, current)
            call.caller.ensure_may_release(current.order)
        except (LimitExceeded, DutiesSeparated):
            if self._overrides is None or not self._overrides.use(call, f"orders/{current.key}"):
                raise

    def _ensure_apart(self, call: Call, current: StoredOrder) -> None:
        """Who entered an order, also by the name in the order, does not release it."""
        if call.caller.identified and (
            current.order.entered_by == call.actor.rpartition("/")[2]
            or call.actor in self._store.entered_by(call.tenant, current.key)
        ):
            raise DutiesSeparated("Nobody releases an order that they entered themselves")
