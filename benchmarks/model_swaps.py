"""Exchanging the model under load: no call may fail, and every answer must be one of its model's.

Servers on one store are asked for so many answers a second while the active version changes again
and again; now and then somebody hands in a spoilt file, or activates one that is spoilt in the
store. Afterwards every stored decision is computed again with the version it names.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import grpc
import numpy as np

from benchmarks.serving_calls import questions
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.failures import CommandFailed, failing_clearly
from ordertwin_client import OrderTwinClient
from ordertwin_client.errors import OrderTwinError
from ordertwin_client.models import ModelClient
from ordertwin_client.requests import CHANNEL_OPTIONS
from ordertwin_models import artefact
from ordertwin_models.model import DuplicateModel, GoldenVectors
from ordertwin_server.commands.model_facts import ModelFacts
from ordertwin_server.commands.replay_decisions import replay
from ordertwin_server.identity import utc_now
from ordertwin_server.model_slot import read_model, released_model
from ordertwin_stores import open_archive, open_store
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.interface import RequestRecord
from ordertwin_stores.model_versions import Artefact, ModelDeed, ModelState, NewVersion

SWAPS, BAD = 200, 20
RATE = 50.0
CALLS = 1000
"""Calls during the swaps, so that as many decisions can be taken again."""

GOOD_VERSIONS = 12
CALLERS = 8
PATIENCE = 10.0
TENANT = "default"
REPEAT_EVERY = 4
"""Every so many orders one comes again, so that there is something to compare."""


@dataclass(slots=True)
class Traffic:
    """Calls at a steady rate, and what came of them."""

    failed: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def calls(self) -> int:
        """Calls made."""
        return len(self.milliseconds)


def measure(
    *,
    swaps: int = SWAPS,
    bad: int = BAD,
    rate: float = RATE,
    calls: int = CALLS,
    servers: int = 1,
    store: str = "",
) -> dict[str, Any]:
    """The figures. Swaps are spread over so many calls. Several servers need a PostgreSQL store;
    without one it is a fresh SQLite file.

    `swap_seconds` is the longest time from the wish until the last server answers with the new
    version.
    """
    with tempfile.TemporaryDirectory(prefix="ordertwin-swaps-") as name, ExitStack() as stack:
        folder = Path(name)
        url = store or f"sqlite:///{folder / 'ordertwin.db'}"
        started = [
            stack.enter_context(embedded_server(store=url, data=name, calls_per_second="0"))
            for _ in range(servers)
        ]
        addresses = [each.address for each in started]
        key = (folder / "admin.key").read_text("utf-8").strip()
        figures, traffic = _under_load(
            stack, addresses, key, url, swaps=swaps, bad=bad, rate=rate, pause=calls / rate / swaps
        )
        stack.close()
        figures |= _replayed(url, traffic)
    return figures


def _under_load(
    stack: ExitStack,
    addresses: Sequence[str],
    key: str,
    url: str,
    *,
    swaps: int,
    bad: int,
    rate: float,
    pause: float,
) -> tuple[dict[str, Any], Traffic]:
    channels = [stack.enter_context(_channel(address)) for address in addresses]
    header = (("authorization", f"Bearer {key}"),)
    publisher = ModelClient(channels[0], timeout=PATIENCE)
    deciders = [ModelClient(channel, header, timeout=PATIENCE) for channel in channels]
    base = _released()
    texts = {f"swap/{n}": _variant(base, f"swap/{n}", n / 100.0) for n in range(GOOD_VERSIONS)}
    for text in texts.values():
        publisher.publish(text)
    traffic = Traffic()
    threads = _callers(traffic, addresses, rate)
    spoilt = set(np.linspace(swaps / (2 * bad), swaps - 1, bad).astype(int)) if bad else set()
    seconds, refused, started = [], 0, time.perf_counter()
    for number, version in zip(range(swaps), itertools.cycle(texts), strict=False):
        time.sleep(max(0.0, started + number * pause - time.perf_counter()))
        if number in spoilt:
            refused += _refused(publisher, deciders[0], url, base, number)
        else:
            seconds.append(_swap(deciders, version))
    while traffic.calls < swaps * pause * rate:
        time.sleep(pause)
    traffic.stopping.set()
    for thread in threads:
        thread.join()
    return {
        "swaps": swaps,
        "bad_artefacts": len(spoilt),
        "bad_refused": refused,
        "servers": len(addresses),
        "calls": traffic.calls,
        "swap_failed_calls": len(traffic.failed),
        "failures": sorted(set(traffic.failed))[:5],
        "versions_that_answered": len(traffic.versions),
        "swap_seconds": round(max(seconds), 3),
        "swap_seconds_p50": round(float(np.median(seconds)), 3),
        "call_p50_ms": round(float(np.percentile(traffic.milliseconds, 50)), 2),
        "call_p99_ms": round(float(np.percentile(traffic.milliseconds, 99)), 2),
    }, traffic


def _swap(deciders: Sequence[ModelClient], version: str) -> float:
    """Seconds until every server answers with the version."""
    started = time.perf_counter()
    deciders[0].activate(version, reason="benchmark")
    for door in deciders:
        while door.page().serving_version != version:
            if time.perf_counter() - started > PATIENCE:
                raise CommandFailed(f"a server did not take up {version} in {PATIENCE:g} s")
            time.sleep(0.01)
    return time.perf_counter() - started


def _refused(
    publisher: ModelClient, decider: ModelClient, url: str, base: DuplicateModel, number: int
) -> bool:
    """Whether a spoilt file was refused, with its own reason, and what answered went on."""
    before = decider.page().serving_version
    text = _variant(base, f"bad/{number}", 0.5)
    ways = (text[: len(text) // 2], text.replace(b'":-', b'":', 1), b"\x80\x04" + text, b"{}")
    try:
        if url.startswith("postgres") and number % 2:
            _smuggle(url, f"bad/{number}", ways[number % len(ways)])
            decider.activate(f"bad/{number}")
        else:
            publisher.publish(ways[number % len(ways)])
    except OrderTwinError as error:
        return error.reason == "MODEL_REFUSED" and decider.page().serving_version == before
    return False


def _smuggle(url: str, version: str, text: bytes) -> None:
    """Write a spoilt version into the store past every server."""
    new = NewVersion(
        version,
        ModelState.CANDIDATE,
        sha256(text).digest(),
        ModelFacts().to_body(),
        Artefact(text),
    )
    request = RequestRecord("Smuggle", version, b"", "{}")
    entry = AuditEntry("nobody", "Smuggle", version, "", "OK")
    with closing(open_store(url)) as store:
        store.models.change(TENANT, ModelDeed([new], (), request, entry, utc_now()))


def _callers(traffic: Traffic, addresses: Sequence[str], rate: float) -> list[threading.Thread]:
    """Threads that call at the rate, each server in turn, until they are told to stop."""
    orders, lock = _orders(), threading.Lock()
    started, number = time.perf_counter(), itertools.count()

    def call(client: OrderTwinClient) -> None:
        while not traffic.stopping.is_set():
            with lock:
                request, place = next(orders), next(number)
            delay = started + place / rate - time.perf_counter()
            if delay > 0:
                time.sleep(delay)
            asked = time.perf_counter()
            try:
                answer = client.score_order(request.order, request_id=request.request_id)
            except OrderTwinError as error:
                traffic.failed.append(str(error))
            else:
                with lock:
                    traffic.versions[answer.model_version] += 1
            traffic.milliseconds.append((time.perf_counter() - asked) * 1000)

    def work(address: str) -> None:
        with OrderTwinClient(address, timeout=PATIENCE) as client:
            call(client)

    targets = itertools.islice(itertools.cycle(addresses), max(CALLERS, len(addresses)))
    threads = [threading.Thread(target=work, args=(address,)) for address in targets]
    for thread in threads:
        thread.start()
    return threads


def _orders() -> Iterator[ScoreOrderRequest]:
    """Orders without end, some of them again under another id."""
    for turn in itertools.count():
        for number, request in enumerate(questions(500, f"turn{turn}")):
            yield request
            if not number % REPEAT_EVERY:
                again = ScoreOrderRequest()
                again.CopyFrom(request)
                again.request_id = f"again-{request.request_id}"
                again.order.order_id = f"again-{request.order.order_id}"
                yield again


def _replayed(url: str, traffic: Traffic) -> dict[str, Any]:
    base = _released()
    models = {base.version: base}
    with closing(open_archive(url)) as archive:
        for known in archive.models.list(TENANT, 1000, None):
            if not known.version.startswith("bad/"):
                text = archive.models.artefact(TENANT, known.version).model
                models[known.version] = artefact.loads(text)
        made = replay(archive, TENANT, models.get, traffic.calls)
    return {
        "replayed": made.decisions,
        "replayed_equal": made.equal,
        "replayed_matches": made.matches,
        "largest_difference": made.largest_difference,
        "not_replayable": dict(made.unknown),
    }


def _released() -> DuplicateModel:
    path = released_model()
    if path is None:
        raise CommandFailed("no released model is installed")
    return read_model(path)


def _variant(base: DuplicateModel, version: str, shift: float) -> bytes:
    """A model that scores a little otherwise."""
    model = replace(base, version=version, prior_weight=base.prior_weight + shift)
    assert base.golden is not None, "a released model has golden vectors"
    vectors = base.golden.vectors
    golden = GoldenVectors(vectors, model.score(vectors).weights)
    return artefact.dumps(replace(model, golden=golden)).encode()


def _channel(address: str) -> grpc.Channel:
    return grpc.insecure_channel(address, options=CHANNEL_OPTIONS)


def main() -> None:
    """Measure, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--swaps", type=int, default=SWAPS)
    parser.add_argument("--bad", type=int, default=BAD, help="spoilt files among them")
    parser.add_argument("--rate", type=float, default=RATE, help="calls a second")
    parser.add_argument("--calls", type=int, default=CALLS, help="calls during the swaps")
    parser.add_argument("--servers", type=int, default=1, help="more than one needs --store")
    parser.add_argument("--store", default="", help="postgresql:// address of an empty schema")
    options = parser.parse_args()
    with failing_clearly(debug=True):
        figures = measure(
            swaps=options.swaps,
            bad=options.bad,
            rate=options.rate,
            calls=options.calls,
            servers=options.servers,
            store=options.store,
        )
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
