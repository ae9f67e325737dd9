"""ModelService as gRPC handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from ordertwin.v1 import model_service_pb2 as pb
from ordertwin_server.commands.call import Call
from ordertwin_server.door import Door, Workers
from ordertwin_server.services.models import ModelService

SERVICE = pb.DESCRIPTOR.services_by_name["ModelService"].full_name


def model_handlers(
    service: ModelService, door: Door, workers: Workers
) -> grpc.GenericRpcHandler[bytes, bytes]:
    """What a gRPC server is given."""
    methods: Mapping[str, tuple[type[Message], Callable[[Call, Any], Message]]] = {
        "ListModelVersions": (pb.ListModelVersionsRequest, service.list_model_versions),
        "GetModelVersion": (pb.GetModelVersionRequest, service.get_model_version),
        "GetModelArtefact": (pb.GetModelArtefactRequest, service.get_model_artefact),
        "PublishModelVersion": (pb.PublishModelVersionRequest, service.publish_model_version),
        "ShadowModelVersion": (pb.ShadowModelVersionRequest, service.shadow_model_version),
        "ActivateModelVersion": (pb.ActivateModelVersionRequest, service.activate_model_version),
        "CompareModelVersions": (pb.CompareModelVersionsRequest, service.compare_model_versions),
        "ListModelChanges": (pb.ListModelChangesRequest, service.list_model_changes),
        "GetModelHealth": (pb.GetModelHealthRequest, service.get_model_health),
    }
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            name: door.unary(SERVICE, name, request_type, act, workers.reads)
            for name, (request_type, act) in methods.items()
        },
    )
