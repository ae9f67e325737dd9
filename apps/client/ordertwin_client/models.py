"""ModelService for blocking code: publish, try in shadow, activate, put back."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime

import grpc

from ordertwin.v1 import model_health_pb2, model_pb2
from ordertwin.v1 import model_service_pb2 as pb
from ordertwin.v1.model_service_pb2_grpc import ModelServiceStub
from ordertwin_client.channel import Metadata
from ordertwin_client.requests import READ_TIMEOUT, Rpc, new_request_id
from ordertwin_client.service import ServiceClient

LIST_MODEL_VERSIONS = Rpc("ListModelVersions", pb.ListModelVersionsResponse)
GET_MODEL_VERSION = Rpc("GetModelVersion", model_pb2.ModelVersion)
GET_MODEL_ARTEFACT = Rpc("GetModelArtefact", pb.GetModelArtefactResponse)
PUBLISH_MODEL_VERSION = Rpc("PublishModelVersion", model_pb2.ModelVersion)
SHADOW_MODEL_VERSION = Rpc("ShadowModelVersion", model_pb2.ModelVersion)
ACTIVATE_MODEL_VERSION = Rpc("ActivateModelVersion", model_pb2.ModelVersion)
COMPARE_MODEL_VERSIONS = Rpc("CompareModelVersions", model_pb2.ModelComparison)
LIST_MODEL_CHANGES = Rpc("ListModelChanges", pb.ListModelChangesResponse)
GET_MODEL_HEALTH = Rpc("GetModelHealth", model_health_pb2.ModelHealth)


def version_name(version: str, tenant: str = "default") -> str:
    """The resource name of a model version.

    >>> version_name("duplicate-order/2")
    'tenants/default/modelVersions/duplicate-order~2'
    """
    return f"tenants/{tenant}/modelVersions/{version.replace('/', '~')}"


class ModelClient(ServiceClient):
    """Calls ModelService about one tenant.

    Whatever changes something makes a request id unless one is given.
    """

    stubs = (ModelServiceStub,)

    def __init__(
        self,
        channel: grpc.Channel,
        metadata: Metadata | None = None,
        *,
        tenant: str = "default",
        timeout: float = READ_TIMEOUT,
    ) -> None:
        super().__init__(channel, metadata, timeout=timeout)
        self._tenant = tenant

    def page(self, token: str = "") -> pb.ListModelVersionsResponse:
        """A page of versions, the newest first, with what this server answers with."""
        request = pb.ListModelVersionsRequest(parent=self._parent, page_token=token)
        return self.call(LIST_MODEL_VERSIONS, request)

    def versions(self) -> Iterator[model_pb2.ModelVersion]:
        """All versions, the newest first, page after page."""
        token = ""
        while True:
            page = self.page(token)
            yield from page.model_versions
            token = page.next_page_token
            if not token:
                return

    def get(self, version: str) -> model_pb2.ModelVersion:
        """A version with its card, curves and shadow report."""
        return self.call(GET_MODEL_VERSION, pb.GetModelVersionRequest(name=self._name(version)))

    def artefact(self, version: str) -> bytes:
        """The model file of a version, byte for byte."""
        request = pb.GetModelArtefactRequest(name=self._name(version))
        return gzip.decompress(self.call(GET_MODEL_ARTEFACT, request).artefact)

    def publish(
        self,
        artefact: bytes,
        *,
        card: str = "",
        signature: bytes = b"",
        reason: str = "",
        request_id: str = "",
    ) -> model_pb2.ModelVersion:
        """Hand in a model file; it becomes a candidate."""
        request = pb.PublishModelVersionRequest(
            parent=self._parent,
            artefact=gzip.compress(artefact, mtime=0),
            card=card,
            signature=signature,
            reason=reason,
            request_id=request_id or new_request_id(),
        )
        return self.call(PUBLISH_MODEL_VERSION, request)

    def shadow(
        self, version: str, *, end: bool = False, reason: str = "", request_id: str = ""
    ) -> model_pb2.ModelVersion:
        """Have a version tried beside the active one, or stop that."""
        request = pb.ShadowModelVersionRequest(
            name=self._name(version),
            end=end,
            reason=reason,
            request_id=request_id or new_request_id(),
        )
        return self.call(SHADOW_MODEL_VERSION, request)

    def activate(
        self, version: str, *, reason: str = "", request_id: str = ""
    ) -> model_pb2.ModelVersion:
        """Let a version answer."""
        request = pb.ActivateModelVersionRequest(
            name=self._name(version), reason=reason, request_id=request_id or new_request_id()
        )
        return self.call(ACTIVATE_MODEL_VERSION, request)

    def compare(
        self,
        challenger: str,
        baseline: str = "",
        *,
        max_decisions: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> model_pb2.ModelComparison:
        """What a version would change of past decisions; without a baseline against what answers.

        The newest `max_decisions` are taken again (0 means 1,000), of a time range if one is given.
        """
        request = pb.CompareModelVersionsRequest(
            name=self._name(challenger),
            baseline=self._name(baseline) if baseline else "",
            max_decisions=max_decisions,
            since=since,
            until=until,
        )
        return self.call(COMPARE_MODEL_VERSIONS, request)

    def changes(self) -> Iterator[model_pb2.ModelChange]:
        """What became of which version, the newest first, page after page."""
        request = pb.ListModelChangesRequest(parent=self._parent)
        for page in self.pages(LIST_MODEL_CHANGES, request):
            yield from page.changes

    def health(self) -> model_health_pb2.ModelHealth:
        """Which version answers, and whether the newest decisions are like those before them."""
        return self.call(GET_MODEL_HEALTH, pb.GetModelHealthRequest(parent=self._parent))

    @property
    def _parent(self) -> str:
        return f"tenants/{self._tenant}"

    def _name(self, version: str) -> str:
        return version_name(version, self._tenant)
