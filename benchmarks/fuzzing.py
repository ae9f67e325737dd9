"""Mutated messages for every RPC, sent to a running server: whatever comes, it answers as agreed.

Seeded: the same seed sends the same messages. A mutation flips, cuts, repeats, swaps or inserts
bytes of a good message, or joins two; or it sets fields to what nobody would say.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.message import Message

from benchmarks.hostile_fields import set_at_random
from ordertwin.v1 import access_service_pb2 as access
from ordertwin.v1 import case_service_pb2 as cases
from ordertwin.v1 import customer_service_pb2 as customers
from ordertwin.v1 import model_service_pb2 as models
from ordertwin.v1 import order_event_pb2 as events
from ordertwin.v1 import order_merge_pb2 as merges
from ordertwin.v1 import order_service_pb2 as orders
from ordertwin.v1 import policy_service_pb2 as policies
from ordertwin.v1 import report_service_pb2 as reports
from ordertwin.v1 import review_service_pb2 as reviews
from ordertwin.v1 import session_service_pb2 as sessions
from ordertwin.v1 import webhook_pb2 as webhooks
from ordertwin.v1.access_pb2 import AuditHead, Limits, Role, RoleBinding
from ordertwin.v1.order_pb2 import CHANNEL_EDI, ORDER_STATE_ACCEPTED, Order, OrderLine, Party

PARENT = "tenants/default"
AT_ONCE = 32
SELDOM = frozenset({"VerifyAudit", "ReviewAccess", "EraseSubject", "CompareModelVersions"})
"""RPCs that read everything; one message in 200 each, so that the rest gets its turn."""
WATCHED_SECONDS = 0.2
BAD_CODES = frozenset({grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN})


@dataclass(slots=True)
class Fuzzed:
    """What came of it, by status; `bad` are the first messages that were answered wrongly."""

    codes: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """How many were sent."""
        return sum(self.codes.values())

    @property
    def internal(self) -> int:
        """How many were answered with a fault of the server."""
        return sum(self.codes[code.name] for code in BAD_CODES)


def good_messages() -> dict[str, Message]:
    """One message for every RPC that a server takes, by its method."""
    order = Order(
        order_id="F-1",
        source="fuzz",
        customer_reference="PO-1",
        currency_code="EUR",
        customer=Party(party_id="C-1", name="Fuzz GmbH", email="fuzz@example.org"),
        lines=[OrderLine(sku="A-1", name="Bolt")],
        attributes={"k": "v"},
    )
    order.ordered_at.seconds = 1_772_000_000
    order.lines[0].quantity.value = "5"
    order.lines[0].unit_price.units = 3
    order.lines[0].unit_price.currency_code = "EUR"
    order.ship_to.region_code = "DE"
    score = orders.ScoreOrderRequest(order=order, request_id="f-1")
    head = AuditHead(tenant="default", position=1, hash=b"h" * 32, key_id="k", signature=b"s" * 64)
    binding = RoleBinding(
        member="clients/fuzz", role="auditor", limits=Limits(channels=[CHANNEL_EDI])
    )
    role = Role(role="fuzz", permissions=["orders.read"])
    name, key = f"{PARENT}/orders/o1", "f-2"
    by_order = {
        "ScoreOrder": score,
        "ScoreOrders": orders.ScoreOrdersRequest(request=score),
        "GetOrder": orders.GetOrderRequest(name=name),
        "ListOrders": orders.ListOrdersRequest(parent=PARENT, page_size=2, source="fuzz"),
        "UpdateOrderStatus": orders.UpdateOrderStatusRequest(
            name=name, state=ORDER_STATE_ACCEPTED, request_id=key, reason="why", etag='"1"'
        ),
        "GetDecision": orders.GetDecisionRequest(name=f"{PARENT}/decisions/d1"),
        "ListDecisions": orders.ListDecisionsRequest(parent=PARENT, page_size=2, order=name),
    }
    keyed: dict[str, Any] = {"parent": PARENT, "request_id": key}
    by_access = {
        "GetCaller": access.GetCallerRequest(),
        "CreateApiKey": access.CreateApiKeyRequest(client="fuzz", **keyed),
        "ListApiKeys": access.ListApiKeysRequest(parent=PARENT),
        "RevokeApiKey": access.RevokeApiKeyRequest(name=f"{PARENT}/apiKeys/k1", request_id=key),
        "GrantRole": access.GrantRoleRequest(binding=binding, **keyed),
        "WithdrawRole": access.WithdrawRoleRequest(member="clients/fuzz", role="x", **keyed),
        "ConfirmRole": access.ConfirmRoleRequest(member="clients/fuzz", role="x", **keyed),
        "ListRoleBindings": access.ListRoleBindingsRequest(parent=PARENT),
        "DefineRole": access.DefineRoleRequest(role=role, **keyed),
        "ListRoles": access.ListRolesRequest(parent=PARENT),
        "RequestOverride": access.RequestOverrideRequest(target=name, reason="why", **keyed),
        "ApproveOverride": access.ApproveOverrideRequest(
            name=f"{PARENT}/overrides/v1", request_id=key
        ),
        "ReviewAccess": access.ReviewAccessRequest(parent=PARENT),
        "ListAuditEvents": access.ListAuditEventsRequest(parent=PARENT, page_size=2, actor="x"),
        "VerifyAudit": access.VerifyAuditRequest(parent=PARENT, heads=[head]),
        "EraseSubject": access.EraseSubjectRequest(email="nobody@example.org", **keyed),
    }
    person = "people/fuzz"
    by_session = {
        "SignIn": sessions.SignInRequest(parent=PARENT, member=person, password="x"),
        "SignOut": sessions.SignOutRequest(parent=PARENT),
        "SetPassword": sessions.SetPasswordRequest(member=person, password="fuzz", **keyed),
    }
    services = {
        "Order": by_order | _about_merges_and_events(name, key) | _about_webhooks(key),
        "Access": by_access,
        "Session": by_session,
        "Model": _about_models(key),
        "Policy": _about_policies(key),
        "Review": _about_reviews(name, key),
        "Report": {"GetDuplicateReport": _about_a_report()},
        "Customer": _about_customers(key),
        "Case": _about_cases(key),
    }
    return {
        f"/ordertwin.v1.{service}Service/{rpc}": message
        for service, messages in services.items()
        for rpc, message in messages.items()
    }


def _about_merges_and_events(order: str, request_id: str) -> dict[str, Message]:
    merge = merges.MergeOrdersRequest(parent=PARENT, request_id=request_id, reason="why")
    for each in (order, f"{PARENT}/orders/o2"):
        merge.sources.add(name=each, etag='"1"')
    return {
        "WatchOrders": events.WatchOrdersRequest(parent=PARENT, sources=["fuzz"], resume_token="x"),
        "MergeOrders": merge,
        "UnmergeOrders": merges.UnmergeOrdersRequest(
            name=order, request_id=request_id, etag='"1"', reason="why"
        ),
        "ResolveOrder": merges.ResolveOrderRequest(
            name=order, existing_order=f"{PARENT}/orders/o2", request_id=request_id, reason="why"
        ),
    }


def _about_webhooks(request_id: str) -> dict[str, Message]:
    name = f"{PARENT}/webhooks/w1"
    return {
        "CreateWebhook": webhooks.CreateWebhookRequest(
            parent=PARENT,
            webhook=webhooks.Webhook(url="https://127.0.0.1:1/hook"),
            request_id=request_id,
        ),
        "ListWebhooks": webhooks.ListWebhooksRequest(parent=PARENT),
        "DeleteWebhook": webhooks.DeleteWebhookRequest(name=name, request_id=request_id),
        "ListDeadLetters": webhooks.ListDeadLettersRequest(parent=name),
        "RetryDeadLetters": webhooks.RetryDeadLettersRequest(name=name, request_id=request_id),
    }


def _about_models(request_id: str) -> dict[str, Message]:
    name = f"{PARENT}/modelVersions/m1"
    return {
        "ListModelVersions": models.ListModelVersionsRequest(parent=PARENT, page_size=2),
        "GetModelVersion": models.GetModelVersionRequest(name=name),
        "GetModelArtefact": models.GetModelArtefactRequest(name=name),
        "PublishModelVersion": models.PublishModelVersionRequest(
            parent=PARENT, artefact=b'{"format": "x"}', request_id=request_id, card="# Card"
        ),
        "ShadowModelVersion": models.ShadowModelVersionRequest(name=name, request_id=request_id),
        "ActivateModelVersion": models.ActivateModelVersionRequest(
            name=name, request_id=request_id
        ),
        "CompareModelVersions": models.CompareModelVersionsRequest(
            name=name, baseline=name, max_decisions=2
        ),
        "ListModelChanges": models.ListModelChangesRequest(parent=PARENT, page_size=2),
        "GetModelHealth": models.GetModelHealthRequest(parent=PARENT),
    }


def _about_policies(request_id: str) -> dict[str, Message]:
    name = f"{PARENT}/policyVersions/p1"
    document = 'format = "ordertwin-policy/1"\nversion = "p1"\n[thresholds]\nreview = 0.5\n'
    return {
        "GetPolicy": policies.GetPolicyRequest(parent=PARENT),
        "TryPolicy": policies.TryPolicyRequest(parent=PARENT, document=document, max_decisions=2),
        "PublishPolicyVersion": policies.PublishPolicyVersionRequest(
            parent=PARENT, document=document, request_id=request_id, reason="why"
        ),
        "ActivatePolicyVersion": policies.ActivatePolicyVersionRequest(
            name=name, request_id=request_id, expected_version="p0"
        ),
        "ListPolicyVersions": policies.ListPolicyVersionsRequest(parent=PARENT, page_size=2),
        "GetPolicyVersion": policies.GetPolicyVersionRequest(name=name),
        "ListPolicyChanges": policies.ListPolicyChangesRequest(parent=PARENT, page_size=2),
    }


def _about_customers(request_id: str) -> dict[str, Message]:
    keyed = dict[str, Any](parent=PARENT, request_id=request_id)
    link = customers.CustomerLink(customer_id="F-1", same_as="F-2", name="Fuzz")
    return {
        "LinkCustomers": customers.LinkCustomersRequest(links=[link], **keyed),
        "SeparateCustomer": customers.SeparateCustomerRequest(customer_id="F-1", **keyed),
        "ListCustomers": customers.ListCustomersRequest(parent=PARENT, page_size=2),
    }


def _about_cases(request_id: str) -> dict[str, Message]:
    name, keyed = f"{PARENT}/cases/c1", dict[str, Any](request_id=request_id)
    texts = [{"language_code": "en", "title": "Sent twice", "note": "Look"}]
    return {
        "CreateCase": cases.CreateCaseRequest(
            parent=PARENT, verdict=f"{PARENT}/verdicts/1", texts=texts, seed=1, **keyed
        ),
        "ListCases": cases.ListCasesRequest(parent=PARENT, page_size=2, query="twice"),
        "GetCase": cases.GetCaseRequest(name=name, language_code="zh"),
        "EditCase": cases.EditCaseRequest(name=name, texts=texts, etag='"1"', **keyed),
        "WithdrawCase": cases.WithdrawCaseRequest(name=name, etag='"1"', **keyed),
    }


def _about_a_report() -> Message:
    request = reports.GetDuplicateReportRequest(parent=PARENT, top=3, language_code="en")
    request.start_time.seconds, request.end_time.seconds = 1_790_000_000, 1_792_000_000
    return request


def _about_reviews(order: str, request_id: str) -> dict[str, Message]:
    name, keyed = f"{PARENT}/reviews/r1", dict[str, Any](request_id=request_id)
    suppress = reviews.SuppressPairRequest(parent=PARENT, **keyed)
    suppress.suppression.order, suppress.suppression.counterpart = order, f"{PARENT}/orders/o2"
    return {
        "ListReviews": reviews.ListReviewsRequest(parent=PARENT, page_size=2, source="fuzz"),
        "GetReview": reviews.GetReviewRequest(name=name, language_code="en"),
        "ClaimReview": reviews.ClaimReviewRequest(name=name, **keyed),
        "ReleaseClaim": reviews.ReleaseClaimRequest(name=name, **keyed),
        "DecideReview": reviews.DecideReviewRequest(
            name=name,
            answer="ANSWER_MATCH",
            relation="RELATION_RESEND",
            orders=[order],
            reason="why",
            etag='"1"',
            **keyed,
        ),
        "WithdrawVerdict": reviews.WithdrawVerdictRequest(name=name, reason="why", **keyed),
        "ListVerdicts": reviews.ListVerdictsRequest(parent=PARENT, page_size=2, order=order),
        "GetAgreement": reviews.GetAgreementRequest(parent=PARENT),
        "SuppressPair": suppress,
        "ListSuppressions": reviews.ListSuppressionsRequest(parent=PARENT, page_size=2),
        "DeleteSuppression": reviews.DeleteSuppressionRequest(
            name=f"{PARENT}/suppressions/s1", **keyed
        ),
    }


def mutations(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Methods and mutated messages: bytes that were damaged and fields that were set, in turns."""
    dice = random.Random(seed)
    messages = good_messages()
    good = {method: message.SerializeToString() for method, message in messages.items()}
    often = [method for method in good if method.rpartition("/")[2] not in SELDOM]
    seldom = [method for method in good if method not in often]
    for number in range(count):
        method = dice.choice(seldom) if number % (200 // len(SELDOM)) == 0 else dice.choice(often)
        data = bytearray(good[method])
        if number % 2:
            message = type(messages[method]).FromString(bytes(data))
            for _ in range(dice.randint(1, 3)):
                set_at_random(message, dice)
            yield method, message.SerializeToString()
            continue
        for _ in range(dice.randint(1, 4)):
            data = _mutated(data, dice, good)
        yield method, bytes(data)


def _mutated(data: bytearray, dice: random.Random, good: dict[str, bytes]) -> bytearray:
    if not data:
        return bytearray(dice.randbytes(dice.randint(1, 8)))
    at, to = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
    match dice.randrange(6):
        case 0:
            data[at] ^= 1 << dice.randrange(8)
        case 1:
            data = data[:at]
        case 2:
            data = data[:to] + data[at:]
        case 3:
            data[at], data[to] = data[to], data[at]
        case 4:
            data = data[:at] + dice.randbytes(dice.randint(1, 12)) + data[at:]
        case _:
            data = data + dice.choice(list(good.values()))
    return data


async def fuzz(address: str, key: str, count: int, seed: int) -> Fuzzed:
    """Send so many mutated messages and count the answers."""
    found = Fuzzed()
    work = mutations(count, seed)
    metadata = (("authorization", f"Bearer {key}"),)

    async def send(channel: Any) -> None:
        for method, data in work:
            try:
                if method.endswith("/ScoreOrders"):
                    call = channel.stream_stream(method)(iter([data]), metadata=metadata)
                    async for _ in call:
                        pass
                elif method.endswith("/WatchOrders"):
                    # One that can be read opens a stream, which goes on until somebody leaves.
                    watch = channel.unary_stream(method)(data, metadata=metadata)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(watch.read(), WATCHED_SECONDS)
                    watch.cancel()
                else:
                    await channel.unary_unary(method)(data, metadata=metadata, timeout=60)
            except grpc.aio.AioRpcError as error:
                found.codes[error.code().name] += 1
                if error.code() in BAD_CODES and len(found.bad) < 10:
                    found.bad.append((method, data))
            else:
                found.codes["OK"] += 1

    async with grpc.aio.insecure_channel(address) as channel:
        await asyncio.gather(*(send(channel) for _ in range(AT_ONCE)))
    return found
