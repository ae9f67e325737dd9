"""DecideReview: a person's answer becomes verdicts, and moves the order that waited for it.

The first opinion moves the order, so that business does not wait for a measurement. When a second,
independent one contradicts it, the order is held again, if it has not gone on, until a third person
settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ordertwin_models.decision import Relation
from ordertwin_models.errors import FieldViolation, InvalidRequest, NotFound
from ordertwin_models.order import OrderState
from ordertwin_server.commands.answers import (
    CandidateSaid,
    PairSaid,
    overall,
    pairs_in_batch,
    pairs_of_one,
    relation_violations,
)
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.deeds import Deed
from ordertwin_server.commands.opinions import Opinion
from ordertwin_server.commands.release_rights import ReleaseRights
from ordertwin_server.commands.request_rules import MAX_VIOLATIONS
from ordertwin_server.commands.review_deeds import ReviewDeeds, ensure_waits, reason_violations
from ordertwin_server.commands.update_status import RELEASED, releases
from ordertwin_stores.events import VERDICT_GIVEN
from ordertwin_stores.interface import StoredOrder
from ordertwin_stores.reviews import (
    Answer,
    Claim,
    Ending,
    Member,
    NewVerdict,
    OrderMove,
    ReviewChange,
    ReviewKind,
    ReviewState,
    StoredReview,
    VerdictSource,
)

METHOD = "DecideReview"
MOST_AT_ONCE = 2_000
"""Orders of a batch that one call decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """What is said: `answer` of all candidates that `answers` does not name, in a batch of all
    orders, or of `orders` alone. An empty `etag` means any version."""

    review_key: str
    request_id: str
    answer: Answer | None = None
    relation: Relation | None = None
    answers: tuple[CandidateSaid, ...] = ()
    orders: tuple[str, ...] = ()
    reason: str = ""
    etag: str = ""

    def deed(self) -> Deed:
        """What makes two calls the same."""
        named = [(each.order_key, each.answer, each.relation) for each in self.answers]
        said = (self.answer, self.relation, named, self.orders, self.reason, self.etag)
        return Deed(METHOD, self.request_id, (self.review_key, *said))

    def ensure_valid(self) -> None:
        """Raise `InvalidRequest` that names every broken field."""
        broken = reason_violations(self.reason)
        broken += relation_violations("relation", self.answer, self.relation)
        for index, each in enumerate(self.answers):
            path = f"answers[{index}].relation"
            broken += relation_violations(path, each.answer, each.relation)
        self.deed().ensure_valid(broken[:MAX_VIOLATIONS])


@dataclass(slots=True)
class _Spoken:
    """What comes of an answer, order by order."""

    verdicts: list[NewVerdict] = field(default_factory=list)
    moves: list[OrderMove] = field(default_factory=list)
    endings: tuple[Ending, ...] = ()
    state: ReviewState | None = None

    @property
    def answers(self) -> set[Answer]:
        """All that was said."""
        return {verdict.answer for verdict in self.verdicts}


@dataclass(frozen=True, slots=True)
class _Case:
    """One answer by one caller to one review."""

    call: Call
    decide: Decide
    review: StoredReview


