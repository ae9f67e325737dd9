"""An echo on the same stack: takes the request of ScoreOrder apart, answers with a message made
before. What ScoreOrder takes longer than this is what OrderTwin itself costs.

`python -m benchmarks.echo_server ANSWER_FILE` prints its address and serves until it is stopped.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import grpc

from ordertwin.v1.order_service_pb2 import ScoreOrderRequest, ScoreOrderResponse
from ordertwin_server.app import OPTIONS


async def serve(answer: ScoreOrderResponse) -> None:
    """Echo until the process is stopped."""

    async def score_order(request: ScoreOrderRequest, context: Any) -> ScoreOrderResponse:
        return answer

    handlers = {
        "ScoreOrder": grpc.unary_unary_rpc_method_handler(
            score_order,
            request_deserializer=ScoreOrderRequest.FromString,
            response_serializer=ScoreOrderResponse.SerializeToString,
        )
    }
    server = grpc.aio.server(options=OPTIONS)
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler("ordertwin.v1.OrderService", handlers)]
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(ScoreOrderResponse.FromString(Path(sys.argv[1]).read_bytes())))
