"""ModelService, one method an RPC: message in, command, message out."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ordertwin.v1 import model_health_pb2, model_pb2
from ordertwin.v1 import model_service_pb2 as pb
from ordertwin_models.errors import NotFound
from ordertwin_models.rules import rules_model
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.compare_models import CompareModels, Range
from ordertwin_server.commands.drift_looks import DriftLooks
from ordertwin_server.commands.manage_models import ManageModels, Submission
from ordertwin_server.convert.access_in import time_in
from ordertwin_server.convert.health_out import health_to_proto
from ordertwin_server.convert.models_out import (
    change_to_proto,
    comparison_to_proto,
    curves_of,
    shadow_to_proto,
    version_to_proto,
)
from ordertwin_server.names import ensure_parent, version_in


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelService:
    """The service for those who train models and those who let them answer."""

    models: ManageModels
    compare: CompareModels
    drift: DriftLooks

    def list_model_versions(
        self, call: Call, request: pb.ListModelVersionsRequest
    ) -> pb.ListModelVersionsResponse:
        """A page of versions."""
        ensure_parent(request.parent, call.tenant)
        page = self.models.versions(call, request.page_size, request.page_token)
        return pb.ListModelVersionsResponse(
            model_versions=[version_to_proto(call.tenant, known) for known in page.versions],
            next_page_token=page.next_token,
            serving_version=page.serving,
            notes=page.notes,
        )

    def get_model_version(
        self, call: Call, request: pb.GetModelVersionRequest
    ) -> model_pb2.ModelVersion:
        """A version with card and curves."""
        version = version_in(request.name, call.tenant)
        with named(request.name):
            message = version_to_proto(call.tenant, self.models.get(call, version))
            message.card = self.models.artefact(call, version).card
            message.curves.extend(curves_of(self.models.model(call, version)))
            report = shadow_to_proto(call.tenant, self.models.tally(call, version))
            message.shadow.CopyFrom(report)
        return message

    def get_model_artefact(
        self, call: Call, request: pb.GetModelArtefactRequest
    ) -> pb.GetModelArtefactResponse:
        """The file of a version."""
        version = version_in(request.name, call.tenant)
        with named(request.name):
            found = self.models.artefact(call, version)
        return pb.GetModelArtefactResponse(
            artefact=gzip.compress(found.model, mtime=0), signature=found.signature
        )

    def publish_model_version(
        self, call: Call, request: pb.PublishModelVersionRequest
    ) -> model_pb2.ModelVersion:
        """The candidate."""
        ensure_parent(request.parent, call.tenant)
        submission = Submission(
            artefact=request.artefact,
            card=request.card,
            signature=request.signature,
            reason=request.reason,
        )
        known = self.models.publish(call, request.request_id, submission)
        return version_to_proto(call.tenant, known)

    def shadow_model_version(
        self, call: Call, request: pb.ShadowModelVersionRequest
    ) -> model_pb2.ModelVersion:
        """The version that is tried, or no longer."""
        version = version_in(request.name, call.tenant)
        with named(request.name):
            known = self.models.shadow(
                call, request.request_id, version, end=request.end, reason=request.reason
            )
        return version_to_proto(call.tenant, known)

    def activate_model_version(
        self, call: Call, request: pb.ActivateModelVersionRequest
    ) -> model_pb2.ModelVersion:
        """The version that answers."""
        version = version_in(request.name, call.tenant)
        with named(request.name):
            known = self.models.activate(call, request.request_id, version, request.reason)
        return version_to_proto(call.tenant, known)

    def compare_model_versions(
        self, call: Call, request: pb.CompareModelVersionsRequest
    ) -> model_pb2.ModelComparison:
        """What a version would change."""
        version = version_in(request.name, call.tenant)
        with named(request.name):
            challenger = self.models.model(call, version)
        if request.baseline:
            other = version_in(request.baseline, call.tenant, field="baseline")
            with named(request.baseline):
                baseline = self.models.model(call, other)
        else:
            baseline = self.models.serving(call) or rules_model()
        wanted = Range(
            most=request.max_decisions,
            since=time_in(request.since, "since") if request.HasField("since") else None,
            until=time_in(request.until, "until") if request.HasField("until") else None,
        )
        made = self.compare(call, (baseline, challenger), wanted)
        return comparison_to_proto(call.tenant, made)

    def list_model_changes(
        self, call: Call, request: pb.ListModelChangesRequest
    ) -> pb.ListModelChangesResponse:
        """A page of the history."""
        ensure_parent(request.parent, call.tenant)
        page = self.models.history(call, request.page_size, request.page_token)
        return pb.ListModelChangesResponse(
            changes=map(change_to_proto, page.changes), next_page_token=page.next_token
        )

    def get_model_health(
        self, call: Call, request: pb.GetModelHealthRequest
    ) -> model_health_pb2.ModelHealth:
        """Which model answers, and whether something drifted."""
        ensure_parent(request.parent, call.tenant)
        serving = self.models.serving(call) or rules_model()
        return health_to_proto(serving.version, self.drift.last(call.tenant))


@contextmanager
def named(name: str) -> Iterator[None]:
    """Commands know versions; the caller hears the name they used."""
    try:
        yield
    except NotFound as error:
        raise NotFound(error.kind, name) from error
