"""The last look at drift of each tenant, remembered because it reads thousands of decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, RLock
from weakref import WeakValueDictionary

from ordertwin_server.commands.call import Clock
from ordertwin_server.commands.watch_drift import NEWEST, DriftReport, watch_drift
from ordertwin_stores.interface import OrderStore

KEPT = timedelta(hours=1)
MOST_TENANTS = 1_000


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen, and when."""

    at: datetime
    report: DriftReport


class DriftLooks:
    """Looks at the newest decisions of tenants."""

    def __init__(self, store: OrderStore, clock: Clock, newest: int = NEWEST) -> None:
        self._store, self._clock, self._newest = store, clock, newest
        self._seen: dict[str, Look] = {}
        self._remembering = Lock()
        self._locks: WeakValueDictionary[str, RLock] = WeakValueDictionary()

    def look(self, tenant: str) -> Look:
        """Look now."""
        with self._turn(tenant):
            report = watch_drift(
                self._store.decision_history, self._store.reviews, tenant, newest=self._newest
            )
            look = Look(self._clock(), report)
            with self._remembering:
                self._seen.pop(tenant, None)
                while len(self._seen) >= MOST_TENANTS:
                    self._seen.pop(next(iter(self._seen)))
                self._seen[tenant] = look
            return look

    def last(self, tenant: str) -> Look:
        """The last look; a new one when that was more than an hour ago."""
        seen = self._fresh(tenant)
        if seen is not None:
            return seen
        with self._turn(tenant):
            return self._fresh(tenant) or self.look(tenant)

    def _turn(self, tenant: str) -> RLock:
        """The lock of a tenant, which lasts as long as somebody holds or awaits it."""
        with self._remembering:
            return self._locks.setdefault(tenant, RLock())

    def _fresh(self, tenant: str) -> Look | None:
        seen = self._seen.get(tenant)
        return seen if seen is not None and self._clock() - seen.at < KEPT else None
