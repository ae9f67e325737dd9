"""PolicyService, one method an RPC: message in, command, message out."""

from __future__ import annotations

from dataclasses import dataclass

from ordertwin.v1 import policy_pb2
from ordertwin.v1 import policy_service_pb2 as pb
from ordertwin_models.errors import NotFound
from ordertwin_models.model import Thresholds
from ordertwin_models.rules import rules_model
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.compare_models import Range
from ordertwin_server.commands.manage_models import ManageModels
from ordertwin_server.commands.manage_policies import ManagePolicies
from ordertwin_server.commands.policy_trials import TryPolicy
from ordertwin_server.convert.access_in import time_in
from ordertwin_server.convert.policies_out import (
    policy_change_to_proto,
    policy_to_proto,
    policy_version_to_proto,
    trial_to_proto,
)
from ordertwin_server.names import ensure_parent, version_in
from ordertwin_server.services.models import named

KIND = "policyVersion"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyService:
    """The service for those who decide what a probability means in their house."""

    policies: ManagePolicies
    models: ManageModels
    trial: TryPolicy

    def get_policy(self, call: Call, request: pb.GetPolicyRequest) -> policy_pb2.Policy:
        """What this server works by."""
        ensure_parent(request.parent, call.tenant)
        model = self.models.serving(call) or rules_model()
        return policy_to_proto(self.policies.in_force(call), model.version, model.thresholds)

    def try_policy(self, call: Call, request: pb.TryPolicyRequest) -> policy_pb2.PolicyTrial:
        """What a policy would change."""
        ensure_parent(request.parent, call.tenant)
        wanted = Range(
            most=request.max_decisions,
            since=time_in(request.since, "since") if request.HasField("since") else None,
            until=time_in(request.until, "until") if request.HasField("until") else None,
        )
        policy, trial = self.trial(call, request.document, wanted)
        return trial_to_proto(call.tenant, policy, trial)

    def publish_policy_version(
        self, call: Call, request: pb.PublishPolicyVersionRequest
    ) -> policy_pb2.PolicyVersion:
        """The version that was kept."""
        ensure_parent(request.parent, call.tenant)
        known = self.policies.publish(call, request.request_id, request.document, request.reason)
        return policy_version_to_proto(call.tenant, known, request.document)

    def activate_policy_version(
        self, call: Call, request: pb.ActivatePolicyVersionRequest
    ) -> policy_pb2.PolicyVersion:
        """The version that is in force now."""
        version = version_in(request.name, call.tenant, kind=KIND)
        with named(request.name):
            known = self.policies.activate(
                call,
                request.request_id,
                version,
                reason=request.reason,
                expected=request.expected_version,
            )
        return policy_version_to_proto(call.tenant, known)

    def list_policy_versions(
        self, call: Call, request: pb.ListPolicyVersionsRequest
    ) -> pb.ListPolicyVersionsResponse:
        """A page of versions."""
        ensure_parent(request.parent, call.tenant)
        page = self.policies.versions(call, request.page_size, request.page_token)
        return pb.ListPolicyVersionsResponse(
            policy_versions=[policy_version_to_proto(call.tenant, each) for each in page.versions],
            next_page_token=page.next_token,
        )

    def get_policy_version(
        self, call: Call, request: pb.GetPolicyVersionRequest
    ) -> policy_pb2.PolicyVersion:
        """A version with its document."""
        version = version_in(request.name, call.tenant, kind=KIND)
        with named(request.name):
            known = self.policies.get(call, version)
            document = self.policies.document(call, version)
        return policy_version_to_proto(call.tenant, known, document)

    def list_policy_changes(
        self, call: Call, request: pb.ListPolicyChangesRequest
    ) -> pb.ListPolicyChangesResponse:
        """A page of the history."""
        ensure_parent(request.parent, call.tenant)
        page = self.policies.history(call, request.page_size, request.page_token)
        return pb.ListPolicyChangesResponse(
            changes=map(policy_change_to_proto, page.changes), next_page_token=page.next_token
        )


def limits_by(models: ManageModels, call: Call, version: str) -> Thresholds | None:
    """The thresholds of a model by its version, None when it is not known here."""
    rules = rules_model()
    if version == rules.version:
        return rules.thresholds
    try:
        facts = models.get(call, version).facts
    except NotFound:
        return None
    return Thresholds(facts.review, facts.duplicate, facts.attended_review)
