"""PolicyService for blocking code: what is in force, what another policy would change, and putting
one into force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import grpc

from ordertwin.v1 import policy_pb2
from ordertwin.v1 import policy_service_pb2 as pb
from ordertwin.v1.policy_service_pb2_grpc import PolicyServiceStub
from ordertwin_client.channel import Metadata
from ordertwin_client.requests import READ_TIMEOUT, Rpc, new_request_id
from ordertwin_client.service import ServiceClient

GET_POLICY = Rpc("GetPolicy", policy_pb2.Policy)
TRY_POLICY = Rpc("TryPolicy", policy_pb2.PolicyTrial)
PUBLISH_POLICY_VERSION = Rpc("PublishPolicyVersion", policy_pb2.PolicyVersion)
ACTIVATE_POLICY_VERSION = Rpc("ActivatePolicyVersion", policy_pb2.PolicyVersion)
LIST_POLICY_VERSIONS = Rpc("ListPolicyVersions", pb.ListPolicyVersionsResponse)
GET_POLICY_VERSION = Rpc("GetPolicyVersion", policy_pb2.PolicyVersion)
LIST_POLICY_CHANGES = Rpc("ListPolicyChanges", pb.ListPolicyChangesResponse)


class PolicyClient(ServiceClient):
    """Calls PolicyService about one tenant.

    Whatever changes something makes a request id unless one is given.
    """

    stubs = (PolicyServiceStub,)

    def __init__(
        self,
        channel: grpc.Channel,
        metadata: Metadata | None = None,
        *,
        tenant: str = "default",
        timeout: float = READ_TIMEOUT,
    ) -> None:
        super().__init__(channel, metadata, timeout=timeout)
        self._parent = f"tenants/{tenant}"

    def in_force(self) -> policy_pb2.Policy:
        """What the server works by."""
        return self.call(GET_POLICY, pb.GetPolicyRequest(parent=self._parent))

    def attempt(
        self,
        document: str,
        *,
        max_decisions: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> policy_pb2.PolicyTrial:
        """What a policy would have made of the newest `max_decisions` (0 means 5,000), of a time
        range if one is given."""
        request = pb.TryPolicyRequest(
            parent=self._parent,
            document=document,
            max_decisions=max_decisions,
            since=since,
            until=until,
        )
        return self.call(TRY_POLICY, request)

    def publish(
        self, document: str, *, reason: str = "", request_id: str = ""
    ) -> policy_pb2.PolicyVersion:
        """Keep a policy as a version; nothing answers differently."""
        request = pb.PublishPolicyVersionRequest(
            parent=self._parent,
            document=document,
            reason=reason,
            request_id=request_id or new_request_id(),
        )
        return self.call(PUBLISH_POLICY_VERSION, request)

    def activate(
        self, version: str, *, reason: str = "", expected: str = "", request_id: str = ""
    ) -> policy_pb2.PolicyVersion:
        """Put a version into force; with `expected` only in the place of that one."""
        request = pb.ActivatePolicyVersionRequest(
            name=self._name(version),
            reason=reason,
            expected_version=expected,
            request_id=request_id or new_request_id(),
        )
        return self.call(ACTIVATE_POLICY_VERSION, request)

    def get(self, version: str) -> policy_pb2.PolicyVersion:
        """A version with its document."""
        return self.call(GET_POLICY_VERSION, pb.GetPolicyVersionRequest(name=self._name(version)))

    def versions(self) -> Iterator[policy_pb2.PolicyVersion]:
        """All versions without documents, the newest first, page after page."""
        request = pb.ListPolicyVersionsRequest(parent=self._parent)
        for page in self.pages(LIST_POLICY_VERSIONS, request):
            yield from page.policy_versions

    def changes(self) -> Iterator[policy_pb2.PolicyChange]:
        """What came into force, the newest first, page after page."""
        request = pb.ListPolicyChangesRequest(parent=self._parent)
        for page in self.pages(LIST_POLICY_CHANGES, request):
            yield from page.changes

    def _name(self, version: str) -> str:
        return f"{self._parent}/policyVersions/{version.replace('/', '~')}"
