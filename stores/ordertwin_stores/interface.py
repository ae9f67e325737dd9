"""The contract every store keeps. Each sentence here has a case in `tests/conformance/stores`.

Shared rules
- A store is safe to call from many threads. Reads never wait for writers.
- A call that returns has been made durable; a call that raises `StoreUnavailable` wrote nothing;
  `StoreOutcomeUnknown` means that nobody knows, and every later write raises it too;
  `StoreAnswerLost` means that nobody could be asked any more, and a repeat finds out.
- Identifiers compare byte for byte: case and Unicode form matter, nothing is trimmed.
- Times come from the caller, carry a zone, and come back equal, in UTC, to the microsecond; so do
  decimals in value and scale. Nothing of one tenant is ever visible to another.
- A request can be repeated for 30 days at least, by the times that callers give; after that its
  natural key still tells that the order is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ordertwin_models.candidate import Candidate, Lookup
from ordertwin_models.decision import Decision
from ordertwin_models.order import Order, OrderState
from ordertwin_stores.audit import AuditEntry as AuditEntry
from ordertwin_stores.erasure import Erasure as Erasure
from ordertwin_stores.erasure import Remains as Remains
from ordertwin_stores.parts import StoreParts

if TYPE_CHECKING:
    from ordertwin_stores.encoding import EncodedOrder
    from ordertwin_stores.reviews import NewReview


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order as stored. `key` is the last part of its resource name, `version` its etag."""

    key: str
    order: Order
    state: OrderState
    version: int
    received_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a lookup found, the newest first. `truncated` says that orders that might be twins were
    left out: there were too many in all, or behind a key of a rule that is `blocking.TELLING`.
    `snapshot` is opaque: `register` sees by it what came in between."""

    candidates: tuple[Candidate, ...]
    truncated: bool
    snapshot: object


@dataclass(frozen=True, slots=True)
class Statistics:
    """How often terms occur: `orders` registered in the tenant, `counts` per term asked for."""

    orders: int
    counts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SourceFlow:
    """New orders that a source sent, and how many of them were not unique."""

    orders: int
    flagged: int


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """An idempotency row: what was asked, and the reply to give again."""

    method: str
    request_id: str
    fingerprint: bytes
    reply: str


@dataclass(frozen=True, slots=True)
class Registration:
    """Everything that one ScoreOrder call leaves behind; written in one transaction.

    `order_key`, `decision_key` and `review_key` are new, but for an amended order, which keeps its
    key. `lookups` are the keys looked up (to notice what came in between), `blocking_keys` those
    the order can be found by, `terms` those whose counts grow by one. `amends` is the key of the
    stored order that this one is a changed version of, and the version of it that was seen.
    `batch_since` has the order wait with the batch of its source, if it belongs to a burst:
    with the newest one that an order joined at or after that time, else with a new one. `document`
    is the order as `codec.canonical_order` made it for the digest; without it, it is made again.
    `asks` says what the review under `review_key` asks; with a key of its own it is a question that
    the order does not wait for, which its decision does not name. `turned_by` is the order whose
    change turned the decision, if one did."""

    order_key: str
    order: Order
    digest: bytes
    state: OrderState
    features: bytes
    lookups: tuple[Lookup, ...]
    blocking_keys: tuple[int, ...]
    terms: tuple[int, ...]
    decision_key: str
    decision: Decision
    review_key: str | None
    request: RequestRecord
    audit: AuditEntry
    at: datetime
    amends: tuple[str, int] | None = None
    batch_since: datetime | None = None
    document: bytes = b""
    asks: NewReview | None = None
    turned_by: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """The order, its decision and the rest are durable.

    `batch_review` is the review of the batch that the order waits with, if it does; `batch_opened`
    says that it is the first one in it.
    """

    batch_review: str | None = None
    batch_opened: bool = False


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Nothing was written: orders sharing a key came in between. Decide again with all of them."""

    candidates: Candidates


@dataclass(frozen=True, slots=True)
class Replayed:
    """Nothing was written: this request id with this fingerprint was answered before."""

    reply: str


@dataclass(frozen=True, slots=True)
class AlreadyStored:
    """Nothing was written: the natural key (source, order_id) is taken."""

    order_key: str


