"""Notes what calls did that changed nothing: refused ones, failed ones, reads, and uses of rights.

Changes are noted in their own transaction. The rest is noted here a moment later, many at once, so
that a read costs no flush to the disk and reads go on when the disk is full; what cannot be noted
then is kept and tried again.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from itertools import takewhile

from ordertwin_models.errors import StoreError
from ordertwin_server.access.rates import Bucket
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.access_records import KEY_USE, SESSION_USE, USE
from ordertwin_server.commands.call import Clock
from ordertwin_server.commands.caller import Caller
from ordertwin_stores.access import AccessStore
from ordertwin_stores.audit import AuditEntry

SECONDS = 0.2
SECONDS_BETWEEN_USES = 60.0
KEPT = 100_000
"""Entries kept in memory while the store takes none; of more than that, the oldest are given up."""
AT_ONCE = 1_000
STRANGERS_A_SECOND = 50
"""Entries a second about callers that nobody knows: whoever knocks at random does not fill the
disk. Those above it are counted, and the count is noted."""

SUPPRESSED, LOST = "REFUSALS_SUPPRESSED", "ENTRIES_LOST"
SERVER = "server"


class Recorder:
    """A thread that writes to the operation log; by `used_clock`, if it is another one, when rights
    were used. Safe to use from many threads."""

    def __init__(
        self, access: AccessStore, clock: Clock, tenant: str, used_clock: Clock | None = None
    ) -> None:
        self._access, self._clock, self._tenant = access, clock, tenant
        self._used_clock = used_clock or clock
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._waiting: deque[tuple[str, datetime, AuditEntry]] = deque()
        self._uses: dict[tuple[str, str, str], datetime] = {}
        self._strangers = Bucket(STRANGERS_A_SECOND, STRANGERS_A_SECOND)
        self._suppressed = self._lost = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def note(self, tenant: str, entry: AuditEntry) -> None:
        """Add an entry soon."""
        with self._lock:
            if len(self._waiting) >= KEPT:
                self._waiting.popleft()
                self._lost += 1
            self._waiting.append((tenant, self._clock(), entry))

    def note_stranger(self, entry: AuditEntry, tenant: str = "") -> None:
        """Add an entry about a caller that nobody knows, unless there are too many; to the log of
        the `tenant` that it is about, if that is known."""
        if self._strangers.take() > 0:
            with self._lock:
                self._suppressed += 1
        else:
            self.note(tenant or self._tenant, entry)

    def used(self, caller: Caller, permission: str = "") -> None:
        """Remember that a credential was used, and a right if the call needed one."""
        if caller.identified:
            at = self._used_clock()
            with self._lock:
                if permission:
                    self._uses[caller.tenant, USE, f"{caller.member} {permission}"] = at
                if caller.session_id:
                    self._uses[caller.tenant, SESSION_USE, caller.session_id] = at
                if caller.key_id:
                    self._uses[caller.tenant, KEY_USE, caller.key_id] = at

    def settle(self) -> None:
        """See that everything noted so far is in the log, for whoever reads it next."""
        self._attempt(self.flush)

    def close(self) -> None:
        """Write what waits, then stop."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        rounds, until_uses = int(SECONDS_BETWEEN_USES / SECONDS), 0
        while not self._closing.wait(SECONDS):
            self._attempt(self.flush)
            until_uses += 1
            if until_uses >= rounds:
                until_uses = 0
                self._attempt(self.flush_uses)
        self._attempt(self.flush)
        self._attempt(self.flush_uses)

    @staticmethod
    def _attempt(write: Callable[[], None]) -> None:
        try:
            write()
        except StoreError as error:
            LOGGER.warning(str(error), extra={"fields": {"method": "operation log"}})

    def flush(self) -> None:
        """Write the entries that wait."""
        with self._flushing:
            with self._lock:
                self._count(SUPPRESSED, self._suppressed)
                self._count(LOST, self._lost)
                self._suppressed = self._lost = 0
                waiting = list(self._waiting)
                self._waiting.clear()
            written = 0
            try:
                while batch := _batch(waiting[written : written + AT_ONCE]):
                    self._access.note(waiting[written][0], batch)
                    written += len(batch)
            finally:
                with self._lock:
                    self._waiting.extendleft(reversed(waiting[written:]))

    def flush_uses(self) -> None:
        """Write which rights were used since the last time."""
        with self._lock:
            uses, self._uses = self._uses, {}
        bodies: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for (tenant, kind, name), at in uses.items():
            bodies[tenant, kind][name] = at.isoformat(timespec="minutes")
        for (tenant, kind), named in bodies.items():
            self._access.jot(tenant, kind, named)

    def _count(self, action: str, number: int) -> None:
        if number:
            entry = AuditEntry(SERVER, action, "", "", str(number))
            self._waiting.append((self._tenant, self._clock(), entry))


def _batch(waiting: list[tuple[str, datetime, AuditEntry]]) -> list[tuple[datetime, AuditEntry]]:
    """The first entries that belong to one tenant."""
    same = takewhile(lambda each: each[0] == waiting[0][0], waiting)
    return [(at, entry) for _, at, entry in same]
