"""What an erasure takes out of a store, and what it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ordertwin_models.order import Order
from ordertwin_stores.audit import AuditEntry

if TYPE_CHECKING:
    from ordertwin_stores.access import Put
    from ordertwin_stores.interface import RequestRecord


@dataclass(frozen=True, slots=True)
class Remains:
    """What stays of an order when its content is erased."""

    order_key: str
    order: Order
    digest: bytes


@dataclass(frozen=True, slots=True)
class Erasure:
    """Orders whose content is to be erased, numbers of customers who leave their groups without a
    trace, and records about access to write in place of what they said."""

    remains: tuple[Remains, ...]
    request: RequestRecord
    audit: AuditEntry
    at: datetime
    customers: tuple[str, ...] = ()
    records: tuple[Put, ...] = ()