RegisterResult = Registered | Overtaken | Replayed | AlreadyStored


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What `list_orders` returns; unset fields do not filter. `received_after` is exclusive."""

    state: OrderState | None = None
    source: str | None = None
    order_id: str | None = None
    received_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page, newest first; `next_position` is None on the last one."""

    orders: tuple[StoredOrder, ...]
    next_position: int | None


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision with the names it belongs to. Text is not stored; see `Decision`.

    `state` is the one that the order got with this decision, whatever it is in now.
    """

    key: str
    order_key: str
    review_key: str | None
    state: OrderState
    decision: Decision


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A state update. `expected_version` None means any."""

    order_key: str
    state: OrderState
    reason: str
    expected_version: int | None
    request: RequestRecord
    audit: AuditEntry
    at: datetime


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One order of a past that needs no decision: see `OrderStore.load`.

    `document` as in `Registration`.
    """

    order_key: str
    order: Order
    digest: bytes
    state: OrderState
    features: bytes
    blocking_keys: tuple[int, ...]
    terms: tuple[int, ...]
    at: datetime
    document: bytes = b""


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """What an operator wants to know of a store; `details` are driver facts by name."""

    orders: int
    decisions: int
    writable: bool
    details: Mapping[str, str] = field(default_factory=dict)


class OrderStore(StoreParts, Protocol):
    """Orders, their decisions, and what makes calls repeatable.

    Every audit entry goes to the end of its tenant's chain (see `ordertwin_stores.audit`), in the
    transaction of what it tells of, its digests sealed under a salt of its own.
    """

    def candidates(self, tenant: str, lookups: Sequence[Lookup], limit: int) -> Candidates:
        """Existing orders that share a key, newest registered first, at most `limit` in all.

        Of each key the newest `cap` are read, and of those found what is worth a comparison by
        `ordertwin_models.blocking.worth_comparing` is returned. A candidate names every rule that
        found it, in the order of `lookups`, without repeats. An empty `lookups` finds nothing.
        """

    def statistics(self, tenant: str, terms: Sequence[int]) -> Statistics:
        """Counts of the terms asked for; a term never seen is 0. Repeats in `terms` are fine."""

    def register(self, tenant: str, entry: Registration, seen: Candidates) -> RegisterResult:
        """Write everything in `entry`, or nothing, and say which.

        Checked in this order, inside the transaction: request id seen before with the same
        fingerprint gives `Replayed`, with another raises `RequestIdReused`; natural key taken (and
        not the order being amended) gives `AlreadyStored`; any order sharing one of `entry.lookups`
        that `seen` did not show gives `Overtaken` with candidates as `candidates` would return now
        (orders beyond caps do not count, nor does the order being amended); an amended order whose
        version moved on raises `EtagMismatch`. An amended order that is not there is `NotFound`.

        On `Registered`: the order has version 1 (amended: one more, its earlier content kept, its
        keys and terms replaced, its state set), counts of `terms` grew by one; decision, review,
        request, audit entry and an outbox event are there. An order that waits with a batch has its
        review; the first one opens it under `entry.review_key`, with an outbox event of its own.
        """

    def flow(self, tenant: str, source: str, since: datetime) -> SourceFlow:
        """What a source sent in the minute of `since` and later, by the times of registration.

        New orders only, not amended or loaded ones. What is more than a day older than the newest
        order of the source may be forgotten.
        """

    def load(self, tenant: str, entries: Iterable[HistoryEntry | EncodedOrder]) -> int:
        """Store orders without decisions, all or none; returns how many were new.

        Taken natural keys are skipped. Entries may be encoded already (`encoding.encode_order`). A
        batch has one audit entry. Nobody else writes meanwhile: load a few thousand orders a call.
        """

    def reply_to(self, tenant: str, method: str, request_id: str, fingerprint: bytes) -> str | None:
        """The stored reply to a request, None if never seen; `RequestIdReused` on other bytes."""

    def remember(
        self, tenant: str, request: RequestRecord, audit: AuditEntry, at: datetime
    ) -> str | None:
        """Make a request repeatable that changed nothing else, with its audit entry: None then; the
        stored reply, and nothing written, when it was answered before; `RequestIdReused` on other
        bytes.
        """

    def get_order(self, tenant: str, key: str) -> StoredOrder:
        """One order; `NotFound` when there is none."""

    def get_orders(self, tenant: str, keys: Sequence[str]) -> Mapping[str, StoredOrder]:
        """Several orders by key; missing ones are left out."""

    def contents_before(
        self, tenant: str, keys: Sequence[str], at: datetime
    ) -> Mapping[str, Order]:
        """What orders said just before `at`; missing ones are left out.

        An order amended at `at` or later comes with the content it had until then (the first one,
        when registered at `at` or later): with the time of a decision, what the decision saw.
        """

    def find_order(self, tenant: str, source: str, order_id: str) -> tuple[str, bytes] | None:
        """Key and digest of the order with this natural key."""

    def list_orders(
        self, tenant: str, where: OrderFilter, size: int, position: int | None
    ) -> OrderPage:
        """A page of orders, newest registered first, after `position` of an earlier page.

        Orders registered while paging do not make another order appear twice or be skipped.
        """

    def update_status(self, tenant: str, change: StatusChange) -> StoredOrder | Replayed:
        """Move an order to another state, or raise and write nothing.

        `NotFound`, then `RequestIdReused` or `Replayed`, then `EtagMismatch`, then
        `StateTransitionRefused` (see `OrderState.may_become`). Moving to the state it is in changes
        nothing and is no error. Version grows by one; the audit entry gets both `order_mark`s.
        """

    def erase(self, tenant: str, erasure: Erasure) -> Replayed | None:
        """Put what remains in place of the content of orders, in all their versions.

        They are no candidates any more; cases copied from them, reasons of their state changes,
        salts of log entries and fingerprints of requests go too. Customers leave their groups, now
        and in the past. Records are written as `AccessStore.change` does. Decisions stay, explained
        with what remains; counts of terms may stay. `NotFound`, and nothing is erased, when an
        order is missing; a request seen before gives `Replayed`. Version grows by one.
        """

    def get_decision(self, tenant: str, key: str) -> StoredDecision:
        """One decision; `NotFound` when there is none."""

    def latest_decision(self, tenant: str, order_key: str) -> StoredDecision | None:
        """The newest decision on an order; None for an order loaded without one."""

    def entered_by(self, tenant: str, order_key: str) -> frozenset[str]:
        """Actors of the registrations and amendments of an order; empty for a loaded one."""

    def iterate_orders(self, tenant: str) -> Iterator[StoredOrder]:
        """All orders, oldest registered first, in bounded memory, without holding a read open."""

    def earlier_versions(self, tenant: str) -> Iterator[tuple[str, Order]]:
        """What orders said before they were changed, with their keys; as `iterate_orders`."""

    def status(self, tenant: str) -> StoreStatus:
        """Counts and driver facts."""

    def close(self) -> None:
        """Finish what is being written, then let go of file or connections. Safe to repeat."""
