"""ReviewService for blocking code: what waits for a person, verdicts, pairs that are set apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from ordertwin.v1 import review_pb2
from ordertwin.v1 import review_service_pb2 as pb
from ordertwin.v1.review_service_pb2_grpc import ReviewServiceStub
from ordertwin_client.channel import Metadata
from ordertwin_client.errors import error_from_call
from ordertwin_client.requests import READ_TIMEOUT, Rpc

R = TypeVar("R", bound=Message)

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


class ReviewClient:
    """Calls ReviewService on a channel, with the metadata that carries a credential.

    `timeout` is in seconds. Changes need a `request_id`; a repeated call with the same one is safe.
    """

    def __init__(
        self,
        channel: grpc.Channel,
        metadata: Metadata | None = None,
        *,
        timeout: float = READ_TIMEOUT,
    ) -> None:
        self._stub: Any = ReviewServiceStub(channel)  # type: ignore[no-untyped-call]
        self._metadata = metadata
        self._timeout = timeout

    def call(self, rpc: Rpc[R], request: Message) -> R:
        """The answer to one request, or an error of `ordertwin_client.errors`."""
        try:
            response: R = getattr(self._stub, rpc.name)(
                request, timeout=self._timeout, metadata=self._metadata
            )
            return response
        except grpc.RpcError as error:
            raise error_from_call(error) from None

    def reviews(self, request: pb.ListReviewsRequest) -> Iterator[review_pb2.Review]:
        """Reviews, page after page."""
        further = pb.ListReviewsRequest()
        further.CopyFrom(request)
        while True:
            page = self.call(LIST_REVIEWS, further)
            yield from page.reviews
            if not page.next_page_token:
                return
            further.page_token = page.next_page_token

    def verdicts(self, request: pb.ListVerdictsRequest) -> Iterator[review_pb2.Verdict]:
        """Verdicts, the oldest first, page after page."""
        further = pb.ListVerdictsRequest()
        further.CopyFrom(request)
        while True:
            page = self.call(LIST_VERDICTS, further)
            yield from page.verdicts
            if not page.next_page_token:
                return
            further.page_token = page.next_page_token
