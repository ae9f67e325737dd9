"""What a status update says of whether an order was a duplicate: it becomes a verdict as well.

Letting a held order go on says that it has no twin, rejecting it that it has one; what became of an
order later is kept as a weaker sign, with its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ordertwin_models.assessment import WORTH_SHOWING
from ordertwin_models.decision import Match
from ordertwin_models.order import OrderState
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.outcomes import OrderOutcome
from ordertwin_stores.interface import OrderStore, RequestRecord, StoredDecision, StoredOrder
from ordertwin_stores.reviews import (
    Answer,
    Ending,
    NewVerdict,
    OrderMove,
    ReviewChange,
    ReviewFilter,
    ReviewKind,
    ReviewState,
    StoredReview,
    VerdictSource,
)

_HELD = (OrderState.HELD, OrderState.REJECTED_DUPLICATE)
_TOLD = 20
"""Reviews of one order that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An update of an order's status as far as it says something of duplicates."""

    order: StoredOrder
    wanted: OrderState
    released: bool
    reason: str
    outcome: OrderOutcome | None
    counterpart_key: str

    @property
    def answer(self) -> Answer | None:
        """What the new state says; None for one that says nothing."""
        if self.released:
            return Answer.DISTINCT
        rejected = self.wanted is OrderState.REJECTED_DUPLICATE is not self.order.state
        return Answer.MATCH if rejected else None

    @property
    def speaks(self) -> bool:
        """Whether it says anything at all."""
        return self.answer is not None or self.outcome is not None


class SpokenStatus:
    """Turns such updates into changes of one store."""

    def __init__(self, store: OrderStore) -> None:
        self._store = store

    def change(
        self, call: Call, said: Said, move: OrderMove, request: RequestRecord, at: datetime
    ) -> ReviewChange:
        """The move with its verdicts; what people said of the order before is overruled, and the
        review that it waited for is decided. `NotFound` when the counterpart is not there."""
        key = said.order.key
        if said.counterpart_key:
            self._store.get_order(call.tenant, said.counterpart_key)
        decided = self._store.latest_decision(call.tenant, key)
        review = self._review(call, said, at) if said.answer else None
        verdicts: list[NewVerdict] = []
        if said.answer is not None:
            verdicts += _verdicts(call, said, decided, said.answer, None, review)
        if said.outcome is not None:
            verdicts += _verdicts(call, said, decided, said.outcome.answer, said.outcome, None)
        ends = review is not None and review.kind is not ReviewKind.BATCH
        return ReviewChange(
            request=request,
            at=at,
            actor=call.actor,
            review_key=review.key if review else "",
            expected=review.version if review else 0,
            state=ReviewState.DECIDED if ends else None,
            verdicts=tuple(verdicts),
            endings=self._endings(call, said),
            moves=(move,),
        )

    def _review(self, call: Call, said: Said, at: datetime) -> StoredReview | None:
        """The review that the order waits for, or that was decided about it."""
        where = ReviewFilter(now=at, order_key=said.order.key)
        found = self._store.reviews.list(call.tenant, where, _TOLD, None).reviews
        asked = [each for each in found if each.state.waits and each.kind is not ReviewKind.AUDIT]
        return asked[0] if asked else None

    def _endings(self, call: Call, said: Said) -> tuple[Ending, ...]:
        """What held so far of the kind that is said anew: of people, or of what became of it."""
        return tuple(
            Ending(each.position, overruled=True)
            for each in self._store.reviews.verdicts_on(call.tenant, said.order.key)
            if each.ended is None
            and each.said.answer is not Answer.UNSURE
            and (said.outcome if each.said.source is VerdictSource.OUTCOME else said.answer)
        )


def _verdicts(
    call: Call,
    said: Said,
    decided: StoredDecision | None,
    answer: Answer,
    outcome: OrderOutcome | None,
    review: StoredReview | None,
) -> list[NewVerdict]:
    moved = outcome is None
    return [
        NewVerdict(
            order_key=said.order.key,
            counterpart_key=key,
            decision_key=decided.key if decided else "",
            answer=answer,
            relation="",
            reason=said.reason,
            reviewer=call.actor,
            blind=False,
            model_version=decided.decision.model_version if decided else "",
            probability=match.match_probability if match else None,
            source=VerdictSource.RELEASE if moved else VerdictSource.OUTCOME,
            inclusion=review.inclusion if review else 1.0,
            seen_at=decided.decision.decided_at if decided else said.order.received_at,
            outcome=outcome.value if outcome else "",
            state_before=said.order.state.value if moved else "",
            state_after=said.wanted.value if moved else "",
        )
        for key, match in _pairs(said, decided, answer)
    ]


def _pairs(
    said: Said, decided: StoredDecision | None, answer: Answer
) -> Sequence[tuple[str, Match | None]]:
    """The pairs that are meant: with MATCH the named twin or the likeliest one, else all that the
    decision showed; an empty key where there is none."""
    matches = {
        match.order_key: match
        for match in (decided.decision.matches if decided else ())
        if match.order_key != said.order.key
    }
    if answer is Answer.MATCH:
        likely = (key for key, each in matches.items() if each.match_probability >= WORTH_SHOWING)
        key = said.counterpart_key or next(likely, "")
        return [(key, matches.get(key))]
    return list(matches.items()) or [("", None)]
