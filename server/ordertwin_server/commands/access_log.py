"""What the operation log tells of how rights were used, remembered so that each entry is read once.

The log only grows, so what was read of it stays true: a later look reads what came since.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from ordertwin_server.commands.call import Call
from ordertwin_server.commands.overrides import USED
from ordertwin_server.commands.update_status import RELEASED
from ordertwin_stores.audit import AuditFilter, LoggedEntry
from ordertwin_stores.interface import OrderStore

REMEMBERED = timedelta(days=90)
MOST_TENANTS = 100
MOST_CHANGES = 1_000
READ_AT_ONCE = 1_000
CHANGES = frozenset(
    {"CreateFirstKey", "CreateApiKey", "RevokeApiKey", "GrantRole", "WithdrawRole"}
    | {"ConfirmRole", "DefineRole", "ApproveOverride", "EraseSubject", "SetPassword"}
    | {"CutAuditLog", "ActivateModelVersion", "ActivatePolicyVersion"}
    | {"CreateWebhook", "DeleteWebhook", "ExportOrders"}
)
"""What counts as a change: of rights, of what decides, and of what leaves the system."""
MEMBERS = ("clients/", "people/")
"""How names of members begin; strangers may come from anywhere."""
_REFUSED = "DUTIES_SEPARATED"


@dataclass(slots=True)
class UseOfRights:
    """Where members called from, what was refused for its duties, orders released, overrides used,
    and the newest changes."""

    origins: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    refused: Counter[str] = field(default_factory=Counter)
    released: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    overrides: Counter[str] = field(default_factory=Counter)
    changes: list[LoggedEntry] = field(default_factory=list)

    def take(self, logged: LoggedEntry) -> None:
        """Count an entry; they come newest first."""
        entry = logged.entry
        if entry.origin:
            self.origins[entry.actor].add(entry.origin)
        if entry.outcome == _REFUSED:
            self.refused[entry.actor] += 1
        if entry.outcome.startswith(RELEASED):
            self.released[entry.actor].add(entry.target.removeprefix("orders/"))
        if entry.action == USED:
            self.overrides[entry.actor] += 1
        if entry.action in CHANGES and len(self.changes) < MOST_CHANGES:
            self.changes.append(logged)


@dataclass(slots=True)
class _Memory:
    """Of one tenant: entries that tell something, and the last one of each member and origin.

    Positions from `lowest` to `highest` were read; `whole` when nothing older is wanted.
    """

    lock: Lock = field(default_factory=Lock)
    lowest: int = 0
    highest: int | None = None
    whole: bool = False
    telling: deque[LoggedEntry] = field(default_factory=deque)
    origins: dict[tuple[str, str], LoggedEntry] = field(default_factory=dict)

    def add(self, logged: LoggedEntry, *, newer: bool) -> None:
        entry = logged.entry
        if _tells(logged):
            (self.telling.append if newer else self.telling.appendleft)(logged)
        if entry.origin and entry.actor.startswith(MEMBERS):
            called = (entry.actor, entry.origin)
            if newer or called not in self.origins:
                self.origins[called] = logged

    def forget(self, before: datetime) -> None:
        while self.telling and self.telling[0].at < before:
            self.telling.popleft()
        for called in [name for name, last in self.origins.items() if last.at < before]:
            del self.origins[called]


class AccessLog:
    """Looks at the operation logs of tenants."""

    def __init__(self, store: OrderStore) -> None:
        self._store = store
        self._memories: dict[str, _Memory] = {}
        self._remembering = Lock()

    def since(self, call: Call, begin: datetime, now: datetime) -> UseOfRights:
        """What the log tells since a time; raises `DeadlineExceeded`, and goes on from there when
        it is asked again."""
        found = UseOfRights()
        if begin < now - REMEMBERED:
            for logged in self._newest_first(call, begin, None):
                found.take(logged)
            return found
        memory = self._memory(call.tenant)
        with memory.lock:
            self._catch_up(call, memory, now - REMEMBERED)
            cut = self._store.retention.cut(call.tenant)
            first = cut.position + 1 if cut else 1
            kept = {each.position: each for each in (*memory.telling, *memory.origins.values())}
        for position in sorted(kept, reverse=True):
            if position >= first and kept[position].at >= begin:
                found.take(kept[position])
        return found

    def _memory(self, tenant: str) -> _Memory:
        with self._remembering:
            memory = self._memories.pop(tenant, None) or _Memory()
            while len(self._memories) >= MOST_TENANTS:
                self._memories.pop(next(iter(self._memories)))
            self._memories[tenant] = memory
            return memory

    def _catch_up(self, call: Call, memory: _Memory, oldest: datetime) -> None:
        if memory.highest is None:
            memory.highest = self._store.access.head(call.tenant).position
            memory.lowest = memory.highest + 1
        while page := self._store.access.entries(call.tenant, memory.highest, READ_AT_ONCE):
            for logged in page:
                memory.add(logged, newer=True)
            memory.highest = page[-1].position
            call.ensure_waiting()
        if not memory.whole:
            for logged in self._newest_first(call, oldest, memory.lowest):
                memory.add(logged, newer=False)
                memory.lowest = logged.position
            memory.whole = True
        memory.forget(oldest)

    def _newest_first(
        self, call: Call, begin: datetime, before: int | None
    ) -> Iterator[LoggedEntry]:
        """Entries since a time. Entries are in order of time, save for clocks that differ a little:
        a page without any is the end."""
        where = AuditFilter(since=begin)
        while True:
            call.ensure_waiting()
            page = self._store.access.search(call.tenant, where, READ_AT_ONCE, before)
            yield from page.entries
            if page.next_position is None or not page.entries:
                return
            before = page.next_position


def _tells(logged: LoggedEntry) -> bool:
    entry = logged.entry
    return (
        entry.outcome == _REFUSED
        or entry.outcome.startswith(RELEASED)
        or entry.action == USED
        or entry.action in CHANGES
    )
