"""Scores orders with the model that is tried beside the one that answers, after they were answered.

Callers never wait for it: an order is handed to one thread by a queue of bounded length, and what
does not fit in is counted instead. What was counted goes to the store every second, together for
all servers.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, Full, Queue

from ordertwin_models.assessment import IncomingOrder
from ordertwin_models.candidate import Candidate
from ordertwin_models.decision import Decision
from ordertwin_models.errors import StoreError
from ordertwin_models.model import DuplicateModel
from ordertwin_models.rules import rules_model
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.model_difference import difference, differs
from ordertwin_server.model_slot import ModelSlot
from ordertwin_stores.interface import OrderStore
from ordertwin_stores.model_versions import EXAMPLES_KEPT

WAITING = 256
"""Orders that wait to be scored at most."""
FLUSH_SECONDS = 1.0
SCORED, DROPPED, DIFFERING, FAILED = "scored", "dropped", "differing", "failed"
CHANGE = "change:"
"""How counts of changed outcomes begin: `change:UNIQUE>REVIEW`."""


@dataclass(frozen=True, slots=True)
class ShadowCase:
    """An order that was answered; `decide` takes the decision again with another model."""

    tenant: str
    decision_key: str
    order_key: str
    model: DuplicateModel | None
    decision: Decision
    incoming: IncomingOrder
    candidates: Sequence[Candidate]
    decide: Callable[[DuplicateModel], Decision]


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)


class ShadowScorer:
    """A thread that tries models. Safe to use from many threads."""

    def __init__(self, store: OrderStore, slot: ModelSlot, waiting: int = WAITING) -> None:
        self._store, self._slot = store, slot
        self._queue: Queue[tuple[ShadowCase, DuplicateModel] | None] = Queue(waiting)
        self._lock = threading.Lock()
        self._tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
        self._closing = threading.Event()

    def offer(self, case: ShadowCase) -> None:
        """Have an order scored by the shadow of its tenant, if there is one and there is time."""
        shadow = self._slot.shadow_of(case.tenant)
        if shadow is None:
            return
        try:
            self._queue.put_nowait((case, shadow))
        except Full:
            self._count(case.tenant, shadow.version, DROPPED)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work; at the end score what waits and write what was counted."""
        thread = threading.Thread(target=self._run, name="shadow", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._closing.set()
            with suppress(Full):
                self._queue.put_nowait(None)
            await asyncio.to_thread(thread.join)

    def work_off(self) -> None:
        """Score what waits and write what was counted."""
        while self._take(0.0):
            pass
        self._flush()

    def _run(self) -> None:
        while not self._closing.is_set():
            until = time.monotonic() + FLUSH_SECONDS
            while not self._closing.is_set() and (left := until - time.monotonic()) > 0:
                self._take(left)
            self._flush()
        self.work_off()

    def _take(self, seconds: float) -> bool:
        try:
            taken = self._queue.get(timeout=seconds) if seconds else self._queue.get_nowait()
        except Empty:
            return False
        if taken is None:
            return True
        case, shadow = taken
        try:
            self._score(case, shadow)
        except Exception as error:
            # Whatever a model on trial does wrong must not end the trial, or the server.
            self._count(case.tenant, shadow.version, FAILED)
            LOGGER.warning(
                "The shadow %s failed: %s: %s", shadow.version, type(error).__name__, error
            )
        return True

    def _score(self, case: ShadowCase, shadow: DuplicateModel) -> None:
        after = case.decide(shadow)
        counts = [SCORED]
        example = ""
        if differs(case.decision, after):
            counts += [DIFFERING, f"{CHANGE}{case.decision.outcome}>{after.outcome}"]
            found = difference(
                case.decision_key,
                case.order_key,
                (case.model or rules_model(), shadow),
                (case.decision, after),
                case.incoming,
                case.candidates,
            )
            example = found.to_text()
        self._count(case.tenant, shadow.version, *counts, example=example)

    def _count(self, tenant: str, version: str, *names: str, example: str = "") -> None:
        with self._lock:
            tally = self._tallies[tenant, version]
            tally.counts.update(names)
            if example:
                tally.examples = [*tally.examples, example][-EXAMPLES_KEPT:]

    def _flush(self) -> None:
        with self._lock:
            tallies, self._tallies = self._tallies, defaultdict(_Tally)
        for (tenant, version), tally in tallies.items():
            try:
                self._store.models.tally(tenant, version, tally.counts, tally.examples)
            except StoreError as error:
                LOGGER.warning("What the shadow %s counted is lost: %s", version, error)
