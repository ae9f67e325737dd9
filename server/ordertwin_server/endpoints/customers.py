"""CustomerService as gRPC handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from ordertwin.v1 import customer_service_pb2 as pb
from ordertwin_server.commands.call import Call
from ordertwin_server.door import Door, Workers
from ordertwin_server.services.customers import CustomerService

SERVICE = pb.DESCRIPTOR.services_by_name["CustomerService"].full_name


def customer_handlers(
    service: CustomerService, door: Door, workers: Workers
) -> grpc.GenericRpcHandler[bytes, bytes]:
    """What a gRPC server is given."""
    methods: Mapping[str, tuple[type[Message], Callable[[Call, Any], Message]]] = {
        "LinkCustomers": (pb.LinkCustomersRequest, service.link_customers),
        "SeparateCustomer": (pb.SeparateCustomerRequest, service.separate_customer),
        "ListCustomers": (pb.ListCustomersRequest, service.list_customers),
    }
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            name: door.unary(SERVICE, name, request_type, act, workers.reads)
            for name, (request_type, act) in methods.items()
        },
    )
