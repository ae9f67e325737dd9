"""Looks for drift, and tells the log. Nothing is trained or exchanged because of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Event

from ordertwin_models.errors import StoreError
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.drift_looks import DriftLooks
from ordertwin_server.commands.watch_drift import DriftReport
from ordertwin_server.repeating import repeated
from ordertwin_stores.interface import OrderStore

HOUR = 3600.0
FIRST_AFTER = 60.0
"""Seconds after the start, so that a server which is started anew every day looks at all."""


class DriftWatch:
    """Tells of drift every so many hours; never when that is 0. `told` hears what was found for
    each tenant."""

    def __init__(
        self,
        store: OrderStore,
        looks: DriftLooks,
        hours: int,
        told: Callable[[str, DriftReport], None] = lambda tenant, report: None,
    ) -> None:
        self._store, self._looks, self._seconds = store, looks, hours * HOUR
        self._told = told
        self._ending = Event()

    def look(self) -> int:
        """Look at every tenant; returns how many alarms there were."""
        alarms = 0
        try:
            for tenant in self._store.access.tenants():
                if self._ending.is_set():
                    break
                report = self._looks.look(tenant).report
                self._told(tenant, report)
                alarms += len(report.alarms)
                for alarm in report.alarms:
                    LOGGER.warning("Drift in tenant %s: %s.", tenant, alarm.sentence)
        except StoreError as error:
            LOGGER.warning("Drift cannot be looked for: %s", error)
        return alarms

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look again and again, first after a minute, until the block ends."""
        async with repeated(self.look, self._seconds, FIRST_AFTER):
            try:
                yield
            finally:
                self._ending.set()
