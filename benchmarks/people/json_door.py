"""How much longer an order takes by JSON than by gRPC."""

from __future__ import annotations

import time
from collections.abc import Sequence

import grpc
import httpx
import numpy as np
from google.protobuf import json_format

from benchmarks.serving_calls import stub
from ordertwin.v1.order_service_pb2 import ScoreOrderRequest
from ordertwin_client.requests import new_request_id

WARM_UP = 50
"""How many calls are not counted, at most."""


def overhead(
    server: str, page: str, asked: Sequence[ScoreOrderRequest], warm_up: int
) -> dict[str, float]:
    """Medians in milliseconds and their ratio; both doors are asked the same orders in turns.

    The first `warm_up` orders do not count. Nothing is stored, so that the second of the two does
    not meet the order of the first.
    """
    took: dict[str, list[float]] = {"grpc": [], "json": []}
    with grpc.insecure_channel(server) as channel, httpx.Client(base_url=page, timeout=30) as http:
        score = stub(channel)
        for request in asked:
            request.validate_only = True
            request.request_id = new_request_id()
            text = json_format.MessageToJson(request, indent=None)
            started = time.perf_counter()
            score(request)
            between = time.perf_counter()
            answer = http.post(
                "/v1/orders:score", content=text, headers={"content-type": "application/json"}
            )
            took["json"].append(time.perf_counter() - between)
            took["grpc"].append(between - started)
            answer.raise_for_status()
    medians = {door: float(np.median(times[warm_up:])) for door, times in took.items()}
    return {
        "json_ms": round(medians["json"] * 1000, 2),
        "grpc_ms": round(medians["grpc"] * 1000, 2),
        "json_overhead_ratio": round(medians["json"] / medians["grpc"], 2),
    }
