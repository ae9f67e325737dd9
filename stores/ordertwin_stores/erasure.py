"""What an erasure takes out of a store, and what it leaves."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, LiteralString

from ordertwin_models.order import Order
from ordertwin_stores.audit import AuditEntry

if TYPE_CHECKING:
    from ordertwin_stores.access import Put
    from ordertwin_stores.interface import RequestRecord
    from ordertwin_stores.reviewing.session import Session

_DEEDS: LiteralString = (
    "UPDATE requests SET fingerprint = %s WHERE tenant = %s AND method IN ('DecideReview',"
    " 'WithdrawVerdict', 'SuppressPair', 'UnmergeOrders', 'RequestOverride', 'LinkCustomers',"
    " 'SeparateCustomer')"
)


@dataclass(frozen=True, slots=True)
class Remains:
    """What stays of an order when its content is erased; of its earlier versions only when it is
    not `current`, because it was of somebody else before."""

    order_key: str
    order: Order
    digest: bytes
    current: bool = True


@dataclass(frozen=True, slots=True)
class Erasure:
    """Orders whose content is to be erased, numbers of customers who leave their groups without a
    trace, and records about access to write in place of what they said.

    Groups that are no longer of the revision `customers_seen`, if one is given, are an
    `EtagMismatch`: the numbers may have been joined with others meanwhile.
    """

    remains: tuple[Remains, ...]
    request: RequestRecord
    audit: AuditEntry
    at: datetime
    customers: tuple[str, ...] = ()
    customers_seen: int | None = None
    records: tuple[Put, ...] = ()


def forget_deeds(session: Session) -> None:
    """Make the fingerprints of what people asked for useless: with a guess of the names and reasons
    that they wrote, somebody could tell whether it is right. These requests are then no longer
    repeatable."""
    session.run(_DEEDS, os.urandom(32), session.tenant)
