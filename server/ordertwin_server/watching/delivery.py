"""Posting events to webhooks: in order, signed, tried again, and given up in the end.

What was delivered is noted before the next delivery, so nothing is lost over restarts, and a
delivery that was cut off comes again under the same id. Addresses are looked up here and connected
to as looked up: a name that leads into our own network is refused whenever it does.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from ordertwin_models.errors import OrderTwinError
from ordertwin_server.access.sealing import Sealer
from ordertwin_server.call_log import LOGGER
from ordertwin_server.commands.webhooks import (
    DEAD,
    PLACE,
    WEBHOOK,
    DeadLetter,
    Place,
    Webhook,
    dead_body,
    dead_letters,
    opened,
    place_of,
    sealed_in,
    webhook_of,
)
from ordertwin_server.faults import SealBroken
from ordertwin_stores.access import Put, Record
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.events import StoredEvent
from ordertwin_stores.interface import OrderStore

AT_ONCE = 50
"""Events in one delivery."""
TIMEOUT = 10.0
"""Seconds to connect in, and as many again for everything else."""
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 600.0
TRIES = 12
"""Tries of one delivery, over about an hour; then it is given up."""
SIGNATURE, DELIVERY = "OrderTwin-Signature", "OrderTwin-Delivery"

Encode = Callable[[str, str, Sequence[StoredEvent]], bytes]
"""What is posted: tenant, key of the webhook, events."""
Post = Callable[[Webhook, str, bytes], None]
"""Posts a delivery with this id; raises `Undelivered`."""


class Undelivered(OrderTwinError):
    """A delivery failed; the text says why, without what came back."""


def signature(secret: str, at: int, body: bytes) -> str:
    """What the header `OrderTwin-Signature` says.

    >>> signature("whsec_1", 1_767_225_600, b"{}")[:24]
    't=1767225600,v1=84901771'
    """
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Poster:
    """Posts over HTTP. `hosts` may be posted to although they are not encrypted or not public."""

    def __init__(
        self, hosts: frozenset[str] = frozenset(), clock: Callable[[], float] = time.time
    ) -> None:
        self._hosts, self._clock = hosts, clock
        self._tls = ssl.create_default_context()

    def __call__(self, webhook: Webhook, delivery: str, body: bytes) -> None:
        """Deliver, or raise `Undelivered`. Redirections are not followed."""
        parts = urlsplit(webhook.url)
        host, encrypted = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if encrypted else 80)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "OrderTwin",
            SIGNATURE: signature(webhook.secret, int(self._clock()), body),
            DELIVERY: delivery,
        }
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connected: socket.socket | None = None
        try:
            connected = socket.create_connection((self._address(host, port), port), TIMEOUT)
            if encrypted:
                connected = self._tls.wrap_socket(
                    connected, server_hostname=host, do_handshake_on_connect=False
                )
            with _cut_off_in_time(connected):
                if isinstance(connected, ssl.SSLSocket):
                    connected.do_handshake()
                connection = http.client.HTTPConnection(host, port)
                connection.sock = connected
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Undelivered(f"{type(error).__name__} from {host}") from None
        finally:
            if connected is not None:
                connected.close()
        if not 200 <= status < 300:
            raise Undelivered(f"{host} answered {status}")

    def _address(self, host: str, port: int) -> str:
        """The address of a host, which must be public unless the operator named the host."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        address = str(found[0][4][0])
        if host in self._hosts or is_public(address):
            return address
        raise Undelivered(f"{host} leads to {address}, which is not public; see --webhook-hosts")


