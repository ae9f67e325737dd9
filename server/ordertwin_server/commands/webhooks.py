"""Webhooks: where events are posted to, and what became of the deliveries.

A webhook is a record; how far its deliveries have come is a note beside it, and a delivery that was
given up is a dead letter, which waits until somebody has it tried again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ordertwin_models.decision import Outcome
from ordertwin_models.errors import EtagMismatch, FieldViolation, NotFound
from ordertwin_models.order import OrderState
from ordertwin_server.access.sealing import Sealer
from ordertwin_server.commands.call import Call, Keys
from ordertwin_server.commands.deeds import Deed, Deeds, put
from ordertwin_server.commands.watch_orders import EventFilter
from ordertwin_stores.access import AccessStore, Record
from ordertwin_stores.interface import OrderStore

WEBHOOK, PLACE, DEAD = "webhook", "webhook-place", "webhook-dead"
"""Kinds of records; of the last one there is one a delivery that was given up."""
MOST_WEBHOOKS = 20
MAX_URL = 2048
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where events are posted to, and which. The `secret` signs them; it is empty where nobody
    needs it."""

    key: str
    url: str
    where: EventFilter
    created_at: datetime
    created_by: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far deliveries have come: all events up to `position` were delivered or given up.

    `failures` counts the tries of what comes next, which is tried again at `due` (Unix seconds).
    """

    position: int
    failures: int = 0
    due: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A delivery that was given up."""

    webhook: str
    body: str
    error: str
    at: datetime
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A webhook with what is known of its deliveries."""

    webhook: Webhook
    place: Place
    dead: tuple[tuple[str, DeadLetter], ...]


class Webhooks:
    """The webhooks of tenants. `hosts` may be posted to although they are not encrypted or not
    public."""

    def __init__(
        self,
        store: OrderStore,
        deeds: Deeds,
        keys: Keys,
        sealer: Sealer,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._store, self._deeds, self._keys = store, deeds, keys
        self._sealer, self._hosts = sealer, hosts

    def create(self, call: Call, request_id: str, url: str, where: EventFilter) -> Webhook:
        """A webhook for events from now on; raises `InvalidRequest` or `RequestIdReused`."""
        deed = Deed("CreateWebhook", request_id, (url, _filter_body(where)))
        where.ensure_valid()
        known = self._store.access.list(call.tenant, WEBHOOK)
        deed.ensure_valid([*url_violations(url, self._hosts), *_too_many(known)])
        reply = self._deeds.reply_to(call, deed)
        if reply is None:
            key = self._keys()
            position = self._store.events.span(call.tenant).newest
            body = {
                "url": url,
                "sealed": self._sealer.seal(
                    "whsec_" + secrets.token_hex(32), _about(call.tenant, key)
                ),
                "created_at": self._deeds.clock().isoformat(),
                "created_by": call.actor,
                **_filter_body(where),
            }
            place = json.dumps(asdict(Place(position=position)))
            puts = [put(WEBHOOK, key, json.dumps(body), None), put(PLACE, key, place, None)]
            reply = self._deeds.do(
                call, deed, puts, target=f"webhooks/{key}", reply={"webhook": key}
            )
        return opened(self._found(call.tenant, reply["webhook"]), self._sealer)

    def _found(self, tenant: str, key: str) -> Record:
        record = self._store.access.get(tenant, WEBHOOK, key)
        if record is None:
            raise NotFound("webhook", key)
        return record

    def list(self, tenant: str) -> tuple[Known, ...]:
        """All webhooks of a tenant with what is known of them."""
        access = self._store.access
        dead = dead_letters(access, tenant)
        return tuple(
            Known(
                webhook_of(record),
                place_of(access, tenant, record.name),
                tuple(each for each in dead if each[1].webhook == record.name),
            )
            for record in access.list(tenant, WEBHOOK)
        )

    def delete(self, call: Call, request_id: str, key: str) -> None:
        """End a webhook; `NotFound` when there is none."""
        deed = Deed("DeleteWebhook", request_id, (key,))
        deed.ensure_valid()
        if self._deeds.reply_to(call, deed) is not None:
            return
        for attempt in range(_ATTEMPTS):
            try:
                self._end(call, deed, key)
            except EtagMismatch:
                # A delivery has noted its place in between.
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def _end(self, call: Call, deed: Deed, key: str) -> None:
        access = self._store.access
        gone = [self._found(call.tenant, key), access.get(call.tenant, PLACE, key)]
        gone += [
            access.get(call.tenant, DEAD, name)
            for name, letter in dead_letters(access, call.tenant)
            if letter.webhook == key
        ]
        puts = [put(each.kind, each.name, None, each) for each in gone if each is not None]
        self._deeds.do(call, deed, puts, target=f"webhooks/{key}", reply={})

    def retry(self, call: Call, request_id: str, key: str) -> int:
        """Have dead letters tried again; returns how many. `NotFound` without such a webhook."""
        deed = Deed("RetryDeadLetters", request_id, (key,))
        deed.ensure_valid()
        reply = self._deeds.reply_to(call, deed)
        if reply is None:
            self._found(call.tenant, key)
            letters = [
                (name, letter)
                for name, letter in dead_letters(self._store.access, call.tenant)
                if letter.webhook == key
            ]
            puts = [
                put(
                    DEAD,
                    name,
                    dead_body(replace(letter, retry=True)),
                    self._store.access.get(call.tenant, DEAD, name),
                )
                for name, letter in letters
            ]
            reply = self._deeds.do(
                call, deed, puts, target=f"webhooks/{key}", reply={"retried": len(letters)}
            )
        return int(reply["retried"])


def url_violations(url: str, hosts: frozenset[str] = frozenset()) -> list[FieldViolation]:
    """What is wrong with an address to post to.

    >>> url_violations("https://erp.example/orders")
    []
    >>> url_violations("http://127.0.0.1:8080/", frozenset({"127.0.0.1"}))
    []
    >>> [each.field for each in url_violations("http://10.0.0.7/")]
    ['webhook.url']
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        parts, host = urlsplit(""), ""
    problem = ""
    well_formed = url.isascii() and url.isprintable() and " " not in url and len(url) <= MAX_URL
    if not well_formed or not host or parts.username or parts.fragment:
        problem = "must be an address like https://host/path in ASCII, without credentials"
    elif parts.scheme not in ("https", "http") or (parts.scheme == "http" and host not in hosts):
        problem = "must be https, or http to a host of --webhook-hosts"
    return [FieldViolation("webhook.url", problem)] if problem else []


