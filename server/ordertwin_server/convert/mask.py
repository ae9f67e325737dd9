"""What callers without `orders.reveal` see: that a name, address or contact is there, not which.

Products, quantities, amounts, times and references stay: they tell what was decided and why.
"""

from __future__ import annotations

from collections.abc import Iterable

from google.type.postal_address_pb2 import PostalAddress

from ordertwin.v1 import decision_pb2, order_pb2
from ordertwin_server.convert.order_out import stored_order_to_proto
from ordertwin_stores.interface import StoredOrder

MASK = "•••"
_PARTY = ("name", "contact_name", "phone", "email", "tax_id")
_ADDRESS = ("postal_code", "sorting_code", "locality", "sublocality", "organization")


def shown_order(
    tenant: str, stored: StoredOrder, *, reveal: bool, blind: bool = False
) -> order_pb2.Order:
    """A stored order as a message, as this caller may see it; to one who is asked about it `blind`,
    without its state, which tells what was decided."""
    order = stored_order_to_proto(tenant, stored)
    if blind:
        order.state = order_pb2.ORDER_STATE_UNSPECIFIED
    return order if reveal else masked_order(order)


def masked_order(order: order_pb2.Order) -> order_pb2.Order:
    """The order with names, addresses, contacts and free text masked, in place.

    >>> line = order_pb2.OrderLine(sku="M8-40", specification="engrave ANNA")
    >>> order = order_pb2.Order(order_id="SO-1", note="call Frau Schulze", lines=[line])
    >>> masked = masked_order(order)
    >>> masked.order_id, masked.note, masked.lines[0].sku, masked.lines[0].specification
    ('SO-1', '•••', 'M8-40', '•••')
    """
    for name in _PARTY:
        if getattr(order.customer, name):
            setattr(order.customer, name, MASK)
    for side in ("ship_to", "bill_to"):
        if order.HasField(side):
            _mask_address(getattr(order, side))
    for name in ("note", "entered_by"):
        if getattr(order, name):
            setattr(order, name, MASK)
    for line in order.lines:
        if line.specification:
            line.specification = MASK
    for key in list(order.attributes):
        order.attributes[key] = MASK
    return order


def _mask_address(address: PostalAddress) -> None:
    for name in _ADDRESS:
        if getattr(address, name):
            setattr(address, name, MASK)
    for lines in (address.address_lines, address.recipients):
        lines[:] = [MASK] * len(lines)


def mask_matches(matches: Iterable[decision_pb2.Match]) -> None:
    """Mask the values that comparisons quote, in place; names and weights of comparisons stay."""
    for match in matches:
        match.against[:] = [MASK] * len(match.against)
        for each in match.contributions:
            for name in ("incoming_value", "existing_value", "text"):
                if getattr(each, name):
                    setattr(each, name, MASK)
