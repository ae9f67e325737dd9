"""PolicyService as gRPC handlers, put together from what a server has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import grpc
from google.protobuf.message import Message

from ordertwin.v1 import policy_service_pb2 as pb
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.manage_models import ManageModels
from ordertwin_server.commands.manage_policies import ManagePolicies
from ordertwin_server.commands.policy_trials import TryPolicy
from ordertwin_server.door import Door, Workers
from ordertwin_server.policy_keeper import PolicyKeeper
from ordertwin_server.services.policies import PolicyService, limits_by
from ordertwin_stores.interface import OrderStore

SERVICE = pb.DESCRIPTOR.services_by_name["PolicyService"].full_name


def policy_handlers(
    store: OrderStore,
    keeper: PolicyKeeper,
    models: ManageModels,
    door: Door,
    workers: Workers,
    clock: Clock,
) -> grpc.GenericRpcHandler[bytes, bytes]:
    """What a gRPC server is given."""
    service = PolicyService(
        policies=ManagePolicies(store, Deeds(store, clock), keeper),
        models=models,
        trial=TryPolicy(store, partial(limits_by, models), clock),
    )
    methods: Mapping[str, tuple[type[Message], Callable[[Call, Any], Message]]] = {
        "GetPolicy": (pb.GetPolicyRequest, service.get_policy),
        "TryPolicy": (pb.TryPolicyRequest, service.try_policy),
        "PublishPolicyVersion": (pb.PublishPolicyVersionRequest, service.publish_policy_version),
        "ActivatePolicyVersion": (
            pb.ActivatePolicyVersionRequest,
            service.activate_policy_version,
        ),
        "ListPolicyVersions": (pb.ListPolicyVersionsRequest, service.list_policy_versions),
        "GetPolicyVersion": (pb.GetPolicyVersionRequest, service.get_policy_version),
        "ListPolicyChanges": (pb.ListPolicyChangesRequest, service.list_policy_changes),
    }
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            name: door.unary(SERVICE, name, request_type, act, workers.reads)
            for name, (request_type, act) in methods.items()
        },
    )
