"""The one table of what every RPC needs. What is not in it is refused.

A row says which permissions open the RPC (one of them is enough), and whether it is noted when it
succeeds: changes always are; so is reading what orders say, or who did what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordertwin_server.commands.caller import Permission

_P = Permission


@dataclass(frozen=True, slots=True)
class Rule:
    """What an RPC needs. Without `permissions` every caller with a good credential is let in; an
    `open` one is also for callers without, whatever credential they show."""

    permissions: tuple[Permission, ...] = ()
    noted: bool = True
    open: bool = False


_ORDERS = "/ordertwin.v1.OrderService/"
_ACCESS = "/ordertwin.v1.AccessService/"
_SESSIONS = "/ordertwin.v1.SessionService/"
_MODELS = "/ordertwin.v1.ModelService/"
_POLICIES = "/ordertwin.v1.PolicyService/"
_REVIEWS = "/ordertwin.v1.ReviewService/"
_REPORTS = "/ordertwin.v1.ReportService/"
_CUSTOMERS = "/ordertwin.v1.CustomerService/"
_CASES = "/ordertwin.v1.CaseService/"

TABLE: Mapping[str, Rule] = {
    _ORDERS + "ScoreOrder": Rule((_P.ORDERS_SCORE,)),
    _ORDERS + "ScoreOrders": Rule((_P.ORDERS_SCORE,)),
    _ORDERS + "GetOrder": Rule((_P.ORDERS_READ,)),
    _ORDERS + "ListOrders": Rule((_P.ORDERS_READ,)),
    _ORDERS + "UpdateOrderStatus": Rule((_P.ORDERS_UPDATE, _P.ORDERS_RELEASE)),
    _ORDERS + "GetDecision": Rule((_P.ORDERS_READ,)),
    _ORDERS + "ListDecisions": Rule((_P.ORDERS_READ,)),
    _ORDERS + "WatchOrders": Rule((_P.ORDERS_READ,)),
    _REVIEWS + "ListReviews": Rule((_P.REVIEWS_READ,)),
    _REVIEWS + "GetReview": Rule((_P.REVIEWS_READ,)),
    _REVIEWS + "ClaimReview": Rule((_P.REVIEWS_DECIDE,)),
    _REVIEWS + "ReleaseClaim": Rule((_P.REVIEWS_DECIDE,)),
    _REVIEWS + "DecideReview": Rule((_P.REVIEWS_DECIDE,)),
    _REVIEWS + "WithdrawVerdict": Rule((_P.REVIEWS_DECIDE,)),
    _REVIEWS + "ListVerdicts": Rule((_P.REVIEWS_READ, _P.DATA_EXPORT)),
    _REVIEWS + "GetAgreement": Rule((_P.REVIEWS_READ, _P.REPORTS_READ)),
    _REVIEWS + "SuppressPair": Rule((_P.REVIEWS_DECIDE,)),
    _REVIEWS + "ListSuppressions": Rule((_P.REVIEWS_READ,)),
    _REVIEWS + "DeleteSuppression": Rule((_P.REVIEWS_DECIDE,)),
    _ORDERS + "CreateWebhook": Rule((_P.ACCESS_MANAGE,)),
    _ORDERS + "ListWebhooks": Rule((_P.ACCESS_READ,)),
    _ORDERS + "DeleteWebhook": Rule((_P.ACCESS_MANAGE,)),
    _ORDERS + "ListDeadLetters": Rule((_P.ACCESS_MANAGE,)),
    _ORDERS + "RetryDeadLetters": Rule((_P.ACCESS_MANAGE,)),
    _ORDERS + "MergeOrders": Rule((_P.REVIEWS_DECIDE,)),
    _ORDERS + "UnmergeOrders": Rule((_P.REVIEWS_DECIDE,)),
    _ORDERS + "ResolveOrder": Rule((_P.REVIEWS_DECIDE,)),
    _REPORTS + "GetDuplicateReport": Rule((_P.REPORTS_READ,)),
    _CUSTOMERS + "LinkCustomers": Rule((_P.CUSTOMERS_MANAGE,)),
    _CUSTOMERS + "SeparateCustomer": Rule((_P.CUSTOMERS_MANAGE,)),
    _CUSTOMERS + "ListCustomers": Rule((_P.CUSTOMERS_READ,)),
    # Whoever makes a case must also be able to read the review that it comes from.
    _CASES + "CreateCase": Rule((_P.CASES_EDIT,)),
    _CASES + "ListCases": Rule((_P.CASES_READ,)),
    _CASES + "GetCase": Rule((_P.CASES_READ,)),
    _CASES + "EditCase": Rule((_P.CASES_EDIT,)),
    _CASES + "WithdrawCase": Rule((_P.CASES_EDIT,)),
    _ACCESS + "GetCaller": Rule(noted=False),
    _ACCESS + "CreateApiKey": Rule((_P.ACCESS_MANAGE,)),
    _ACCESS + "ListApiKeys": Rule((_P.ACCESS_READ,)),
    _ACCESS + "RevokeApiKey": Rule((_P.ACCESS_MANAGE,)),
    _ACCESS + "GrantRole": Rule((_P.ACCESS_MANAGE,)),
    _ACCESS + "WithdrawRole": Rule((_P.ACCESS_MANAGE,)),
    _ACCESS + "ConfirmRole": Rule((_P.ACCESS_MANAGE,)),
    _ACCESS + "ListRoleBindings": Rule((_P.ACCESS_READ,)),
    _ACCESS + "DefineRole": Rule((_P.ACCESS_MANAGE,)),
    _ACCESS + "ListRoles": Rule((_P.ACCESS_READ,)),
    _ACCESS + "RequestOverride": Rule((_P.ORDERS_RELEASE, _P.MODELS_ACTIVATE)),
    _ACCESS + "ApproveOverride": Rule((_P.ACCESS_OVERRIDE,)),
    _ACCESS + "ReviewAccess": Rule((_P.ACCESS_READ,)),
    _ACCESS + "ListAuditEvents": Rule((_P.AUDIT_READ,)),
    _ACCESS + "VerifyAudit": Rule((_P.AUDIT_READ,)),
    _ACCESS + "EraseSubject": Rule((_P.SUBJECTS_ERASE,)),
    _SESSIONS + "SignIn": Rule(open=True),
    _SESSIONS + "SignOut": Rule(),
    # One's own, with the old one; the command asks for `access.manage` when it is somebody else's.
    _SESSIONS + "SetPassword": Rule(),
    _MODELS + "ListModelVersions": Rule((_P.MODELS_READ,)),
    _MODELS + "GetModelVersion": Rule((_P.MODELS_READ,)),
    _MODELS + "GetModelArtefact": Rule((_P.MODELS_READ,)),
    _MODELS + "PublishModelVersion": Rule((_P.MODELS_PUBLISH,)),
    _MODELS + "ShadowModelVersion": Rule((_P.MODELS_PUBLISH, _P.MODELS_ACTIVATE)),
    _MODELS + "ActivateModelVersion": Rule((_P.MODELS_ACTIVATE,)),
    _MODELS + "CompareModelVersions": Rule((_P.MODELS_READ,)),
    _MODELS + "ListModelChanges": Rule((_P.MODELS_READ,)),
    _MODELS + "GetModelHealth": Rule((_P.MODELS_READ, _P.REPORTS_READ)),
    _POLICIES + "GetPolicy": Rule((_P.POLICY_READ,)),
    _POLICIES + "TryPolicy": Rule((_P.POLICY_READ,)),
    _POLICIES + "PublishPolicyVersion": Rule((_P.POLICY_MANAGE,)),
    _POLICIES + "ActivatePolicyVersion": Rule((_P.POLICY_MANAGE,)),
    _POLICIES + "ListPolicyVersions": Rule((_P.POLICY_READ,)),
    _POLICIES + "GetPolicyVersion": Rule((_P.POLICY_READ,)),
    _POLICIES + "ListPolicyChanges": Rule((_P.POLICY_READ,)),
}
"""Every RPC of ours by its full method name."""

OPEN_TO_ALL = frozenset(
    {
        "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Watch",
        "/grpc.health.v1.Health/List",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    }
)
"""Methods that tell nothing of a tenant: health for balancers, the contract for tools."""

ROLES: Mapping[str, frozenset[Permission]] = {
    "clerk": frozenset(
        {_P.ORDERS_SCORE, _P.ORDERS_READ, _P.ORDERS_REVEAL, _P.ORDERS_UPDATE, _P.ORDERS_RELEASE}
        | {_P.CASES_READ}
    ),
    "reviewer": frozenset(
        {_P.ORDERS_READ, _P.ORDERS_REVEAL, _P.ORDERS_RELEASE, _P.REVIEWS_READ, _P.REVIEWS_DECIDE}
        | {_P.REPORTS_READ, _P.CUSTOMERS_READ, _P.CUSTOMERS_MANAGE, _P.CASES_READ, _P.CASES_EDIT}
    ),
    "data-scientist": frozenset(
        {_P.MODELS_READ, _P.MODELS_PUBLISH, _P.DATA_EXPORT, _P.REPORTS_READ, _P.POLICY_READ}
        | {_P.CASES_READ}
    ),
    "admin": frozenset(
        {_P.MODELS_READ, _P.MODELS_ACTIVATE, _P.REPORTS_READ, _P.ACCESS_READ, _P.ACCESS_MANAGE}
        | {_P.ACCESS_OVERRIDE, _P.AUDIT_READ, _P.SUBJECTS_ERASE, _P.CASES_READ, _P.CASES_EDIT}
        | {_P.POLICY_READ, _P.POLICY_MANAGE}
    ),
    "auditor": frozenset(
        {
            _P.ORDERS_READ,
            _P.REVIEWS_READ,
            _P.CUSTOMERS_READ,
            _P.MODELS_READ,
            _P.POLICY_READ,
            _P.REPORTS_READ,
            _P.ACCESS_READ,
            _P.AUDIT_READ,
            _P.CASES_READ,
        }
    ),
}
"""The built-in roles. An administrator reads no orders, an auditor changes nothing."""

LOCAL = "local"
LOCAL_PERMISSIONS = ROLES["clerk"] | ROLES["reviewer"] | ROLES["data-scientist"]
"""What a program on the server's own machine may do without a credential, while that is allowed:
all of the daily work, nothing about access, the operation log, or which model and policy answer."""

CONFLICTING = (
    (_P.ORDERS_SCORE, _P.ACCESS_MANAGE, "enters orders and grants rights"),
    (_P.ORDERS_RELEASE, _P.ACCESS_MANAGE, "releases held orders and grants rights"),
    (_P.ORDERS_SCORE, _P.REVIEWS_DECIDE, "enters orders and decides whether they are duplicates"),
    (_P.REVIEWS_DECIDE, _P.MODELS_ACTIVATE, "gives verdicts and activates models trained on them"),
    (_P.MODELS_PUBLISH, _P.MODELS_ACTIVATE, "hands in models and activates them"),
    (_P.ORDERS_SCORE, _P.POLICY_MANAGE, "enters orders and decides whose are never held"),
    (_P.ACCESS_MANAGE, _P.DATA_EXPORT, "grants rights and takes data out"),
)
"""Pairs of permissions that one member should not have, and why."""
