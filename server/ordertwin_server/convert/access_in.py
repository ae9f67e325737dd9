"""What requests about access ask for, as values; what cannot be read becomes a violation."""

from __future__ import annotations

from datetime import datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from ordertwin.v1 import access_pb2, access_service_pb2
from ordertwin_models.errors import FieldViolation, InvalidRequest
from ordertwin_models.order import Channel
from ordertwin_server.access.heads import SignedHead
from ordertwin_server.commands.caller import ReleaseLimit
from ordertwin_server.convert.enums import CHANNEL
from ordertwin_server.convert.values import Unreadable, amount_from_proto, time_from_proto
from ordertwin_stores.audit import AuditFilter, Head

LONGEST_SECONDS = 400 * 366 * 86_400


def time_in(message: Timestamp, field: str) -> datetime:
    """The time in a field, or `InvalidRequest`."""
    try:
        return time_from_proto(message)
    except Unreadable as error:
        raise InvalidRequest([FieldViolation(field, str(error))]) from None


def duration_in(message: Duration, field: str) -> timedelta:
    """The duration in a field, or `InvalidRequest`."""
    if abs(message.seconds) > LONGEST_SECONDS:
        raise InvalidRequest([FieldViolation(field, "is longer than anything lasts")])
    return timedelta(seconds=message.seconds, microseconds=message.nanos // 1000)


def limit_in(limits: access_pb2.Limits) -> ReleaseLimit:
    """How far a grant reaches."""
    try:
        channels = frozenset(
            CHANNEL.member(number) or Channel.UNKNOWN for number in limits.channels
        )
    except KeyError:
        text = f"must be some of {CHANNEL.choices}"
        raise InvalidRequest([FieldViolation("binding.limits.channels", text)]) from None
    if not limits.HasField("max_release_amount"):
        return ReleaseLimit(channels)
    money = limits.max_release_amount
    try:
        return ReleaseLimit(channels, amount_from_proto(money), money.currency_code)
    except Unreadable as error:
        path = "binding.limits.max_release_amount"
        raise InvalidRequest([FieldViolation(path, str(error))]) from None


def filter_in(request: access_service_pb2.ListAuditEventsRequest) -> AuditFilter:
    """Which entries are asked for."""
    return AuditFilter(
        actor=request.actor or None,
        action=request.action or None,
        target=request.target or None,
        request_id=request.request_id or None,
        outcome=request.outcome or None,
        since=time_in(request.since, "since") if request.HasField("since") else None,
        until=time_in(request.until, "until") if request.HasField("until") else None,
    )


def head_in(message: access_pb2.AuditHead, field: str) -> SignedHead:
    """A signed head as it was given."""
    at = time_in(message.sign_time, f"{field}.sign_time")
    head = Head(message.tenant, message.position, message.hash)
    return SignedHead(head, at, message.key_id, message.signature)
