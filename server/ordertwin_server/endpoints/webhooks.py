"""The methods of OrderService about webhooks, and what delivers to them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial

import grpc

from ordertwin.v1 import webhook_pb2 as pb
from ordertwin_models.errors import OrderTwinError
from ordertwin_server.access.sealing import Sealer
from ordertwin_server.call_log import LOGGER, log_failure
from ordertwin_server.commands.call import Keys
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.watch_orders import ResumeTokens
from ordertwin_server.commands.webhooks import Webhooks
from ordertwin_server.convert.event_out import delivery_body
from ordertwin_server.door import Door, Workers
from ordertwin_server.endpoints.orders import SERVICE
from ordertwin_server.identity import utc_now
from ordertwin_server.security import answers_without_key
from ordertwin_server.services.webhooks import WebhookService
from ordertwin_server.settings import Settings
from ordertwin_server.watching.delivery import Deliveries, Poster
from ordertwin_stores.interface import OrderStore

POLL_SECONDS = 1.0
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def webhook_methods(
    settings: Settings, store: OrderStore, sealer: Sealer, door: Door, workers: Workers, keys: Keys
) -> Mapping[str, grpc.RpcMethodHandler[bytes, bytes]]:
    """Handlers by name."""
    hooks = Webhooks(store, Deeds(store, utc_now), keys, sealer, hosts_in(settings))
    service, unary, pool = WebhookService(hooks), partial(door.unary, SERVICE), workers.reads
    return {
        "CreateWebhook": unary(
            "CreateWebhook", pb.CreateWebhookRequest, service.create_webhook, pool
        ),
        "ListWebhooks": unary("ListWebhooks", pb.ListWebhooksRequest, service.list_webhooks, pool),
        "DeleteWebhook": unary(
            "DeleteWebhook", pb.DeleteWebhookRequest, service.delete_webhook, pool
        ),
        "ListDeadLetters": unary(
            "ListDeadLetters", pb.ListDeadLettersRequest, service.list_dead_letters, pool
        ),
        "RetryDeadLetters": unary(
            "RetryDeadLetters", pb.RetryDeadLettersRequest, service.retry_dead_letters, pool
        ),
    }


def hosts_in(settings: Settings) -> frozenset[str]:
    """Hosts that may be posted to although they are not encrypted or not public."""
    named = {host.strip().lower() for host in settings.webhook_hosts.split(",") if host}
    return frozenset(named | THIS_MACHINE if answers_without_key(settings) else named)


@asynccontextmanager
async def delivering(settings: Settings, store: OrderStore, sealer: Sealer) -> AsyncIterator[None]:
    """Deliver to webhooks until the block ends, unless the operator has another server do it."""
    if not settings.deliver_webhooks:
        yield
        return
    encode = partial(delivery_body, ResumeTokens(store.access.secret))
    deliveries = Deliveries(store, encode, Poster(hosts_in(settings)), sealer)

    async def deliver() -> None:
        while True:
            more = False
            try:
                more = await asyncio.to_thread(deliveries.step)
            except OrderTwinError as error:
                LOGGER.warning("Webhooks wait: %s", error)
            except Exception as error:
                # Whatever one receiver brings about, the others get their deliveries.
                log_failure(error, secrets.token_hex(8), "webhooks")
            await asyncio.sleep(0.05 if more else POLL_SECONDS)

    task = asyncio.create_task(deliver())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
