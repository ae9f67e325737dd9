"""What a store keeps of reviews: questions to people, and what people said.

Each sentence of `ReviewStore` has a case in `tests/conformance/stores/test_reviews.py`. What an
answer means is the server's business: it hands in one `ReviewChange`, and a store writes all of it
or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ordertwin_models.decision import Decision, Relation
from ordertwin_models.order import Order, OrderState
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.figures import FigureReader
from ordertwin_stores.interface import Replayed, RequestRecord


class ReviewKind(StrEnum):
    """Why a question is asked."""

    DOUBT = "DOUBT"
    BATCH = "BATCH"
    AUDIT = "AUDIT"
    CONFIDENT = "CONFIDENT"


class ReviewState(StrEnum):
    """Where a review stands; the first three wait for somebody."""

    OPEN = "OPEN"
    SECOND_OPINION = "SECOND_OPINION"
    CONFLICT = "CONFLICT"
    DECIDED = "DECIDED"
    CLOSED = "CLOSED"

    @property
    def waits(self) -> bool:
        """Whether somebody should answer."""
        return self not in (ReviewState.DECIDED, ReviewState.CLOSED)


class Answer(StrEnum):
    """What a person says of a pair of orders."""

    MATCH = "MATCH"
    DISTINCT = "DISTINCT"
    UNSURE = "UNSURE"


class VerdictSource(StrEnum):
    """Where a verdict comes from; what became of an order is a weaker sign than the others."""

    REVIEW = "REVIEW"
    AUDIT = "AUDIT"
    RELEASE = "RELEASE"
    OUTCOME = "OUTCOME"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    """A question to open with a registration.

    `source`, `customer` and `relation` are what lists are filtered by, `value` is in the currency
    of the order, `inclusion` the probability with which the order was chosen to be asked about.
    """

    key: str
    kind: ReviewKind = ReviewKind.DOUBT
    priority: int = 0
    value: float = 0.0
    relation: str = ""
    channel: str = "UNKNOWN"
    source: str = ""
    customer: str = ""
    blind: bool = False
    opinions: int = 1
    inclusion: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReview:
    """A review as stored; `order_key` and `decision_key` are those that opened it."""

    key: str
    kind: ReviewKind
    state: ReviewState
    order_key: str
    decision_key: str
    orders: int
    opened_at: datetime
    closed_at: datetime | None
    priority: int
    value: float
    relation: str
    blind: bool
    opinions: int
    inclusion: float
    claimed_by: str
    claimed_until: datetime | None
    version: int

    def claimant(self, now: datetime) -> str:
        """Who is at it now; empty when nobody is, or their time has run out."""
        return self.claimed_by if self.claimed_until and now < self.claimed_until else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """Which reviews; unset fields do not filter.

    `waiting` false gives those that ended. `claimed_by` means now, at `now`, and `available_to`
    leaves out what others are at and what this member answered and that waits for another opinion.
    With `unhidden`, a blind review that waits is found by neither kind nor relation.
    """

    now: datetime
    waiting: bool = True
    state: ReviewState | None = None
    kind: ReviewKind | None = None
    channel: str | None = None
    source: str | None = None
    customer: str | None = None
    relation: str | None = None
    claimed_by: str | None = None
    available_to: str | None = None
    opened_before: datetime | None = None
    opened_from: datetime | None = None
    least_value: float | None = None
    order_key: str | None = None
    unhidden: bool = True


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A page of reviews; `next_position` is None on the last one."""

    reviews: tuple[StoredReview, ...]
    next_position: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """An order that waits with a review: where it stands, and the decision on it."""

    order_key: str
    state: OrderState
    version: int
    decision_key: str
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVerdict:
    """What somebody says of one pair; `counterpart_key` is empty for a word on the order alone.

    `seen_at` is the time of the decision whose content was shown, `state_before` and `state_after`
    what it does to the order, `opinion` 1 for the first, 2 for the second, 3 for the arbitration.
    `probability` is None for a pair that was not compared.
    """

    order_key: str
    counterpart_key: str
    decision_key: str
    answer: Answer
    relation: str
    reason: str
    reviewer: str
    blind: bool
    model_version: str
    probability: float | None
    source: VerdictSource
    inclusion: float
    seen_at: datetime
    outcome: str = ""
    opinion: int = 1
    state_before: str = ""
    state_after: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a verdict stopped to hold; `superseded_by` is the position of another one, or 0."""

    at: datetime
    by: str
    reason: str
    superseded_by: int


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict with its place. `act` is the position of the first one of the same change.

    `settled` says that it holds, is no UNSURE, and that its review does not wait any more.
    """

    position: int
    act: int
    review_key: str
    at: datetime
    said: NewVerdict
    ended: Ended | None
    settled: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """A verdict that ends: withdrawn, or with `overruled` by the first verdict of the change."""

    position: int
    reason: str = ""
    overruled: bool = False


