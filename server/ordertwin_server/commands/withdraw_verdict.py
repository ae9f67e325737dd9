"""WithdrawVerdict: what was said no longer holds, and the order goes back where it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ordertwin_models.errors import StateTransitionRefused
from ordertwin_models.order import OrderState
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.deeds import Deed
from ordertwin_server.commands.release_rights import ReleaseRights
from ordertwin_server.commands.review_deeds import ReviewDeeds, reason_violations
from ordertwin_server.commands.update_status import RELEASED, releases
from ordertwin_server.faults import VerdictEnded
from ordertwin_stores.events import VERDICT_WITHDRAWN
from ordertwin_stores.interface import StoredOrder
from ordertwin_stores.reviews import (
    Answer,
    Ending,
    OrderMove,
    ReviewChange,
    ReviewKind,
    ReviewState,
    StoredReview,
    StoredVerdict,
)
from ordertwin_stores.rules import ensure_verdict_may_move

METHOD = "WithdrawVerdict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Which verdict, and why; `all_orders` means all that was said in the same breath."""

    position: int
    request_id: str
    reason: str = ""
    all_orders: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The verdicts that ended, whether all orders are back, and the review that waits again; empty
    when none does."""

    verdicts: tuple[StoredVerdict, ...]
    restored: bool
    review_key: str


class WithdrawVerdict:
    """Takes back verdicts of one store."""

    def __init__(self, deeds: ReviewDeeds, rights: ReleaseRights) -> None:
        self._deeds = deeds
        self._rights = rights

    def __call__(self, call: Call, withdraw: Withdraw) -> Withdrawn:
        """What is left of it.

        Raises `InvalidRequest`, `NotFound`, `VerdictEnded`, `ReviewClaimed`, `PermissionDenied`,
        `LimitExceeded`, `DutiesSeparated`, `RequestIdReused` or a `StoreError`.
        """
        question = (withdraw.position, withdraw.reason, withdraw.all_orders)
        deed = Deed(METHOD, withdraw.request_id, question)
        deed.ensure_valid(reason_violations(withdraw.reason))
        call.trail.target = f"verdicts/{withdraw.position}"
        reply: dict[str, object] = {}

        def make() -> ReviewChange:
            change, told = self._change(call, withdraw, deed)
            reply.update(told)
            return change

        done = self._deeds.do(call, deed, reply, make, patient=True)
        positions = done.reply["positions"]
        verdicts = (self._deeds.reviews.verdict(call.tenant, each) for each in positions)
        return Withdrawn(tuple(verdicts), done.reply["restored"], done.reply["review"])

    def _change(
        self, call: Call, withdraw: Withdraw, deed: Deed
    ) -> tuple[ReviewChange, dict[str, object]]:
        said = self._meant(call, withdraw)
        moves, stuck = self._moves_back(call, withdraw, said)
        review = self._review_of(call, said[0])
        state = None if review is None else self._state_after(call, review, said, stuck)
        waits = bool(review and state and state.waits)
        told = {
            "positions": [each.position for each in said],
            "restored": not stuck,
            "review": review.key if review and waits else "",
        }
        change = ReviewChange(
            request=self._deeds.request(deed, told),
            at=self._deeds.clock(),
            actor=call.actor,
            review_key=review.key if review else "",
            expected=review.version if review else 0,
            state=state,
            endings=tuple(Ending(each.position, withdraw.reason) for each in said),
            moves=tuple(moves),
            audit=call.entry(
                METHOD,
                f"verdicts/{withdraw.position}",
                withdraw.request_id,
                "RESTORED" if not stuck else "GONE_ON",
            ),
            event=VERDICT_WITHDRAWN,
        )
        return change, told

    def _meant(self, call: Call, withdraw: Withdraw) -> tuple[StoredVerdict, ...]:
        """The verdict and those of the same breath, about the same order unless all are meant."""
        named = self._deeds.reviews.verdict(call.tenant, withdraw.position)
        if named.ended is not None:
            raise VerdictEnded(str(withdraw.position))
        return tuple(
            each
            for each in self._deeds.reviews.act(call.tenant, named.act)
            if each.ended is None
            and (withdraw.all_orders or each.said.order_key == named.said.order_key)
        )

    def _moves_back(
        self, call: Call, withdraw: Withdraw, said: Sequence[StoredVerdict]
    ) -> tuple[list[OrderMove], bool]:
        """How orders get back, and whether one of them has gone on and stays."""
        moved = {each.said.order_key: each.said for each in said if each.said.state_after}
        orders = self._deeds.store.get_orders(call.tenant, sorted(moved))
        moves, stuck = [], False
        for key, verdict in moved.items():
            order, before = orders[key], OrderState(verdict.state_before)
            if order.state == verdict.state_after and _may_return(order.state, before):
                moves.append(self._move(call, withdraw, order, before))
            else:
                stuck = stuck or order.state is not before
        return moves, stuck

    def _move(
        self, call: Call, withdraw: Withdraw, order: StoredOrder, before: OrderState
    ) -> OrderMove:
        released = releases(order.state, before)
        if released:
            self._rights.ensure(call, order)
        outcome = f"{RELEASED}{before}" if released else before.value
        return OrderMove(
            order_key=order.key,
            expected_version=order.version,
            state=before,
            reason=withdraw.reason or "verdict withdrawn",
            audit=call.entry(METHOD, f"orders/{order.key}", withdraw.request_id, outcome),
            freely=True,
        )

    def _review_of(self, call: Call, verdict: StoredVerdict) -> StoredReview | None:
        if not verdict.review_key:
            return None
        return self._deeds.free(call, verdict.review_key)

    def _state_after(
        self, call: Call, review: StoredReview, said: Sequence[StoredVerdict], stuck: bool
    ) -> ReviewState | None:
        """Where the review stands without these verdicts."""
        if review.kind is ReviewKind.BATCH:
            return ReviewState.OPEN if not stuck else None
        gone = {each.position for each in said}
        left = {
            each.said.opinion
            for each in self._deeds.reviews.verdicts_of(call.tenant, review.key)
            if each.ended is None
            and each.position not in gone
            and each.said.answer is not Answer.UNSURE
        }
        if len(left) > 1:
            return review.state
        if left:
            return ReviewState.DECIDED if review.opinions == 1 else ReviewState.SECOND_OPINION
        if stuck and review.kind is not ReviewKind.AUDIT:
            return ReviewState.CLOSED
        return ReviewState.OPEN


def _may_return(current: OrderState, before: OrderState) -> bool:
    try:
        ensure_verdict_may_move(current, before)
    except StateTransitionRefused:
        return False
    return True
