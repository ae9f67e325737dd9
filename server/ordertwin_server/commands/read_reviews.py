"""ListReviews, GetReview, ListVerdicts, GetAgreement: what waits for a person, and what was said.

What a blind review hides is left out here, so that nobody can show it by mistake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ordertwin_models.agreement import cohens_kappa
from ordertwin_models.decision import Match
from ordertwin_models.order import Order
from ordertwin_server.commands.answer import Answer, recall
from ordertwin_server.commands.answers import candidates_of
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_stores.interface import OrderStore, StoredOrder
from ordertwin_stores.reviews import (
    Member,
    ReviewFilter,
    ReviewKind,
    ReviewState,
    StoredReview,
    StoredVerdict,
)

SHOWN_IN_BATCH = 200
_ANY_TIME = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Twin:
    """A candidate: its match, the order as it is now, and in a view of one review its content as
    the decision saw it."""

    match: Match
    stored: StoredOrder | None
    seen: Order | None = None


@dataclass(frozen=True, slots=True)
class BatchMember:
    """An order of a batch with its likeliest twin."""

    member: Member
    order: StoredOrder
    likeliest: Twin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A review as its reader may see it; `hidden` says that score, outcome and hints are not there.

    `claimed_by` is empty when the claim has run out. In lists, `answer`, `candidates`, `verdicts`
    and `batch` are empty.
    """

    review: StoredReview
    order: StoredOrder
    hidden: bool
    claimed_by: str
    likeliest: Twin | None = None
    answer: Answer | None = None
    candidates: tuple[Twin, ...] = ()
    verdicts: tuple[StoredVerdict, ...] = ()
    batch: tuple[BatchMember, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ReviewListPage:
    """Reviews and the token of the next page; empty on the last one."""

    reviews: tuple[ReviewView, ...]
    next_token: str


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """Verdicts and the token of the next page; empty on the last one."""

    verdicts: tuple[StoredVerdict, ...]
    next_token: str


@dataclass(frozen=True, slots=True)
class PairOfReviewers:
    """How far two reviewers agree; `kappa` is None where it has no value."""

    first: str
    second: str
    questions: int
    agreed: int
    kappa: float | None


class ReadReviews:
    """Reads reviews of one store."""

    def __init__(self, store: OrderStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seals = Seals(store.access.secret)

    def now(self) -> datetime:
        """The time that claims are counted by."""
        return self._clock()

    def list(self, call: Call, where: ReviewFilter, size: int, token: str) -> ReviewListPage:
        """A page of reviews; a `size` of 0 means 50.

        Raises `InvalidRequest` on a negative size, `PageTokenInvalid` on a token that is not ours
        or came from another filter.
        """
        size = page_size(size)
        # The time moves on from page to page; all else has to stay.
        timeless = replace(where, now=_ANY_TIME)
        seal = self._seals.of(call.tenant, "reviews", timeless)
        position = seal.position_in(token)
        page = self._store.reviews.list(call.tenant, where, size, position)
        following = page.next_position
        views = self._views(call, page.reviews)
        return ReviewListPage(views, "" if following is None else seal.token(following))

    def get(self, call: Call, key: str) -> ReviewView:
        """One review, with all that its reader may see of it; `NotFound` when there is none."""
        tenant, reviews = call.tenant, self._store.reviews
        review = reviews.get(tenant, key)
        said = reviews.verdicts_of(tenant, key)
        hidden = self._is_hidden(call, review, said)
        order = self._store.get_order(tenant, review.order_key)
        view = ReviewView(
            review=review,
            order=order,
            hidden=hidden,
            claimed_by=review.claimant(self.now()),
            verdicts=self._told(call, review, said),
            whole=True,
        )
        if review.kind is ReviewKind.BATCH:
            return replace(view, batch=self._batch(call, review))
        stored = self._store.get_decision(tenant, review.decision_key)
        answer = recall(self._store, tenant, stored)
        (member,) = reviews.members(tenant, key, (), 1)
        twins = self._twins(call, candidates_of(member), answer.existing)
        if hidden:
            return replace(view, candidates=tuple(sorted(twins, key=lambda t: t.match.order_key)))
        likeliest = twins[0] if twins else None
        return replace(view, answer=answer, candidates=twins, likeliest=likeliest)

    def verdicts(
        self, call: Call, order_key: str | None, after: int, size: int, token: str
    ) -> VerdictPage:
        """A page of verdicts above a position, the oldest first. What a second opinion is not to
        know is left out.

        Raises as `list` does.
        """
        size = page_size(size)
        seal = self._seals.of(call.tenant, "verdicts", order_key, after)
        position = max(seal.position_in(token) or 0, after, 0)
        if order_key is None:
            found = self._store.reviews.verdicts(call.tenant, position, size + 1)
        else:
            all_of_order = self._store.reviews.verdicts_on(call.tenant, order_key)
            found = tuple(each for each in all_of_order if each.position > position)[: size + 1]
        page = found[:size]
        shown = tuple(each for each in page if self._may_know(call, each))
        more = seal.token(page[-1].position) if len(found) > size else ""
        return VerdictPage(shown, more)

    def agreement(self, call: Call) -> tuple[tuple[PairOfReviewers, ...], int]:
        """How far reviewers agree, by pair, and how many reviews wait for arbitration."""
        tables: dict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(
            lambda: defaultdict(int)
        )
        for each in self._store.reviews.agreement(call.tenant):
            names, answers = (each.first, each.second), (each.said.value, each.replied.value)
            if each.first > each.second:
                names, answers = names[::-1], answers[::-1]
            tables[names][answers] += each.questions
        pairs = [
            PairOfReviewers(
                first,
                second,
                questions=sum(table.values()),
                agreed=sum(count for (one, other), count in table.items() if one == other),
                kappa=cohens_kappa(table),
            )
            for (first, second), table in sorted(tables.items())
        ]
        return tuple(pairs), self._store.reviews.conflicts(call.tenant)

    def _views(self, call: Call, reviews: Sequence[StoredReview]) -> tuple[ReviewView, ...]:
        """Views for a list: one statement for the orders, one for each 50 decisions, one for the
        twins."""
        decisions = self._store.reviews.decisions(call.tenant, [r.decision_key for r in reviews])
        likeliest = {
            review.key: next(
                (
                    match
                    for match in decisions[review.decision_key].matches
                    if match.order_key != review.order_key
                ),
                None,
            )
            for review in reviews
        }
        keys = {review.order_key for review in reviews}
        keys |= {match.order_key for match in likeliest.values() if match}
        orders = self._store.get_orders(call.tenant, sorted(keys))
        now, views = self.now(), []
        for review in reviews:
            blind = review.blind and review.state.waits
            said = self._store.reviews.verdicts_of(call.tenant, review.key) if blind else ()
            hidden = self._is_hidden(call, review, said)
            match = likeliest[review.key]
            twin = Twin(match, orders.get(match.order_key)) if match and not hidden else None
            order = orders[review.order_key]
            claimed_by = review.claimant(now)
            views.append(
                ReviewView(
                    review=review,
                    order=order,
                    hidden=hidden,
                    claimed_by=claimed_by,
                    likeliest=twin,
                )
            )
        return tuple(views)

    def _batch(self, call: Call, review: StoredReview) -> tuple[BatchMember, ...]:
        members = self._store.reviews.members(call.tenant, review.key, (), SHOWN_IN_BATCH)
        matches = {m.order_key: next(iter(candidates_of(m)), None) for m in members}
        keys = {m.order_key for m in members} | {m.order_key for m in matches.values() if m}
        orders = self._store.get_orders(call.tenant, sorted(keys))
        rows = []
        for member in members:
            match = matches[member.order_key]
            twin = Twin(match, orders.get(match.order_key)) if match else None
            rows.append(BatchMember(member, orders[member.order_key], twin))
        return tuple(rows)

    def _twins(
        self, call: Call, matches: Sequence[Match], seen: Mapping[str, Order]
    ) -> tuple[Twin, ...]:
        stored = self._store.get_orders(call.tenant, [match.order_key for match in matches])
        return tuple(Twin(m, stored.get(m.order_key), seen.get(m.order_key)) for m in matches)

    def _is_hidden(self, call: Call, review: StoredReview, said: Sequence[StoredVerdict]) -> bool:
        """Whether this caller may still be asked without knowing what the engine thinks."""
        open_to_many = review.state in (ReviewState.OPEN, ReviewState.SECOND_OPINION)
        if not review.blind or not open_to_many:
            return False
        return call.actor not in {each.said.reviewer for each in said}

    def _told(
        self, call: Call, review: StoredReview, said: Sequence[StoredVerdict]
    ) -> tuple[StoredVerdict, ...]:
        """What was said, unless this caller may still give a second opinion."""
        if review.state is not ReviewState.SECOND_OPINION or not self._may_answer(call):
            return tuple(said)
        return tuple(said) if call.actor in {s.said.reviewer for s in said} else ()

    def _may_know(self, call: Call, verdict: StoredVerdict) -> bool:
        if verdict.settled or verdict.ended or not verdict.review_key or not self._may_answer(call):
            return True
        if verdict.said.reviewer == call.actor:
            return True
        review = self._store.reviews.get(call.tenant, verdict.review_key)
        return review.state is not ReviewState.SECOND_OPINION

    @staticmethod
    def _may_answer(call: Call) -> bool:
        return call.caller.identified and call.caller.may(Permission.REVIEWS_DECIDE)
