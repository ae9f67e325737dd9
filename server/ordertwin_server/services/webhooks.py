"""Webhooks: message in, command, message out."""

from __future__ import annotations

from ordertwin.v1 import webhook_pb2 as pb
from ordertwin_models.errors import NotFound
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.webhooks import Known, Webhook, Webhooks
from ordertwin_server.convert.enums import OUTCOME, STATE
from ordertwin_server.convert.event_out import KINDS
from ordertwin_server.names import ensure_parent, key_in, webhook_name
from ordertwin_server.services.watching import filter_from


class WebhookService:
    """Makes, lists and ends webhooks, and shows what could not be delivered."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    def create_webhook(
        self, call: Call, request: pb.CreateWebhookRequest
    ) -> pb.CreateWebhookResponse:
        """The webhook and its secret."""
        ensure_parent(request.parent, call.tenant)
        asked = request.webhook
        where = filter_from(asked.sources, asked.states, asked.outcomes, asked.kinds)
        made = self._webhooks.create(call, request.request_id, asked.url, where)
        return pb.CreateWebhookResponse(webhook=_webhook(call.tenant, made), secret=made.secret)

    def list_webhooks(self, call: Call, request: pb.ListWebhooksRequest) -> pb.ListWebhooksResponse:
        """All webhooks."""
        ensure_parent(request.parent, call.tenant)
        known = self._webhooks.list(call.tenant)
        return pb.ListWebhooksResponse(webhooks=[_known(call.tenant, each) for each in known])

    def delete_webhook(
        self, call: Call, request: pb.DeleteWebhookRequest
    ) -> pb.DeleteWebhookResponse:
        """End a webhook."""
        key = key_in(request.name, "webhook", call.tenant)
        try:
            self._webhooks.delete(call, request.request_id, key)
        except NotFound as error:
            raise NotFound("webhook", request.name) from error
        return pb.DeleteWebhookResponse()

    def list_dead_letters(
        self, call: Call, request: pb.ListDeadLettersRequest
    ) -> pb.ListDeadLettersResponse:
        """Deliveries that were given up."""
        key = key_in(request.parent, "webhook", call.tenant, field="parent")
        response = pb.ListDeadLettersResponse()
        for known in self._webhooks.list(call.tenant):
            if known.webhook.key == key:
                for delivery, letter in known.dead:
                    made = response.dead_letters.add(
                        id=delivery, error=letter.error, body=letter.body
                    )
                    made.given_up_at.FromDatetime(letter.at)
                return response
        raise NotFound("webhook", request.parent)

    def retry_dead_letters(
        self, call: Call, request: pb.RetryDeadLettersRequest
    ) -> pb.RetryDeadLettersResponse:
        """Try them again."""
        key = key_in(request.name, "webhook", call.tenant)
        try:
            retried = self._webhooks.retry(call, request.request_id, key)
        except NotFound as error:
            raise NotFound("webhook", request.name) from error
        return pb.RetryDeadLettersResponse(retried=retried)


def _webhook(tenant: str, webhook: Webhook) -> pb.Webhook:
    made = pb.Webhook(
        name=webhook_name(tenant, webhook.key),
        url=webhook.url,
        sources=sorted(webhook.where.sources),
        states=[STATE.number(state) for state in sorted(webhook.where.states)],
        outcomes=[OUTCOME.number(outcome) for outcome in sorted(webhook.where.outcomes)],
        kinds=[KINDS[kind] for kind in sorted(webhook.where.kinds)],  # type: ignore[misc]
        created_by=webhook.created_by,
    )
    made.created_at.FromDatetime(webhook.created_at)
    return made


def _known(tenant: str, known: Known) -> pb.Webhook:
    made = _webhook(tenant, known.webhook)
    made.failures, made.last_error = known.place.failures, known.place.error
    made.dead_letters = len(known.dead)
    return made