def opened(record: Record, sealer: Sealer) -> Webhook:
    """The webhook that a record says, with its secret; `SealBroken` when that cannot be read."""
    secret = sealer.opened(sealed_in(record), _about(record.tenant, record.name))
    return replace(webhook_of(record), secret=secret)


def sealed_in(record: Record) -> str:
    """The secret of a webhook as it is stored; empty for one from before secrets were sealed."""
    sealed: str = json.loads(record.body).get("sealed", "")
    return sealed


def _about(tenant: str, key: str) -> str:
    return f"{tenant}/webhooks/{key}"


def webhook_of(record: Record) -> Webhook:
    """The webhook that a record says, without its secret."""
    body: dict[str, Any] = json.loads(record.body)
    return Webhook(
        key=record.name,
        url=body["url"],
        where=EventFilter(
            sources=frozenset(body["sources"]),
            states=frozenset(map(OrderState, body["states"])),
            outcomes=frozenset(map(Outcome, body["outcomes"])),
            kinds=frozenset(body["kinds"]),
        ),
        created_at=datetime.fromisoformat(body["created_at"]),
        created_by=body["created_by"],
    )


def place_of(access: AccessStore, tenant: str, key: str) -> Place:
    """How far the deliveries of a webhook have come."""
    record = access.get(tenant, PLACE, key)
    return Place(**json.loads(record.body)) if record else Place(position=0)


def dead_letters(access: AccessStore, tenant: str) -> list[tuple[str, DeadLetter]]:
    """Deliveries of a tenant that were given up, with their ids."""
    found = []
    for record in access.list(tenant, DEAD):
        body = json.loads(record.body)
        body["at"] = datetime.fromisoformat(body["at"])
        found.append((record.name, DeadLetter(**body)))
    return found


def dead_body(letter: DeadLetter) -> str:
    """A dead letter as it is stored."""
    return json.dumps({**asdict(letter), "at": letter.at.isoformat()})


def _filter_body(where: EventFilter) -> dict[str, list[str]]:
    return {
        "sources": sorted(where.sources),
        "states": sorted(where.states),
        "outcomes": sorted(where.outcomes),
        "kinds": sorted(where.kinds),
    }


def _too_many(known: Sequence[Record]) -> list[FieldViolation]:
    if len(known) < MOST_WEBHOOKS:
        return []
    return [FieldViolation("webhook", f"there are {MOST_WEBHOOKS} already, as many as may be")]
