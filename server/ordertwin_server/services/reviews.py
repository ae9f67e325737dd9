"""ReviewService, one method an RPC: message in, command, message out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ordertwin.v1 import review_pb2
from ordertwin.v1 import review_service_pb2 as pb
from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.claim_review import ClaimReview
from ordertwin_server.commands.decide_review import DecideReview
from ordertwin_server.commands.read_reviews import ReadReviews
from ordertwin_server.commands.suppress_pair import SuppressPair
from ordertwin_server.commands.withdraw_verdict import Withdraw, WithdrawVerdict
from ordertwin_server.convert import review_in, review_out
from ordertwin_server.convert.access_in import time_in
from ordertwin_server.faults import ReviewClaimed, ReviewClosed, VerdictEnded
from ordertwin_server.names import (
    ensure_parent,
    key_in,
    order_name,
    review_name,
    suppression_name,
    verdict_name,
    verdict_position,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewService:
    """The service for people who decide what the engine leaves to them."""

    reviews: ReadReviews
    claims: ClaimReview
    decide: DecideReview
    withdraw: WithdrawVerdict
    pairs: SuppressPair

    def list_reviews(self, call: Call, request: pb.ListReviewsRequest) -> pb.ListReviewsResponse:
        """A page of reviews."""
        ensure_parent(request.parent, call.tenant)
        where = review_in.filter_in(call, request, self.reviews.now())
        page = self.reviews.list(call, where, request.page_size, request.page_token)
        shown = (
            review_out.review_to_proto(call.tenant, view, "", reveal=_reveals(call))
            for view in page.reviews
        )
        return pb.ListReviewsResponse(reviews=shown, next_page_token=page.next_token)

    def get_review(self, call: Call, request: pb.GetReviewRequest) -> review_pb2.Review:
        """One review."""
        key = key_in(request.name, "review", call.tenant)
        return self._review(call, key, request.language_code)

    def claim_review(self, call: Call, request: pb.ClaimReviewRequest) -> review_pb2.Review:
        """The review, which the caller is at."""
        key = key_in(request.name, "review", call.tenant)
        with _named(call):
            self.claims.claim(call, request.request_id, key)
        return self._review(call, key, request.language_code)

    def release_claim(self, call: Call, request: pb.ReleaseClaimRequest) -> review_pb2.Review:
        """The review, which nobody is at."""
        key = key_in(request.name, "review", call.tenant)
        with _named(call):
            self.claims.release(call, request.request_id, key)
        return self._review(call, key, "")

    def decide_review(self, call: Call, request: pb.DecideReviewRequest) -> review_pb2.Review:
        """The review with what was said."""
        key = key_in(request.name, "review", call.tenant)
        decide = review_in.decide_in(call, request, key)
        with _named(call):
            self.decide(call, decide)
        return self._review(call, key, request.language_code)

    def withdraw_verdict(
        self, call: Call, request: pb.WithdrawVerdictRequest
    ) -> pb.WithdrawVerdictResponse:
        """What is left of the verdict."""
        withdraw = Withdraw(
            position=verdict_position(request.name, call.tenant),
            request_id=request.request_id,
            reason=request.reason,
            all_orders=request.all_orders,
        )
        with _named(call):
            done = self.withdraw(call, withdraw)
        return pb.WithdrawVerdictResponse(
            verdicts=[
                review_out.verdict_to_proto(call.tenant, each, reveal=_reveals(call))
                for each in done.verdicts
            ],
            restored=done.restored,
            review=review_name(call.tenant, done.review_key),
        )

    def list_verdicts(self, call: Call, request: pb.ListVerdictsRequest) -> pb.ListVerdictsResponse:
        """A page of verdicts."""
        ensure_parent(request.parent, call.tenant)
        order = request.order
        key = key_in(order, "order", call.tenant, field="order") if order else None
        page = self.reviews.verdicts(
            call, key, request.after_position, request.page_size, request.page_token
        )
        return pb.ListVerdictsResponse(
            verdicts=[
                review_out.verdict_to_proto(call.tenant, each, reveal=_reveals(call))
                for each in page.verdicts
            ],
            next_page_token=page.next_token,
        )

    def get_agreement(self, call: Call, request: pb.GetAgreementRequest) -> pb.GetAgreementResponse:
        """How far reviewers agree."""
        ensure_parent(request.parent, call.tenant)
        pairs, conflicts = self.reviews.agreement(call)
        return pb.GetAgreementResponse(
            agreements=map(review_out.agreement_to_proto, pairs), conflicts=conflicts
        )

    def suppress_pair(self, call: Call, request: pb.SuppressPairRequest) -> review_pb2.Suppression:
        """The suppression."""
        ensure_parent(request.parent, call.tenant)
        wanted = request.suppression
        pair = (
            key_in(wanted.order, "order", call.tenant, field="suppression.order"),
            key_in(wanted.counterpart, "order", call.tenant, field="suppression.counterpart"),
        )
        until = None
        if wanted.HasField("end_time"):
            until = time_in(wanted.end_time, "suppression.end_time")
        with _named(call):
            made = self.pairs.suppress(call, request.request_id, pair, until, wanted.reason)
        return review_out.suppression_to_proto(call.tenant, made, reveal=_reveals(call))

    def list_suppressions(
        self, call: Call, request: pb.ListSuppressionsRequest
    ) -> pb.ListSuppressionsResponse:
        """A page of suppressions."""
        ensure_parent(request.parent, call.tenant)
        order = request.order
        key = key_in(order, "order", call.tenant, field="order") if order else None
        page = self.pairs.list(call, key, request.page_size, request.page_token)
        return pb.ListSuppressionsResponse(
            suppressions=[
                review_out.suppression_to_proto(call.tenant, each, reveal=_reveals(call))
                for each in page.suppressions
            ],
            next_page_token=page.next_token,
        )

    def delete_suppression(
        self, call: Call, request: pb.DeleteSuppressionRequest
    ) -> pb.DeleteSuppressionResponse:
        """Nothing: the suppression is gone."""
        key = key_in(request.name, "suppression", call.tenant)
        with _named(call):
            self.pairs.lift(call, request.request_id, key)
        return pb.DeleteSuppressionResponse()

    def _review(self, call: Call, key: str, language: str) -> review_pb2.Review:
        with _named(call):
            view = self.reviews.get(call, key)
        return review_out.review_to_proto(call.tenant, view, language, reveal=_reveals(call))


def _reveals(call: Call) -> bool:
    return call.caller.may(Permission.ORDERS_REVEAL)


@contextmanager
def _named(call: Call) -> Iterator[None]:
    """Commands know keys; the caller hears resource names."""
    names = {
        "review": review_name,
        "order": order_name,
        "suppression": suppression_name,
        "verdict": verdict_name,
    }
    try:
        yield
    except NotFound as error:
        made = names.get(error.kind.split()[0])
        raise NotFound(error.kind, made(call.tenant, error.name) if made else error.name) from error
    except ReviewClaimed as error:
        name = review_name(call.tenant, error.name)
        raise ReviewClaimed(name, error.reviewer, error.until) from error
    except ReviewClosed as error:
        heir = review_name(call.tenant, error.successor) if error.successor else ""
        raise ReviewClosed(review_name(call.tenant, error.name), error.state, heir) from error
    except VerdictEnded as error:
        raise VerdictEnded(verdict_name(call.tenant, error.name)) from error
    except EtagMismatch as error:
        target = call.trail.target
        raise EtagMismatch(f"tenants/{call.tenant}/{target}" if target else error.name) from error
