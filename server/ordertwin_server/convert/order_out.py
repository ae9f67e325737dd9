"""A core order as a message."""

from __future__ import annotations

from google.type.postal_address_pb2 import PostalAddress as AddressMessage

from ordertwin.v1 import order_pb2
from ordertwin_models.errors import FieldViolation, InvalidOrder
from ordertwin_models.order import Order, OrderLine, Party, PostalAddress
from ordertwin_server.commands.update_status import etag_of
from ordertwin_server.convert.enums import CHANNEL, KIND, STATE
from ordertwin_server.convert.values import (
    amount_to_proto,
    date_to_proto,
    decimal_to_proto,
    time_to_proto,
)
from ordertwin_server.names import order_name
from ordertwin_stores.interface import StoredOrder


def order_to_proto(order: Order) -> order_pb2.Order:
    """The order as a message.

    Raises `InvalidOrder` when an amount does not fit `google.type.Money`, or a text is none.
    """
    try:
        return _order(order)
    except UnicodeEncodeError as error:
        text = f"{error.object[error.start : error.end]!a}"
        raise InvalidOrder(
            [FieldViolation("order", f"holds {text}, which is half a character; repair the text")]
        ) from None


def _order(order: Order) -> order_pb2.Order:
    message = order_pb2.Order(
        order_id=order.order_id,
        order_number=order.order_number,
        customer_reference=order.customer_reference,
        revision=order.revision,
        blanket_reference=order.blanket_reference,
        release_number=order.release_number,
        quote_reference=order.quote_reference,
        company=order.company,
        kind=KIND.number(order.kind),
        channel=CHANNEL.number(order.channel),
        source=order.source,
        message_function=order.message_function,
        entered_by=order.entered_by,
        ordered_at=time_to_proto(order.ordered_at),
        lines=[
            _line(line, order.currency_code, f"lines[{index}]")
            for index, line in enumerate(order.lines)
        ],
        currency_code=order.currency_code,
        note=order.note,
        attributes=order.attributes,
    )
    if order.requested_delivery_date is not None:
        message.requested_delivery_date.CopyFrom(date_to_proto(order.requested_delivery_date))
    if order.total_amount is not None:
        message.total_amount.CopyFrom(
            amount_to_proto(order.total_amount, order.currency_code, "total_amount")
        )
    if order.customer != Party():
        message.customer.CopyFrom(_party(order.customer))
    if order.ship_to != PostalAddress():
        message.ship_to.CopyFrom(_address(order.ship_to))
    if order.bill_to != PostalAddress():
        message.bill_to.CopyFrom(_address(order.bill_to))
    return message


def stored_order_to_proto(tenant: str, stored: StoredOrder) -> order_pb2.Order:
    """A stored order as a message, with name, state, times and etag."""
    message = order_to_proto(stored.order)
    message.name = order_name(tenant, stored.key)
    message.state = STATE.number(stored.state)
    message.received_at.CopyFrom(time_to_proto(stored.received_at))
    message.updated_at.CopyFrom(time_to_proto(stored.updated_at))
    message.etag = etag_of(stored.version)
    return message


def _line(line: OrderLine, currency: str, path: str) -> order_pb2.OrderLine:
    message = order_pb2.OrderLine(
        line_id=line.line_id,
        sku=line.sku,
        gtin=line.gtin,
        customer_sku=line.customer_sku,
        name=line.name,
        specification=line.specification,
        unit=line.unit,
    )
    if line.quantity is not None:
        message.quantity.CopyFrom(decimal_to_proto(line.quantity))
    if line.unit_price is not None:
        message.unit_price.CopyFrom(
            amount_to_proto(line.unit_price, currency, f"{path}.unit_price")
        )
    if line.requested_date is not None:
        message.requested_date.CopyFrom(date_to_proto(line.requested_date))
    return message


def _party(party: Party) -> order_pb2.Party:
    return order_pb2.Party(
        party_id=party.party_id,
        name=party.name,
        contact_name=party.contact_name,
        phone=party.phone,
        email=party.email,
        tax_id=party.tax_id,
    )


def _address(address: PostalAddress) -> AddressMessage:
    return AddressMessage(
        region_code=address.region_code,
        postal_code=address.postal_code,
        administrative_area=address.administrative_area,
        locality=address.locality,
        sublocality=address.sublocality,
        address_lines=address.address_lines,
        recipients=address.recipients,
        organization=address.organization,
    )
