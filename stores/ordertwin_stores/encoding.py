"""Everything a registration will write, turned into column values, the same for every driver.

Done in the caller's thread, before a writer is asked or a lock is taken: others wait for those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ordertwin_stores.codec import deflate, pack_decision, pack_numbers, pack_order, to_micros
from ordertwin_stores.interface import HistoryEntry, Registered, Registration
from ordertwin_stores.reviews import NewReview, ReviewKind


@dataclass(frozen=True, slots=True)
class EncodedOrder:
    """An order ready to be written. `keys` and `terms` are sorted, without repeats."""

    key: str
    source: str
    order_id: str
    digest: bytes
    state: str
    features: bytes
    content: bytes
    keys: tuple[int, ...]
    terms: tuple[int, ...]
    numbers: bytes
    at: int

    def columns(self, tenant: int, sequence: int) -> tuple[int | str | bytes, ...]:
        """The row of a new order in `orders`, without its version."""
        return (
            sequence,
            tenant,
            self.key,
            self.source,
            self.order_id,
            self.state,
            self.at,
            self.at,
            self.at,
            self.digest,
            self.features,
        )


@dataclass(frozen=True, slots=True)
class EncodedRegistration:
    """A registration ready to be written."""

    entry: Registration
    order: EncodedOrder
    body: bytes
    decided_at: int


def encode_order(entry: Registration | HistoryEntry) -> EncodedOrder:
    """The order of an entry. Sorted keys are written faster, being neighbours in the index."""
    keys = tuple(sorted(set(entry.blocking_keys)))
    terms = tuple(sorted(set(entry.terms)))
    return EncodedOrder(
        key=entry.order_key,
        source=entry.order.source,
        order_id=entry.order.order_id,
        digest=entry.digest,
        state=entry.state.value,
        features=entry.features,
        content=deflate(entry.document) if entry.document else pack_order(entry.order),
        keys=keys,
        terms=terms,
        numbers=pack_numbers(keys, terms),
        at=to_micros(entry.at),
    )


def question_of(entry: Registration, waits: Registered) -> NewReview | None:
    """The review to open with a registration that waits with a batch as `waits` says, if any."""
    if entry.asks is not None and entry.asks.key != entry.review_key:
        return entry.asks
    if entry.review_key is None or (waits.batch_review and not waits.batch_opened):
        return None
    asks = entry.asks or NewReview(key=entry.review_key)
    # A batch is asked about as a whole: once, and with all that is known of it.
    return (
        replace(asks, kind=ReviewKind.BATCH, blind=False, opinions=1)
        if waits.batch_review
        else asks
    )


def encode_history(entry: HistoryEntry | EncodedOrder) -> EncodedOrder:
    """An order of the past; one that was encoded elsewhere is taken as it is."""
    return entry if isinstance(entry, EncodedOrder) else encode_order(entry)


def encode_registration(entry: Registration) -> EncodedRegistration:
    """A registration with its decision."""
    decision = entry.decision
    return EncodedRegistration(
        entry, encode_order(entry), pack_decision(decision), to_micros(decision.decided_at)
    )
