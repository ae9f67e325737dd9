"""ReviewService for blocking code: what waits for a person, verdicts, pairs that are set apart."""

from __future__ import annotations

from collections.abc import Iterator

from ordertwin.v1 import review_pb2
from ordertwin.v1 import review_service_pb2 as pb
from ordertwin.v1.review_service_pb2_grpc import ReviewServiceStub
from ordertwin_client.requests import Rpc
from ordertwin_client.service import ServiceClient

LIST_REVIEWS = Rpc("ListReviews", pb.ListReviewsResponse)
GET_REVIEW = Rpc("GetReview", review_pb2.Review)
CLAIM_REVIEW = Rpc("ClaimReview", review_pb2.Review)
RELEASE_CLAIM = Rpc("ReleaseClaim", review_pb2.Review)
DECIDE_REVIEW = Rpc("DecideReview", review_pb2.Review)
WITHDRAW_VERDICT = Rpc("WithdrawVerdict", pb.WithdrawVerdictResponse)
LIST_VERDICTS = Rpc("ListVerdicts", pb.ListVerdictsResponse)
GET_AGREEMENT = Rpc("GetAgreement", pb.GetAgreementResponse)
SUPPRESS_PAIR = Rpc("SuppressPair", review_pb2.Suppression)
LIST_SUPPRESSIONS = Rpc("ListSuppressions", pb.ListSuppressionsResponse)
DELETE_SUPPRESSION = Rpc("DeleteSuppression", pb.DeleteSuppressionResponse)


class ReviewClient(ServiceClient):
    """Calls ReviewService; with the same `request_id` a change can safely be repeated."""

    stubs = (ReviewServiceStub,)

    def reviews(self, request: pb.ListReviewsRequest) -> Iterator[review_pb2.Review]:
        """Reviews, page after page."""
        for page in self.pages(LIST_REVIEWS, request):
            yield from page.reviews

    def verdicts(self, request: pb.ListVerdictsRequest) -> Iterator[review_pb2.Verdict]:
        """Verdicts, the oldest first, page after page."""
        for page in self.pages(LIST_VERDICTS, request):
            yield from page.verdicts
