"""Where a review of one order stands: what was said that holds, and which opinion comes next.

The first opinion settles a review, or waits for a second one if two were asked for. Two that
contradict each other wait for a third, which overrules both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_models.order import OrderState
from ordertwin_server.commands.answers import PairSaid, overall
from ordertwin_server.commands.call import Call
from ordertwin_server.faults import DutiesSeparated, ReviewClosed
from ordertwin_stores.reviews import Answer, Ending, ReviewState, StoredReview, StoredVerdict

FIRST, SECOND, ARBITRATION = 1, 2, 3
_NOT_GONE_ON = frozenset({OrderState.RECEIVED, OrderState.HELD, OrderState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Opinion:
    """The opinion that a caller is about to give. `holding` is what was said before and holds;
    `overrules` says that it ends then. `alone` means that nobody else is asked afterwards."""

    number: int = FIRST
    holding: tuple[StoredVerdict, ...] = ()
    overrules: bool = False
    alone: bool = True

    @classmethod
    def next_in(
        cls, call: Call, review: StoredReview, said: Sequence[StoredVerdict], *, corrects: bool
    ) -> Opinion:
        """The opinion that comes next in a review, by this caller; `corrects` permits to change
        what was decided.

        Raises `ReviewClosed`, or `DutiesSeparated` when it takes somebody else.
        """
        holding = tuple(
            each for each in said if each.ended is None and each.said.answer is not Answer.UNSURE
        )
        known = call.caller.identified
        spoke = known and call.actor in {each.said.reviewer for each in holding}
        state = review.state
        if state is ReviewState.OPEN:
            return cls(FIRST, holding, True, not (known and review.opinions > 1))
        if state is ReviewState.DECIDED and corrects:
            return cls(FIRST if review.opinions == 1 else ARBITRATION, holding, True)
        if not state.waits:
            raise ReviewClosed(review.key, state.value)
        if state is ReviewState.CONFLICT:
            if spoke:
                raise DutiesSeparated("Nobody settles a conflict about their own answer")
            return cls(ARBITRATION, holding, True)
        if spoke and corrects:
            return cls(FIRST, holding, True, False)
        if spoke:
            raise DutiesSeparated("A second opinion is given by somebody else")
        return cls(SECOND, holding)

    def state_after(self, review: StoredReview, pairs: Sequence[PairSaid]) -> ReviewState:
        """Where the review stands once these pairs were answered."""
        if overall(pairs) is Answer.UNSURE:
            if review.state is ReviewState.DECIDED:
                text = "cannot take back what was decided; withdraw the verdict"
                raise InvalidRequest([FieldViolation("answer", text)])
            return review.state
        if self.number == FIRST and not self.alone:
            return ReviewState.SECOND_OPINION
        if self.number == SECOND and not self._agrees(pairs):
            return ReviewState.CONFLICT
        return ReviewState.DECIDED

    def endings(self, answer: Answer) -> tuple[Ending, ...]:
        """What stops to hold with this answer."""
        if not self.overrules or answer is Answer.UNSURE:
            return ()
        return tuple(Ending(each.position, overruled=True) for each in self.holding)

    def moves_to(
        self, current: OrderState, answer: Answer, state: ReviewState | None
    ) -> OrderState | None:
        """Where an order goes with an answer that leaves its review in `state`; None when it
        stays."""
        earlier = self._brought_by(current)
        if state is ReviewState.CONFLICT:
            return earlier
        if answer is Answer.MATCH and current in _NOT_GONE_ON:
            return OrderState.REJECTED_DUPLICATE
        if answer is Answer.DISTINCT and current is OrderState.HELD:
            return OrderState.ACCEPTED
        if answer is Answer.DISTINCT and current is OrderState.REJECTED_DUPLICATE:
            return OrderState.ACCEPTED if earlier is OrderState.HELD else earlier
        return None

    def _brought_by(self, current: OrderState) -> OrderState | None:
        """Where the order was before what holds brought it to its current state, if that did."""
        for each in self.holding:
            if each.said.state_after == current and each.said.state_before:
                return OrderState(each.said.state_before)
        return None

    def _agrees(self, pairs: Sequence[PairSaid]) -> bool:
        before = {each.said.counterpart_key: each.said.answer for each in self.holding}
        now = {pair.counterpart_key: pair.answer for pair in pairs}
        same = all(before[key] is now[key] for key in before.keys() & now.keys())
        return same and (Answer.MATCH in before.values()) == (Answer.MATCH in now.values())
