"""Webhooks: signed, in order, tried again, given up in the end, and never into our own network."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any

import grpc
import pytest
from tests.conformance.stores.entries import a_registration, register
from tests.unit.server.access_world import PARENT, world
from tests.unit.server.builders import CALL, NOON, SteppingClock, an_order, counted_keys

from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub
from ordertwin.v1.webhook_pb2 import (
    CreateWebhookRequest,
    DeleteWebhookRequest,
    ListDeadLettersRequest,
    ListWebhooksRequest,
    RetryDeadLettersRequest,
    Webhook,
)
from ordertwin_client.webhooks import is_signed
from ordertwin_models.errors import InvalidRequest
from ordertwin_server.access.sealing import Sealer
from ordertwin_server.commands import webhooks as commands
from ordertwin_server.commands.deeds import Deeds
from ordertwin_server.commands.watch_orders import EventFilter
from ordertwin_server.commands.webhooks import Webhooks
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_server.errors import reason_of, tell
from ordertwin_server.faults import SealBroken
from ordertwin_server.watching import delivery
from ordertwin_server.watching.delivery import Deliveries, Poster, Undelivered
from ordertwin_stores.events import StoredEvent
from ordertwin_stores.interface import OrderStore

URL = "https://erp.example/orders"
SEALER = Sealer(b"k" * 32)


def encode(tenant: str, key: str, events: Sequence[StoredEvent]) -> bytes:
    return " ".join(event.order_id for event in events).encode()


@dataclass
class Receiver:
    """Takes deliveries, or refuses so many of them first."""

    refuses: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, webhook: commands.Webhook, delivery: str, body: bytes) -> None:
        if self.refuses:
            self.refuses -= 1
            raise Undelivered("erp.example answered 500")
        self.taken.append((delivery.rpartition("-")[2], body.decode()))


@dataclass
class Clock:
    """Unix time that goes on when told."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Post:
    """A store with one webhook, and what delivers to it."""

    def __init__(self, store: OrderStore, receiver: Receiver, **where: Any) -> None:
        self.store, self.receiver, self.clock = store, receiver, Clock()
        self.hooks = Webhooks(store, Deeds(store, SteppingClock()), counted_keys, SEALER)
        self.key = self.hooks.create(CALL, "w-1", URL, EventFilter(**where)).key
        self.deliveries = Deliveries(store, encode, receiver, SEALER, self.clock)

    def enter(self, order_id: str, source: str = "shop") -> None:
        order = an_order(order_id, source=source)
        register(self.store, a_registration(order), tenant=CALL.tenant)

    def run(self, steps: int = 1, seconds: float = 0.0) -> list[str]:
        for _ in range(steps):
            self.deliveries.step()
            self.clock.now += seconds
        return [body for _, body in self.receiver.taken]


def test_events_are_delivered_once_and_in_order(store: OrderStore) -> None:
    post = Post(store, Receiver())
    post.enter("SO-1")
    post.enter("SO-2")
    assert post.run(3) == ["SO-1 SO-2"]
    post.enter("SO-3")
    assert post.run(2) == ["SO-1 SO-2", "SO-3"]


def test_a_filter_lets_through_what_it_names(store: OrderStore) -> None:
    post = Post(store, Receiver(), sources=frozenset({"edi"}))
    post.enter("SO-1")
    post.enter("SO-2", "edi")
    assert post.run(2) == ["SO-2"]


def test_a_failed_delivery_comes_again_later_under_the_same_id(store: OrderStore) -> None:
    post = Post(store, Receiver(refuses=2))
    post.enter("SO-1")
    assert post.run() == []
    assert post.run() == []
    (known,) = post.hooks.list(CALL.tenant)
    assert (known.place.failures, known.place.error) == (1, "erp.example answered 500")
    assert post.run(5, seconds=3) == ["SO-1"]
    (known,) = post.hooks.list(CALL.tenant)
    assert (known.place.failures, known.dead) == (0, ())


def test_a_restart_loses_nothing(store: OrderStore) -> None:
    post = Post(store, Receiver(refuses=1))
    post.enter("SO-1")
    post.run()
    post.enter("SO-2")
    post.clock.now += 60
    Deliveries(store, encode, post.receiver, SEALER, post.clock).step()
    assert post.receiver.taken[0][1] == "SO-1 SO-2"


def test_what_cannot_be_delivered_is_given_up_and_can_be_tried_again(store: OrderStore) -> None:
    post = Post(store, Receiver(refuses=delivery.TRIES))
    post.enter("SO-1")
    assert post.run(delivery.TRIES, seconds=delivery.LONGEST_PAUSE) == []
    post.enter("SO-2")
    assert post.run() == ["SO-2"]
    (known,) = post.hooks.list(CALL.tenant)
    ((_, letter),) = known.dead
    assert (letter.body, letter.error) == ("SO-1", "erp.example answered 500")
    assert post.hooks.retry(CALL, "again", post.key) == 1
    assert post.run(2) == ["SO-2", "SO-1"]
    assert post.hooks.list(CALL.tenant)[0].dead == ()


def test_a_deleted_webhook_hears_nothing_more(store: OrderStore) -> None:
    post = Post(store, Receiver())
    post.hooks.delete(CALL, "gone", post.key)
    post.enter("SO-1")
    assert post.run() == []
    assert store.access.list(CALL.tenant, commands.PLACE) == ()