@contextmanager
def _cut_off_in_time(connected: socket.socket) -> Iterator[None]:
    """However slowly the other side goes on talking: others wait for their deliveries."""
    # Not the method of TLS sockets, which leaves a reader of another thread with nothing to read.
    timer = Timer(TIMEOUT, socket.socket.shutdown, (connected, socket.SHUT_RDWR))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def is_public(address: str) -> bool:
    """Whether an address leads out into the internet, also when it wraps one of the older kind.

    >>> is_public("93.184.216.34"), is_public("169.254.169.254"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    >>> is_public("64:ff9b::7f00:1"), is_public("2002:a00:1::"), is_public("224.0.0.1")
    (False, False, False)
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    wrapped: ipaddress.IPv4Address | None = None
    if isinstance(parsed, ipaddress.IPv6Address):
        wrapped = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo or (None, None))[1]
        if parsed in _TRANSLATED:
            wrapped = ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)
    if wrapped is not None:
        return is_public(str(wrapped))
    return parsed.is_global and not parsed.is_multicast


class Deliveries:
    """Delivers what is new to every webhook of every tenant. Used by one thread at a time."""

    def __init__(
        self,
        store: OrderStore,
        encode: Encode,
        post: Post,
        sealer: Sealer,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._encode, self._post, self._clock = store, encode, post, clock
        self._sealer = sealer

    def step(self) -> bool:
        """Try what is due; whether something is left that may be tried at once."""
        more = False
        for tenant in self._store.access.tenants():
            for record in self._store.access.list(tenant, WEBHOOK):
                more = self._deliver(tenant, record) or more
            self._again(tenant)
        return more

    def _deliver(self, tenant: str, record: Record) -> bool:
        webhook = webhook_of(record)
        place = place_of(self._store.access, tenant, webhook.key)
        if place.due > self._clock():
            return False
        events = self._store.events.after(tenant, place.position, AT_ONCE)
        if not events:
            return False
        reached = events[-1].position
        wanted = [event for event in events if webhook.where.matches(event)]
        if not wanted:
            self._note(tenant, webhook.key, Place(position=reached))
            return len(events) == AT_ONCE
        delivery = _delivery_id(record, wanted[0].position)
        body = self._encode(tenant, webhook.key, wanted)
        try:
            self._send(record, delivery, body)
        except Undelivered as error:
            failures = place.failures + 1
            if failures < TRIES:
                pause = min(FIRST_PAUSE * 2**place.failures, LONGEST_PAUSE)
                self._note(
                    tenant,
                    webhook.key,
                    replace(place, failures=failures, due=self._clock() + pause, error=str(error)),
                )
                return False
            LOGGER.warning("Webhook %s: delivery %s is given up: %s", webhook.key, delivery, error)
            self._bury(tenant, webhook.key, delivery, body.decode(), str(error))
        self._note(tenant, webhook.key, Place(position=reached))
        return len(events) == AT_ONCE

    def _send(self, record: Record, delivery: str, body: bytes) -> None:
        try:
            webhook = opened(record, self._sealer)
        except SealBroken as error:
            raise Undelivered(str(error)) from error
        self._post(webhook, delivery, body)

    def _again(self, tenant: str) -> None:
        """Dead letters that somebody wants tried again: once each."""
        for delivery, letter in dead_letters(self._store.access, tenant):
            record = self._store.access.get(tenant, WEBHOOK, letter.webhook)
            if not letter.retry or record is None:
                continue
            try:
                self._send(record, delivery, letter.body.encode())
            except Undelivered as error:
                self._bury(tenant, letter.webhook, delivery, letter.body, str(error))
                continue
            known = self._store.access.get(tenant, DEAD, delivery)
            if known is not None:
                gone = Put(DEAD, delivery, None, known.version)
                entry = AuditEntry("ordertwin", "DeliverDeadLetter", f"webhooks/{letter.webhook}",
                                   "", "OK")  # fmt: skip
                self._store.access.change(tenant, [gone], None, entry, self._now())

    def _bury(self, tenant: str, webhook: str, delivery: str, body: str, error: str) -> None:
        letter = DeadLetter(webhook=webhook, body=body, error=error, at=self._now())
        self._store.access.jot(tenant, DEAD, {delivery: dead_body(letter)})

    def _note(self, tenant: str, key: str, place: Place) -> None:
        """A webhook that was deleted meanwhile gets no note."""
        if self._store.access.get(tenant, WEBHOOK, key) is not None:
            values: dict[str, Any] = asdict(place)
            self._store.access.jot(tenant, PLACE, {key: json.dumps(values)})

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def _delivery_id(record: Record, position: int) -> str:
    """The same for the same delivery. Positions count the events of all tenants, so none is told;
    nor can it be found by trying, for want of the sealed secret."""
    digest = hmac.new(sealed_in(record).encode(), str(position).encode(), hashlib.sha256)
    return f"{record.name}-{digest.hexdigest()[:16]}"
