"""Customers who are known under several numbers, as messages."""

from __future__ import annotations

from collections.abc import Sequence

from ordertwin.v1 import customer_service_pb2 as pb
from ordertwin_server.convert.values import time_to_proto
from ordertwin_stores.customers import Joined


def customer_to_proto(group: Sequence[Joined], *, reveal: bool) -> pb.Customer:
    """A group, the leading number first; names only where they may be seen."""
    return pb.Customer(
        customer_id=group[0].member.written,
        numbers=[
            pb.CustomerNumber(
                customer_id=each.member.written,
                name=each.member.name if reveal else "",
                linked_at=time_to_proto(each.at),
                linked_by=each.actor,
                reason=each.reason,
            )
            for each in group
        ],
    )
