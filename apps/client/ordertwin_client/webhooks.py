"""Webhooks: managing them, and for whoever receives: is this delivery ours, and a fresh one?"""

from __future__ import annotations

import hashlib
import hmac
import re

from ordertwin.v1 import webhook_pb2 as pb
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin_client.requests import Rpc
from ordertwin_client.service import ServiceClient

CREATE_WEBHOOK = Rpc("CreateWebhook", pb.CreateWebhookResponse)
LIST_WEBHOOKS = Rpc("ListWebhooks", pb.ListWebhooksResponse)
DELETE_WEBHOOK = Rpc("DeleteWebhook", pb.DeleteWebhookResponse)
LIST_DEAD_LETTERS = Rpc("ListDeadLetters", pb.ListDeadLettersResponse)
RETRY_DEAD_LETTERS = Rpc("RetryDeadLetters", pb.RetryDeadLettersResponse)
_SIGNATURE = re.compile(r"t=([0-9]{1,15}),v1=([0-9a-f]{64})")


def is_signed(secret: str, signature: str, body: bytes, *, now: float, within: float = 300) -> bool:
    """Whether a header `OrderTwin-Signature` fits the body as it came, and is not too old.

    `now` is Unix time; `within` seconds a delivery may be on its way, so that nobody can send an
    old one again. Deliveries come at least once: keep the ids of `OrderTwin-Delivery`.

    >>> is_signed("whsec_1", "t=1,v1=" + "0" * 64, b"{}", now=2)
    False
    """
    parts = _SIGNATURE.fullmatch(signature)
    if parts is None or abs(now - int(parts[1])) > within:
        return False
    expected = hmac.new(secret.encode(), f"{parts[1]}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts[2])


class WebhookClient(ServiceClient):
    """Calls what OrderService offers about webhooks."""

    stubs = (OrderServiceStub,)
