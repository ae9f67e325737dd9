"""ReviewService as gRPC handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from ordertwin.v1 import review_service_pb2 as pb
from ordertwin_server.commands.call import Call
from ordertwin_server.door import Door, Workers
from ordertwin_server.services.reviews import ReviewService

SERVICE = pb.DESCRIPTOR.services_by_name["ReviewService"].full_name


def review_handlers(
    service: ReviewService, door: Door, workers: Workers
) -> grpc.GenericRpcHandler[bytes, bytes]:
    """What a gRPC server is given."""
    methods: Mapping[str, tuple[type[Message], Callable[[Call, Any], Message]]] = {
        "ListReviews": (pb.ListReviewsRequest, service.list_reviews),
        "GetReview": (pb.GetReviewRequest, service.get_review),
        "ClaimReview": (pb.ClaimReviewRequest, service.claim_review),
        "ReleaseClaim": (pb.ReleaseClaimRequest, service.release_claim),
        "DecideReview": (pb.DecideReviewRequest, service.decide_review),
        "WithdrawVerdict": (pb.WithdrawVerdictRequest, service.withdraw_verdict),
        "ListVerdicts": (pb.ListVerdictsRequest, service.list_verdicts),
        "GetAgreement": (pb.GetAgreementRequest, service.get_agreement),
        "SuppressPair": (pb.SuppressPairRequest, service.suppress_pair),
        "ListSuppressions": (pb.ListSuppressionsRequest, service.list_suppressions),
        "DeleteSuppression": (pb.DeleteSuppressionRequest, service.delete_suppression),
    }
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            name: door.unary(SERVICE, name, request_type, act, workers.reads)
            for name, (request_type, act) in methods.items()
        },
    )
