"""Streams whose answers nobody reads, while others ask."""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path
from typing import Any

import grpc
from tests.faults.findings import Findings
from tests.faults.orders import Orders
from tests.faults.servers import client, started

from ordertwin.v1.order_service_pb2 import ScoreOrderRequest, ScoreOrdersRequest
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub

MOST_GROWTH_KIB, MOST_OF_A_STREAM_KIB = 12 * 1024, 1024
"""What a server may grow by: caches of what was asked, and what it holds of each stream."""


def slow_readers(folder: Path, streams: int, asked: int, seed: int = 7) -> Findings:
    """`streams` callers send without end and read nothing; `asked` other orders are answered."""
    found = Findings("slow readers", {"streams": streams, "answered beside them": 0})
    with started(folder / "orders.db", "--model", "none") as server, client(server) as caller:
        source = Orders(seed)
        for _ in range(50):
            caller.score_order(source.next())
        before = server.resident_kib
        ending = threading.Event()
        channels = [
            grpc.insecure_channel(server.address, [("grpc.use_local_subchannel_pool", 1)])
            for _ in range(streams)
        ]
        calls = [
            OrderServiceStub(channel).ScoreOrders(_without_end(number, ending))  # type: ignore
            for number, channel in enumerate(channels)
        ]
        _await_standstill(server)
        for _ in range(asked):
            if caller.score_order(source.next()).order:
                found.count("answered beside them")
        grown = server.resident_kib - before
        found.counts["KiB grown"] = grown
        if grown > MOST_GROWTH_KIB + streams * MOST_OF_A_STREAM_KIB:
            found.failed.append(f"the server grew by {grown} KiB")
        if found.counts["answered beside them"] != asked:
            found.failed.append("others were not answered")
        ending.set()
        for call, channel in zip(calls, channels, strict=True):
            call.cancel()
            channel.close()
        if server.terminate() != 0:
            found.failed.append("the server did not end well")
    return found


def _without_end(number: int, ending: threading.Event) -> Any:
    source = Orders(1000 + number)
    order = source.next()
    for count in itertools.count():
        if ending.is_set():
            return
        order.order_id = f"slow {number} {count}"
        request = ScoreOrderRequest(
            order=order, request_id=order.order_id, validate_only=True, max_matches=50
        )
        yield ScoreOrdersRequest(request=request)


def _await_standstill(server: Any) -> None:
    """Until the server has stopped working: the streams are full. Half a minute at most."""
    path = Path(f"/proc/{server.process.pid}/stat")
    before = -1
    for _ in range(30):
        used = sum(map(int, path.read_text("utf-8").rpartition(")")[2].split()[11:13]))
        if used - before <= 2 and before >= 0:
            return
        before = used
        time.sleep(1)
