"""What settling a pair of orders has in common, whatever becomes of the two."""

from __future__ import annotations

import re

from ordertwin_models.assessment import IncomingOrder, featurise, prepare
from ordertwin_models.decision import Relation
from ordertwin_models.errors import EtagMismatch, FieldViolation
from ordertwin_models.order import Order
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.update_status import version_of
from ordertwin_server.customer_book import SameCustomerOf
from ordertwin_server.faults import DutiesSeparated
from ordertwin_stores.interface import OrderStore, StoredOrder

MAX_REASON = 1024
_TURNED = {Relation.SUPERSET: Relation.PARTIAL, Relation.PARTIAL: Relation.SUPERSET}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def reason_violations(reason: str) -> list[FieldViolation]:
    """What is wrong with a reason.

    >>> reason_violations("one purchase"), reason_violations("x" * 1025)
    ([], [FieldViolation(field='reason', description='must have at most 1024 characters')])
    """
    if len(reason) > MAX_REASON:
        return [FieldViolation("reason", f"must have at most {MAX_REASON} characters")]
    if _CONTROLS.search(reason):
        return [FieldViolation("reason", "must have no control characters")]
    return []


def expected_version(order: StoredOrder, etag: str) -> int:
    """The version to change: the one in the etag, or whatever it is when there is none.

    Raises `EtagMismatch` when the order is another one by now, or the etag was never ours.
    """
    if etag and version_of(etag) != order.version:
        raise EtagMismatch(f"Order {order.key}")
    return order.version


def ensure_apart(store: OrderStore, call: Call, order: StoredOrder) -> None:
    """Raise `DutiesSeparated` for who entered an order, also by the name in the order."""
    if call.caller.identified and (
        order.order.entered_by == call.actor.rpartition("/")[2]
        or call.actor in store.entered_by(call.tenant, order.key)
    ):
        raise DutiesSeparated("Nobody settles an order that they entered themselves")


def relation_between(store: OrderStore, tenant: str, first: str, second: str) -> Relation | None:
    """What the second order is to the first, as the latest decision on either says."""
    for one, other, turned in ((second, first, False), (first, second, True)):
        stored = store.latest_decision(tenant, one)
        for match in stored.decision.matches if stored else ():
            if match.order_key == other:
                relation = match.relation
                return _TURNED.get(relation, relation) if turned else relation
    return None


def ready_to_store(
    store: OrderStore, tenant: str, order: Order, same_customer: SameCustomerOf
) -> IncomingOrder:
    """An order with the features and keys that it is compared and found by."""
    prepared = prepare(order, same_customer(tenant, order.customer.party_id))
    seen = store.statistics(tenant, prepared.counted)
    return featurise(prepared, prepared.frequencies(seen.orders, seen.counts))
