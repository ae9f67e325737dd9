"""Forgetting what is old, class by class, in bounded steps that are each noted in the log.

What the operation log loses is its oldest part, after that part was checked; the server signs where
the rest begins, so that it still verifies, and so that nobody else can cut it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_server.access.heads import HeadExport
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.access_records import (
    KEY_USE,
    OVERRIDE,
    SESSION,
    SESSION_USE,
    USE,
    override_from,
    session_from,
)
from ordertwin_server.commands.call import Clock
from ordertwin_server.commands.deeds import put
from ordertwin_server.commands.erase_subject import remains_of
from ordertwin_server.faults import StartFailed
from ordertwin_stores.access import Put
from ordertwin_stores.audit import AuditEntry, Head, check_log
from ordertwin_stores.codec import order_digest
from ordertwin_stores.interface import OrderStore, Remains

SERVER = "server"
ORDERS_AT_ONCE, DECISIONS_AT_ONCE, ROWS_AT_ONCE, LOG_AT_ONCE = 200, 200, 1_000, 5_000
WINDOW = 5_000
"""Orders looked at in one step."""
LEAP = timedelta(days=7)
"""What a server takes for a leap of the clock, if it sweeps often enough."""
HELD = timedelta(days=1)
SWEEP, SWEPT, LEAPT = "sweep", "last", "leap"
"""Notes of when data was last looked at for its age, and when the clock was seen to leap."""
REPEATABLE = timedelta(days=30)
"""Calls can be repeated for so long, and get the first answer again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """How old each class of data may become; None for ever.

    `orders` is about what orders say, `decisions` about what was compared, `log` about the
    operation log, `requests` about what makes calls repeatable, `notes` about when rights were last
    used and about overrides that ended. Raises `StartFailed` when calls could not be repeated.
    """

    orders: timedelta | None = None
    decisions: timedelta | None = None
    log: timedelta | None = None
    requests: timedelta | None = REPEATABLE
    notes: timedelta | None = None

    def __post_init__(self) -> None:
        for name in ("orders", "decisions", "requests", "log"):
            age: timedelta | None = getattr(self, name)
            if age is not None and age < REPEATABLE:
                raise StartFailed(
                    f"--retain-{name}-days must be 0 or at least {REPEATABLE.days}: for so long a "
                    "call may be repeated, and gets its first answer again; the log tells which "
                    "calls an erased order came with."
                )


