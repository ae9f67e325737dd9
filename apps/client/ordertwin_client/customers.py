"""CustomerService for blocking code: which customer numbers mean the same customer."""

from __future__ import annotations

from collections.abc import Iterator

from ordertwin.v1 import customer_service_pb2 as pb
from ordertwin.v1.customer_service_pb2_grpc import CustomerServiceStub
from ordertwin_client.requests import Rpc
from ordertwin_client.service import ServiceClient

LINK_CUSTOMERS = Rpc("LinkCustomers", pb.LinkCustomersResponse)
SEPARATE_CUSTOMER = Rpc("SeparateCustomer", pb.SeparateCustomerResponse)
LIST_CUSTOMERS = Rpc("ListCustomers", pb.ListCustomersResponse)


class CustomerClient(ServiceClient):
    """Calls CustomerService; with the same `request_id` a change can safely be repeated."""

    stubs = (CustomerServiceStub,)

    def customers(self, request: pb.ListCustomersRequest) -> Iterator[pb.Customer]:
        """Customers who are known under several numbers, page after page."""
        for page in self.pages(LIST_CUSTOMERS, request):
            yield from page.customers
