"""A year of business in a store: orders, those that were flagged, and what people said of them.

Nothing is scored: what is held and why is drawn by chance, so that a store is filled quickly.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from benchmarks.bulk_orders import Business, customers_of
from ordertwin_models.assessment import featurise, prepare
from ordertwin_models.decision import Action, Decision, Match, Outcome, Relation
from ordertwin_models.order import Channel, Order, OrderState
from ordertwin_models.term_frequency import TermFrequencies
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.codec import canonical_order, document_digest
from ordertwin_stores.interface import OrderStore, Registration, RequestRecord
from ordertwin_stores.reviews import (
    Answer,
    Claim,
    NewReview,
    NewVerdict,
    ReviewChange,
    ReviewKind,
    ReviewState,
    VerdictSource,
)

TENANT = "default"
TOGETHER = 64
"""Orders that are registered at the same time, because SQLite commits those together."""
FLAGGED_SHARE = 0.022
AUDIT_SHARE = 0.02
SURE_SHARE = 0.45
ASKED_OF_SURE = 0.1
ANSWERED = 0.94
TRUE_OF_DOUBT, TRUE_OF_SURE, TRUE_OF_PASSED = 0.66, 0.97, 0.004
BAD_DAYS, BAD_FACTOR = range(11, 16), 4.0
"""How many days before the end of the year the gateway sends again so much more often."""
WEEKEND = 0.25
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Door:
    """Where orders come in: how many of 100, and how often what kind of repeat of 100."""

    source: str
    channel: Channel
    orders: int
    repeats: tuple[tuple[Relation, int], ...]


DOORS = (
    Door("edi-gateway", Channel.EDI, 38, ((Relation.RETRY, 41), (Relation.RESEND, 20))),
    Door("web-shop", Channel.WEB, 27, ((Relation.DOUBLE_SUBMIT, 12), (Relation.RESEND, 4))),
    Door("mail-reader", Channel.EMAIL, 17, ((Relation.CONFIRMATION, 15), (Relation.AMENDMENT, 6))),
    Door("", Channel.PHONE, 12, ((Relation.REKEYED, 14), (Relation.CROSS_CHANNEL, 9))),
    Door("rep-app", Channel.REP, 6, ((Relation.CROSS_CHANNEL, 5), (Relation.SUPERSET, 2))),
)
CLERKS = ("a.keller", "b.osei", "c.lindqvist", "d.rossi", "e.novak", "f.haddad")
REVIEWERS = ("people/mara", "people/jun", "people/tomas")
TOWNS = ("Abbott", "Birch", "Calder", "Dunmore", "Eastgate", "Fairlight", "Glenrock", "Harrow")
TRADES = ("Castings", "Kitchens", "Optics", "Dairy", "Print", "Boats", "Masonry", "Cycles", "Pumps")


class Year:
    """Fills a store with `orders` orders of the `days` days before `until`.

    `together` threads write; a store with connections wants no more of them than it has connections
    to write with, because whoever waits too long for one is refused.
    """

    def __init__(
        self,
        store: OrderStore,
        orders: int,
        until: datetime,
        *,
        days: int = 365,
        flagged: float = FLAGGED_SHARE,
        seed: int = 5,
        together: int = TOGETHER,
    ) -> None:
        self._store, self._orders, self._until = store, orders, until
        self._together = together
        self._days, self._flagged = days, flagged
        self._chance = random.Random(seed)
        self._business = Business(seed, customers_of(orders))

    def fill(self, report: Callable[[int], None]) -> None:
        """Register everything, and settle what people settled."""
        nothing_seen = self._store.candidates(TENANT, (), 1)
        waiting = deque[Future[None]]()

        def register(entry: Registration, changes: tuple[ReviewChange, ...]) -> None:
            self._store.register(TENANT, entry, nothing_seen)
            for change in changes:
                self._store.reviews.change(TENANT, change)

        with ThreadPoolExecutor(self._together) as pool:
            for number, at in enumerate(self._times(), 1):
                entry = self._entry(number, at)
                waiting.append(pool.submit(register, entry, tuple(self._settled(entry))))
                if len(waiting) > 4 * self._together:
                    waiting.popleft().result()
                report(number)
            for each in waiting:
                each.result()

    def _times(self) -> list[datetime]:
        first = self._until - timedelta(days=self._days)
        days = [first + timedelta(days=number) for number in range(self._days)]
        weights = [
            (WEEKEND if day.weekday() > 4 else 1.0) * (1 + 0.3 * number / self._days)
            for number, day in enumerate(days)
        ]
        chosen = self._chance.choices(days, weights, k=self._orders)
        return sorted(day + timedelta(seconds=self._chance.triangular(0, DAY)) for day in chosen)

    def _entry(self, number: int, at: datetime) -> Registration:
        chance = self._chance
        bad = BAD_FACTOR if (self._until - at).days in BAD_DAYS else 1.0
        door = chance.choices(DOORS, [each.orders for each in DOORS])[0]
        repeats = sum(share for _, share in door.repeats) / 100
        often = self._flagged * repeats / (door.orders / 100)
        flagged = chance.random() < often * (bad if door is DOORS[0] else 1.0)
        order = self._order(door, at)
        prepared = prepare(order)
        incoming = featurise(prepared, TermFrequencies(0, {}))
        document = canonical_order(order)
        key = f"y-{number:09d}"
        decision, asks = self._decided(door, order, key, at, flagged=flagged)
        return Registration(
            order_key=key,
            order=order,
            digest=document_digest(document),
            state=OrderState.HELD if flagged else OrderState.ACCEPTED,
            features=incoming.features.to_bytes(),
            lookups=(),
            blocking_keys=incoming.blocking_keys,
            terms=incoming.terms,
            decision_key=f"d-{key}",
            decision=decision,
            review_key=asks.key if asks else None,
            request=RequestRecord("ScoreOrder", key, b"", "{}"),
            audit=AuditEntry("clients/erp", "ScoreOrder", f"orders/{key}", key, "OK", ""),
            at=at,
            document=document,
            asks=asks,
        )

    def _order(self, door: Door, at: datetime) -> Order:
        order = self._business.order(at)
        number = int(order.customer.party_id.removeprefix("C-"))
        town, trade = TOWNS[number % len(TOWNS)], TRADES[number // len(TOWNS) % len(TRADES)]
        branch = number // (len(TOWNS) * len(TRADES))
        name = f"{town} {trade}" + (f" {branch + 1}" if branch else "")
        return replace(
            order,
            source=door.source,
            channel=door.channel,
            entered_by="" if door.source else self._chance.choice(CLERKS),
            customer=replace(order.customer, name=name),
            currency_code=self._chance.choices(("EUR", "GBP"), (6, 1))[0],
            total_amount=(order.total_amount or Decimal(0)) / 4,
        )

    def _decided(
        self, door: Door, order: Order, key: str, at: datetime, *, flagged: bool
    ) -> tuple[Decision, NewReview | None]:
        chance = self._chance
        matches: tuple[Match, ...] = ()
        outcome, asks, relation = Outcome.UNIQUE, None, ""
        if flagged:
            kinds, shares = zip(*door.repeats, strict=True)
            match = _match(f"twin-of-{key}", chance.choices(kinds, shares)[0])
            matches, relation = (match,), match.relation.value
            outcome = Outcome.DUPLICATE if chance.random() < SURE_SHARE else Outcome.REVIEW
        asked = NewReview(
            key=f"r-{key}",
            priority=chance.randrange(2_000_000),
            value=float(order.total_amount or 0),
            relation=relation,
            channel=order.channel.value,
            source=order.source,
            customer=order.customer.party_id,
        )
        if outcome is Outcome.REVIEW:
            asks = asked
        elif outcome is Outcome.DUPLICATE and chance.random() < ASKED_OF_SURE:
            asks = replace(asked, kind=ReviewKind.CONFIDENT, inclusion=ASKED_OF_SURE)
        elif outcome is Outcome.UNIQUE and chance.random() < AUDIT_SHARE:
            asks = replace(asked, kind=ReviewKind.AUDIT, inclusion=AUDIT_SHARE)
        decision = Decision(
            outcome=outcome,
            action=Action.HOLD if flagged else Action.ACCEPT,
            matches=matches,
            policy_rules=(),
            model_version="2",
            candidates_considered=len(matches),
            candidates_truncated=False,
            degraded=False,
            decided_at=at,
        )
        return decision, asks

    def _settled(self, entry: Registration) -> Iterator[ReviewChange]:
        """A claim and a verdict, unless the review still waits at the end of the year."""
        chance, asks = self._chance, entry.asks
        if asks is None or chance.random() > ANSWERED:
            return
        claimed = entry.at + timedelta(minutes=chance.lognormvariate(3.6, 1.0))
        ended = claimed + timedelta(minutes=chance.lognormvariate(0.4, 0.6))
        if ended >= self._until:
            return
        true = {
            ReviewKind.DOUBT: TRUE_OF_DOUBT,
            ReviewKind.CONFIDENT: TRUE_OF_SURE,
            ReviewKind.AUDIT: TRUE_OF_PASSED,
        }[asks.kind]
        reviewer = chance.choice(REVIEWERS)
        change = ReviewChange(
            request=RequestRecord("ClaimReview", f"claim-{asks.key}", b"", "{}"),
            at=claimed,
            actor=reviewer,
            review_key=asks.key,
            expected=1,
            claim=Claim(reviewer, claimed + timedelta(minutes=30)),
        )
        yield change
        match = entry.decision.matches[0] if entry.decision.matches else None
        verdict = NewVerdict(
            order_key=entry.order_key,
            counterpart_key=match.order_key if match else "",
            decision_key=entry.decision_key,
            answer=Answer.MATCH if chance.random() < true else Answer.DISTINCT,
            relation="",
            reason="",
            reviewer=reviewer,
            blind=False,
            model_version="2",
            probability=match.match_probability if match else None,
            source=VerdictSource.AUDIT if asks.kind is ReviewKind.AUDIT else VerdictSource.REVIEW,
            inclusion=asks.inclusion,
            seen_at=entry.at,
        )
        yield replace(
            change,
            request=RequestRecord("DecideReview", f"decide-{asks.key}", b"", "{}"),
            at=ended,
            expected=2,
            claim=None,
            state=ReviewState.DECIDED,
            verdicts=(verdict,),
        )


def _match(order_key: str, relation: Relation) -> Match:
    names = [f"comparison-{number}" for number in range(20)]
    return Match(
        order_key=order_key,
        state=OrderState.ACCEPTED,
        match_probability=0.9,
        match_weight=3.0,
        prior_weight=-17.0,
        contributions=dict.fromkeys(names, 1.0),
        vector=dict.fromkeys(names, 0.5),
        relation=relation,
        relation_probability=0.8,
        line_alignments=(),
        blocking_rules=("reference", "name"),
    )
