"""Doubtful orders and people who decide about them, for tests of reviews."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tests.unit.server.builders import (
    CALL,
    NOON,
    a_line,
    a_question,
    an_order,
    another_order,
    counted_keys,
)

from ordertwin_models.order import Order, OrderState, Party, PostalAddress
from ordertwin_server.access.table import ROLES
from ordertwin_server.commands.answer import Answer as Told
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Caller, ReleaseLimit
from ordertwin_server.commands.claim_review import ClaimReview
from ordertwin_server.commands.decide_review import Decide, DecideReview
from ordertwin_server.commands.read_reviews import ReadReviews, ReviewView
from ordertwin_server.commands.release_rights import ReleaseRights
from ordertwin_server.commands.review_deeds import ReviewDeeds
from ordertwin_server.commands.sampling import NOTHING_BY_CHANCE, Sampling
from ordertwin_server.commands.score_order import ScoreOrder
from ordertwin_server.commands.suppress_pair import SuppressPair
from ordertwin_server.commands.update_status import StatusUpdate, UpdateStatus
from ordertwin_server.commands.withdraw_verdict import Withdraw, Withdrawn, WithdrawVerdict
from ordertwin_server.model_slot import ModelSlot
from ordertwin_server.policy_slot import PolicySlot
from ordertwin_stores.interface import OrderStore, StoredOrder
from ordertwin_stores.reviews import Answer, ReviewFilter, StoredVerdict

_IDS = itertools.count(1)


class SetClock:
    """A clock that stands until it is told to go on, and goes on by a second when it is read."""

    def __init__(self) -> None:
        self._now = NOON + timedelta(hours=1)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def wait(self, **time: float) -> None:
        self._now += timedelta(**time)


def person(name: str, role: str = "reviewer", *limits: ReleaseLimit) -> Call:
    """A call by somebody who showed a credential."""
    member = f"people/{name}"
    caller = Caller(
        CALL.tenant,
        member,
        (role,),
        frozenset(ROLES[role]),
        limits or (ReleaseLimit(),),
    )
    return Call(CALL.tenant, member, given_caller=caller)


ANN, BOB, EVE = person("ann"), person("bob"), person("eve")


def in_doubt(number: int = 1, **changes: Any) -> tuple[Order, Order]:
    """An order, and one that may be the same: two of its three lines, without the reference."""
    first = an_order(
        f"SO-{number}a",
        customer_reference=f"PO-{number}",
        order_number=f"N-{number}",
        customer=Party(
            party_id=f"C-{number}", name=f"Customer {number}", email=f"{number}@x.example"
        ),
        ship_to=PostalAddress(region_code="DE", postal_code=str(10_000 + number)),
        lines=tuple(a_line(f"{name}-{number}", str(7 + number)) for name in ("A", "B", "C")),
        **changes,
    )
    second = replace(first, order_id=f"SO-{number}b", customer_reference="", lines=first.lines[:2])
    return first, second


@dataclass
class World:
    """A store with all commands about reviews."""

    store: OrderStore
    clock: SetClock
    score: ScoreOrder
    reads: ReadReviews
    claims: ClaimReview
    decides: DecideReview
    withdraws: WithdrawVerdict
    pairs: SuppressPair
    status: UpdateStatus

    @classmethod
    def of(
        cls,
        store: OrderStore,
        sampling: Sampling = NOTHING_BY_CHANCE,
        policies: PolicySlot | None = None,
    ) -> World:
        clock = SetClock()
        deeds, rights = ReviewDeeds(store, clock), ReleaseRights(store)
        score = ScoreOrder(
            store,
            ModelSlot(None),
            policies or PolicySlot(),
            clock=clock,
            keys=counted_keys,
            max_lines=2000,
            sampling=sampling,
        )
        return cls(
            store,
            clock,
            score,
            ReadReviews(store, clock),
            ClaimReview(deeds, timedelta(minutes=15)),
            DecideReview(deeds, rights),
            WithdrawVerdict(deeds, rights),
            SuppressPair(deeds, counted_keys),
            UpdateStatus(store, clock=clock),
        )

    def held(self, number: int = 1, call: Call = CALL, **changes: Any) -> Told:
        """The answer to an order that is held in doubt."""
        first, second = in_doubt(number, **changes)
        self.score(call, a_question(first, f"first {number}"))
        told = self.score(call, a_question(second, f"second {number}"))
        assert told.state is OrderState.HELD, told.decision
        assert told.review_key
        return told

    def passed(self, order_id: str = "SO-9") -> Told:
        """The answer to an order that has no twin."""
        told = self.score(CALL, a_question(another_order(order_id), f"request {order_id}"))
        assert told.state is OrderState.RECEIVED
        return told

    def decide(self, call: Call, review: str, answer: Answer | None = None, **fields: Any) -> None:
        given = Decide(review_key=review, request_id=f"d{next(_IDS)}", answer=answer, **fields)
        self.decides(call, given)

    def withdraw(self, call: Call, position: int, **fields: Any) -> Withdrawn:
        wanted = Withdraw(position=position, request_id=f"w{next(_IDS)}", **fields)
        return self.withdraws(call, wanted)

    def claim(self, call: Call, review: str) -> None:
        self.claims.claim(call, f"c{next(_IDS)}", review)

    def move(self, call: Call, order: str, state: OrderState, **fields: Any) -> StoredOrder:
        return self.status(
            call,
            StatusUpdate(order_key=order, state=state, request_id=f"s{next(_IDS)}", **fields),
        )

    def state(self, order: str) -> OrderState:
        return self.store.get_order(CALL.tenant, order).state

    def review(self, key: str, call: Call = ANN) -> ReviewView:
        return self.reads.get(call, key)

    def queue(self, call: Call = ANN, **conditions: Any) -> list[str]:
        """Keys of what waits."""
        where = ReviewFilter(now=self.clock(), **conditions)
        return [view.review.key for view in self.reads.list(call, where, 0, "").reviews]

    def verdicts(self) -> tuple[StoredVerdict, ...]:
        return self.store.reviews.verdicts(CALL.tenant, 0, 1000)