@pytest.mark.parametrize(
    "url",
    ["http://erp.example/", "https://user:x@erp.example/", "ftp://x/", "https://", "nonsense",
     "http://169.254.169.254/", "https://[::1", "file:///etc/passwd", "http://127.0.0.1/",
     "http://localhost:9/", "https://erp.example/ü", "https://a..b/", "https://\ud800.example/",
     f"https://{'a' * 64}.example/", "https://erp.example/ HTTP/1.1\r\nX: y"],
)  # fmt: skip
def test_addresses_that_could_lead_astray_are_refused(store: OrderStore, url: str) -> None:
    hooks = Webhooks(store, Deeds(store, SteppingClock()), counted_keys, SEALER)
    with pytest.raises(InvalidRequest, match="url"):
        hooks.create(CALL, "w", url, EventFilter())


@pytest.mark.parametrize("host", ["127.0.0.1.nip.example", "intranet.example"])
@pytest.mark.parametrize(
    "address",
    ["10.0.0.5", "169.254.169.254", "127.0.0.1", "fd00::1", "64:ff9b::7f00:1", "::ffff:10.0.0.5"],
)
def test_a_name_that_leads_into_our_network_is_refused(
    host: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(delivery.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Undelivered, match="not public"):
        Poster()._address(host, 443)
    assert Poster(frozenset({host}))._address(host, 443) == address


def test_the_secret_is_in_the_store_for_this_server_alone(store: OrderStore) -> None:
    post = Post(store, Receiver())
    (record,) = store.access.list(CALL.tenant, commands.WEBHOOK)
    secret = commands.opened(record, SEALER).secret
    assert secret.startswith("whsec_")
    assert secret not in record.body
    assert post.hooks.create(CALL, "w-1", URL, EventFilter()).secret == secret
    post.enter("SO-1")
    others = Deliveries(store, encode, post.receiver, Sealer(b"o" * 32), post.clock)
    others.step()
    (known,) = post.hooks.list(CALL.tenant)
    assert (known.webhook.secret, known.place.failures) == ("", 1)
    assert "audit-signing-key.pem" in known.place.error
    assert post.run(3, seconds=5) == ["SO-1"]


def test_a_server_with_another_key_says_why_it_cannot_tell_the_secret_again(
    store: OrderStore,
) -> None:
    Post(store, Receiver())
    others = Webhooks(store, Deeds(store, SteppingClock()), counted_keys, Sealer(b"o" * 32))
    with pytest.raises(SealBroken) as refused:
        others.create(CALL, "w-1", URL, EventFilter())
    told = tell(refused.value)
    assert told.code is grpc.StatusCode.FAILED_PRECONDITION
    assert reason_of(refused.value) == "SECRET_UNREADABLE"
    assert "audit-signing-key.pem" in told.status.message


def test_ids_of_deliveries_do_not_count_the_events_of_others(store: OrderStore) -> None:
    post = Post(store, Receiver(refuses=1))
    post.enter("SO-1")
    register(store, a_registration(an_order("X-1")), tenant="elsewhere")
    post.enter("SO-2")
    post.run(3, seconds=5)
    ((delivery_id, _),) = post.receiver.taken
    assert len(delivery_id) == 16
    assert int(delivery_id, 16) > 1_000_000


def test_a_receiver_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT", 0.3)
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                while not ended.wait(0.02):
                    connection.sendall(b"H")

        thread = Thread(target=drip)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.getsockname()[1]}/"
            webhook = commands.Webhook(
                key="w", url=url, where=EventFilter(), created_at=NOON, created_by="x"
            )
            with pytest.raises(Undelivered, match=r"from 127\.0\.0\.1"):
                Poster(frozenset({"127.0.0.1"}))(webhook, "d", b"{}")
        finally:
            ended.set()
            thread.join()


@contextmanager
def listening() -> Iterator[tuple[str, Queue[tuple[dict[str, str], bytes]]]]:
    """A web server of this machine that keeps what is posted to it."""
    taken: Queue[tuple[dict[str, str], bytes]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.put((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_running_server_posts_signed_events(tmp_path: Path) -> None:
    settings = {"webhook_hosts": "127.0.0.1"}
    with (
        world(tmp_path, **settings) as it,
        listening() as (url, taken),
        it.orders("erp") as erp,
    ):
        header = (("authorization", f"Bearer {it.keys['boss']}"),)
        with grpc.insecure_channel(it.server.address) as channel:
            stub = OrderServiceStub(channel)
            made = stub.CreateWebhook(
                CreateWebhookRequest(parent=PARENT, webhook=Webhook(url=url), request_id="w"),
                metadata=header,
            )
            erp.score_order(order_to_proto(an_order()))
            headers, body = taken.get(timeout=20)
            signature = headers["OrderTwin-Signature"]
            now = int(signature[2:12])
            assert is_signed(made.secret, signature, body, now=now)
            assert not is_signed(made.secret, signature, body + b" ", now=now)
            assert not is_signed("other", signature, body, now=now)
            assert not is_signed(made.secret, signature, body, now=now + 3600)
            (event,) = json.loads(body)["events"]
            assert (event["kind"], event["orderId"]) == ("EVENT_KIND_ORDER_DECIDED", "SO-1")
            (listed,) = stub.ListWebhooks(
                ListWebhooksRequest(parent=PARENT), metadata=header
            ).webhooks
            assert (listed.url, listed.failures, listed.dead_letters) == (url, 0, 0)
            name = made.webhook.name
            letters = stub.ListDeadLetters(ListDeadLettersRequest(parent=name), metadata=header)
            assert not letters.dead_letters
            again = RetryDeadLettersRequest(name=name, request_id="r")
            assert stub.RetryDeadLetters(again, metadata=header).retried == 0
            stub.DeleteWebhook(DeleteWebhookRequest(name=name, request_id="d"), metadata=header)
            with pytest.raises(grpc.RpcError, match="There is no webhook"):
                stub.ListDeadLetters(ListDeadLettersRequest(parent=name), metadata=header)
