"""AccessService as gRPC handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from ordertwin.v1 import access_service_pb2 as pb
from ordertwin_server.commands.call import Call
from ordertwin_server.door import Door, Workers
from ordertwin_server.services.access import AccessService

SERVICE = pb.DESCRIPTOR.services_by_name["AccessService"].full_name


def access_handlers(
    service: AccessService, door: Door, workers: Workers
) -> grpc.GenericRpcHandler[bytes, bytes]:
    """What a gRPC server is given."""
    methods: Mapping[str, tuple[type[Message], Callable[[Call, Any], Message]]] = {
        "GetCaller": (pb.GetCallerRequest, service.get_caller),
        "CreateApiKey": (pb.CreateApiKeyRequest, service.create_api_key),
        "ListApiKeys": (pb.ListApiKeysRequest, service.list_api_keys),
        "RevokeApiKey": (pb.RevokeApiKeyRequest, service.revoke_api_key),
        "GrantRole": (pb.GrantRoleRequest, service.grant_role),
        "WithdrawRole": (pb.WithdrawRoleRequest, service.withdraw_role),
        "ConfirmRole": (pb.ConfirmRoleRequest, service.confirm_role),
        "ListRoleBindings": (pb.ListRoleBindingsRequest, service.list_role_bindings),
        "DefineRole": (pb.DefineRoleRequest, service.define_role),
        "ListRoles": (pb.ListRolesRequest, service.list_roles),
        "RequestOverride": (pb.RequestOverrideRequest, service.request_override),
        "ApproveOverride": (pb.ApproveOverrideRequest, service.approve_override),
        "ReviewAccess": (pb.ReviewAccessRequest, service.review_access),
        "ListAuditEvents": (pb.ListAuditEventsRequest, service.list_audit_events),
        "VerifyAudit": (pb.VerifyAuditRequest, service.verify_audit),
        "EraseSubject": (pb.EraseSubjectRequest, service.erase_subject),
    }
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            name: door.unary(SERVICE, name, request_type, act, workers.reads)
            for name, (request_type, act) in methods.items()
        },
    )
