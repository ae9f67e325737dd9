"""A store whose queue is as long as a bad week makes it, filled without scoring every order."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from benchmarks.bulk_orders import history
from ordertwin_models.assessment import assess, featurise, prepare
from ordertwin_models.decision import Action, Decision, Outcome
from ordertwin_models.order import OrderState
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.codec import canonical_order, document_digest
from ordertwin_stores.interface import (
    HistoryEntry,
    OrderStore,
    Registered,
    RegisterResult,
    Registration,
    RequestRecord,
)
from ordertwin_stores.reviews import NewReview

TENANT = "default"
TOGETHER = 64


def fill_queue(store: OrderStore, count: int, seed: int, report: Callable[[int], None]) -> None:
    """Register so many held orders, each with an open review of its own.

    Raises `RuntimeError` when the store has one of these orders already.
    """
    chance = random.Random(seed)
    doubt: Decision | None = None
    nothing_seen = store.candidates(TENANT, (), 1)
    # The store commits what many threads hand in at the same time together.
    with ThreadPoolExecutor(TOGETHER) as pool:
        waiting = deque[Future[RegisterResult]]()
        for number, entry in enumerate(history(count, seed, report)):
            doubt = doubt or _doubt(entry)
            held = _held(entry, doubt, number, chance)
            waiting.append(pool.submit(store.register, TENANT, held, nothing_seen))
            if len(waiting) > 4 * TOGETHER:
                _ensure_new(waiting.popleft().result())
        for each in waiting:
            _ensure_new(each.result())


def _ensure_new(result: RegisterResult) -> None:
    if not isinstance(result, Registered):
        raise RuntimeError(f"The queue is not as long as it should be: {result}")


def _doubt(entry: HistoryEntry) -> Decision:
    """A decision without a twin that says REVIEW: what it says does not matter for the queue."""
    incoming = featurise(prepare(entry.order), TermFrequencies(0, {}))
    decided = assess(None, incoming, (), truncated=False, at=entry.at)
    return replace(decided, outcome=Outcome.REVIEW, action=Action.HOLD)


def _held(entry: HistoryEntry, doubt: Decision, number: int, chance: random.Random) -> Registration:
    key = f"queue-{number:09d}"
    order = replace(entry.order, order_id=key, order_number=f"Q{number:09d}")
    document = canonical_order(order)
    return Registration(
        order_key=key,
        order=order,
        digest=document_digest(document),
        state=OrderState.HELD,
        features=entry.features,
        lookups=(),
        blocking_keys=entry.blocking_keys,
        terms=entry.terms,
        decision_key=f"d-{key}",
        decision=replace(doubt, decided_at=entry.at + timedelta(days=1)),
        review_key=f"r-{key}",
        request=RequestRecord("ScoreOrder", key, b"", "{}"),
        audit=AuditEntry("clients/erp", "ScoreOrder", f"orders/{key}", key, "REVIEW", ""),
        at=entry.at + timedelta(days=1),
        document=document,
        asks=NewReview(
            key=f"r-{key}",
            priority=chance.randrange(2_000_000),
            value=float(order.total_amount or 0),
            channel=order.channel.value if order.channel else "UNKNOWN",
            source=order.source,
            customer=order.customer.party_id if order.customer else "",
        ),
    )
