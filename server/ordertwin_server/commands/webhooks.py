"""Webhooks: where events are posted to, and what became of the deliveries.

A webhook is a record; how far its deliveries have come is a note beside it, and a delivery that was
given up is a dead letter, which waits until somebody has it tried again.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ordertwin_models.decision import Outcome
from ordertwin_models.errors import FieldViolation, NotFound
from ordertwin_models.order import OrderState
from ordertwin_server.commands.call import Call, Keys
from ordertwin_server.commands.deeds import Deed, Deeds, put
from ordertwin_server.commands.watch_orders import EventFilter
from ordertwin_stores.access import AccessStore, Record
from ordertwin_stores.interface import OrderStore

WEBHOOK, PLACE, DEAD = "webhook", "webhook-place", "webhook-dead"
"""Kinds of records; of the last one there is one a delivery that was given up."""
MOST_WEBHOOKS = 20
MAX_URL = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where events are posted to, which, and the secret that signs them."""

    key: str
    url: str
    secret: str
    where: EventFilter
    created_at: datetime
    created_by: str


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
        self, store: OrderStore, deeds: Deeds, keys: Keys, hosts: frozenset[str] = frozenset()
    ) -> None:
        self._store, self._deeds, self._keys, self._hosts = store, deeds, keys, hosts

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
                "secret": "whsec_" + secrets.token_hex(32),
                "created_at": self._deeds.clock().isoformat(),
                "created_by": call.actor,
                **_filter_body(where),
            }
            place = json.dumps(asdict(Place(position=position)))
            puts = [put(WEBHOOK, key, json.dumps(body), None), put(PLACE, key, place, None)]
            reply = self._deeds.do(
                call, deed, puts, target=f"webhooks/{key}", reply={"webhook": key}
            )
        return self.find(call.tenant, reply["webhook"])

    def find(self, tenant: str, key: str) -> Webhook:
        """One webhook; `NotFound` when there is none."""
        record = self._store.access.get(tenant, WEBHOOK, key)
        if record is None:
            raise NotFound("webhook", key)
        return webhook_of(record)

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
        access = self._store.access
        record = access.get(call.tenant, WEBHOOK, key)
        if record is None:
            raise NotFound("webhook", key)
        gone = [record, access.get(call.tenant, PLACE, key)]
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
            self.find(call.tenant, key)
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

    >>> url_violations("https://erp.example/orders"), url_violations("http://127.0.0.1:8080/")
    ([], [])
    >>> [each.field for each in url_violations("http://10.0.0.7/")]
    ['webhook.url']
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    problem = ""
    if len(url) > MAX_URL or not host or parts.username or parts.fragment:
        problem = "must be an address like https://host/path, without credentials"
    elif host not in hosts:
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
            problem = "must be https, or http on this machine, or a host of --webhook-hosts"
    elif parts.scheme not in ("http", "https"):
        problem = "must be http or https"
    return [FieldViolation("webhook.url", problem)] if problem else []


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("10.0.0.1")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def webhook_of(record: Record) -> Webhook:
    """The webhook that a record says."""
    body: dict[str, Any] = json.loads(record.body)
    return Webhook(
        key=record.name,
        url=body["url"],
        secret=body["secret"],
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
