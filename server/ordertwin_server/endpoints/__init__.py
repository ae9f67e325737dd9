"""Our services as gRPC handlers, and how many calls of each kind are let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordertwin.v1 import (
    access_service_pb2,
    case_service_pb2,
    customer_service_pb2,
    model_service_pb2,
    order_service_pb2,
    policy_service_pb2,
    report_service_pb2,
    review_service_pb2,
    session_service_pb2,
)
from ordertwin_server.admission import Gate

_DESCRIPTORS = (
    order_service_pb2.DESCRIPTOR.services_by_name["OrderService"],
    access_service_pb2.DESCRIPTOR.services_by_name["AccessService"],
    session_service_pb2.DESCRIPTOR.services_by_name["SessionService"],
    model_service_pb2.DESCRIPTOR.services_by_name["ModelService"],
    review_service_pb2.DESCRIPTOR.services_by_name["ReviewService"],
    policy_service_pb2.DESCRIPTOR.services_by_name["PolicyService"],
    report_service_pb2.DESCRIPTOR.services_by_name["ReportService"],
    customer_service_pb2.DESCRIPTOR.services_by_name["CustomerService"],
    case_service_pb2.DESCRIPTOR.services_by_name["CaseService"],
)
SERVICES = tuple(service.full_name for service in _DESCRIPTORS)
"""Full names of our services."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls of each kind are admitted at once."""

    scoring: int
    reads: int
    streams: int
    watchers: int


def gates(limits: Limits) -> Mapping[str, Gate]:
    """The gate of every method of our services."""
    scoring = Gate("scoring", limits.scoring)
    streams = Gate("stream", limits.streams)
    reads = Gate("read and update", limits.reads)
    watchers = Gate("watching", limits.watchers)
    special = {"ScoreOrder": scoring, "ScoreOrders": streams, "WatchOrders": watchers}
    return {
        f"/{service.full_name}/{method.name}": special.get(method.name, reads)
        for service in _DESCRIPTORS
        for method in service.methods
    }
