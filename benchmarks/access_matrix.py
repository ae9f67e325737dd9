"""Who may call what, written down a second time by hand, and asked of a running server.

Every RPC is called with an empty message by every role with a good key, and with every kind of bad
credential. A server that lets somebody in too many, or keeps somebody out, is told by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc

from ordertwin.v1 import (
    access_service_pb2,
    case_service_pb2,
    customer_service_pb2,
    model_service_pb2,
    order_service_pb2,
    policy_service_pb2,
    report_service_pb2,
    review_service_pb2,
    session_service_pb2,
)
from ordertwin_server.commands.call import Call, Clock
from ordertwin_server.commands.caller import ReleaseLimit
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.manage_keys import ManageKeys
from ordertwin_server.commands.manage_roles import ManageRoles
from ordertwin_server.identity import TimeOrderedKeys, utc_now
from ordertwin_stores import open_store
from ordertwin_stores.interface import OrderStore

CLERK = {"ScoreOrder", "ScoreOrders", "GetOrder", "ListOrders", "GetDecision"} | {
    "ListDecisions",
    "UpdateOrderStatus",
    "WatchOrders",
    "RequestOverride",
}
MODELS = {"ListModelVersions", "GetModelVersion", "GetModelArtefact", "ListModelChanges"} | {
    "CompareModelVersions",
    "GetModelHealth",
}
POLICIES = {"GetPolicy", "TryPolicy", "ListPolicyVersions", "GetPolicyVersion"} | {
    "ListPolicyChanges"
}
SCIENTIST = MODELS | POLICIES | {"PublishModelVersion", "ShadowModelVersion"}
READS_REVIEWS = {"ListReviews", "GetReview", "ListVerdicts", "GetAgreement", "ListSuppressions"}
REVIEWER = (
    {"GetOrder", "ListOrders", "GetDecision", "UpdateOrderStatus", "RequestOverride", "WatchOrders"}
    | {"ListDecisions"}
    | READS_REVIEWS
    | {"ClaimReview", "ReleaseClaim", "DecideReview", "WithdrawVerdict"}
    | {"SuppressPair", "DeleteSuppression", "GetDuplicateReport", "GetModelHealth"}
    | {"MergeOrders", "UnmergeOrders", "ResolveOrder"}
    | {"LinkCustomers", "SeparateCustomer", "ListCustomers"}
)
ADMIN = {"CreateApiKey", "ListApiKeys", "RevokeApiKey", "GrantRole", "WithdrawRole"} | {
    "ConfirmRole",
    "ListRoleBindings",
    "DefineRole",
    "ListRoles",
    "ApproveOverride",
    "ReviewAccess",
    "ListAuditEvents",
    "VerifyAudit",
    "EraseSubject",
    "SetPassword",
    "RequestOverride",
    "ShadowModelVersion",
    "ActivateModelVersion",
}
ADMIN |= MODELS | POLICIES | {"PublishPolicyVersion", "ActivatePolicyVersion"}
ADMIN |= {"CreateWebhook", "ListWebhooks", "DeleteWebhook", "ListDeadLetters", "RetryDeadLetters"}
AUDITOR = {
    "ListWebhooks",
    "GetOrder",
    "ListOrders",
    "GetDecision",
    "ListDecisions",
    "ListApiKeys",
    "ListRoleBindings",
} | {
    "WatchOrders",
    "ListRoles",
    "ReviewAccess",
    "ListAuditEvents",
    "VerifyAudit",
    *READS_REVIEWS,
    "GetDuplicateReport",
    "ListCustomers",
}
AUDITOR |= MODELS | POLICIES
EVERYBODY = {"GetCaller", "SignOut", "SignIn"}
READS_CASES = {"ListCases", "GetCase"}
EDITS_CASES = READS_CASES | {"CreateCase", "EditCase", "WithdrawCase"}
OPEN = {"SignIn"}
EXPECTED: Mapping[str, set[str]] = {
    "clerk": CLERK | READS_CASES | EVERYBODY,
    "reviewer": REVIEWER | EDITS_CASES | EVERYBODY,
    "data-scientist": SCIENTIST
    | {"ListVerdicts", "GetAgreement", "GetDuplicateReport"}
    | READS_CASES
    | EVERYBODY,
    "admin": ADMIN | {"GetAgreement", "GetDuplicateReport"} | EDITS_CASES | EVERYBODY,
    "auditor": AUDITOR | READS_CASES | EVERYBODY,
    "nobody": EVERYBODY,
}
"""The RPCs that each role may call; a client without a role may ask who it is. With a good password
SignIn needs no credential, and of SetPassword everybody may do what concerns themselves."""

BAD = ("none", "garbage", "mistyped", "unknown", "expired", "revoked", "basic")
"""Kinds of bad credentials."""

_SERVICES = (
    order_service_pb2.DESCRIPTOR.services_by_name["OrderService"],
    access_service_pb2.DESCRIPTOR.services_by_name["AccessService"],
    session_service_pb2.DESCRIPTOR.services_by_name["SessionService"],
    model_service_pb2.DESCRIPTOR.services_by_name["ModelService"],
    review_service_pb2.DESCRIPTOR.services_by_name["ReviewService"],
    policy_service_pb2.DESCRIPTOR.services_by_name["PolicyService"],
    report_service_pb2.DESCRIPTOR.services_by_name["ReportService"],
    customer_service_pb2.DESCRIPTOR.services_by_name["CustomerService"],
    case_service_pb2.DESCRIPTOR.services_by_name["CaseService"],
)
METHODS = tuple(
    (f"/{service.full_name}/{method.name}", method.client_streaming)
    for service in _SERVICES
    for method in service.methods
)
"""Every RPC of ours with whether it takes a stream."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One call: what was to come of it and what came."""

    method: str
    who: str
    expected: str
    got: str

    @property
    def right(self) -> bool:
        """Whether the server did as the table says."""
        return self.expected == self.got


