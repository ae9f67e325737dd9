"""CaseService as gRPC handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from ordertwin.v1 import case_service_pb2 as pb
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.case_book import CaseBook
from ordertwin_server.door import Door, Workers
from ordertwin_server.services.cases import CaseService

SERVICE = pb.DESCRIPTOR.services_by_name["CaseService"].full_name


def case_handlers(
    book: CaseBook, door: Door, workers: Workers
) -> grpc.GenericRpcHandler[bytes, bytes]:
    """What a gRPC server is given."""
    service = CaseService(book)
    methods: Mapping[str, tuple[type[Message], Callable[[Call, Any], Message]]] = {
        "CreateCase": (pb.CreateCaseRequest, service.create_case),
        "ListCases": (pb.ListCasesRequest, service.list_cases),
        "GetCase": (pb.GetCaseRequest, service.get_case),
        "EditCase": (pb.EditCaseRequest, service.edit_case),
        "WithdrawCase": (pb.WithdrawCaseRequest, service.withdraw_case),
    }
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            name: door.unary(SERVICE, name, request_type, act, workers.reads)
            for name, (request_type, act) in methods.items()
        },
    )
