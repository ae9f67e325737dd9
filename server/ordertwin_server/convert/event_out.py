"""Events as messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from google.protobuf.json_format import MessageToDict

from ordertwin.v1 import order_event_pb2 as pb
from ordertwin_server.commands.watch_orders import BEFORE
from ordertwin_server.convert.enums import OUTCOME, STATE
from ordertwin_server.names import decision_name, order_name, review_name, webhook_name
from ordertwin_stores.events import StoredEvent

_PREFIX = "EVENT_KIND_"
KINDS: Mapping[str, int] = {
    name.removeprefix(_PREFIX): number for name, number in pb.EventKind.items()
}
"""Numbers of kinds by their names in a store."""
Token = Callable[[str, int], str]
"""The resume token of a position in the events of a tenant."""
RELATED = "related"
"""The detail that names other orders, by their keys with spaces in between."""


def event_to_proto(token: Token, tenant: str, event: StoredEvent) -> pb.OrderEvent:
    """One event."""
    before = event.details.get(BEFORE, "")
    made = pb.OrderEvent(
        kind=KINDS.get(event.kind, 0),  # type: ignore[arg-type]
        order=order_name(tenant, event.order_key),
        order_id=event.order_id,
        source=event.source,
        state=STATE.number(event.state) if event.state else None,
        previous_state=f"ORDER_STATE_{before}" if before else None,
        outcome=OUTCOME.number(event.outcome) if event.outcome else None,
        decision=decision_name(tenant, event.decision_key),
        review=review_name(tenant, event.review_key),
        related_orders=[order_name(tenant, key) for key in event.details.get(RELATED, "").split()],
        resume_token=token(tenant, event.position),
    )
    made.happened_at.FromDatetime(event.at)
    return made


def watch_message(
    token: Token, tenant: str, events: Sequence[StoredEvent], position: int, closing: bool
) -> bytes:
    """What watchers are sent."""
    return pb.WatchOrdersResponse(
        events=[event_to_proto(token, tenant, event) for event in events],
        resume_token=token(tenant, position),
        closing=closing,
    ).SerializeToString()


def delivery_body(token: Token, tenant: str, key: str, events: Sequence[StoredEvent]) -> bytes:
    """What is posted: the events as JSON, under the names of the contract."""
    body = {
        "webhook": webhook_name(tenant, key),
        "events": [MessageToDict(event_to_proto(token, tenant, event)) for event in events],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
