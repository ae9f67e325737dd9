"""CustomerService, one method an RPC: message in, command, message out."""

from __future__ import annotations

from ordertwin.v1 import customer_service_pb2 as pb
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.join_customers import JoinCustomers, Link
from ordertwin_server.convert.customers_out import customer_to_proto
from ordertwin_server.names import ensure_parent


class CustomerService:
    """The service for those who know which customers are the same."""

    def __init__(self, customers: JoinCustomers) -> None:
        self._customers = customers

    def link_customers(
        self, call: Call, request: pb.LinkCustomersRequest
    ) -> pb.LinkCustomersResponse:
        """What came of it."""
        ensure_parent(request.parent, call.tenant)
        links = [
            Link(each.customer_id, each.same_as, each.name, each.same_as_name)
            for each in request.links
        ]
        done = self._customers.link(call, request.request_id, links, request.reason)
        return pb.LinkCustomersResponse(
            linked=done.linked,
            known=done.known,
            customers=[customer_to_proto(group, reveal=_sees_names(call)) for group in done.groups],
        )

    def separate_customer(
        self, call: Call, request: pb.SeparateCustomerRequest
    ) -> pb.SeparateCustomerResponse:
        """What is left."""
        ensure_parent(request.parent, call.tenant)
        rest = self._customers.separate(
            call, request.request_id, request.customer_id, request.reason
        )
        return pb.SeparateCustomerResponse(
            customer=customer_to_proto(rest, reveal=_sees_names(call)) if rest else None
        )

    def list_customers(
        self, call: Call, request: pb.ListCustomersRequest
    ) -> pb.ListCustomersResponse:
        """A page."""
        ensure_parent(request.parent, call.tenant)
        page = self._customers.list(
            call, request.customer_id, request.page_size, request.page_token
        )
        return pb.ListCustomersResponse(
            customers=[customer_to_proto(group, reveal=_sees_names(call)) for group in page.groups],
            next_page_token=page.next_token,
        )


def _sees_names(call: Call) -> bool:
    return call.caller.may(Permission.ORDERS_REVEAL)
