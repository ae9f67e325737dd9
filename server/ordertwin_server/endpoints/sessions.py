"""SessionService as gRPC handlers."""

from __future__ import annotations

import grpc

from ordertwin.v1 import session_service_pb2 as pb
from ordertwin_server.door import Door, Workers
from ordertwin_server.services.sessions import SessionService

SERVICE = pb.DESCRIPTOR.services_by_name["SessionService"].full_name


def session_handlers(
    service: SessionService, door: Door, workers: Workers
) -> grpc.GenericRpcHandler[bytes, bytes]:
    """What a gRPC server is given."""
    pool = workers.reads
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            "SignIn": door.unary(SERVICE, "SignIn", pb.SignInRequest, service.sign_in, pool),
            "SignOut": door.unary(SERVICE, "SignOut", pb.SignOutRequest, service.sign_out, pool),
            "SetPassword": door.unary(
                SERVICE, "SetPassword", pb.SetPasswordRequest, service.set_password, pool
            ),
        },
    )
