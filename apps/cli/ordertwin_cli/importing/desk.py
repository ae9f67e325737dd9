"""The part of an import that needs no store: reading, preparing and encoding orders.

It takes most of the time, so it is done in processes of its own. A process keeps a batch between
two questions about it, which saves carrying prepared orders to and fro.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, TypeVar

from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.order import Order, OrderState
from ordertwin_models.preparation import PreparedOrder
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_server.identity import TimeOrderedKeys
from ordertwin_stores.codec import canonical_order, document_digest
from ordertwin_stores.encoding import EncodedOrder, encode_order
from ordertwin_stores.interface import HistoryEntry
from ordertwin_training.company_history import HistoryMapping, Problem
from ordertwin_training.company_history.passages import Passage, understand

OBJECTS_BETWEEN_COLLECTIONS = 200_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """The file that is read, and how; `now` is the time of the import.

    `lenient` leaves out orders that are wrong, instead of ending at the first one.
    """

    path: Path
    mapping: HistoryMapping | None
    now: datetime
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An order of a batch: where it stands, what identifies it, and its state if the file tells."""

    line: int
    source: str
    order_id: str
    at: datetime
    digest: bytes
    state: OrderState | None


@dataclass(frozen=True, slots=True)
class Read:
    """What a batch holds up to the first thing that is wrong in it, and what was `left_out`."""

    found: tuple[Found, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts an order meets: orders before it, and how many of them have each of its terms."""

    orders: int
    counts: tuple[int, ...]


@dataclass(slots=True)
class _Batch:
    orders: list[Order] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    prepared: list[PreparedOrder] = field(default_factory=list)


class Desk:
    """Works on batches, by number, in three questions: `read`, `prepare`, `encode`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._keys = TimeOrderedKeys()
        self._batches: dict[int, _Batch] = {}

    def read(self, number: int, passages: Sequence[Passage]) -> Read:
        """The orders that stand in these passages."""
        batch = self._batches[number] = _Batch()
        found: list[Found] = []
        left_out: list[Problem] = []
        for passage in passages:
            source = self._source
            said = understand(passage, source.path, source.mapping, source.now)
            if said.problems and not source.lenient:
                return Read(tuple(found), said.problems)
            left_out += said.problems[:1]
            if said.order is not None:
                order, document = said.order, canonical_order(said.order)
                batch.orders.append(order)
                batch.documents.append(document)
                found.append(
                    Found(
                        passage.line,
                        order.source,
                        order.order_id,
                        order.ordered_at,
                        document_digest(document),
                        said.state,
                    )
                )
        return Read(tuple(found), (), tuple(left_out))

    def prepare(self, number: int, wanted: Sequence[int]) -> list[tuple[int, ...]]:
        """The terms of the wanted orders of a batch; the others are forgotten."""
        batch = self._batches[number]
        batch.orders = [batch.orders[place] for place in wanted]
        batch.documents = [batch.documents[place] for place in wanted]
        batch.prepared = [prepare(order) for order in batch.orders]
        return [prepared.terms for prepared in batch.prepared]

    def encode(
        self, number: int, counted: Sequence[Counted], states: Sequence[OrderState]
    ) -> list[EncodedOrder]:
        """The prepared orders as a store loads them; the batch is forgotten."""
        batch = self._batches.pop(number)
        return [
            self._encoded(*order)
            for order in zip(
                batch.orders, batch.documents, batch.prepared, counted, states, strict=True
            )
        ]

    def _encoded(
        self,
        order: Order,
        document: bytes,
        prepared: PreparedOrder,
        counted: Counted,
        state: OrderState,
    ) -> EncodedOrder:
        counts = dict(zip(prepared.terms, counted.counts, strict=True))
        incoming = featurise(prepared, TermFrequencies(counted.orders, counts))
        return encode_order(
            HistoryEntry(
                order_key=self._keys(),
                order=order,
                digest=document_digest(document),
                state=state,
                features=incoming.features.to_bytes(),
                blocking_keys=incoming.blocking_keys,
                terms=incoming.terms,
                at=order.ordered_at,
                document=document,
            )
        )


_desks: list[Desk] = []
"""The desk of this process, once it has one."""


def open_desk(source: Source) -> None:
    """Make this process one that works at a desk, for as long as its parent lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Orders by the hundred thousand and no cycles among them: looking for some takes a fifth of the
    # time, and finds none.
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _desks.append(Desk(source))


def at_desk(question: Callable[..., T], *arguments: Any) -> T:
    """Ask the desk of this process."""
    return question(_desks[0], *arguments)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