@dataclass(frozen=True, slots=True)
class OrderMove:
    """An order that goes to another state. `freely` permits what only a verdict or its withdrawal
    may do (see `rules.ensure_verdict_may_move`). The entry gets marks of the order before and
    after."""

    order_key: str
    expected_version: int
    state: OrderState
    reason: str
    audit: AuditEntry
    freely: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is at a review and until when; `by` empty gives it back."""

    by: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Two orders that are known to be different, until `until` if that is not None."""

    key: str
    order_key: str
    counterpart_key: str
    until: datetime | None
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChange:
    """Everything that one call about reviews leaves behind; written in one transaction.

    `review_key` is the review that changes, if one does: it must have the version `expected`, and
    gets the `state` and the `claim` that are not None; a new state ends a claim. `lifted` is the
    key of a suppression to end.
    """

    request: RequestRecord
    at: datetime
    actor: str
    review_key: str = ""
    expected: int = 0
    state: ReviewState | None = None
    claim: Claim | None = None
    verdicts: tuple[NewVerdict, ...] = ()
    endings: tuple[Ending, ...] = ()
    moves: tuple[OrderMove, ...] = ()
    suppression: Suppression | None = None
    lifted: str = ""
    audit: AuditEntry | None = None
    event: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How often one reviewer said `said` and another `replied` to the same question."""

    first: str
    second: str
    said: Answer
    replied: Answer
    questions: int


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """An order as it was just before some time; `features` are None when it changed since."""

    order: Order
    features: bytes | None


class VerdictReader(Protocol):
    """Verdicts and what is needed to make their pairs again, also beside a running server."""

    def verdicts(self, tenant: str, after: int, size: int) -> tuple[StoredVerdict, ...]:
        """At most `size` verdicts above position `after`, the oldest first, ended ones included.

        Positions grow as verdicts become durable, so that a reader who goes on behind the last one
        misses none.
        """

    def verdicts_about(self, tenant: str, order_keys: Sequence[str]) -> tuple[StoredVerdict, ...]:
        """What was said of these orders, each as one that came in, and has not ended; in no order.
        What is read grows with the orders asked for, whatever else the store holds, and however
        often somebody changed their mind."""

    def seen_orders(
        self, tenant: str, wanted: Sequence[tuple[str, datetime]]
    ) -> tuple[SeenOrder | None, ...]:
        """What each order said just before a time, in the order asked for; None for a missing one.

        As `OrderStore.contents_before`, for many times at once.
        """

    def decisions(self, tenant: str, keys: Sequence[str]) -> Mapping[str, Decision]:
        """Decisions by key, with the vectors that were compared; missing ones are left out."""


class ReviewStore(VerdictReader, FigureReader, Protocol):
    """Reviews, verdicts and suppressed pairs."""

    def list(self, tenant: str, where: ReviewFilter, size: int, position: int | None) -> ReviewPage:
        """A page of reviews after `position` of an earlier page: those that wait by priority, then
        by age; those that ended, the newest first. Nothing is listed twice while others come."""

    def get(self, tenant: str, key: str) -> StoredReview:
        """One review; `NotFound` when there is none."""

    def asked_blindly(self, tenant: str, orders: Sequence[str], member: str) -> frozenset[str]:
        """Those of these orders that a blind review asks about which is open to whoever comes, and
        in which this member said nothing."""

    def members(
        self, tenant: str, key: str, orders: Sequence[str], size: int
    ) -> tuple[Member, ...]:
        """The orders of a review, the oldest first, at most `size`; of a batch, those that are
        still held by it. With `orders`, only these."""

    def verdicts_of(self, tenant: str, review_key: str) -> tuple[StoredVerdict, ...]:
        """What was said in a review, the oldest first; of a batch, the newest thousand."""

    def verdicts_on(self, tenant: str, order_key: str) -> tuple[StoredVerdict, ...]:
        """What was said of an order that came in, the oldest first."""

    def verdict(self, tenant: str, position: int) -> StoredVerdict:
        """One verdict; `NotFound` when there is none."""

    def act(self, tenant: str, position: int) -> tuple[StoredVerdict, ...]:
        """All verdicts of the act that began with this position."""

    def change(self, tenant: str, change: ReviewChange) -> Replayed | None:
        """Write everything in `change`, or raise and write nothing; None when that was done.

        Checked in this order: a request seen before gives `Replayed` or raises `RequestIdReused`;
        a missing order, review, verdict or suppression is `NotFound`; another version of order or
        review, or a verdict that ended already, `EtagMismatch`; an impossible move
        `StateTransitionRefused`. The versions of review and orders grow by one. Verdicts get the
        next positions. An order that leaves HELD ends the reviews it waits for, a batch when its
        last order left: DECIDED when something was said in it that holds, else CLOSED.
        """

    def agreement(self, tenant: str) -> tuple[Agreed, ...]:
        """First and second opinions on the same pairs, counted by reviewers and answers; withdrawn
        ones and UNSURE do not count."""

    def conflicts(self, tenant: str) -> int:
        """Reviews that wait for arbitration."""

    def apart(self, tenant: str, order_key: str, at: datetime) -> frozenset[str]:
        """Keys of orders that are known to be different from this one: suppressed at that time, or
        by a verdict DISTINCT that holds."""

    def suppressions(
        self, tenant: str, order_key: str | None, at: datetime, size: int, position: int | None
    ) -> tuple[tuple[Suppression, ...], int | None]:
        """Suppressions that hold at a time, the newest first, with the position of the next page;
        with `order_key` only those of this order."""

    def suppression(self, tenant: str, key: str) -> Suppression:
        """One suppression; `NotFound` when there is none."""


def relation_of(name: str) -> Relation | None:
    """The relation with this name; None for none.

    >>> relation_of("RESEND"), relation_of("")
    (<Relation.RESEND: 'RESEND'>, None)
    """
    return Relation(name) if name else None
