"""The import itself: batches go to the desks and come back, and are loaded in the file's order.

Every order meets the counts of exactly the orders before it, whatever the desks finish first, so
that the same file gives the same store.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any

from ordertwin_cli.importing.desk import Counted, Desk, Found, Read, Source, at_desk, open_desk
from ordertwin_models.order import OrderState
from ordertwin_stores.encoding import EncodedOrder
from ordertwin_stores.interface import OrderStore
from ordertwin_training.company_history import HistoryInvalid, Problem
from ordertwin_training.company_history.passages import Passage, natural_key

BATCH = 500
"""Orders a desk works on at once."""

LOADED_TOGETHER = 2_500
"""Orders stored in one transaction."""

BATCHES_A_DESK = 6
"""Batches under way for each desk: enough to go on with while a transaction is written."""


@dataclass(slots=True)
class Tally:
    """What became of the orders of the file so far. `differing` are those that are there with other
    content, `disordered` those older than one before them."""

    loaded: int = 0
    present: int = 0
    differing: int = 0
    disordered: int = 0


@dataclass(slots=True)
class _Batch:
    """A batch under way. `kept` are the orders that are new, `answer` what its desk was asked."""

    number: int
    desk: ProcessPoolExecutor
    answer: Future[Any]
    kept: list[Found] = field(default_factory=list)
    terms: Counter[int] = field(default_factory=Counter)


class Import:
    """Loads the orders of a file into one tenant of a store; `tally` tells how far it came, and
    `left_out` what a lenient source left out.

    `states` are states by `natural_key`, `otherwise` is that of an order nobody tells the state of.
    """

    def __init__(
        self,
        store: OrderStore,
        tenant: str,
        source: Source,
        *,
        states: Mapping[int, OrderState],
        otherwise: OrderState,
        desks: int,
    ) -> None:
        self.tally = Tally()
        self.left_out: list[Problem] = []
        self._store, self._tenant, self._source = store, tenant, source
        self._states, self._otherwise = states, otherwise
        self._desks = desks
        self._reading: deque[_Batch] = deque()
        self._preparing: deque[_Batch] = deque()
        self._encoding: deque[_Batch] = deque()
        self._encoded: list[EncodedOrder] = []
        self._waiting: list[_Batch] = []
        self._unloaded: dict[int, bytes] = {}
        self._uncounted: Counter[int] = Counter()
        self._orders_uncounted = 0
        self._problems: tuple[Problem, ...] = ()
        self._newest: datetime | None = None

    def run(self, passages: Iterator[Passage]) -> None:
        """Load everything.

        Raises HistoryInvalid at the first passage that is wrong, when all before it is loaded.
        """
        with ExitStack() as stack:
            desks = [stack.enter_context(self._desk()) for _ in range(self._desks)]
            try:
                self._run(desks, passages)
            except BaseException:
                for desk in desks:
                    desk.shutdown(wait=False, cancel_futures=True)
                raise

    def _desk(self) -> ProcessPoolExecutor:
        # Not forked: threads are about, and a fork would copy their locks.
        return ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=open_desk, initargs=(self._source,)
        )

    def _run(self, desks: Sequence[ProcessPoolExecutor], passages: Iterator[Passage]) -> None:
        number, more = 0, True
        while True:
            while more and self._under_way < BATCHES_A_DESK * len(desks):
                some, more = self._next(passages)
                if some:
                    desk = desks[number % len(desks)]
                    self._reading.append(_Batch(number, desk, _ask(desk, Desk.read, number, some)))
                    number += 1
            if not self._under_way:
                break
            self._advance()
        self._load()
        if self._problems:
            raise HistoryInvalid(self._problems)

    @property
    def _under_way(self) -> int:
        return len(self._reading) + len(self._preparing) + len(self._encoding)

    def _next(self, passages: Iterator[Passage]) -> tuple[list[Passage], bool]:
        """The next passages, and whether there may be more."""
        some: list[Passage] = []
        if self._problems:
            return some, False
        try:
            some.extend(islice(passages, BATCH))
        except HistoryInvalid as error:
            self._problems = error.problems
            return some, False
        return some, len(some) == BATCH

    def _advance(self) -> None:
        """Take the answers that are there, the furthest first; wait when there is none."""
        lines = (self._encoding, self._preparing, self._reading)
        wait([line[0].answer for line in lines if line], return_when=FIRST_COMPLETED)
        if self._encoding and self._encoding[0].answer.done():
            self._take(self._encoding.popleft())
        elif self._preparing and self._preparing[0].answer.done():
            self._count(self._preparing.popleft())
        elif self._reading and self._reading[0].answer.done():
            self._sift(self._reading.popleft())

    def _sift(self, batch: _Batch) -> None:
        """Keep what is new in a batch that was read."""
        read: Read = batch.answer.result()
        wanted = [place for place, found in enumerate(read.found) if self._is_new(found)]
        batch.kept = [read.found[place] for place in wanted]
        self.left_out += read.left_out
        if read.problems:
            # What stands behind it is not loaded, so that a second run finds a gap nowhere.
            self._problems = read.problems
            self._reading.clear()
        batch.answer = _ask(batch.desk, Desk.prepare, batch.number, wanted)
        self._preparing.append(batch)

    def _is_new(self, found: Found) -> bool:
        if self._newest is not None and found.at < self._newest:
            self.tally.disordered += 1
        else:
            self._newest = found.at
        key = natural_key(found.source, found.order_id)
        known = self._unloaded.get(key)
        if known is None:
            stored = self._store.find_order(self._tenant, found.source, found.order_id)
            known = stored and stored[1]
        if known is None:
            self._unloaded[key] = found.digest
            return True
        self.tally.present += 1
        self.tally.differing += known != found.digest
        return False

    def _count(self, batch: _Batch) -> None:
        """Give the orders of a batch the counts of all orders before them."""
        terms: list[tuple[int, ...]] = batch.answer.result()
        stored = self._store.statistics(self._tenant, list(set(chain.from_iterable(terms))))
        counts, before = stored.counts, stored.orders + self._orders_uncounted
        counted = []
        for place, own in enumerate(terms):
            counted.append(
                Counted(before + place, tuple(counts[term] + self._uncounted[term] for term in own))
            )
            self._uncounted.update(own)
            batch.terms.update(own)
        self._orders_uncounted += len(terms)
        states = [self._state_of(found) for found in batch.kept]
        batch.answer = _ask(batch.desk, Desk.encode, batch.number, counted, states)
        self._encoding.append(batch)

    def _state_of(self, found: Found) -> OrderState:
        key = natural_key(found.source, found.order_id)
        return found.state or self._states.get(key, self._otherwise)

    def _take(self, batch: _Batch) -> None:
        """Keep an encoded batch until there are enough orders for one transaction."""
        self._encoded += batch.answer.result()
        self._waiting.append(batch)
        if len(self._encoded) >= LOADED_TOGETHER:
            self._load()

    def _load(self) -> None:
        if self._encoded:
            self.tally.loaded += self._store.load(self._tenant, self._encoded)
        for batch in self._waiting:
            # From now on the store counts them.
            self._uncounted -= batch.terms
            self._orders_uncounted -= len(batch.kept)
            for found in batch.kept:
                del self._unloaded[natural_key(found.source, found.order_id)]
        self._encoded.clear()
        self._waiting.clear()


def _ask(desk: ProcessPoolExecutor, question: Callable[..., Any], *arguments: Any) -> Future[Any]:
    return desk.submit(at_desk, question, *arguments)