class DecideReview:
    """Takes answers to the reviews of one store."""

    def __init__(self, deeds: ReviewDeeds, rights: ReleaseRights) -> None:
        self._deeds = deeds
        self._rights = rights

    def __call__(self, call: Call, decide: Decide) -> str:
        """The key of the review; the answer is durable, and the order moved.

        Raises `InvalidRequest`, `NotFound`, `ReviewClaimed`, `ReviewClosed`, `EtagMismatch`,
        `PermissionDenied`, `LimitExceeded`, `DutiesSeparated`, `StateTransitionRefused`,
        `RequestIdReused` or a `StoreError`.
        """
        decide.ensure_valid()
        deed, key = decide.deed(), decide.review_key
        call.trail.target = f"reviews/{key}"

        def make() -> ReviewChange:
            review = self._deeds.answerable(call, key, decide.etag)
            return self._change(_Case(call, decide, review), deed)

        self._deeds.do(call, deed, {"review": key}, make, patient=not decide.etag)
        return key

    def _change(self, case: _Case, deed: Deed) -> ReviewChange:
        review, in_batch = case.review, case.review.kind is ReviewKind.BATCH
        spoken = self._on_batch(case) if in_batch else self._on_one(case)
        outcome = ", ".join(sorted(spoken.answers))
        case.call.trail.outcome = outcome
        # A batch that is answered in parts stays with whoever is at it.
        stays = in_batch and Answer.UNSURE not in spoken.answers
        return ReviewChange(
            request=self._deeds.request(deed, {"review": review.key}),
            at=self._deeds.clock(),
            actor=case.call.actor,
            review_key=review.key,
            expected=review.version,
            state=spoken.state,
            claim=None if stays else Claim(),
            verdicts=tuple(spoken.verdicts),
            endings=spoken.endings,
            moves=tuple(spoken.moves),
            audit=case.call.entry(METHOD, f"reviews/{review.key}", deed.request_id, outcome),
            event=VERDICT_GIVEN,
        )

    def _on_one(self, case: _Case) -> _Spoken:
        call, decide, review = case.call, case.decide, case.review
        said = self._deeds.reviews.verdicts_of(call.tenant, review.key)
        opinion = Opinion.next_in(call, review, said, corrects=bool(decide.etag))
        (member,) = self._deeds.reviews.members(call.tenant, review.key, (), 1)
        if decide.orders and set(decide.orders) != {member.order_key}:
            raise InvalidRequest(
                [FieldViolation("orders", "may name other orders in a batch only")]
            )
        pairs = pairs_of_one(member, decide.answer, decide.relation, decide.answers)
        for pair in pairs:
            if pair.match is None and pair.counterpart_key:
                self._deeds.store.get_order(call.tenant, pair.counterpart_key)
        state = opinion.state_after(review, pairs)
        spoken = _Spoken(endings=opinion.endings(overall(pairs)), state=state)
        order = self._deeds.store.get_order(call.tenant, member.order_key)
        self._say(case, spoken, member, order, pairs, opinion)
        return spoken

    def _on_batch(self, case: _Case) -> _Spoken:
        call, decide, review = case.call, case.decide, case.review
        ensure_waits(review)
        if decide.answer is None or decide.answers:
            text = "is required for a batch, and answers to single candidates are not taken"
            raise InvalidRequest([FieldViolation("answer", text)])
        reviews = self._deeds.reviews
        members = reviews.members(call.tenant, review.key, decide.orders, MOST_AT_ONCE)
        missing = set(decide.orders) - {member.order_key for member in members}
        if missing:
            raise NotFound("order held by the review", min(missing))
        orders = self._deeds.store.get_orders(call.tenant, [each.order_key for each in members])
        spoken = _Spoken()
        for member in members:
            pairs = pairs_in_batch(member, decide.answer, decide.relation)
            if pairs:
                self._say(case, spoken, member, orders[member.order_key], pairs, Opinion())
        if not spoken.verdicts:
            text = "MATCH needs a likeliest twin, and none of these orders has one"
            raise InvalidRequest([FieldViolation("answer", text)])
        return spoken

    def _say(
        self,
        case: _Case,
        spoken: _Spoken,
        member: Member,
        order: StoredOrder,
        pairs: Sequence[PairSaid],
        opinion: Opinion,
    ) -> None:
        """Add what the pairs of one order say, and where it goes."""
        wanted = opinion.moves_to(order.state, overall(pairs), spoken.state)
        if wanted is not None:
            spoken.moves.append(self._move(case, order, wanted, pairs))
        for pair in pairs:
            verdict = self._verdict(case, member, pair, opinion.number)
            if wanted is not None:
                before, after = order.state.value, wanted.value
                verdict = replace(verdict, state_before=before, state_after=after)
            spoken.verdicts.append(verdict)

    def _move(
        self, case: _Case, order: StoredOrder, wanted: OrderState, pairs: Sequence[PairSaid]
    ) -> OrderMove:
        call, released = case.call, releases(order.state, wanted)
        if released:
            self._rights.ensure(call, order)
        twins = [pair.counterpart_key for pair in pairs if pair.answer is Answer.MATCH]
        reason = case.decide.reason or (f"duplicate of orders/{twins[0]}" if twins else "")
        outcome = f"{RELEASED}{wanted}" if released else wanted.value
        return OrderMove(
            order_key=order.key,
            expected_version=order.version,
            state=wanted,
            reason=reason,
            audit=call.entry(METHOD, f"orders/{order.key}", case.decide.request_id, outcome),
            freely=True,
        )

    def _verdict(self, case: _Case, member: Member, pair: PairSaid, opinion: int) -> NewVerdict:
        review, decision = case.review, member.decision
        chosen = review.kind is ReviewKind.AUDIT
        return NewVerdict(
            order_key=member.order_key,
            counterpart_key=pair.counterpart_key,
            decision_key=member.decision_key,
            answer=pair.answer,
            relation=pair.relation.value if pair.relation else "",
            reason=case.decide.reason,
            reviewer=case.call.actor,
            blind=review.blind,
            model_version=decision.model_version,
            probability=pair.match.match_probability if pair.match else None,
            source=VerdictSource.AUDIT if chosen else VerdictSource.REVIEW,
            inclusion=review.inclusion,
            seen_at=decision.decided_at,
            opinion=opinion,
        )
