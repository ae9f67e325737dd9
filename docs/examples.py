"""Output shown in the documentation, made by running what it shows. Cog calls these functions."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from ordertwin_cli.answer_view import full
from ordertwin_cli.connection import connected
from ordertwin_cli.documents import read_orders
from ordertwin_cli.embedded import embedded_server
from ordertwin_cli.sample_stream import send_sample
from ordertwin_server.convert.order_out import order_to_proto

ORDER = Path(__file__).parent / "order.json"
WIDTH = 120


def scored_order() -> str:
    """What `ordertwin score docs/order.json` prints after the sample orders."""
    (order,) = read_orders(str(ORDER))
    with embedded_server() as server, connected(server.address) as client:
        send_sample(client, Console(file=io.StringIO()))
        response = client.score_order(order_to_proto(order), request_id="readme")
    shown = Console(file=io.StringIO(), width=WIDTH, soft_wrap=True, highlight=False)
    shown.print(*full(order.order_number or order.order_id, response), sep="\n")
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue()