class Issuer:
    """Makes keys in a store that no server has open."""

    def __init__(self, store: OrderStore, clock: Clock = utc_now) -> None:
        self._deeds = Deeds(store, clock)
        self._ids = TimeOrderedKeys()

    def key(
        self,
        client: str,
        *roles: str,
        tenant: str = "default",
        ttl: timedelta | None = None,
        limit: ReleaseLimit = ReleaseLimit(),  # noqa: B008, frozen
    ) -> str:
        """A key of a client with these roles."""
        call = Call(tenant, "issuer")
        for role in roles:
            ManageRoles(self._deeds).grant(call, self._ids(), f"clients/{client}", role, limit)
        return ManageKeys(self._deeds).create(call, self._ids(), client, ttl)[1]

    def revoke(self, key: str, tenant: str = "default") -> str:
        """The key, which no longer works."""
        ManageKeys(self._deeds).revoke(Call(tenant, "issuer"), self._ids(), key.split("_")[1])
        return key


def credentials(store: str) -> dict[str, str]:
    """Headers by role and by kind of bad credential, made in a fresh store."""

    def long_ago() -> Any:
        return utc_now() - timedelta(days=30)

    with closing(open_store(store)) as opened:
        issuer = Issuer(opened)
        keys = {role: issuer.key(role, *({role} - {"nobody"})) for role in EXPECTED}
        good = keys["clerk"]
        keys["mistyped"] = good[:-1] + ("0" if good[-1] != "0" else "1")
        keys["expired"] = Issuer(opened, long_ago).key("old", "clerk", ttl=timedelta(days=1))
        keys["revoked"] = issuer.revoke(issuer.key("gone", "clerk"))
    with closing(open_store(":memory:")) as elsewhere:
        keys["unknown"] = Issuer(elsewhere).key("clerk", "clerk")
    headers = {who: f"Bearer {key}" for who, key in keys.items()}
    return headers | {"none": "", "garbage": "Bearer x", "basic": "Basic dXNlcjpwYXNz"}


def cells(address: str, headers: Mapping[str, str]) -> Iterator[Cell]:
    """Every RPC by everybody."""
    with grpc.insecure_channel(address) as channel:
        for method, streams in METHODS:
            name = method.rpartition("/")[2]
            for who in (*EXPECTED, *BAD):
                if name in OPEN:
                    expected = "let in"
                elif who in BAD:
                    expected = "UNAUTHENTICATED"
                else:
                    expected = "let in" if name in EXPECTED[who] else "PERMISSION_DENIED"
                yield Cell(name, who, expected, _called(channel, method, streams, headers[who]))


def _called(channel: Any, method: str, streams: bool, header: str) -> str:
    metadata = (("authorization", header),) if header else None
    try:
        if streams:
            list(channel.stream_stream(method)(iter([b""]), metadata=metadata, timeout=10))
        else:
            channel.unary_unary(method)(b"", metadata=metadata, timeout=10)
    except grpc.RpcError as error:
        code: str = error.code().name
        return code if code in ("UNAUTHENTICATED", "PERMISSION_DENIED") else "let in"
    return "let in"
