"""Callers who give up: a deadline that passes, a call that is cancelled, at any moment."""

from __future__ import annotations

import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from tests.faults.consistency import out_of_step, traces
from tests.faults.findings import Findings
from tests.faults.orders import Orders
from tests.faults.servers import client, started

from ordertwin.v1.order_service_pb2 import ScoreOrderRequest
from ordertwin.v1.order_service_pb2_grpc import OrderServiceStub

CALLERS = 8
WARM_UP = 20
GIVEN_UP = {grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}


def impatience(folder: Path, calls: int, seed: int = 6) -> Findings:
    """Each call leaves everything or nothing; asked again, it is answered and there once."""
    found = Findings("deadlines and cancellations", {"calls": calls, "given up": 0})
    store, source, rng = folder / "orders.db", Orders(seed), random.Random(seed)
    requests = [
        ScoreOrderRequest(order=order, request_id=order.order_id)
        for order in (source.next() for _ in range(calls))
    ]
    with started(store, "--model", "none") as server:
        with grpc.insecure_channel(server.address) as channel, ThreadPoolExecutor(CALLERS) as pool:
            stub: Any = OrderServiceStub(channel)  # type: ignore[no-untyped-call]
            usual = _seconds_of_a_call(stub, Orders(seed, "first "), pool)
            moments = [(rng.random() < 0.5, rng.uniform(0, 2 * usual)) for _ in requests]
            codes = list(pool.map(lambda r, m: _impatient(stub, r, *m), requests, moments))
        found.counts["given up"] = sum(code in GIVEN_UP for code in codes)
        found.failed += [
            f"a call ended with {code}" for code in codes if code not in {None, *GIVEN_UP}
        ]
        with client(server) as patient:
            _await_quiet(patient)
            early = {each.order_id for each in patient.list_orders(page_size=1000)}
            found.counts["stored all the same"] = (
                len(early) - WARM_UP - sum(code is None for code in codes)
            )
            for request, code in zip(requests, codes, strict=True):
                if code is None and request.request_id not in early:
                    found.lost.append(request.request_id)
                answer = patient.score_order(request.order, request_id=request.request_id)
                if answer.replayed != (request.request_id in early):
                    found.failed.append(f"{request.request_id}: replayed is {answer.replayed}")
            ids = [each.order_id for each in patient.list_orders(page_size=1000)]
        found.doubled += sorted({each for each in ids if ids.count(each) > 1})
        if server.terminate() != 0:
            found.failed.append("the server did not end well")
    found.failed += out_of_step(store)
    for table in ("requests", "audit"):
        left = traces(store, table)
        found.failed += [
            f"{r.request_id} left no single trace in {table}"
            for r in requests
            if left.get(r.request_id) != 1
        ]
    return found


def _seconds_of_a_call(stub: Any, source: Orders, pool: ThreadPoolExecutor) -> float:
    """How long a call usually takes beside others, here and now."""

    def seconds(request: ScoreOrderRequest) -> float:
        begun = time.perf_counter()
        stub.ScoreOrder(request, timeout=30)
        return time.perf_counter() - begun

    orders = [source.next() for _ in range(WARM_UP)]
    questions = [ScoreOrderRequest(order=o, request_id=o.order_id) for o in orders]
    return statistics.median(pool.map(seconds, questions))


def _impatient(
    stub: Any, request: ScoreOrderRequest, by_deadline: bool, seconds: float
) -> grpc.StatusCode | None:
    """The status of a call that is given up after `seconds`; None when it was answered first."""
    call = stub.ScoreOrder.future(request, timeout=seconds if by_deadline else 30)
    if not by_deadline:
        time.sleep(seconds)
        call.cancel()
    try:
        call.result()
    except grpc.FutureCancelledError:
        return grpc.StatusCode.CANCELLED
    except grpc.RpcError as error:
        return error.code()
    return None


def _await_quiet(reader: Any) -> None:
    """Until nothing is registered any more."""
    before = -1
    while (now := sum(1 for _ in reader.list_orders(page_size=1000))) != before:
        before = now
        time.sleep(0.5)