class Retention:
    """Forgets what is older than its age. `going_on` is asked between steps.

    With a `leap` it does not trust a clock that leapt: when so much time seems to have gone by
    since the last sweep, it warns, and forgets nothing for a day, so that a clock that is wrong can
    be set right before anything is lost.
    """

    def __init__(
        self,
        store: OrderStore,
        heads: HeadExport,
        clock: Clock,
        ages: Ages,
        going_on: Callable[[], bool] = lambda: True,
        *,
        leap: timedelta | None = None,
    ) -> None:
        self._store, self._heads, self._clock, self._ages = store, heads, clock, ages
        self._going_on, self._leap = going_on, leap

    def sweep(self) -> Mapping[str, int]:
        """Go through all tenants once; how many of each class were forgotten."""
        forgotten: Counter[str] = Counter()
        for tenant in self._store.access.tenants():
            if self._leap is not None and self._has_leapt(tenant, self._leap):
                continue
            for name, step in (
                ("orders", self._orders),
                ("decisions", self._decisions),
                ("requests", self._requests),
                ("notes", self._notes),
                ("log", self._log),
            ):
                age: timedelta | None = getattr(self._ages, name)
                if age is None:
                    continue
                for count in step(tenant, self._clock() - age):
                    forgotten[name] += count
                    if not self._going_on():
                        return forgotten
        return forgotten

    def _has_leapt(self, tenant: str, leap: timedelta) -> bool:
        """Whether the clock has gone on by more than it could, and that was noticed just now."""
        access, now = self._store.access, self._clock()
        known = {record.name: record.body for record in access.list(tenant, SWEEP)}
        last = datetime.fromisoformat(known.get(SWEPT, now.isoformat()))
        leapt = datetime.fromisoformat(known[LEAPT]) if LEAPT in known else None
        if now - last >= leap:
            leapt = now
            LOGGER.warning(
                "The clock went on by %d days since data was last looked at for its age. Nothing "
                "of %s is forgotten for a day: set the clock right if it is wrong.",
                (now - last).days,
                tenant,
            )
        notes = {SWEPT: now.isoformat()}
        if leapt is not None:
            notes[LEAPT] = leapt.isoformat()
        access.jot(tenant, SWEEP, notes)
        # Before the leap again means that the clock was set right.
        return leapt is not None and leapt <= now < leapt + HELD

    def _orders(self, tenant: str, before: datetime) -> Iterator[int]:
        after: int | None = 0
        while after is not None:
            aged = self._store.retention.aged_orders(tenant, before, after, WINDOW)
            for start in range(0, len(aged.keys), ORDERS_AT_ONCE):
                yield self._forget_orders(tenant, aged.keys[start : start + ORDERS_AT_ONCE])
            after = aged.reached
            yield 0

    def _forget_orders(self, tenant: str, keys: tuple[str, ...]) -> int:
        remains = []
        for stored in self._store.get_orders(tenant, keys).values():
            order = remains_of(stored.order)
            remains.append(Remains(stored.key, order, order_digest(order)))
        entry = _entry("ForgetOrders", len(remains))
        try:
            self._store.retention.forget_orders(tenant, remains, entry, self._clock())
        except NotFound:
            return 0
        return len(remains)

    def _decisions(self, tenant: str, before: datetime) -> Iterator[int]:
        after: int | None = 0
        while after is not None:
            done = self._store.retention.forget_decisions(
                tenant,
                before,
                after,
                DECISIONS_AT_ONCE,
                lambda count: _entry("ForgetDecisions", count),
                self._clock(),
            )
            after = done.reached
            yield done.count

    def _requests(self, tenant: str, before: datetime) -> Iterator[int]:
        count = ROWS_AT_ONCE
        while count == ROWS_AT_ONCE:
            count = self._store.retention.forget_requests(
                tenant,
                before,
                ROWS_AT_ONCE,
                lambda forgotten: _entry("ForgetRequests", forgotten),
                self._clock(),
            )
            yield count

    def _notes(self, tenant: str, before: datetime) -> Iterator[int]:
        access, old = self._store.access, list(self._old_notes(tenant, before))
        for start in range(0, len(old), ROWS_AT_ONCE):
            part = old[start : start + ROWS_AT_ONCE]
            try:
                access.change(tenant, part, None, _entry("ForgetNotes", len(part)), self._clock())
            except EtagMismatch:
                # One of them was just used; the next sweep looks again.
                continue
            yield len(part)

    def _old_notes(self, tenant: str, before: datetime) -> Iterator[Put]:
        access, now = self._store.access, self._clock()
        sessions = {record.name: record for record in access.list(tenant, SESSION)}
        for name, record in sessions.items():
            if session_from(record.body).expires_at <= now:
                yield put(SESSION, name, None, record)
        for record in access.list(tenant, OVERRIDE):
            if override_from(record.body).expires_at < before:
                yield put(OVERRIDE, record.name, None, record)
        for kind in (USE, KEY_USE, SESSION_USE):
            for record in access.list(tenant, kind):
                ownerless = kind == SESSION_USE and record.name not in sessions
                if ownerless or datetime.fromisoformat(record.body) < before:
                    yield put(kind, record.name, None, record)

    def _log(self, tenant: str, before: datetime) -> Iterator[int]:
        while True:
            cut = self._store.retention.cut(tenant)
            begins_after, trusted = self._heads.begins_after(tenant, cut)
            position = begins_after.position if begins_after else 0
            entries = self._store.access.entries(tenant, position, LOG_AT_ONCE)
            # The newest entry stays: the chain goes on from it.
            newest = self._store.access.head(tenant).position
            kept = (each for each in entries if each.position < newest)
            old = tuple(takewhile(lambda each: each.at < before, kept))
            if not old:
                return
            verdict = check_log(tenant, old, begins_after=begins_after)
            if verdict.finding is not None or not trusted:
                LOGGER.error(
                    "The operation log of %s is not cut: its oldest part does not verify; see "
                    "`ordertwin audit verify`.",
                    tenant,
                )
                return
            head = Head(tenant, old[-1].position, old[-1].hash)
            entry = AuditEntry(
                SERVER, "CutAuditLog", f"auditEvents/{head.position}", "", f"{len(old)} forgotten"
            )
            if not self._store.retention.cut_log(
                tenant, self._heads.cut(head), position, entry, self._clock()
            ):
                return
            yield len(old)
            if len(old) < LOG_AT_ONCE:
                return


def _entry(action: str, count: int) -> AuditEntry:
    return AuditEntry(SERVER, action, "", "", f"{count} forgotten")
